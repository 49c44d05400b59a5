package dev.regcred.demo;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.testcluster.TestCluster;
import dev.regcred.testcluster.TestClusters;
import dev.regcred.testkit.Installation;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * Brings up a cluster, installs what ships, starts the operator and goes once through what a user
 * does with it.
 */
public final class Demo {
  private static final String MANIFESTS = "docs/examples/quickstart.yaml";
  private static final String CREDENTIAL = "regcred/ghcr-pull";
  private static final String ROTATED = "another-password";

  private Demo() {}

  public static void main(String[] args) throws Exception {
    try (var cluster = TestClusters.start();
        var operator = start(cluster)) {
      tell(new Story(cluster.kubectl(), System.out));
      if (Boolean.getBoolean("demo.exit")) {
        System.out.printf("%nDone; the cluster is stopped.%n");
        return;
      }
      System.out.printf(
          """

          The cluster and the operator stay up until you press Ctrl-C. In another terminal:

            export KUBECONFIG=%s
            kubectl apply -f %s
            kubectl get regcred-all --watch

          Metrics and health: http://localhost:%d/metrics, /healthz, /readyz
          """,
          cluster.kubeconfig(), MANIFESTS, operator.httpPort());
      new CountDownLatch(1).await();
    }
  }

  private static RunningOperator start(TestCluster cluster) throws IOException {
    System.out.printf("%n== Installing the CRDs and the RBAC, starting the operator%n");
    var installation = Installation.on(cluster);
    var operator =
        RunningOperator.start(new OperatorConfig(0, Set.of(), 8), installation.operatorConfig());
    System.out.println("   The operator serves all namespaces");
    return operator;
  }

  private static void tell(Story story) {
    activation(story);
    rotation(story);
    lifecycle(story);
    deletion(story);
  }

  private static void activation(Story story) {
    story.chapter("A Registry, a source Secret and a RegistryCredential");
    story.run("apply", "-f", MANIFESTS);
    story.run("wait", "--for=condition=Ready", CREDENTIAL, "--timeout=30s");
    story.run("get", "regcred");
    story.say("The pull Secret is there, and new Pods of ServiceAccount default get it:");
    story.run("get", "secret", "ghcr-pull");
    story.run("get", "serviceaccount", "default", "-o=jsonpath={.imagePullSecrets}");
  }

  private static void rotation(Story story) {
    story.chapter("The password is rotated in its source");
    var uid = story.field("secret/ghcr-pull", "{.metadata.uid}");
    story.run(
        "patch",
        "secret",
        "ghcr-account",
        "-p",
        "{\"stringData\":{\"password\":\"" + ROTATED + "\"}}");
    story.until(
        "The pull Secret has the new password", () -> story.content("ghcr-pull").contains(ROTATED));
    if (!uid.equals(story.field("secret/ghcr-pull", "{.metadata.uid}"))) {
      throw new IllegalStateException("The pull Secret was replaced instead of changed in place");
    }
    story.say("It is the same Secret as before, changed in place.");
  }

  private static void lifecycle(Story story) {
    story.chapter("Out of use, and back");
    declare(story, "Inactive");
    story.say("The pull Secret stays, so that no Pod's reference breaks; the account is gone:");
    story.say(story.content("ghcr-pull"));
    declare(story, "Active");
    story.until("The account is back", () -> story.content("ghcr-pull").contains(ROTATED));
    story.run("get", "regcred");
  }

  private static void declare(Story story, String state) {
    story.run(
        "patch",
        CREDENTIAL,
        "--type=merge",
        "-p",
        "{\"spec\":{\"desiredState\":\"" + state + "\"}}");
    story.run("wait", "--for=jsonpath={.status.state}=" + state, CREDENTIAL, "--timeout=30s");
  }

  private static void deletion(Story story) {
    story.chapter("Deleted");
    story.run("delete", CREDENTIAL);
    if (!story.field("secret/ghcr-pull", "{.metadata.name}").isEmpty()) {
      throw new IllegalStateException("kubectl delete returned before the pull Secret was gone");
    }
    if (!story.field("serviceaccount/default", "{.imagePullSecrets}").isEmpty()) {
      throw new IllegalStateException("The ServiceAccount still names the pull Secret");
    }
    story.say("When the command returns, the pull Secret is gone, and no ServiceAccount names it.");
    story.run("delete", "-f", MANIFESTS, "--ignore-not-found");
  }
}
