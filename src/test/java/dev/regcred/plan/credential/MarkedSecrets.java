package dev.regcred.plan.credential;

import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Pull Secrets that are kept for several credentials, or for a cluster-wide one. */
final class MarkedSecrets {
  /** The server of a second entry. */
  static final String OTHER_SERVER = "other.example.com";

  /** What a pull Secret holds for the account {@code robot}, and for {@code other} at another. */
  static final String BOTH =
      """
      {"auths":{\
      "other.example.com":{"username":"other","password":"canary-s3cret",\
      "email":"robot@example.com","auth":"b3RoZXI6Y2FuYXJ5LXMzY3JldA=="},\
      "registry.example.com":{"username":"robot","password":"canary-s3cret",\
      "email":"robot@example.com","auth":"cm9ib3Q6Y2FuYXJ5LXMzY3JldA=="}}}\
      """;

  /** The server of an entry that is other people's. */
  static final String THEIR_SERVER = "theirs.example.com";

  /** What other people have in a Secret. */
  static final String THEIRS =
      """
      {"auths":{"theirs.example.com":{"username":"them","auth":"dGhlbTp4"}}}\
      """;

  /** What such a Secret holds once it is the operator's, too. */
  static final String MIXED =
      """
      {"auths":{"registry.example.com":{"username":"robot","password":"canary-s3cret",\
      "email":"robot@example.com","auth":"cm9ib3Q6Y2FuYXJ5LXMzY3JldA=="},\
      "theirs.example.com":{"username":"them","auth":"dGhlbTp4"}}}\
      """;

  private MarkedSecrets() {}

  /** As the operator writes it for the ClusterRegistryCredential {@code pull}. */
  static PullSecret copy(String name) {
    return keptFor(name, PullSecrets.ENTRY, "cluster-wide pull@registry.example.com");
  }

  /**
   * The Secret {@code pull} with that content, as the operator keeps it for several.
   *
   * @param marks {@code [cluster-wide ]<name>[@<server>]}, the server where the entry is its own
   */
  static PullSecret shared(String content, String... marks) {
    return keptFor("pull", content, marks);
  }

  /** Another such Secret. */
  static PullSecret keptFor(String secret, String content, String... marks) {
    var foreign = PullSecrets.foreign(secret, PullSecret.TYPE, content);
    return PullSecrets.withOwners(
        PullSecrets.withAnnotations(
            PullSecrets.withLabels(foreign, Map.of("regcred.dev/managed", "true")),
            Map.of(
                "regcred.dev/contributors",
                Arrays.stream(marks)
                    .map(MarkedSecrets::mark)
                    .collect(Collectors.joining(",", "[", "]")))),
        Arrays.stream(marks).map(MarkedSecrets::owner).toArray(OwnerReference[]::new));
  }

  /**
   * The Secret {@code pull} of other people, who hand it over.
   *
   * @param credential to whom, as {@code <kind>/<name>}
   */
  static PullSecret offered(String type, String credential) {
    return PullSecrets.withAnnotations(
        PullSecrets.foreign("pull", type, THEIRS), Map.of("regcred.dev/adopt", credential));
  }

  /** The same, other people's too. */
  static PullSecret adopted(PullSecret secret) {
    return PullSecrets.withOwners(
        PullSecrets.withAnnotations(secret, Map.of("regcred.dev/adopted", "true")));
  }

  private static String mark(String mark) {
    var server = mark.indexOf('@');
    return "{\"kind\":\"%s\",\"name\":\"%s\"%s}"
        .formatted(
            kind(mark),
            name(mark),
            server < 0 ? "" : ",\"server\":\"%s\"".formatted(mark.substring(server + 1)));
  }

  private static OwnerReference owner(String mark) {
    return new OwnerReference("regcred.dev/v1alpha1", kind(mark), name(mark), "uid-1", null, null);
  }

  private static String kind(String mark) {
    return mark.startsWith("cluster-wide ") ? "ClusterRegistryCredential" : "RegistryCredential";
  }

  private static String name(String mark) {
    return mark.replaceFirst("^cluster-wide ", "").replaceFirst("@.*", "");
  }
}
