package dev.regcred.pullsecret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.ForeignConfigs;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of other people's Secrets can be taken over, and what taking one over keeps. */
class AdoptionTest {
  private static final String THEIRS =
      "{\"auths\":{\"theirs.example.com\":{ \"auth\" : \"dGhlaXI6czNjcmV0\","
          + " \"note\":1.50}},\"x\":[ ]}";

  private static final PullSecret FOREIGN = PullSecrets.foreign("pull", PullSecret.TYPE, THEIRS);

  @Test
  void aDockerConfigOfTheRightTypeCanBe() {
    assertThat(Adoption.refusal(FOREIGN)).isEmpty();
    assertThat(Adoption.refusal(PullSecrets.withContent(FOREIGN, "{\"auths\":{}}"))).isEmpty();
    assertThat(Adoption.refusal(PullSecrets.withContent(FOREIGN, "{}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Opaque", "kubernetes.io/dockercfg", "kubernetes.io/tls"})
  void oneOfAnotherTypeCannot(String type) {
    assertThat(Adoption.refusal(PullSecrets.ofType(FOREIGN, type)).orElseThrow())
        .contains(type, PullSecret.TYPE);
  }

  @Test
  void anImmutableOneCannot() {
    assertThat(Adoption.refusal(PullSecrets.immutable(FOREIGN)).orElseThrow())
        .contains("immutable");
  }

  @Test
  void oneWithAnotherKeyCannot() {
    var secret =
        PullSecrets.withData(
            FOREIGN, Map.of(PullSecret.KEY, PullSecrets.base64(THEIRS), "more", "bW9yZQ=="));
    assertThat(Adoption.refusal(secret).orElseThrow()).contains("other keys");
    assertThat(Adoption.refusal(PullSecrets.withData(FOREIGN, Map.of())).orElseThrow())
        .as("nor one without the key")
        .contains(PullSecret.KEY);
  }

  @Test
  void aKeyThatIsAddedLaterIsNoReasonToLetGo() {
    var adopted =
        PullSecrets.withAnnotations(
            PullSecrets.keptFor(
                PullSecrets.withData(
                    FOREIGN,
                    Map.of(PullSecret.KEY, PullSecrets.base64(THEIRS), "more", "bW9yZQ==")),
                "pull"),
            Map.of("regcred.dev/adopted", "true"));
    assertThat(Adoption.refusal(adopted)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{\"auths\":[]}", "{\"auths\":{\"a\":1}}", "{", "{\"auths\":{}}x"})
  void whatIsNoDockerConfigCannot(String content) {
    assertThat(Adoption.refusal(PullSecrets.withContent(FOREIGN, content)).orElseThrow())
        .contains("Docker config")
        .doesNotContain("s3cret");
  }

  static final List<String> USABLE = ForeignConfigs.USABLE;

  @ParameterizedTest
  @FieldSource("USABLE")
  void oneThatAKubeletReadsCanBe(String config) {
    assertThat(Adoption.refusal(withRobot(config))).isEmpty();
  }

  static Stream<String> unusable() {
    return Stream.of(ForeignConfigs.UNUSABLE, ForeignConfigs.OF_ANOTHER_TYPE).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void oneThatAKubeletRefusesForOneEntryCannot(String config) {
    assertThat(Adoption.refusal(withRobot(config)).orElseThrow())
        .startsWith("can't be read as a Docker config: the content has ")
        .doesNotContain(PullSecrets.PASSWORD);
  }

  private static PullSecret withRobot(String config) {
    return PullSecrets.withContent(
        FOREIGN, config.formatted(DesiredSecrets.ROBOT.entry().toJson()));
  }

  @Test
  void itsOfferIsForTheCredentialThatItNames() {
    var offered =
        PullSecrets.withAnnotations(
            FOREIGN, Map.of("regcred.dev/adopt", "RegistryCredential/pull"));
    assertThat(offered.isOfferedTo(new CredentialRef("RegistryCredential", "pull"))).isTrue();
    assertThat(offered.isOfferedTo(new CredentialRef("RegistryCredential", "other"))).isFalse();
    assertThat(
            PullSecrets.keptFor(offered, "other")
                .isOfferedTo(new CredentialRef("RegistryCredential", "pull")))
        .as("one that is ours is not to be had")
        .isFalse();
  }

  @Test
  void theAdoptingWriteTakesTheOfferAndTheCopyOfTheOldContentOff() {
    var offered =
        PullSecrets.withAnnotations(
            FOREIGN,
            Map.of(
                "regcred.dev/adopt",
                "RegistryCredential/pull",
                "kubectl.kubernetes.io/last-applied-configuration",
                "{}",
                "theirs",
                "kept"));
    assertThat(SecretDiff.writes(DesiredSecrets.forPull(offered), offered))
        .singleElement()
        .isInstanceOfSatisfying(
            SecretWrite.Patch.class,
            patch -> {
              assertThat(patch.isAdoption()).isTrue();
              assertThat(patch.mergePatch().get("metadata"))
                  .asString()
                  .contains(
                      "regcred.dev/adopt=null",
                      "last-applied-configuration=null",
                      "regcred.dev/adopted=true",
                      "regcred.dev/managed=true")
                  .doesNotContain("theirs", "ownerReferences");
            });
  }

  @Test
  void aWriteOfOneThatIsOursIsNoAdoption() {
    var ours = PullSecrets.withContent(PullSecrets.ours("pull"), "{}");
    assertThat(SecretDiff.writes(DesiredSecrets.forPull(ours), ours))
        .singleElement()
        .isInstanceOfSatisfying(
            SecretWrite.Patch.class, patch -> assertThat(patch.isAdoption()).isFalse());
  }
}
