package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a source in its life, and whom it concerns. */
class SourceLifeIT extends OperatorScenario {
  private static final Duration QUIET = Duration.ofSeconds(1);

  @Test
  void oneThatIsDeletedAndComesBackAsAnotherTypeIsUsedAgain() {
    activeWorkingSet();
    var uid = pullSecret().getMetadata().getUid();
    deleted("Secret/account");
    awaitState("pull", "Active", "SourceNotFound");
    assertThat(content("pull")).as("the last good one").isEqualTo(config(CANARY));

    applied(
        Manifests.source("account", CANARY + "-retyped")
            .value("username", "robot")
            .type("kubernetes.io/basic-auth"));

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-retyped"));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
  }

  @Test
  void oneThatIsReplacedInOneGoIsFollowed() {
    activeWorkingSet();
    deleted("Secret/account");
    applySource(CANARY + "-2");
    awaitPullSecret(config(CANARY + "-2"));
    awaitState("pull", "Active", "Active");
  }

  /** As a copy of the pull Secret's metadata onto the source does it. */
  @ParameterizedTest(name = "then {0}")
  @ValueSource(strings = {"Inactive", "Removed", "Purged", "deleted", "another source"})
  void oneThatIsMarkedAsOursIsNeitherDeletedNorWritten(String then) {
    activeWorkingSet();
    var marks = pullSecret().getMetadata().getAnnotations();
    var mark = present(marks.get("regcred.dev/contributors"), "mark");
    applied(
        Manifests.source("account", CANARY)
            .label("regcred.dev/managed", "true")
            .annotation("regcred.dev/contributors", mark));
    var marked = secretNamed("account");
    applied(Manifests.credential("pull").targetLabel("seen", "marked"));
    awaitState("pull", "Active", "Active");
    assertThat(pullSecret().getMetadata().getLabels()).containsKey("seen");

    switch (then) {
      case "deleted" -> deleted("RegistryCredential/pull");
      case "another source" -> {
        applySource("next", CANARY + "-n");
        applied(Manifests.credential("pull").source("next"));
        awaitState("pull", "Active", "Active");
        assertThat(content("pull")).isEqualTo(config(CANARY + "-n"));
      }
      default -> {
        declare(then);
        awaitState("pull", then, then);
      }
    }

    assertThat(secretNamed("account")).isEqualTo(marked);
  }

  @Test
  void oneOfAnotherNameTakesOverAndTheOldOneConcernsNobody() {
    activeWorkingSet();
    applySource("next", CANARY + "-next");
    applied(Manifests.credential("pull").source("next"));
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-next"));

    var passes = passesAtRest();
    deleted("Secret/account");
    assertThat(passesAtRest()).as("the old source concerns nobody").isEqualTo(passes);

    applySource("next", CANARY + "-3");
    awaitPullSecret(config(CANARY + "-3"));
  }

  @Test
  void aChangeConcernsOnlyTheCredentialsThatReadIt() {
    var concerned = names("pull-", 3);
    var others = names("other-", 20);
    applySource(CANARY);
    applySource("second", CANARY + "-b");
    applied(Manifests.registry("main"));
    concerned.forEach(name -> applied(Manifests.credential(name)));
    others.forEach(name -> applied(Manifests.credential(name).source("second")));
    concerned.forEach(name -> awaitState(name, "Active", "Active"));
    others.forEach(name -> awaitState(name, "Active", "Active"));
    var before = passesAtRest();

    applySource(CANARY + "-rotated");

    concerned.forEach(
        name ->
            await()
                .untilAsserted(
                    () -> assertThat(content(name)).isEqualTo(config(CANARY + "-rotated"))));
    assertThat(passesAtRest() - before)
        .as("one each for the source, and one for the pull Secret at most")
        .isBetween(concerned.size(), 2 * concerned.size());
    others.forEach(name -> assertThat(content(name)).isEqualTo(config(CANARY + "-b")));

    var rotated = passesAtRest();
    applySource("unrelated", CANARY);
    deleted("Secret/unrelated");
    assertThat(passesAtRest()).as("a Secret that nobody names").isEqualTo(rotated);
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  /** How many passes over credentials there were once there are no more. */
  private int passesAtRest() {
    var meters = new Meters(operator().httpPort());
    var last = new int[] {-1};
    await()
        .during(QUIET)
        .until(
            () -> {
              var now = meters.passes("RegistryCredential");
              var isSame = now == last[0];
              last[0] = now;
              return isSame;
            });
    return last[0];
  }
}
