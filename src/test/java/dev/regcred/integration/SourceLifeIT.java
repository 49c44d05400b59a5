package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Meters;
import dev.regcred.testkit.Patience;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a source in its life, and whom it concerns. */
class SourceLifeIT extends OperatorScenario {
  private static final Duration QUIET = Duration.ofSeconds(1);

  @Test
  void oneThatAppearsLaterIsUsedAtOnce() {
    applied(REGISTRY);
    applied(credential(""));
    awaitState("pull", "Registering", "SourceNotFound");
    assertThat(message()).contains("no Secret account");
    applySource(CANARY);
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void oneThatIsDeletedAndComesBackAsAnotherTypeIsUsedAgain() {
    activate();
    var uid = pullSecret().getMetadata().getUid();
    kubectl("delete", "secret/account");
    awaitState("pull", "Active", "SourceNotFound");
    assertThat(content("pull")).as("the last good one").isEqualTo(config(CANARY));

    kubectl(
        "create",
        "secret",
        "generic",
        "account",
        "--type=kubernetes.io/basic-auth",
        "--from-literal=username=robot",
        "--from-literal=password=" + CANARY + "-retyped");

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-retyped"));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
  }

  @Test
  void oneThatIsReplacedInOneGoIsFollowed() {
    activate();
    kubectl("delete", "secret/account", "--wait=false");
    kubectl("create", "secret", "generic", "account", "--from-literal=password=" + CANARY + "-2");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-2")));
    awaitState("pull", "Active", "Active");
  }

  /** As a copy of the pull Secret's metadata onto the source does it. */
  @ParameterizedTest(name = "then {0}")
  @ValueSource(strings = {"Inactive", "Removed", "Purged", "deleted", "another source"})
  void oneThatIsMarkedAsOursIsNeitherDeletedNorWritten(String then) {
    activate();
    var mark = pullSecret().getMetadata().getAnnotations().get("regcred.dev/contributors");
    kubectl("label", "secret/account", "regcred.dev/managed=true");
    kubectl("annotate", "secret/account", "regcred.dev/contributors=" + mark);
    var marked = secretNamed("account");
    assertThat(String.valueOf(marked)).contains("regcred.dev/contributors");
    applied(credential("target: {labels: {seen: marked}}"));
    await()
        .untilAsserted(
            () -> assertThat(pullSecret().getMetadata().getLabels()).containsKey("seen"));

    switch (then) {
      case "deleted" -> kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);
      case "another source" -> {
        kubectl("create", "secret", "generic", "next", "--from-literal=password=" + CANARY + "-n");
        applied(credential("").replace("name: account", "name: next"));
        await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-n")));
        awaitState("pull", "Active", "Active");
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
    activate();
    kubectl("create", "secret", "generic", "next", "--from-literal=password=" + CANARY + "-next");
    applied(credential("").replace("name: account", "name: next"));
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-next")));
    awaitState("pull", "Active", "Active");

    var passes = passesAtRest();
    kubectl("delete", "secret/account");
    assertThat(passesAtRest()).as("the old source concerns nobody").isEqualTo(passes);

    kubectl("patch", "secret/next", "-p", "{\"stringData\":{\"password\":\"" + CANARY + "-3\"}}");
    await().untilAsserted(() -> assertThat(content("pull")).isEqualTo(config(CANARY + "-3")));
  }

  @Test
  void aChangeConcernsOnlyTheCredentialsThatReadIt() {
    var concerned = names("pull-", 3);
    var others = names("other-", 20);
    applied(REGISTRY);
    applySource(CANARY);
    kubectl("create", "secret", "generic", "second", "--from-literal=password=" + CANARY + "-b");
    applied(
        concerned.stream().map(name -> credential(name, "")).collect(Collectors.joining("---\n"))
            + "---\n"
            + others.stream()
                .map(name -> credential(name, "").replace("name: account", "name: second"))
                .collect(Collectors.joining("---\n")));
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
    kubectl("create", "secret", "generic", "unrelated", "--from-literal=password=x");
    kubectl("delete", "secret/unrelated");
    assertThat(passesAtRest()).as("a Secret that nobody names").isEqualTo(rotated);
  }

  private void activate() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
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

  private String message() {
    return kubectl(
        "get", "regcred/pull", "-o", "jsonpath={.status.conditions[?(@.type==\"Ready\")].message}");
  }
}
