package dev.regcred.testcluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Counts what came of the tests of a JVM, and measures each class. Where Maven runs several JVMs it
 * hands them one class after the other, each as a plan of its own. Tests may run in parallel.
 */
final class RunCount implements TestExecutionListener {
  private final Map<String, Long> started = new HashMap<>();
  private final Map<String, Duration> classes = new HashMap<>();
  private int ran;
  private int failed;
  private int skipped;
  private @Nullable TestPlan plan;

  @Override
  public synchronized void testPlanExecutionStarted(TestPlan running) {
    plan = running;
  }

  @Override
  public synchronized void executionStarted(TestIdentifier test) {
    if (isClass(test)) {
      started.put(test.getUniqueId(), System.nanoTime());
    }
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() && result.getStatus() == Status.ABORTED) {
      skipped++;
    } else if (test.isTest()) {
      ran++;
    }
    // A class whose @BeforeAll fails reports no test at all: it must not look like success.
    if (result.getStatus() == Status.FAILED) {
      failed++;
    }
    var start = started.remove(test.getUniqueId());
    if (start != null) {
      var source = (ClassSource) test.getSource().orElseThrow();
      classes.merge(
          source.getClassName(), Duration.ofNanos(System.nanoTime() - start), Duration::plus);
    }
  }

  /** A skipped class counts as its tests; those that only running it would make count as one. */
  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    var tests =
        plan == null
            ? 0
            : plan.getDescendants(test).stream().filter(TestIdentifier::isTest).count();
    skipped += Math.max(1, Math.toIntExact(tests));
  }

  /** A class of its own, and not one nested in another, whose time that one contains. */
  private static boolean isClass(TestIdentifier test) {
    return test.isContainer()
        && test.getSource().filter(ClassSource.class::isInstance).isPresent()
        && !test.getUniqueId().contains("[nested-class:");
  }

  /**
   * What came of them so far.
   *
   * @param cluster the description of the cluster that they ran on; empty for none
   */
  synchronized RunRecord record(String cluster) {
    return new RunRecord(cluster, ran, failed, skipped, Map.copyOf(classes));
  }
}
