package dev.regcred.integration;

import dev.regcred.testcluster.TestCluster;
import dev.regcred.testcluster.TestClusters;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Makes the AOT cache of the packaged jar: runs it on a cluster, with the options that ship and the
 * configuration of a Pod, through what an operator does in its first minute. The JVM writes the
 * cache when it ends. It is good for this jar, these libraries and these options only (JEP 514).
 */
public final class AotTraining {
  private static final String JAR = "regcred-operator.jar";
  private static final String OPTIONS = "regcred.options";
  private static final String CACHE = "regcred-operator.aot";
  private static final Path LOG = Path.of("target", "aot-training.log");
  private static final String MANIFESTS = "docs/examples/quickstart.yaml";
  private static final String CREDENTIAL = "regcred/ghcr-pull";
  private static final Duration START = Duration.ofMinutes(2);
  private static final String WIDE_MANIFESTS = "docs/examples/cluster-wide.yaml";
  private static final String WIDE_CREDENTIAL = "cregcred/ghcr-pull";

  /** default, kube-public and kube-node-lease. */
  private static final int PRESENT_NAMESPACES = 3;

  private static final int NAMESPACES = 5;

  /** For what the JVM does when the operator has ended. */
  private static final Duration WRITING = Duration.ofMinutes(5);

  private final Path java;
  private final Path directory;

  private AotTraining(Path java, Path directory) {
    this.java = java;
    this.directory = directory;
  }

  public static void main(String[] args) throws Exception {
    run(Path.of(System.getProperty("java.home"), "bin", "java"), Path.of("target"));
  }

  /**
   * Makes {@code regcred-operator.aot} in a directory with the jar, its {@code lib} and the
   * options. It is good for files of the same size and time only, wherever that directory is then.
   *
   * @param java the program of the runtime that the cache is for
   * @return the cache
   */
  public static Path run(Path java, Path directory) throws Exception {
    return new AotTraining(java, directory).run();
  }

  private Path run() throws Exception {
    var cache = directory.resolve(CACHE);
    Files.deleteIfExists(cache);
    try (var cluster = TestClusters.start()) {
      var mounted = Files.createTempDirectory("regcred-aot");
      try {
        train(cluster, Installation.on(cluster).writeServiceAccount(mounted));
      } finally {
        for (var file : List.of("token", "ca.crt", "")) {
          Files.deleteIfExists(mounted.resolve(file));
        }
      }
    }
    if (!Files.exists(cache)) {
      throw new IllegalStateException("The JVM wrote no cache; " + LOG + " says why");
    }
    System.out.printf("%s has %,d bytes%n", cache, Files.size(cache));
    return cache;
  }

  private void train(TestCluster cluster, Map<String, String> environment)
      throws InterruptedException {
    try (var operator = new OperatorProcess(LOG, command(), environment)) {
      operator.awaitReady(START);
      life(cluster);
      new Meters(operator.httpPort()).passes("RegistryCredential");
      operator.stop();
      operator.awaitEnd(WRITING);
    }
  }

  private List<String> command() {
    return List.of(
        java.toString(),
        "@" + directory.resolve(OPTIONS),
        "-XX:AOTCacheOutput=" + directory.resolve(CACHE),
        "-jar",
        directory.resolve(JAR).toString());
  }

  /** A credential from its creation to its deletion, with a rotation, in each of the two scopes. */
  private static void life(TestCluster cluster) {
    var kubectl = cluster.kubectl();
    kubectl.ok("apply", "-f", WIDE_MANIFESTS);
    kubectl.ok("wait", "--for=condition=Ready", WIDE_CREDENTIAL, Patience.TIMEOUT_FLAG);
    kubectl.ok(
        "patch",
        "secret",
        "ghcr-account",
        "-n",
        "regcred-system",
        "-p",
        "{\"stringData\":{\"password\":\"next\"}}");
    for (int i = 0; i < NAMESPACES; i++) {
      kubectl.ok("create", "namespace", "training-" + i);
    }
    kubectl.ok(
        "wait",
        "--for=jsonpath={.status.namespaces.synced}=" + (NAMESPACES + PRESENT_NAMESPACES),
        WIDE_CREDENTIAL,
        Patience.TIMEOUT_FLAG);
    kubectl.ok("delete", "-f", WIDE_MANIFESTS);
    kubectl.ok("apply", "-f", MANIFESTS);
    kubectl.ok("wait", "--for=condition=Ready", CREDENTIAL, Patience.TIMEOUT_FLAG);
    kubectl.ok("patch", "secret", "ghcr-account", "-p", "{\"stringData\":{\"password\":\"next\"}}");
    for (var state : new String[] {"Inactive", "Active"}) {
      kubectl.ok(
          "patch",
          CREDENTIAL,
          "--type=merge",
          "-p",
          "{\"spec\":{\"desiredState\":\"" + state + "\"}}");
      kubectl.ok(
          "wait", "--for=jsonpath={.status.state}=" + state, CREDENTIAL, Patience.TIMEOUT_FLAG);
    }
    kubectl.ok("delete", "-f", MANIFESTS);
  }
}
