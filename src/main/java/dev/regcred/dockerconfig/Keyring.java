package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The servers that a Docker config has an account for, as a kubelet looks them up by the name of an
 * image: {@code BasicDockerKeyring} in {@code pkg/credentialprovider/keyring.go} of Kubernetes
 * 1.36.
 *
 * <pre>
 * image                     server                  tried
 * ghcr.io/team/app:1        ghcr.io/team            yes, first: it is longer
 *                           ghcr.io                 yes
 *                           ghcr.io:443             no: ports are compared as they stand
 *                           *.io                    no: a star is a part of one label
 * nginx                     https://index.docker.io/v1/   yes, if no other one is
 * </pre>
 */
public final class Keyring {
  private static final List<String> SCHEMES = List.of("https://", "http://");
  private static final Set<String> VERSIONS = Set.of("/v1/", "/v2/");
  private static final int VERSION_LENGTH = "/v1".length();
  private static final String HUB = "index.docker.io";

  /** The domains of Docker Hub, from the end. */
  private static final Set<List<String>> HUBS =
      Set.of(List.of("io", "docker"), List.of("com", "docker"));

  private static final Pattern ANY_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

  /** The servers by the place that they are kept under, in the order in which they are tried. */
  private final SortedMap<String, List<String>> servers;

  private final List<Place> places;

  /** A place, and what it is compared by. */
  private record Place(String name, Location location) {}

  /** The parts of a URL that are compared. */
  private record Location(List<String> labels, String port, String path) {
    static Location of(GoUrl url) {
      int colon = url.host().lastIndexOf(':');
      var hasPort = isHostAndPort(url.host(), colon);
      var host = hasPort ? withoutBrackets(url.host().substring(0, colon)) : url.host();
      return new Location(
          List.of(host.split("\\.", -1)),
          hasPort ? url.host().substring(colon + 1) : "",
          url.path());
    }

    /** Whether {@code net.SplitHostPort} takes it apart. */
    private static boolean isHostAndPort(String host, int colon) {
      if (colon < 0) {
        return false;
      }
      var name = host.substring(0, colon);
      var isBracketed = name.startsWith("[");
      if (isBracketed ? name.indexOf(']') != name.length() - 1 : name.indexOf(':') >= 0) {
        return false;
      }
      var inner = withoutBrackets(name);
      return inner.indexOf('[') < 0 && inner.indexOf(']') < 0;
    }

    private static String withoutBrackets(String host) {
      return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    boolean matches(Location image) {
      return port.equals(image.port) && image.path.startsWith(path) && isOfHost(image);
    }

    private boolean isOfHost(Location image) {
      if (labels.size() != image.labels.size()) {
        return false;
      }
      for (int i = 0; i < labels.size(); i++) {
        var label = image.labels.get(i);
        if (GoGlob.parse(labels.get(i)).filter(glob -> glob.matches(label)).isEmpty()) {
          return false;
        }
      }
      return true;
    }

    /** What keeps it from matching an image that it does not match. */
    Mismatch difference(Location image) {
      if (isOfHost(image)) {
        return port.equals(image.port) ? Mismatch.PATH : Mismatch.PORT;
      }
      if (isHubs() && image.isHubs()) {
        return Mismatch.HUB;
      }
      return lowerCase().isOfHost(image.lowerCase()) ? Mismatch.CASE : Mismatch.HOST;
    }

    private Location lowerCase() {
      return new Location(
          labels.stream().map(label -> label.toLowerCase(Locale.ROOT)).toList(), port, path);
    }

    /** Whether it is a host that people take for that of Docker Hub's registry. */
    private boolean isHubs() {
      var last = lowerCase().labels.reversed().stream().limit(2).toList();
      return HUBS.contains(last);
    }
  }

  private Keyring(SortedMap<String, List<String>> servers) {
    this.servers = servers;
    this.places =
        servers.keySet().stream()
            .flatMap(
                name -> GoUrl.parse(name).map(Location::of).map(at -> new Place(name, at)).stream())
            .toList();
  }

  /**
   * The keyring of a Docker config's keys.
   *
   * @param servers as they stand there; one that Go can't read as a URL is passed over
   */
  public static Keyring of(Collection<String> servers) {
    var places = new TreeMap<String, List<String>>(Comparator.reverseOrder());
    for (String server : servers) {
      place(server)
          .ifPresent(place -> places.computeIfAbsent(place, _ -> new ArrayList<>()).add(server));
    }
    return new Keyring(places);
  }

  /**
   * The name under which the account of a server is kept; servers of one place are tried in no
   * fixed order. In bytes, a character for each.
   */
  public static Optional<String> place(String server) {
    var bytes = new String(KubeletParser.bytes(server), ISO_8859_1);
    var schemeless =
        SCHEMES.stream()
            .filter(bytes::startsWith)
            .findFirst()
            .map(scheme -> bytes.substring(scheme.length()))
            .orElse(bytes);
    return GoUrl.parse(schemeless)
        .map(
            url -> {
              var path =
                  VERSIONS.stream().anyMatch(url.path()::startsWith)
                      ? url.path().substring(VERSION_LENGTH)
                      : url.path();
              return url.host() + (path.equals("/") ? "" : path);
            });
  }

  /**
   * The servers whose accounts a kubelet tries for an image, in that order.
   *
   * @param image as it stands in a Pod
   * @return none where it pulls anonymously, and where it can't read the image at all
   */
  public List<String> lookup(String image) {
    return ImageName.parse(image).map(this::lookup).orElse(List.of());
  }

  /**
   * Why the account of a server is not tried for an image; empty if it is.
   *
   * @param server the key of an entry, as it stands in a Docker config
   */
  public static Optional<Mismatch> mismatch(String server, ImageName image) {
    if (!of(List.of(server)).lookup(image).isEmpty()) {
      return Optional.empty();
    }
    var scheme = ANY_SCHEME.matcher(server);
    var hasOther = scheme.lookingAt() && SCHEMES.stream().noneMatch(server::startsWith);
    var own =
        place(hasOther ? server.substring(scheme.end()) : server)
            .flatMap(GoUrl::parse)
            .map(Location::of);
    var wanted = GoUrl.parse(image.repository()).map(Location::of);
    if (own.isEmpty() || wanted.isEmpty()) {
      return Optional.of(Mismatch.UNREADABLE);
    }
    var rest =
        own.get().matches(wanted.get()) ? Mismatch.SCHEME : own.get().difference(wanted.get());
    // Of another host it is of no interest how it is written.
    return Optional.of(hasOther && rest != Mismatch.HOST ? Mismatch.SCHEME : rest);
  }

  /** The servers whose accounts a kubelet tries for an image that it can read, in that order. */
  public List<String> lookup(ImageName image) {
    var location = GoUrl.parse(image.repository()).map(Location::of);
    if (location.isEmpty()) {
      return hub(image);
    }
    var found =
        places.stream()
            .filter(place -> place.location().matches(location.get()))
            .flatMap(place -> servers.getOrDefault(place.name(), List.of()).stream())
            .toList();
    return found.isEmpty() ? hub(image) : found;
  }

  /**
   * The accounts of Docker Hub, if the image is one of its own ({@code isDefaultRegistryMatch}).
   */
  private List<String> hub(ImageName image) {
    var host = image.registry();
    var isOfHub = host.equals("docker.io") || !(host.contains(".") || host.contains(":"));
    return isOfHub ? servers.getOrDefault(HUB, List.of()) : List.of();
  }
}
