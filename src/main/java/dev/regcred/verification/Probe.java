package dev.regcred.verification;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An image that an account is tried with: nothing of it but its manifest's head is asked for, which
 * no registry counts as a pull.
 *
 * @param repository a repository name of the OCI distribution specification, at most 255 characters
 * @param reference a tag, or a digest with its algorithm
 */
public record Probe(String repository, String reference) {
  private static final int MAX_REPOSITORY = 255;
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern IMAGE =
      Pattern.compile(
          "("
              + COMPONENT
              + "(?:/"
              + COMPONENT
              + ")*)"
              + "(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127})|@(sha256:[0-9a-f]{64}))");

  /**
   * The probe of an image that is named without its registry.
   *
   * @param image such as {@code team/app:1.2}
   * @return empty if it has another form
   */
  public static Optional<Probe> parse(String image) {
    var parts = IMAGE.matcher(image);
    return parts.matches() && parts.group(1).length() <= MAX_REPOSITORY
        ? Optional.of(
            new Probe(parts.group(1), parts.group(2) == null ? parts.group(3) : parts.group(2)))
        : Optional.empty();
  }

  /** The path of its manifest in the registry's API. */
  String path() {
    return "v2/" + repository + "/manifests/" + reference;
  }

  /** What a token has to allow. */
  String scope() {
    return "repository:" + repository + ":pull";
  }
}
