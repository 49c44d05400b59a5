package dev.regcred.pullsecret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Secrets as they may be found on a cluster. What they hold is written out, not computed. */
public final class PullSecrets {
  /** The password of {@link #ENTRY}, which nothing may print. */
  public static final String PASSWORD = "canary-s3cret";

  /** What a pull Secret holds for the account {@code robot}. */
  public static final String ENTRY =
      """
      {"auths":{"registry.example.com":{"username":"robot","password":"canary-s3cret",\
      "email":"robot@example.com","auth":"cm9ib3Q6Y2FuYXJ5LXMzY3JldA=="}}}""";

  private static final String SERVER = ",\"server\":\"registry.example.com\"";

  /** What is left of it once the account is out of use. */
  public static final String BLANK = "{\"auths\":{}}";

  /** The owner of the Secrets that are kept for the credential {@code pull}. */
  public static final OwnerReference OWNER =
      new OwnerReference("regcred.dev/v1alpha1", "RegistryCredential", "pull", "uid-1", null, null);

  private PullSecrets() {}

  /** As the operator writes it for the credential {@code pull}. */
  public static PullSecret ours(String name) {
    return withOwners(keptFor(foreign(name, PullSecret.TYPE, ENTRY), "pull"), OWNER);
  }

  /** The same, after the credential went out of use. */
  public static PullSecret blank(String name) {
    return withOwners(keptFor(foreign(name, PullSecret.TYPE, BLANK), "pull"), OWNER);
  }

  /** Somebody else's. */
  public static PullSecret foreign(String name, String type, String content) {
    return new PullSecret(
        name,
        "uid-of-" + name,
        "41",
        type,
        false,
        Map.of(),
        Map.of(),
        List.of(),
        Map.of(PullSecret.KEY, base64(content)),
        null);
  }

  /**
   * The same with the operator's mark, for these credentials; the entry of {@link #ENTRY}, if it is
   * there, is the first one's.
   */
  public static PullSecret keptFor(PullSecret secret, String... credentials) {
    var contributors = new ArrayList<String>();
    var holdsEntry = Map.of(PullSecret.KEY, base64(ENTRY)).equals(secret.data());
    for (String credential : credentials) {
      var server = holdsEntry && contributors.isEmpty() ? SERVER : "";
      contributors.add(
          "{\"kind\":\"RegistryCredential\",\"name\":\"" + credential + "\"" + server + "}");
    }
    return withAnnotations(
        withLabels(secret, Map.of("regcred.dev/managed", "true")),
        Map.of("regcred.dev/contributors", "[" + String.join(",", contributors) + "]"));
  }

  /** The same without labels, annotations and owners: as an overwriting apply leaves it. */
  public static PullSecret stripped(PullSecret secret) {
    return copy(
        secret, secret.type(), secret.immutable(), Map.of(), Map.of(), List.of(), secret.data());
  }

  /** The same with these labels more. */
  public static PullSecret withLabels(PullSecret secret, Map<String, String> labels) {
    return copy(
        secret,
        secret.type(),
        secret.immutable(),
        union(secret.labels(), labels),
        secret.annotations(),
        secret.owners(),
        secret.data());
  }

  /** The same with these annotations more. */
  public static PullSecret withAnnotations(PullSecret secret, Map<String, String> annotations) {
    return copy(
        secret,
        secret.type(),
        secret.immutable(),
        secret.labels(),
        union(secret.annotations(), annotations),
        secret.owners(),
        secret.data());
  }

  /** The same with these owners and no others. */
  public static PullSecret withOwners(PullSecret secret, OwnerReference... owners) {
    return copy(
        secret,
        secret.type(),
        secret.immutable(),
        secret.labels(),
        secret.annotations(),
        List.of(owners),
        secret.data());
  }

  /** The same with this content, in clear text. */
  public static PullSecret withContent(PullSecret secret, String content) {
    return withData(secret, Map.of(PullSecret.KEY, base64(content)));
  }

  /** The same with this data, in base64. */
  public static PullSecret withData(PullSecret secret, Map<String, String> data) {
    return copy(
        secret,
        secret.type(),
        secret.immutable(),
        secret.labels(),
        secret.annotations(),
        secret.owners(),
        data);
  }

  /** The same of another type. */
  public static PullSecret ofType(PullSecret secret, String type) {
    return copy(
        secret,
        type,
        secret.immutable(),
        secret.labels(),
        secret.annotations(),
        secret.owners(),
        secret.data());
  }

  /** The same, but nobody can change its content. */
  public static PullSecret immutable(PullSecret secret) {
    return copy(
        secret,
        secret.type(),
        true,
        secret.labels(),
        secret.annotations(),
        secret.owners(),
        secret.data());
  }

  /** As {@code data} has it. */
  public static String base64(String content) {
    return Base64.getEncoder().encodeToString(content.getBytes(UTF_8));
  }

  private static PullSecret copy(
      PullSecret secret,
      String type,
      boolean immutable,
      Map<String, String> labels,
      Map<String, String> annotations,
      List<OwnerReference> owners,
      Map<String, String> data) {
    return new PullSecret(
        secret.name(),
        secret.uid(),
        secret.resourceVersion(),
        type,
        immutable,
        labels,
        annotations,
        owners,
        data,
        secret.otherManager());
  }

  private static Map<String, String> union(Map<String, String> some, Map<String, String> more) {
    var union = new HashMap<>(some);
    union.putAll(more);
    return Map.copyOf(union);
  }
}
