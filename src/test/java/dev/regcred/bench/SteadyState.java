package dev.regcred.bench;

import dev.regcred.bench.Results.Row;

/** What the operator does where nothing changes. */
record SteadyState(BenchOptions options, Results results) {
  static final String TABLE = "Steady state";

  /** For how long nothing may have happened. */
  private static final int REST_SECONDS = 5;

  private static final int PATIENCE_SECONDS = 600;
  private static final int PROGRESS_SECONDS = 10;

  void measure(BenchCluster cluster, int size, OperatorUnderTest operator)
      throws InterruptedException {
    var settling = settle(cluster, operator);
    var requests = cluster.meter().read();
    var reconciles = operator.meter("regcred_reconcile_seconds_count");
    var cpu = operator.cpuSeconds();
    for (int second = 1; second <= options.steadySeconds(); second++) {
      Thread.sleep(1_000); // The time that is measured.
      if (second % PROGRESS_SECONDS == 0) {
        System.out.printf("    steady state: %d of %d s%n", second, options.steadySeconds());
      }
    }
    var used = operator.cpuSeconds() - cpu;
    var asked = cluster.meter().read().since(requests);
    results.add(
        TABLE,
        new Row()
            .with("credentials", (long) size)
            .with("at rest after, s", (long) settling)
            .with("s", (long) options.steadySeconds())
            .with("API writes", asked.writes())
            .with("API requests", asked.requests())
            .with(
                "reconciles",
                (long) (operator.meter("regcred_reconcile_seconds_count") - reconciles))
            .with("CPU, s", used)
            .with("CPU, % of a core", 100 * used / options.steadySeconds()));
  }

  /**
   * Waits until the work before is over, of which only standing counters are a sign.
   *
   * @return after how many seconds it was
   */
  private static int settle(BenchCluster cluster, OperatorUnderTest operator)
      throws InterruptedException {
    var before = Activity.now(cluster, operator);
    var quiet = 0;
    for (int second = 1; second <= PATIENCE_SECONDS; second++) {
      Thread.sleep(1_000); // Between two looks at counters, which nobody signals.
      var now = Activity.now(cluster, operator);
      quiet = now.equals(before) ? quiet + 1 : 0;
      before = now;
      if (quiet == REST_SECONDS) {
        return second - REST_SECONDS;
      }
      if (second % PROGRESS_SECONDS == 0) {
        System.out.printf("    not at rest after %d s: %s%n", second, now);
      }
    }
    throw new IllegalStateException("It is not at rest after " + PATIENCE_SECONDS + " s");
  }

  private record Activity(long requests, long reconciles) {
    static Activity now(BenchCluster cluster, OperatorUnderTest operator) {
      return new Activity(
          cluster.meter().read().requests(),
          (long) operator.meter("regcred_reconcile_seconds_count"));
    }
  }
}
