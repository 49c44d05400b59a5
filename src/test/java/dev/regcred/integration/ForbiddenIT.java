package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.LogCapture;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the operator may not do is said, tried again with patience, and done when it may. */
class ForbiddenIT extends OperatorScenario {
  private static final Duration WATCHED = Duration.ofSeconds(5);

  /** Delays of 50, 100, 200 ms and so on make seven attempts in five seconds. */
  private static final long ATTEMPTS_AT_MOST = 12;

  @Test
  void aSecretThatMayNotBeCreatedIsCreatedOnceItMay() {
    applied(REGISTRY);
    applySource(CANARY);
    awaitRegistry("main", "Active", "Active");
    try (var log = LogCapture.begin()) {
      without("create", () -> refusedAndTriedAgain(log));
    }
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  private void refusedAndTriedAgain(LogCapture log) {
    applied(credential(""));

    awaitState("pull", "Requested", "Forbidden");
    assertThat(conditionOfPull("Ready", "message"))
        .contains("create Secret pull", "permission")
        .doesNotContain(CANARY);
    assertThat(conditionOfPull("Reconciling", "status")).isEqualTo("True");
    assertThat(conditionOfPull("Stalled", "status")).isEmpty();
    await()
        .during(WATCHED)
        .atMost(WATCHED.plusSeconds(5))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> attempts(log) <= ATTEMPTS_AT_MOST);
    assertThat(attempts(log)).isGreaterThan(1);
  }

  private static long attempts(LogCapture log) {
    return log.text().lines().filter(line -> line.contains("Could not create Secret pull")).count();
  }

  @Test
  void aRotationThatMayNotBeWrittenLeavesTheLastGoodPullSecret() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    without(
        "patch",
        () -> {
          applySource(CANARY + "-rotated");

          awaitState("pull", "Active", "Forbidden");
          assertThat(conditionOfPull("Reconciling", "status")).isEqualTo("True");
          assertThat(conditionOfPull("Ready", "message")).contains("change Secret pull");
          assertThat(content("pull")).isEqualTo(config(CANARY));
        });
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated"));
  }

  @Test
  void aDeletionThatMayNotTakeTheSecretAwayWaits() {
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    without(
        "delete",
        () -> {
          kubectl("delete", "regcred/pull", "--wait=false");
          awaitState("pull", "Removing", "Forbidden");
          assertThat(conditionOfPull("Ready", "message")).contains("delete Secret pull");
          assertThat(secretNamed("pull")).isNotNull();
        });
    await().untilAsserted(() -> assertThat(credentialNamed("pull")).isNull());
    assertThat(secretNamed("pull")).isNull();
  }

  @Test
  void aQuotaThatIsUsedUpIsSaidAndWaitedFor() {
    applied(REGISTRY);
    applySource(CANARY);
    applied(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: narrow}
        spec: {hard: {count/secrets: "1"}}
        """);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        kubectl(
                            "get",
                            "resourcequota/narrow",
                            "-o",
                            "jsonpath={.status.used.count/secrets}"))
                    .isEqualTo("1"));
    applied(credential(""));

    awaitState("pull", "Requested", "QuotaExceeded");
    assertThat(conditionOfPull("Ready", "message")).contains("create Secret pull", "ResourceQuota");
    assertThat(conditionOfPull("Reconciling", "status")).isEqualTo("True");
    kubectl(
        "patch", "resourcequota/narrow", "-p", "{\"spec\":{\"hard\":{\"count/secrets\":\"5\"}}}");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  /** While the operator lacks a permission on Secrets; what ships is back afterwards. */
  private void without(String verb, Runnable action) {
    var kubectl = installation.cluster().kubectl();
    try {
      client
          .resources(ClusterRole.class)
          .withName("regcred-operator")
          .edit(
              role -> {
                role.getRules().stream()
                    .filter(rule -> rule.getResources().contains("secrets"))
                    .forEach(rule -> rule.getVerbs().remove(verb));
                return role;
              });
      eventually(() -> !isAllowed(verb));
      action.run();
    } finally {
      kubectl.ok("apply", "-f", "deploy/rbac.yaml");
      eventually(() -> isAllowed(verb));
    }
  }

  private boolean isAllowed(String verb) {
    var operator = "system:serviceaccount:regcred-system:regcred-operator";
    return tried("auth", "can-i", verb, "secrets", "--as=" + operator).exitCode() == 0;
  }
}
