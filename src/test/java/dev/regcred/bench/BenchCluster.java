package dev.regcred.bench;

import dev.regcred.testcluster.TestCluster;
import dev.regcred.testcluster.TestClusters;
import dev.regcred.testkit.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import okhttp3.Protocol;

/** A fresh cluster with what ships installed, and the bench's way into it. */
final class BenchCluster implements AutoCloseable {
  private static final int PROBES = 300;

  private final TestCluster cluster;
  private final LeanClient lean;
  private final Map<String, String> pod;
  private final BenchOptions options;
  private final List<Path> recordings = new java.util.ArrayList<>();

  private BenchCluster(
      TestCluster cluster, LeanClient lean, Map<String, String> pod, BenchOptions options) {
    this.cluster = cluster;
    this.lean = lean;
    this.pod = pod;
    this.options = options;
  }

  static BenchCluster start(BenchOptions options) {
    var cluster = TestClusters.start();
    var installation = Installation.on(cluster);
    installation.admin().close();
    var lean = faster(installation, options.threads());
    return new BenchCluster(cluster, lean, pod(installation), options);
  }

  /** The raw limit would be none if another protocol were faster. */
  private static LeanClient faster(Installation installation, int threads) {
    var config = installation.admin().getConfiguration();
    var one = new LeanClient(config, threads, Protocol.HTTP_1_1);
    var two = new LeanClient(config, threads, Protocol.HTTP_2);
    probe(one, "warm1");
    probe(two, "warm2");
    var oneNanos = probe(one, "one");
    var twoNanos = probe(two, "two");
    one.send("DELETE", Manifests.secrets("default"), LeanClient.JSON, "");
    System.out.printf(
        "  Lean client: %.0f Secrets/s by HTTP/1.1, %.0f by HTTP/2, %d at the same time%n",
        PROBES * 1e9 / oneNanos, PROBES * 1e9 / twoNanos, threads);
    (oneNanos < twoNanos ? two : one).close();
    return oneNanos < twoNanos ? one : two;
  }

  private static long probe(LeanClient client, String name) {
    return client.each(
        "probing the protocols",
        PROBES,
        i ->
            client.post(
                Manifests.secrets("default"), Manifests.source(name + "-" + i, "password")));
  }

  /** The operator works as its ServiceAccount, with the permissions that ship, as in a Pod. */
  private static Map<String, String> pod(Installation installation) {
    try {
      var mounted = Files.createTempDirectory("bench");
      var pod = installation.writeServiceAccount(mounted);
      // In the reverse order.
      mounted.toFile().deleteOnExit();
      mounted.resolve("token").toFile().deleteOnExit();
      mounted.resolve("ca.crt").toFile().deleteOnExit();
      return pod;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String description() {
    return cluster.description();
  }

  LeanClient lean() {
    return lean;
  }

  ApiServerMeter meter() {
    return new ApiServerMeter(lean);
  }

  /**
   * Starts the operator.
   *
   * @param name of its files in {@code target/bench}
   */
  OperatorUnderTest operator(String name) {
    return new OperatorUnderTest(pod, name, options.profile() ? recordings : null);
  }

  /** Starts the operator for what is not measured. */
  OperatorUnderTest unmeasuredOperator(String name) {
    return new OperatorUnderTest(pod, name, null);
  }

  @Override
  public void close() {
    lean.close();
    cluster.close();
  }
}
