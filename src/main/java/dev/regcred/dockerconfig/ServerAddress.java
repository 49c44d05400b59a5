package dev.regcred.dockerconfig;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The address of a registry server in canonical form: the key of an entry in a pull Secret.
 *
 * <p>Two texts that name the same server for a kubelet have one canonical form, and no other text
 * is accepted: {@code host[:port][/path]}, or {@code https://index.docker.io/v1/} (its last slash
 * is optional).
 *
 * <ul>
 *   <li>The host is a DNS name (labels of 1..63 letters, digits and inner hyphens; at most 253
 *       characters), an IPv4 address, or an IPv6 address in brackets that has a port: {@code
 *       [fd00:10::5]:5000}. Its canonical form is in lower case, as image names are; an IPv6
 *       address is not shortened, because kubelets compare it literally.
 *   <li>The port is 1..65535 without leading zeros. It is never dropped: a kubelet compares {@code
 *       :443} literally, so {@code r.example.com} and {@code r.example.com:443} are two servers.
 *   <li>The path has the form of an OCI repository name. A kubelet takes it as a plain prefix:
 *       {@code ghcr.io/team} also answers for {@code ghcr.io/team-two/app}.
 *   <li>{@code docker.io}, {@code index.docker.io} and {@code registry-1.docker.io} are Docker Hub
 *       and take neither port nor path. (In an image name a kubelet knows only the first two.)
 * </ul>
 *
 * <p>What is refused follows from the kubelet's {@code pkg/credentialprovider/keyring.go}: it takes
 * {@code *} in a host for any part of a label, an IPv6 address without a port for a set of
 * characters, and {@code /v1/} or {@code /v2/} at the start of a path for nothing; user, query and
 * escapes in a key go unseen, and a key that Go's {@code url.Parse} refuses is skipped. {@link
 * #canonical} reads such keys. A pattern is refused because no other client of a Docker config
 * knows one, and because its account would go to whoever has a name that matches.
 *
 * <p>A one-label host without a port is accepted, but a kubelet reads the image name {@code
 * registry/app} as {@code docker.io/registry/app} and never asks for it; {@code localhost} is the
 * exception.
 */
public final class ServerAddress {
  /**
   * Of the whole address, in characters (all ASCII). It leaves a path more than image names have.
   */
  public static final int MAX_LENGTH = 512;

  /** Docker Hub, under the key that the docker command line and kubelets have used since v1. */
  public static final ServerAddress DOCKER_HUB = new ServerAddress("https://index.docker.io/v1/");

  private static final Set<String> DOCKER_HUB_URLS =
      Set.of("https://index.docker.io/v1/", "https://index.docker.io/v1");
  private static final Set<String> DOCKER_HUB_HOSTS =
      Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

  private static final int MAX_HOST_LENGTH = 253;
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final Pattern DNS_NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
  private static final Pattern LAST_LABEL_IS_A_NUMBER = Pattern.compile("(?:.*\\.)?[0-9]+");
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern IPV6_AND_PORT = Pattern.compile("\\[([0-9A-Fa-f:]+)\\]:.*");
  private static final int IPV6_GROUPS = 8;
  private static final Pattern IPV6_GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

  /** One component of a repository name, from the OCI distribution specification. */
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

