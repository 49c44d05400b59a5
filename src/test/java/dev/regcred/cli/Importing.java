package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.TestCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What somebody does with the output of {@code kubectl regcred import}. */
final class Importing {
  private static final Pattern HANDOVER =
      Pattern.compile(
          "(?m)^  kubectl (?<arguments>annotate secret \\S+ -n \\S+ --resource-version=\\d+ \\S+)$");

  private Importing() {}

  /** Has the API server check it. */
  static void dryRun(TestCluster cluster, String manifests) {
    apply(cluster, manifests, "--dry-run=server");
  }

  /** Applies it. */
  static void apply(TestCluster cluster, String manifests) {
    apply(cluster, manifests, "--dry-run=none");
  }

  private static void apply(TestCluster cluster, String manifests, String option) {
    var result =
        cluster
            .kubectl()
            .runWithInput(
                manifests, "apply", "--server-side", option, "--validate=strict", "-f", "-");
    assertThat(result.stderr()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  /** Runs the commands that are printed. */
  static void handOver(TestCluster cluster, String text) {
    HANDOVER
        .matcher(text)
        .results()
        .forEach(found -> cluster.kubectl().ok(found.group("arguments").split(" ", -1)));
  }

  /** The names of the Secrets that the operator keeps. */
  static Set<String> kept(KubernetesClient admin, String namespace) {
    return admin
        .secrets()
        .inNamespace(namespace)
        .withLabel("regcred.dev/managed", "true")
        .list()
        .getItems()
        .stream()
        .map(secret -> secret.getMetadata().getName())
        .collect(Collectors.toSet());
  }
}
