package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.LogCapture;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the operator may not do is said, tried again with patience, and done when it may. */
class ForbiddenIT extends OperatorScenario {
  /** At 50, 100, 200 ms and so on after one another. */
  private static final int ATTEMPTS = 7;

  /** The last pause of these is 1.6 s, or shorter where changes of the status were an occasion. */
  private static final Duration LONG_PAUSE = Duration.ofMillis(400);

  @Test
  void aSecretThatMayNotBeCreatedIsCreatedOnceItMay() {
    applySource(CANARY);
    applied(Manifests.registry("main"));
    awaitRegistry("main", "Active", "Active");
    try (var log = LogCapture.begin()) {
      without("create", () -> refusedAndTriedAgain(log));
    }
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  private void refusedAndTriedAgain(LogCapture log) {
    applied(Manifests.credential("pull"));

    awaitState("pull", "Requested", "Forbidden");
    assertThat(message("pull", "Ready"))
        .contains("create Secret pull", "permission")
        .doesNotContain(CANARY);
    assertThat(conditions("pull")).containsExactly("Ready False", "Reconciling True");
    await().until(() -> attempts(log).size() >= ATTEMPTS);
    var times = attempts(log).subList(ATTEMPTS - 2, ATTEMPTS);
    assertThat(Duration.between(times.getFirst(), times.getLast())).isGreaterThan(LONG_PAUSE);
  }

  /** When they failed. */
  private static List<Instant> attempts(LogCapture log) {
    return log.entriesWith("Could not create Secret pull")
        .lines()
        .filter(line -> line.contains("Could not create Secret pull"))
        .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
        .toList();
  }

  @Test
  void aRotationThatMayNotBeWrittenLeavesTheLastGoodPullSecret() {
    activeWorkingSet();
    without(
        "patch",
        () -> {
          applySource(CANARY + "-rotated");

          awaitState("pull", "Active", "Forbidden");
          assertThat(conditions("pull")).containsExactly("Ready False", "Reconciling True");
          assertThat(message("pull", "Ready")).contains("change Secret pull");
          assertThat(content("pull")).isEqualTo(config(CANARY));
        });
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-rotated"));
  }

  @Test
  void aDeletionThatMayNotTakeTheSecretAwayWaits() {
    activeWorkingSet();
    without(
        "delete",
        () -> {
          test.namespace().delete("RegistryCredential", "pull");
          awaitState("pull", "Removing", "Forbidden");
          assertThat(message("pull", "Ready")).contains("delete Secret pull");
          assertThat(secretNamed("pull")).isNotNull();
        });
    await().untilAsserted(() -> assertThat(credentialNamed("pull")).isNull());
    assertThat(secretNamed("pull")).isNull();
  }

  @Test
  void aQuotaThatIsUsedUpIsSaidAndWaitedFor() {
    applySource(CANARY);
    applied(Manifests.registry("main"));
    applied(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: narrow}
        spec: {hard: {count/secrets: "1"}}
        """);
    await().untilAsserted(() -> assertThat(countedSecrets()).isEqualTo("1"));
    awaitRegistry("main", "Active", "Active"); // Or it is Registering while it waits for that.
    applied(Manifests.credential("pull"));

    awaitState("pull", "Requested", "QuotaExceeded");
    assertThat(message("pull", "Ready")).contains("create Secret pull", "ResourceQuota");
    assertThat(conditions("pull")).containsExactly("Ready False", "Reconciling True");
    patch("ResourceQuota/narrow", "{\"spec\":{\"hard\":{\"count/secrets\":\"5\"}}}");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  private String countedSecrets() {
    var used = client.resourceQuotas().inNamespace(namespace).withName("narrow").get().getStatus();
    return used == null || used.getUsed() == null
        ? "nothing yet"
        : String.valueOf(used.getUsed().get("count/secrets"));
  }

  /** While the operator lacks a permission on Secrets; what ships is back afterwards. */
  private void without(String verb, Runnable action) {
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
      installation.cluster().kubectl().ok("apply", "-f", "deploy/rbac.yaml");
      eventually(() -> isAllowed(verb));
    }
  }

  private boolean isAllowed(String verb) {
    var question =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("system:serviceaccount:regcred-system:regcred-operator")
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withResource("secrets")
            .withVerb(verb)
            .endResourceAttributes()
            .endSpec()
            .build();
    return client
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(question)
        .getStatus()
        .getAllowed();
  }
}
