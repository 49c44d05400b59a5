package dev.regcred.dockerconfig;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image as a kubelet reads it out of a container's {@code image}: {@code
 * pkg/util/parsers} of Kubernetes, which is {@code ParseNormalizedNamed} of the module {@code
 * github.com/distribution/reference}. {@code nginx} is {@code docker.io/library/nginx}.
 *
 * @param repository the whole name without tag and digest, ASCII
 * @param version the tag and the digest as they follow the name, such as {@code :1} or {@code
 *     @sha256:...}; {@code :latest} where there is neither
 */
public record ImageName(String repository, String version) {
  /**
   * The longest text that is read, in characters. A host has 253 at most, a repository 255, a tag
   * 128 and a digest 135.
   */
  static final int MAX_LENGTH = 1_024;

  /** The longest path of a repository ({@code RepositoryNameTotalLengthMax}). */
  private static final int MAX_PATH = 255;

  private static final String HUB = "docker.io";
  private static final String OFFICIAL = "library/";

  private static final String LABEL = "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)";
  private static final String HOST =
      "(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
  private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  private static final String PATH = COMPONENT + "(?:/" + COMPONENT + ")*";
  private static final Pattern REFERENCE =
      Pattern.compile(
          ("(?<name>(?:%s/)?(?<path>%s))(?<version>(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
                  + "(?:@(?<algorithm>[a-z0-9]+):(?<digest>[0-9a-f]+))?)")
              .formatted(HOST, PATH));

  /** The algorithms of a digest, and its length in hexadecimal digits. */
  private static final Map<String, Integer> DIGESTS =
      Map.of("sha256", 64, "sha384", 96, "sha512", 128);

  /** A bare digest, which is no name. */
  private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

  /** Reads an image; empty for one that a kubelet can't read, and so never pulls. */
  public static Optional<ImageName> parse(String image) {
    if (image.length() > MAX_LENGTH || IDENTIFIER.matcher(image).matches()) {
      return Optional.empty();
    }
    var reference = REFERENCE.matcher(withDomain(image));
    if (!reference.matches() || reference.group("path").length() > MAX_PATH) {
      return Optional.empty();
    }
    var algorithm = reference.group("algorithm");
    var version = reference.group("version");
    return algorithm == null
            || reference.group("digest").length() == DIGESTS.getOrDefault(algorithm, 0)
        ? Optional.of(
            new ImageName(reference.group("name"), version.isEmpty() ? ":latest" : version))
        : Optional.empty();
  }

  /** The registry that it is at, {@code host[:port]}, such as {@code docker.io}. */
  public String registry() {
    return repository.split("/", 2)[0];
  }

  /** The key under which a Docker config has the account of that registry. */
  public String server() {
    return registry().equals(HUB) ? ServerAddress.DOCKER_HUB.value() : registry();
  }

  /** The whole name, as a container runtime is asked for it. */
  @Override
  public String toString() {
    return repository + version;
  }

  /** The image with a registry in front ({@code splitDockerDomain}). */
  private static String withDomain(String image) {
    int slash = image.indexOf('/');
    if (slash < 0) {
      return HUB + "/" + OFFICIAL + image;
    }
    var first = image.substring(0, slash);
    var isHub = first.equals("index.docker.io") || first.equals(HUB);
    if (!isHub && isDomain(first)) {
      return image;
    }
    var path = isHub ? image.substring(slash + 1) : image;
    return HUB + "/" + (path.indexOf('/') < 0 ? OFFICIAL : "") + path;
  }

  private static boolean isDomain(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || !first.toLowerCase(Locale.ROOT).equals(first);
  }
}