  private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
  private static final Pattern VERSION_FIRST = Pattern.compile("v[12](?:/.*)?");
  private static final Pattern VERSION = Pattern.compile("/v[12](?=/|$)");
  private static final Pattern SCHEME = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);

  private final String value;

  private ServerAddress(String value) {
    this.value = value;
  }

  /**
   * Reads an address as a user writes it.
   *
   * @throws InvalidServerAddressException if it has none of the accepted forms
   */
  public static ServerAddress parse(String text) {
    if (DOCKER_HUB_URLS.contains(text)) {
      return DOCKER_HUB;
    }
    check(!text.isEmpty(), "is empty");
    check(text.length() <= MAX_LENGTH, "is longer than " + MAX_LENGTH + " characters");
    check(!text.contains("://"), "has a scheme; only https://index.docker.io/v1/ may have one");
    check(text.indexOf('@') < 0, "has an @; the account belongs in the credential");
    check(
        text.indexOf('*') < 0 && text.indexOf('?') < 0,
        "has a * or ?, and no pattern is accepted; use a Registry for each server, whose"
            + " credentials may share one source and one pull Secret");

    var authorityAndPath = text.split("/", 2);
    var authority = authorityAndPath[0];
    int hostEnd = hostEnd(authority);
    var host = authority.substring(0, hostEnd);
    if (!host.startsWith("[")) {
      checkHost(host);
    }
    if (hostEnd < authority.length()) {
      checkPort(authority.substring(hostEnd + 1));
    }
    if (authorityAndPath.length > 1) {
      checkPath(authorityAndPath[1]);
    }

    var canonicalHost = host.toLowerCase(Locale.ROOT);
    if (DOCKER_HUB_HOSTS.contains(canonicalHost)) {
      check(host.equals(text), "is Docker Hub, which takes no port and no path");
      return DOCKER_HUB;
    }
    return new ServerAddress(canonicalHost + text.substring(host.length()));
  }

  /** Where the port begins, or would. */
  private static int hostEnd(String authority) {
    int colon = authority.indexOf(':');
    if (colon == authority.lastIndexOf(':')
        && authority.indexOf('[') < 0
        && authority.indexOf(']') < 0) {
      return colon < 0 ? authority.length() : colon;
    }
    var address = IPV6_AND_PORT.matcher(authority);
    check(
        address.matches() && isIpv6(address.group(1)),
        "has brackets, or more than one colon before its path, and is no IPv6 address in brackets"
            + " with a port, such as [fd00:10::5]:5000");
    return address.end(1) + 1;
  }

  /** Eight groups of hexadecimal digits, of which one row of zeros may be left out. */
  private static boolean isIpv6(String text) {
    var halves = text.split("::", -1);
    var groups =
        Stream.of(halves)
            .filter(half -> !half.isEmpty())
            .flatMap(half -> Stream.of(half.split(":", -1)))
            .toList();
    return halves.length <= 2
        && groups.stream().allMatch(group -> IPV6_GROUP.matcher(group).matches())
        && (halves.length == 1 ? groups.size() == IPV6_GROUPS : groups.size() < IPV6_GROUPS);
  }

  /** Whether it is an IPv6 address, of which the last two groups may be an IPv4 address. */
  static boolean isIpv6OrMapped(String text) {
    int last = text.lastIndexOf(':') + 1;
    return isIpv6(
        last > 0 && IPV4.matcher(text.substring(last)).matches()
            ? text.substring(0, last) + "0:0"
            : text);
  }

  private static void checkHost(String host) {
    check(
        host.length() <= MAX_HOST_LENGTH && DNS_NAME.matcher(host).matches(),
        "has a host that is neither a DNS name nor an IP address");
    if (LAST_LABEL_IS_A_NUMBER.matcher(host).matches()) {
      check(IPV4.matcher(host).matches(), "ends its host in a number but is no IPv4 address");
    }
  }

  private static void checkPort(String port) {
    check(
        PORT.matcher(port).matches() && Integer.parseInt(port) <= 65_535,
        "has a port that is no number from 1 to 65535");
  }

  private static void checkPath(String path) {
    check(!path.endsWith("/") && !path.isEmpty(), "ends in a slash");
    check(
        PATH.matcher(path).matches(),
        "has a path that is no repository name (lower-case letters and digits, separated by"
            + " one of . _ __ - and /)");
    check(
        !VERSION_FIRST.matcher(path).matches(),
        "has a path that starts with v1 or v2, the version of the API and not of an image name");
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new InvalidServerAddressException(problem);
    }
  }

  /**
   * The server that the key of an entry in a Docker config is about, however the key is spelt: with
   * {@code http://} or {@code https://}, a user, an empty port, {@code /v1} or {@code /v2} in front
   * of the path, slashes at its end, escapes in it, a query or a fragment. Kubelets pass over all
   * of that but {@code /v2} without a slash, and the account of such a key may go before that of
   * the canonical one. A host in upper case and all names of Docker Hub are the same server, too.
   *
   * @return the canonical address; the key itself where that is no address that is accepted, as of
   *     a pattern
   */
  public static String canonical(String key) {
    try {
      return parse(bare(key)).value();
    } catch (IllegalArgumentException e) {
      return key;
    }
  }

  private static String bare(String key) {
    var scheme = SCHEME.matcher(key);
    var url = (scheme.lookingAt() ? key.substring(scheme.end()) : key).split("[?#]", 2)[0];
    var authorityAndPath = url.split("/", 2);
    var authority = authorityAndPath[0];
    var hostAndPort = authority.substring(authority.lastIndexOf('@') + 1);
    return (hostAndPort.endsWith(":")
            ? hostAndPort.substring(0, hostAndPort.length() - 1)
            : hostAndPort)
        + (authorityAndPath.length == 1 ? "" : barePath(authorityAndPath[1]));
  }

  private static String barePath(String escaped) {
    var path = URI.create("https://host/" + escaped).getPath();
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    var bare = path.substring(0, end);
    return VERSION.matcher(bare).lookingAt() ? bare.substring("/v1".length()) : bare;
  }

  /** The canonical form: ASCII, 1..{@value #MAX_LENGTH} characters, the key in a pull Secret. */
  public String value() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ServerAddress address && address.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
