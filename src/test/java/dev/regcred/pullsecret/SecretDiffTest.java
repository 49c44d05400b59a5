package dev.regcred.pullsecret;

import static dev.regcred.pullsecret.PullSecrets.base64;
import static dev.regcred.pullsecret.PullSecrets.ours;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The one patch that puts a Secret right, as the API server gets it. */
class SecretDiffTest {
  private static final OwnerReference SOMEBODY =
      new OwnerReference("apps/v1", "Deployment", "web", "uid-9", true, true);

  @Test
  void whatIsRightIsNotWritten() {
    assertThat(writes(ours("pull"))).isEmpty();
  }

  @Test
  void otherPeoplesLabelsAnnotationsAndOwnersAreNoDrift() {
    var secret =
        PullSecrets.withOwners(
            PullSecrets.withAnnotations(
                PullSecrets.withLabels(ours("pull"), Map.of("theirs", "a")),
                Map.of(
                    "note",
                    "b",
                    "regcred.dev/adopt",
                    "RegistryCredential/other",
                    "kubectl.kubernetes.io/last-applied-configuration",
                    "{}")),
            SOMEBODY,
            PullSecrets.OWNER);
    assertThat(writes(secret)).isEmpty();
  }

  @Test
  void theOrderOfOwnersIsNoDriftEither() {
    assertThat(writes(PullSecrets.withOwners(ours("pull"), PullSecrets.OWNER, SOMEBODY))).isEmpty();
  }

  @Test
  void whatIsAbsentIsCreated() {
    var desired = DesiredSecrets.forPull(null);
    assertThat(SecretDiff.writes(desired, null))
        .containsExactly(new SecretWrite.Create(desired))
        .extracting(SecretWrite::secretName)
        .containsExactly("pull");
  }

  @Test
  void aChangedContentIsAllThatIsPatchedAndOnlyInTheVersionThatWasRead() {
    assertThat(patch(writes(PullSecrets.withContent(ours("pull"), "{}"))))
        .isEqualTo(
            """
            {"metadata":{"uid":"uid-of-pull","resourceVersion":"41"},\
            "data":{".dockerconfigjson":"%s"}}\
            """
                .formatted(base64(PullSecrets.ENTRY)));
  }

  @Test
  void aKeyThatIsNotOursIsTakenOutOfOurSecret() {
    var secret =
        PullSecrets.withData(
            ours("pull"), Map.of(PullSecret.KEY, base64(PullSecrets.ENTRY), "more", "bW9yZQ=="));
    assertThat(patch(writes(secret)))
        .isEqualTo(
            """
            {"metadata":{"uid":"uid-of-pull","resourceVersion":"41"},"data":{"more":null}}\
            """);
  }

  @Test
  void aStrippedMarkIsPutOnAgainAndTheContentNotWritten() {
    assertThat(patch(writes(PullSecrets.stripped(ours("pull")))))
        .isEqualTo(
            """
            {"metadata":{"labels":{"regcred.dev/managed":"true"},\
            "annotations":{"regcred.dev/contributors":\
            "[{\\"kind\\":\\"RegistryCredential\\",\\"name\\":\\"pull\\",\
            \\"server\\":\\"registry.example.com\\"}]"},\
            "ownerReferences":[{"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",\
            "name":"pull","uid":"uid-1"}],"uid":"uid-of-pull","resourceVersion":"41"}}\
            """);
  }

  @Test
  void anOwnersPatchKeepsOtherPeoplesAsTheyAre() {
    assertThat(patch(writes(PullSecrets.withOwners(ours("pull"), SOMEBODY))))
        .contains("\"uid\":\"uid-9\",\"controller\":true,\"blockOwnerDeletion\":true}")
        .contains("\"uid\":\"uid-1\"}")
        .doesNotContain("\"labels\"", "\"annotations\"", "\"data\"");
  }

