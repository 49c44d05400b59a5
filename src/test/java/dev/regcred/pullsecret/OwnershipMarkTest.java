package dev.regcred.pullsecret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mark by which a Secret is ours, as it is written and as it may be found. */
class OwnershipMarkTest {
  private static final Map<String, String> MANAGED = Map.of("regcred.dev/managed", "true");
  private static final String PULL = "[{\"kind\":\"RegistryCredential\",\"name\":\"pull\"}]";

  @Test
  void itNamesTheCredentials() {
    assertThat(OwnershipMark.entries(MANAGED, Map.of("regcred.dev/contributors", PULL)))
        .containsExactly(new MarkEntry(new CredentialRef("RegistryCredential", "pull"), null));
  }

  @Test
  void itIsReadAsItIsWritten() {
    var contributors =
        List.of(
            new MarkEntry(new CredentialRef("RegistryCredential", "pull"), null),
            new MarkEntry(new CredentialRef("ClusterRegistryCredential", "a.b-c"), "ghcr.io/team"));
    assertThat(OwnershipMark.contributorsValue(contributors.subList(0, 1))).isEqualTo(PULL);
    assertThat(
            OwnershipMark.entries(
                MANAGED,
                Map.of("regcred.dev/contributors", OwnershipMark.contributorsValue(contributors))))
        .isEqualTo(contributors);
  }

  /** Anybody may write the annotation on a Secret of theirs. */
  @Test
  void aNameThatNoResourceCanHaveIsNone() {
    for (String name :
        List.of("../../other/registrycredentials/pull", "a/b", "..", "", "A", "a%2f")) {
      var forged = "[{\"kind\":\"RegistryCredential\",\"name\":\"%s\"}]".formatted(name);
      assertThat(OwnershipMark.entries(MANAGED, Map.of("regcred.dev/contributors", forged)))
          .as(name)
          .isEmpty();
    }
  }

  /** What a mark names is asked for, and shown, as it stands. */
  @Test
  void aKindThatIsNoCredentialsIsNone() {
    for (String kind : List.of("Registry", "", "registrycredential", "\\u001b[2Jowned")) {
      var forged = "[{\"kind\":\"%s\",\"name\":\"pull\"}]".formatted(kind);
      assertThat(OwnershipMark.entries(MANAGED, Map.of("regcred.dev/contributors", forged)))
          .as(kind)
          .isEmpty();
    }
  }

  /** The API server takes 256 KiB of it, and we never write so much. */
  @Test
  void oneThatIsLongerThanWeWriteNamesNobody() {
    for (int length : List.of(100, 245)) {
      var names = IntStream.range(0, 120).mapToObj(i -> "n".repeat(length) + i);
      var mark =
          OwnershipMark.contributorsValue(
              names
                  .map(n -> new MarkEntry(new CredentialRef("RegistryCredential", n), null))
                  .toList());
      assertThat(OwnershipMark.entries(MANAGED, Map.of("regcred.dev/contributors", mark)))
          .as("of %s characters", mark.length())
          .hasSize(mark.length() > OwnershipMark.MAX_CHARACTERS ? 0 : 120);
      assertThat(mark.length() > OwnershipMark.MAX_CHARACTERS).isEqualTo(length == 245);
    }
  }

  @Test
  void itIsReadUpToItsBoundsAndNotBeyond() {
    assertThat(named(OwnershipMark.MAX_ENTRIES, "n")).hasSize(OwnershipMark.MAX_ENTRIES);
    assertThat(named(OwnershipMark.MAX_ENTRIES + 1, "n")).isEmpty();
    assertThat(named(1, "n".repeat(252))).as("of 253 characters").hasSize(1);
    assertThat(named(1, "n".repeat(253))).as("of 254 characters").isEmpty();
    var blanks = " ".repeat(OwnershipMark.MAX_CHARACTERS - PULL.length());
    assertThat(OwnershipMark.entries(MANAGED, Map.of("regcred.dev/contributors", PULL + blanks)))
        .hasSize(1);
    assertThat(
            OwnershipMark.entries(MANAGED, Map.of("regcred.dev/contributors", PULL + blanks + " ")))
        .isEmpty();
  }

  private static List<MarkEntry> named(int count, String name) {
    var entries =
        IntStream.range(0, count)
            .mapToObj(i -> new MarkEntry(new CredentialRef("RegistryCredential", name + i), null))
            .toList();
    var mark = Map.of("regcred.dev/contributors", OwnershipMark.contributorsValue(entries));
    return OwnershipMark.entries(MANAGED, mark);
  }

  @Test
  void labelAndAnnotationBelongTogether() {
    var annotations = Map.of("regcred.dev/contributors", PULL);
    assertThat(OwnershipMark.entries(MANAGED, Map.of())).isEmpty();
    assertThat(OwnershipMark.entries(Map.of(), annotations)).isEmpty();
    assertThat(OwnershipMark.entries(Map.of("regcred.dev/managed", "false"), annotations))
        .isEmpty();
    assertThat(OwnershipMark.entries(null, annotations)).isEmpty();
    assertThat(OwnershipMark.entries(MANAGED, null)).isEmpty();
  }

  /** Whoever may edit a Secret may write anything into its annotations. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pull",
        "null",
        "{}",
        "[null]",
        "[{}]",
        "[\"pull\"]",
        "[{\"kind\":\"RegistryCredential\"}]",
        "[{\"kind\":null,\"name\":\"pull\"}]",
        "[{\"kind\":\"RegistryCredential\",\"name\":null}]",
        "[{\"kind\":\"RegistryCredential\",\"name\":\"pull\"}"
      })
  void oneThatCanNotBeReadNamesNobody(String annotation) {
    assertThat(OwnershipMark.entries(MANAGED, Map.of("regcred.dev/contributors", annotation)))
        .isEmpty();
  }

  @Test
  void whatWasAppliedIsReadAsItIsWritten() {
    var applied =
        new OwnershipMark.AppliedKeys(
            new TreeSet<>(List.of("team", "app")), new TreeSet<>(List.of("note")));
    assertThat(OwnershipMark.appliedValue(applied))
        .isEqualTo("{\"labels\":[\"app\",\"team\"],\"annotations\":[\"note\"]}");
    assertThat(
            OwnershipMark.applied(
                Map.of("regcred.dev/applied", OwnershipMark.appliedValue(applied))))
        .isEqualTo(applied);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "team",
        "null",
        "[]",
        "{}",
        "{\"labels\":null,\"annotations\":null}",
        "{\"labels\":[null],\"annotations\":[]}",
        "{\"labels\":[\"team\"]}"
      })
  void anAppliedAnnotationThatCanNotBeReadTakesNothingAwayAndStopsNothing(String annotation) {
    var edited =
        PullSecrets.withLabels(
            PullSecrets.withAnnotations(
                PullSecrets.ours("pull"), Map.of("regcred.dev/applied", annotation)),
            Map.of("team", "a"));
    assertThat(OwnershipMark.applied(edited.annotations()))
        .isEqualTo(OwnershipMark.AppliedKeys.NOTHING);
    assertThat(SecretDiff.writes(DesiredSecrets.forPull(edited), edited))
        .allSatisfy(
            write ->
                assertThat(write)
                    .isInstanceOfSatisfying(
                        SecretWrite.Patch.class,
                        patch ->
                            assertThat(patch.mergePatch().toString()).doesNotContain("labels=")));
  }
}
