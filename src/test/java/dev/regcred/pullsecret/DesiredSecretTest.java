package dev.regcred.pullsecret;

import static dev.regcred.pullsecret.DesiredSecrets.ROBOT;
import static dev.regcred.pullsecret.DesiredSecrets.contribution;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.CredentialValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A pull Secret as a function of the credentials that name it. */
class DesiredSecretTest {
  private static final OwnerReference SOMEBODY =
      new OwnerReference("apps/v1", "Deployment", "web", "uid-9", true, true);

  @Test
  void itIsWhatKubectlWouldWriteAndCarriesTheMark() {
    var desired = DesiredSecrets.forPull(null);
    assertThat(desired.data())
        .isEqualTo(Map.of(PullSecret.KEY, PullSecrets.base64(PullSecrets.ENTRY)));
    assertThat(desired.labels()).isEqualTo(Map.of("regcred.dev/managed", "true"));
    assertThat(desired.annotations())
        .isEqualTo(
            Map.of(
                "regcred.dev/contributors",
                "[{\"kind\":\"RegistryCredential\",\"name\":\"pull\",\"server\":\"registry.example.com\"}]"));
    assertThat(desired.owners()).containsExactly(PullSecrets.OWNER);
  }

  @Test
  void withoutAnAccountItIsBlank() {
    var desired =
        SharedSecret.of(
                "pull",
                List.of(contribution("pull", new EntryRequest.Omit(), Map.of(), Map.of())),
                null)
            .secret();
    assertThat(desired.data())
        .isEqualTo(Map.of(PullSecret.KEY, PullSecrets.base64(PullSecrets.BLANK)));
  }

  @Test
  void itRemembersWhichLabelsAndAnnotationsWereAskedFor() {
    var desired =
        DesiredSecrets.forPull(Map.of("team", "a", "app", "b"), Map.of("note", "c"), null);
    assertThat(desired.labels()).containsEntry("team", "a").containsEntry("app", "b");
    assertThat(desired.annotations())
        .containsEntry("note", "c")
        .containsEntry(
            "regcred.dev/applied", "{\"labels\":[\"app\",\"team\"],\"annotations\":[\"note\"]}");
  }

  @Test
  void theMarkCanNotBeOverridden() {
    var desired =
        DesiredSecrets.forPull(
            Map.of("regcred.dev/managed", "false"), Map.of("regcred.dev/contributors", "[]"), null);
    assertThat(desired.labels()).containsEntry("regcred.dev/managed", "true");
    assertThat(desired.annotations().get("regcred.dev/contributors")).contains("pull");
  }

  @Test
  void otherPeoplesOwnersStayAndOneOfOursWithAnOldUidDoesNot() {
    var old =
        new OwnerReference(
            "regcred.dev/v1alpha1", "RegistryCredential", "pull", "uid-0", null, null);
    var current = PullSecrets.withOwners(PullSecrets.ours("pull"), SOMEBODY, old);
    assertThat(DesiredSecrets.forPull(current).owners())
        .containsExactly(SOMEBODY, PullSecrets.OWNER);
  }

  @Test
  void ourReferenceNeitherControlsNorBlocks() {
    assertThat(DesiredSecrets.forPull(null).owners())
        .allMatch(owner -> owner.controller() == null && owner.blockOwnerDeletion() == null);
  }

  @Test
  void nothingOfThePasswordIsPrinted() {
    var desired = DesiredSecrets.forPull(null);
    var current = PullSecrets.withContent(PullSecrets.ours("pull"), "{}");
    assertThat(
            List.of(
                    desired,
                    ROBOT,
                    contribution("pull", ROBOT, Map.of(), Map.of()),
                    PullSecrets.ours("pull"),
                    current.document(),
                    CredentialValue.password("It", PullSecrets.PASSWORD.getBytes(UTF_8)),
                    SecretDiff.writes(desired, null),
                    SecretDiff.writes(desired, current))
                .toString())
        .as("but what it is")
        .contains(
            "DesiredSecret[name=pull, labels=",
            "DockerConfigEntry[redacted]",
            "DockerConfigJson[0 entries]",
            "Valid[redacted]",
            "Patch[secretName=pull]")
        .doesNotContain(PullSecrets.PASSWORD)
        .doesNotContain(PullSecrets.base64("robot:" + PullSecrets.PASSWORD))
        .doesNotContain(PullSecrets.base64(PullSecrets.ENTRY));
  }
}