  @Test
  void aLabelThatIsNoLongerAskedForIsTakenAwayAndSomebodyElsesStays() {
    var current =
        PullSecrets.withAnnotations(
            PullSecrets.withLabels(ours("pull"), Map.of("team", "a", "app", "b", "theirs", "c")),
            Map.of(
                "note",
                "d",
                "their-note",
                "e",
                "regcred.dev/applied",
                "{\"labels\":[\"app\",\"team\"],\"annotations\":[\"note\"]}"));
    var desired = DesiredSecrets.forPull(Map.of("team", "a"), Map.of(), current);
    assertThat(patch(SecretDiff.writes(desired, current)))
        .isEqualTo(
            """
            {"metadata":{"labels":{"app":null},"annotations":{"note":null,\
            "regcred.dev/applied":"{\\"labels\\":[\\"team\\"],\\"annotations\\":[]}"},\
            "uid":"uid-of-pull","resourceVersion":"41"}}\
            """);
  }

  @Test
  void whenNothingIsAskedForAnyMoreTheNoteOfItGoesToo() {
    var current =
        PullSecrets.withAnnotations(
            PullSecrets.withLabels(ours("pull"), Map.of("team", "a")),
            Map.of("regcred.dev/applied", "{\"labels\":[\"team\"],\"annotations\":[]}"));
    assertThat(patch(writes(current)))
        .isEqualTo(
            """
            {"metadata":{"labels":{"team":null},"annotations":{"regcred.dev/applied":null},\
            "uid":"uid-of-pull","resourceVersion":"41"}}\
            """);
  }

  @Test
  void aLabelThatSomebodyChangedIsPutRight() {
    var asked = Map.of("team", "a");
    var right = apply(DesiredSecrets.forPull(asked, Map.of(), null));
    var changed = PullSecrets.withLabels(right, Map.of("team", "b"));
    assertThat(patch(SecretDiff.writes(DesiredSecrets.forPull(asked, Map.of(), changed), changed)))
        .isEqualTo(
            """
            {"metadata":{"labels":{"team":"a"},"uid":"uid-of-pull","resourceVersion":"41"}}\
            """);
  }

  @Test
  void whatCanNotBeChangedIsRecreatedInTheVersionThatWasRead() {
    for (var secret :
        List.of(PullSecrets.immutable(ours("pull")), PullSecrets.ofType(ours("pull"), "Opaque"))) {
      assertThat(writes(secret))
          .containsExactly(
              new SecretWrite.Delete("pull", "uid-of-pull", "41"),
              new SecretWrite.Create(DesiredSecrets.forPull(secret)));
    }
  }

  /** Only {@code true} makes a Secret other people's too, and it stays if it is. */
  @Test
  void anAdoptionThatNobodyMadeIsTakenOff() {
    var current = PullSecrets.withAnnotations(ours("pull"), Map.of("regcred.dev/adopted", "yes"));
    assertThat(patch(writes(current)))
        .isEqualTo(
            """
            {"metadata":{"annotations":{"regcred.dev/adopted":null},\
            "uid":"uid-of-pull","resourceVersion":"41"}}\
            """);
  }

  /** What can't be changed in place is never recreated for other people. */
  @Test
  void anAdoptedSecretIsNeitherRecreatedNorCleared() {
    var adopted =
        PullSecrets.withAnnotations(
            PullSecrets.withData(
                ours("pull"), Map.of(PullSecret.KEY, base64("{}"), "more", "bW9yZQ==")),
            Map.of("regcred.dev/adopted", "true"));
    for (var secret :
        List.of(adopted, PullSecrets.immutable(adopted), PullSecrets.ofType(adopted, "Opaque"))) {
      assertThat(patch(writes(secret)))
          .endsWith(
              "\"data\":{\".dockerconfigjson\":\"%s\"}}".formatted(base64(PullSecrets.ENTRY)));
    }
  }

