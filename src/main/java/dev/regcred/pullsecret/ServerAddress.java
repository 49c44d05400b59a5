package dev.regcred.pullsecret;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The address of a registry server in canonical form: the key of an entry in a pull Secret.
 *
 * <p>Two texts that name the same server for a kubelet have one canonical form, and no other text
 * is accepted: {@code host[:port][/path]}, or {@code https://index.docker.io/v1/} (its last slash
 * is optional).
 *
 * <ul>
 *   <li>The host is a DNS name (labels of 1..63 letters, digits and inner hyphens; at most 253
 *       characters) or an IPv4 address. Its canonical form is in lower case, as image names are.
 *   <li>The port is 1..65535 without leading zeros. It is never dropped: a kubelet compares {@code
 *       :443} literally, so {@code r.example.com} and {@code r.example.com:443} are two servers.
 *   <li>The path has the form of an OCI repository name. A kubelet takes it as a plain prefix:
 *       {@code ghcr.io/team} also answers for {@code ghcr.io/team-two/app}.
 *   <li>{@code docker.io}, {@code index.docker.io} and {@code registry-1.docker.io} are Docker Hub
 *       and take neither port nor path. (In an image name a kubelet knows only the first two.)
 * </ul>
 *
 * <p>What is refused follows from the kubelet's {@code pkg/credentialprovider/keyring.go}: it takes
 * {@code *} in a host for any label, an IPv6 address without a port for a set of characters, and
 * {@code /v1/} or {@code /v2/} at the start of a path for nothing; user, query and escapes in a key
 * go unseen, and a key that Go's {@code url.Parse} refuses is skipped.
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
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

  /** One component of a repository name, from the OCI distribution specification. */
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

  private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
  private static final Pattern VERSION_FIRST = Pattern.compile("v[12](?:/.*)?");

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

    var authorityAndPath = text.split("/", 2);
    var hostAndPort = authorityAndPath[0].split(":", 2);
    var host = hostAndPort[0];
    checkHost(host);
    if (hostAndPort.length > 1) {
      checkPort(hostAndPort[1]);
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

  private static void checkHost(String host) {
    check(
        host.length() <= MAX_HOST_LENGTH && DNS_NAME.matcher(host).matches(),
        "has a host that is neither a DNS name nor an IPv4 address (wildcards and IPv6 are refused)");
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
