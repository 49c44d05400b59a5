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
class MarkTest {
  private static final Map<String, String> MANAGED = Map.of("regcred.dev/managed", "true");
  private static final String PULL = "[{\"kind\":\"RegistryCredential\",\"name\":\"pull\"}]";

  @Test
  void itNamesTheCredentials() {
    assertThat(Mark.holdings(MANAGED, Map.of("regcred.dev/contributors", PULL)))
        .containsExactly(new Holding(new Contributor("RegistryCredential", "pull"), null));
  }

  @Test
  void itIsReadAsItIsWritten() {
    var contributors =
        List.of(
            new Holding(new Contributor("RegistryCredential", "pull"), null),
            new Holding(new Contributor("ClusterRegistryCredential", "a.b-c"), "ghcr.io/team"));
    assertThat(Mark.contributorsValue(contributors.subList(0, 1))).isEqualTo(PULL);
    assertThat(
            Mark.holdings(
                MANAGED, Map.of("regcred.dev/contributors", Mark.contributorsValue(contributors))))
        .isEqualTo(contributors);
  }

  /** Anybody may write the annotation on a Secret of theirs. */
  @Test
  void aNameThatNoResourceCanHaveIsNone() {
    for (String name :
        List.of("../../other/registrycredentials/pull", "a/b", "..", "", "A", "a%2f")) {
      var forged = "[{\"kind\":\"RegistryCredential\",\"name\":\"%s\"}]".formatted(name);
      assertThat(Mark.holdings(MANAGED, Map.of("regcred.dev/contributors", forged)))
          .as(name)
          .isEmpty();
    }
  }

  /** The API server takes 256 KiB of it, and we never write so much. */
  @Test
  void oneThatIsLongerThanWeWriteNamesNobody() {
    for (int length : List.of(100, 245)) {
      var names = IntStream.range(0, 120).mapToObj(i -> "n".repeat(length) + i);
      var mark =
          Mark.contributorsValue(
              names.map(n -> new Holding(new Contributor("RegistryCredential", n), null)).toList());
      assertThat(Mark.holdings(MANAGED, Map.of("regcred.dev/contributors", mark)))
          .as("of %s characters", mark.length())
          .hasSize(mark.length() > Mark.MAX_CHARACTERS ? 0 : 120);
      assertThat(mark.length() > Mark.MAX_CHARACTERS).isEqualTo(length == 245);
    }
  }

  @Test
  void itIsReadUpToItsBoundsAndNotBeyond() {
    assertThat(named(Mark.MAX_CONTRIBUTORS, "n")).hasSize(Mark.MAX_CONTRIBUTORS);
    assertThat(named(Mark.MAX_CONTRIBUTORS + 1, "n")).isEmpty();
    assertThat(named(1, "n".repeat(252))).as("of 253 characters").hasSize(1);
    assertThat(named(1, "n".repeat(253))).as("of 254 characters").isEmpty();
    var blanks = " ".repeat(Mark.MAX_CHARACTERS - PULL.length());
    assertThat(Mark.holdings(MANAGED, Map.of("regcred.dev/contributors", PULL + blanks)))
        .hasSize(1);
    assertThat(Mark.holdings(MANAGED, Map.of("regcred.dev/contributors", PULL + blanks + " ")))
        .isEmpty();
  }

  private static List<Holding> named(int count, String name) {
    var holdings =
        IntStream.range(0, count)
            .mapToObj(i -> new Holding(new Contributor("RegistryCredential", name + i), null))
            .toList();
    var mark = Map.of("regcred.dev/contributors", Mark.contributorsValue(holdings));
    return Mark.holdings(MANAGED, mark);
  }

  @Test
  void labelAndAnnotationBelongTogether() {
    var annotations = Map.of("regcred.dev/contributors", PULL);
    assertThat(Mark.holdings(MANAGED, Map.of())).isEmpty();
    assertThat(Mark.holdings(Map.of(), annotations)).isEmpty();
    assertThat(Mark.holdings(Map.of("regcred.dev/managed", "false"), annotations)).isEmpty();
    assertThat(Mark.holdings(null, annotations)).isEmpty();
    assertThat(Mark.holdings(MANAGED, null)).isEmpty();
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
    assertThat(Mark.holdings(MANAGED, Map.of("regcred.dev/contributors", annotation))).isEmpty();
  }

  @Test
  void whatWasAppliedIsReadAsItIsWritten() {
    var applied =
        new Mark.Applied(new TreeSet<>(List.of("team", "app")), new TreeSet<>(List.of("note")));
    assertThat(Mark.appliedValue(applied))
        .isEqualTo("{\"labels\":[\"app\",\"team\"],\"annotations\":[\"note\"]}");
    assertThat(Mark.applied(Map.of("regcred.dev/applied", Mark.appliedValue(applied))))
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
    assertThat(Mark.applied(edited.annotations())).isEqualTo(Mark.Applied.NOTHING);
    assertThat(Drift.writes(DesiredSecrets.forPull(edited), edited))
        .allSatisfy(
            write ->
                assertThat(write)
                    .isInstanceOfSatisfying(
                        SecretWrite.Patch.class,
                        patch ->
                            assertThat(patch.mergePatch().toString()).doesNotContain("labels=")));
  }
}
