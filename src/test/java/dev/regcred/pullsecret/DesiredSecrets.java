package dev.regcred.pullsecret;

import dev.regcred.dockerconfig.DockerConfigEntry;
import dev.regcred.dockerconfig.ServerAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What credentials ask of the pull Secret {@code pull}. */
final class DesiredSecrets {
  private static final Instant CREATED = Instant.parse("2026-03-01T10:00:00Z");

  private DesiredSecrets() {}

  /** The account {@code robot}, which {@link PullSecrets#ENTRY} holds. */
  static final EntryRequest.Put ROBOT =
      new EntryRequest.Put(
          ServerAddress.parse("registry.example.com"),
          new DockerConfigEntry("robot", PullSecrets.PASSWORD, "robot@example.com"));

  /** By the credential {@code pull} alone, without labels and annotations. */
  static DesiredSecret forPull(@Nullable PullSecret current) {
    return forPull(Map.of(), Map.of(), current);
  }

  /** By the credential {@code pull} alone. */
  static DesiredSecret forPull(
      Map<String, String> labels, Map<String, String> annotations, @Nullable PullSecret current) {
    return SharedSecret.of(
            "pull", List.of(contribution("pull", ROBOT, labels, annotations)), current)
        .secret();
  }

  static SecretRequest contribution(
      String credential,
      EntryRequest request,
      Map<String, String> labels,
      Map<String, String> annotations) {
    return new SecretRequest(
        new CredentialRef("RegistryCredential", credential),
        CREATED,
        null,
        request,
        labels,
        annotations,
        credential.equals("pull") ? PullSecrets.OWNER : null);
  }
}
