package dev.regcred.bench;

import dev.regcred.bench.Results.Row;

/** What the operator does where nothing changes. */
record SteadyState(BenchOptions options, Results results) {
  static final String TABLE = "Steady state";

  private static final int SETTLING_MILLIS = 10_000;
  private static final int PROGRESS_SECONDS = 10;

  void measure(BenchCluster cluster, int size, OperatorUnderTest operator)
      throws InterruptedException {
    // The last echoes and Events of the work before are over then; there is no sign of it to wait
    // for.
    Thread.sleep(SETTLING_MILLIS);
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
            .with("s", (long) options.steadySeconds())
            .with("API writes", asked.writes())
            .with("API requests", asked.total())
            .with(
                "reconciles",
                (long) (operator.meter("regcred_reconcile_seconds_count") - reconciles))
            .with("CPU, s", used)
            .with("CPU, % of a core", 100 * used / options.steadySeconds()));
  }
}
