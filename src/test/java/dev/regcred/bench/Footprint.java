package dev.regcred.bench;

import dev.regcred.bench.BenchOptions.Finalizer;
import dev.regcred.bench.Results.Row;

/** The memory of the operator, and how long it takes to start. */
record Footprint(Results results) {
  static final String TABLE = "Memory and start";
  static final String AFTER_ACTIVATION = "after activating all";
  static final String RESTARTED = "restarted, all is done";

  private static final double NANOS = 1e9;
  private static final int REST_MILLIS = 10_000;

  /** A fresh cluster for nothing else. */
  void run(BenchOptions options, int size) throws InterruptedException {
    System.out.printf("%n== Memory at %,d credentials%n", size);
    try (var cluster = BenchCluster.start(options)) {
      var set = new CredentialSet(cluster.lean(), size, Finalizer.OPERATOR);
      set.prepare();
      set.create();
      try (var run = new CredentialRun(cluster, set, "footprint-" + size)) {
        afterActivation(set, run.operator(), run.cold());
      }
      try (var operator = cluster.operator("footprint-restarted-" + size)) {
        var ready = operator.awaitReady();
        add(set, operator, RESTARTED, (ready - operator.started()) / NANOS, Double.NaN);
      }
    }
  }

  void afterActivation(CredentialSet set, OperatorUnderTest operator, CredentialRun.Start start)
      throws InterruptedException {
    add(set, operator, AFTER_ACTIVATION, start.ready(), start.firstReconcile());
  }

  private void add(
      CredentialSet set, OperatorUnderTest operator, String when, double ready, double first)
      throws InterruptedException {
    // It waits for nothing: at rest for that long is the state that is measured.
    Thread.sleep(REST_MILLIS);
    // The heap comes last: to count it means to collect it.
    var resident = operator.residentMegabytes();
    var peak = operator.peakResidentMegabytes();
    results.add(
        TABLE,
        new Row()
            .with("credentials", (long) set.size())
            .with("finalizer", set.finalizer().label())
            .with("when", when)
            .with("resident, MB", resident)
            .with("peak, MB", peak)
            .with("live heap, MB", operator.liveHeapMegabytes())
            .with("start to ready, s", ready)
            .with("start to first Active, s", first)
            .with("CPU, s", operator.cpuSeconds()));
  }
}
