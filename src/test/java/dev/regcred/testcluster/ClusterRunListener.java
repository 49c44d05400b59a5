package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Stops the shared cluster at the end of a test run, and writes down what ran on it: Maven prints
 * this line at the end of {@code mvn verify}. A run without a cluster leaves no line.
 */
public final class ClusterRunListener implements TestExecutionListener {
  private static final Path SUMMARY =
      Path.of(System.getProperty("basedir", ""), "target", "cluster-summary.txt");

  private final SharedCluster cluster;
  private final Path summary;
  private final RunCount count = new RunCount();
  private volatile @Nullable TestPlan plan;

  /** For JUnit, which finds it through META-INF/services. */
  public ClusterRunListener() {
    this(SharedCluster.ofThisJvm(), SUMMARY);
  }

  ClusterRunListener(SharedCluster cluster, Path summary) {
    this.cluster = cluster;
    this.summary = summary;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    count.finished(test, result);
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    var running = plan;
    if (running != null) {
      count.skipped(test, running);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan finished) {
    cluster.description().ifPresent(this::summarize);
    cluster.stop();
  }

  private void summarize(String description) {
    try {
      Files.createDirectories(summary.toAbsolutePath().getParent());
      Files.writeString(summary, "Integration tests: %s, on %s%n".formatted(count, description));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
