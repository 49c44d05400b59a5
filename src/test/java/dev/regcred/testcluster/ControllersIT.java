package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What sets a cluster apart from an API server alone: something acts on what is stored. */
class ControllersIT {
  private static final String NAMESPACE = "controllers-it";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Kubectl kubectl = SharedCluster.get().kubectl();

  @BeforeAll
  static void createNamespace() {
    SharedCluster.get().kubectl().ok("create", "namespace", NAMESPACE);
  }

  @AfterAll
  static void deleteNamespace() {
    SharedCluster.get()
        .kubectl()
        .ok("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
  }

  @Test
  void aNamespaceGetsItsServiceAccount() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> kubectl.run("get", "serviceaccount", "default", "-n", NAMESPACE).exitCode() == 0);
  }

  @Test
  void aDeletedNamespaceGoesAwayWithWhatIsInIt() {
    kubectl.ok("create", "namespace", "controllers-it-deleted");
    kubectl.ok("create", "secret", "generic", "kept", "-n", "controllers-it-deleted");
    kubectl.ok("delete", "namespace", "controllers-it-deleted", "--timeout=60s");

    var gone = kubectl.run("get", "namespace", "controllers-it-deleted");
    assertThat(gone.stderr()).contains("NotFound");
  }

  @Test
  void aServiceAccountMayNothingUntilARoleSaysSo() {
    var account = "system:serviceaccount:%s:default".formatted(NAMESPACE);
    var before = kubectl.run("auth", "can-i", "get", "secrets", "-n", NAMESPACE, "--as", account);
    assertThat(before.stdout().strip()).isEqualTo("no");

    kubectl.ok("create", "role", "reader", "--verb=get", "--resource=secrets", "-n", NAMESPACE);
    kubectl.ok(
        "create",
        "rolebinding",
        "reader",
        "--role=reader",
        "--serviceaccount=" + NAMESPACE + ":default",
        "-n",
        NAMESPACE);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                kubectl
                    .run("auth", "can-i", "get", "secrets", "-n", NAMESPACE, "--as", account)
                    .stdout()
                    .strip()
                    .equals("yes"));
  }

  @Test
  void aTokenOfAServiceAccountIsAccepted() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.run("create", "token", "default", "-n", NAMESPACE).exitCode())
                    .isZero());
    var token = kubectl.ok("create", "token", "default", "-n", NAMESPACE).strip();
    var review =
        kubectl.runWithInput(
            """
            {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "%s"}}
            """
                .formatted(token),
            "create",
            "-f",
            "-",
            "-o",
            "jsonpath={.status.user.username}");
    assertThat(review.stdout()).isEqualTo("system:serviceaccount:%s:default".formatted(NAMESPACE));
  }
}
