package dev.regcred.testcluster;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One cluster for all integration tests of a JVM: started when the first of them asks for it,
 * stopped at the end of the run by {@link ClusterRunListener}, and when the JVM ends early.
 */
public final class SharedCluster {
  private static final SharedCluster OF_THIS_JVM = new SharedCluster(TestClusters::start);

  private final Supplier<TestCluster> starter;
  private @Nullable TestCluster cluster;
  private @Nullable RuntimeException failure;

  SharedCluster(Supplier<TestCluster> starter) {
    this.starter = starter;
  }

  /**
   * The cluster that the integration tests share. No test may close it.
   *
   * @throws ClusterUnavailableException if there is none to be had
   */
  public static TestCluster get() {
    return OF_THIS_JVM.start();
  }

  /** Whether a test of this JVM has asked for it. */
  public static boolean isStarted() {
    return OF_THIS_JVM.description().isPresent();
  }

  static SharedCluster ofThisJvm() {
    return OF_THIS_JVM;
  }

  /** A second test does not wait in vain again for what failed already for the first one. */
  synchronized TestCluster start() {
    if (failure != null) {
      throw failure;
    }
    if (cluster == null) {
      try {
        cluster = starter.get();
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
    }
    return cluster;
  }

  /** The description of the cluster, if one was used. */
  synchronized Optional<String> description() {
    return Optional.ofNullable(cluster).map(TestCluster::description);
  }

  synchronized void stop() {
    if (cluster != null) {
      cluster.close();
      cluster = null;
    }
  }
}
