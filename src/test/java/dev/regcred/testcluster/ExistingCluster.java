package dev.regcred.testcluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A cluster that runs already and is known by its kubeconfig. */
final class ExistingCluster {
  private ExistingCluster() {}

  /**
   * Connects to the current context of a kubeconfig.
   *
   * @throws ClusterUnavailableException if there is no such file, or nothing answers
   */
  static TestCluster open(Path kubeconfig, String reason, Progress progress) {
    if (!Files.isReadable(kubeconfig)) {
      throw new ClusterUnavailableException(
          "%s names %s, and there is no such file."
              .formatted(ClusterProperties.KUBECONFIG, kubeconfig));
    }
    return open("the cluster of " + kubeconfig, kubeconfig, reason, progress, () -> {});
  }

  /**
   * Connects to a cluster that somebody else started.
   *
   * @param stop called once when it is closed
   */
  static TestCluster open(
      String name, Path kubeconfig, String reason, Progress progress, Runnable stop) {
    try {
      var cache = Files.createTempDirectory("regcred-kubectl-");
      var kubectl = new Kubectl(KubectlProgram.find(progress), kubeconfig, cache);
      return new RunningCluster(
          name,
          version(kubectl, kubeconfig),
          address(kubectl),
          reason,
          kubeconfig,
          kubectl,
          () -> {
            stop.run();
            ProgramCache.remove(cache);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String version(Kubectl kubectl, Path kubeconfig) throws JsonProcessingException {
    var result = kubectl.run("version", "--output=json", "--request-timeout=30s");
    if (result.exitCode() != 0) {
      throw new ClusterUnavailableException(
          "The cluster of %s does not answer: %s".formatted(kubeconfig, result.stderr().strip()));
    }
    return new ObjectMapper()
        .readTree(result.stdout())
        .path("serverVersion")
        .path("gitVersion")
        .asText();
  }

  private static String address(Kubectl kubectl) {
    var server =
        kubectl.ok("config", "view", "--minify", "--output=jsonpath={.clusters[0].cluster.server}");
    return URI.create(server).getAuthority();
  }
}
