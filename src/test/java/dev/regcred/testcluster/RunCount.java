package dev.regcred.testcluster;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Counts what came of the tests of a run. Tests may run in parallel. */
final class RunCount {
  private int ran;
  private int failed;
  private int skipped;

  synchronized void finished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest() && result.getStatus() == Status.ABORTED) {
      skipped++;
    } else if (test.isTest()) {
      ran++;
    }
    // A class whose @BeforeAll fails reports no test at all: it must not look like success.
    if (result.getStatus() == Status.FAILED) {
      failed++;
    }
  }

  /** A skipped class counts as its tests; those that only running it would make count as one. */
  synchronized void skipped(TestIdentifier test, TestPlan plan) {
    var tests = plan.getDescendants(test).stream().filter(TestIdentifier::isTest).count();
    skipped += Math.max(1, Math.toIntExact(tests));
  }

  @Override
  public synchronized String toString() {
    return "%d ran, %d failed, %d skipped".formatted(ran, failed, skipped);
  }
}