  @Test
  void onlyTheFirstWriteOfWhatWasOtherPeoplesAloneIsAnAdoption() {
    var foreign = PullSecrets.foreign("pull", PullSecret.TYPE, "{}");
    var offer = Map.of("regcred.dev/adopt", "RegistryCredential/pull");
    var adopted = Map.of("regcred.dev/adopted", "true");
    assertThat(isAdoption(PullSecrets.withAnnotations(foreign, offer))).isTrue();
    assertThat(
            isAdoption(PullSecrets.withAnnotations(PullSecrets.keptFor(foreign, "pull"), adopted)))
        .as("once adopted")
        .isFalse();
    assertThat(isAdoption(foreign)).as("of which the mark was stripped").isFalse();
    assertThat(isAdoption(PullSecrets.withAnnotations(PullSecrets.keptFor(foreign, "pull"), offer)))
        .as("which had a credential in it before it was offered")
        .isFalse();
    assertThat(isAdoption(PullSecrets.withAnnotations(foreign, adopted)))
        .as("whose label is taken off each time, as a policy of the cluster may")
        .isFalse();
  }

  private static boolean isAdoption(PullSecret current) {
    return writes(current).getFirst() instanceof SecretWrite.Patch(_, _, var isAdoption)
        && isAdoption;
  }

  @Test
  void handedBackWithoutEntriesItKeepsWhatOtherPeoplePutIn() {
    var theirs = "\"theirs.example.com\":{\"auth\" : \"dTpw\"}";
    var adopted =
        PullSecrets.withAnnotations(
            PullSecrets.withContent(
                ours("pull"),
                PullSecrets.ENTRY.replace(
                    "}}}", "}," + theirs + ",\"http://registry.example.com\":{}}}")),
            Map.of("regcred.dev/adopted", "true"));
    assertThat(adopted.document().servers())
        .as("and our own in another spelling")
        .containsExactly(
            "http://registry.example.com", "registry.example.com", "theirs.example.com");
    assertThat(patch(SecretDiff.handBackWithoutEntries(adopted)))
        .isEqualTo(
            """
            {"metadata":{"labels":{"regcred.dev/managed":null},\
            "annotations":{"regcred.dev/adopted":null,"regcred.dev/contributors":null},\
            "ownerReferences":[],"uid":"uid-of-pull","resourceVersion":"41"},\
            "data":{".dockerconfigjson":"%s"}}\
            """
                .formatted(base64("{\"auths\":{" + theirs + "}}")));
  }

  @Test
  void handedBackASecretLosesOurMarkAndNothingElse() {
    var current =
        PullSecrets.withOwners(
            PullSecrets.withAnnotations(
                PullSecrets.withLabels(ours("pull"), Map.of("team", "a", "theirs", "b")),
                Map.of(
                    "their-note",
                    "c",
                    "regcred.dev/applied",
                    "{\"labels\":[\"team\"],\"annotations\":[]}")),
            SOMEBODY,
            PullSecrets.OWNER);
    assertThat(patch(SecretDiff.handBack(current)))
        .isEqualTo(
            """
            {"metadata":{"labels":{"regcred.dev/managed":null},\
            "annotations":{"regcred.dev/applied":null,"regcred.dev/contributors":null},\
            "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web",\
            "uid":"uid-9","controller":true,"blockOwnerDeletion":true}],\
            "uid":"uid-of-pull","resourceVersion":"41"}}\
            """);
  }

  @Test
  void whatWasHandedBackIsNotWrittenAgain() {
    assertThat(SecretDiff.handBack(PullSecrets.stripped(ours("pull")))).isEmpty();
  }

  private static List<SecretWrite> writes(@Nullable PullSecret current) {
    return SecretDiff.writes(DesiredSecrets.forPull(current), current);
  }

  /** The Secret after its creation. */
  private static PullSecret apply(DesiredSecret desired) {
    return new PullSecret(
        desired.name(),
        "uid-of-pull",
        "41",
        PullSecret.TYPE,
        false,
        new TreeMap<>(desired.labels()),
        new TreeMap<>(desired.annotations()),
        desired.owners(),
        desired.data(),
        null);
  }

  private static String patch(List<SecretWrite> writes) {
    assertThat(writes).hasSize(1);
    if (!(writes.getFirst() instanceof SecretWrite.Patch(var name, var patch, _))) {
      throw new AssertionError("not a patch: " + writes);
    }
    assertThat(name).isEqualTo("pull");
    try {
      return new ObjectMapper().writeValueAsString(patch);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
