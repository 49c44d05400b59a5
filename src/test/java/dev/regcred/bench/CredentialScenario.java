package dev.regcred.bench;

import dev.regcred.bench.BenchOptions.Finalizer;
import dev.regcred.bench.CredentialRun.Run;
import dev.regcred.bench.Results.Row;

/**
 * Credentials to as many Secrets: cold, withdrawn, warm, out of use; with the same writes by the
 * lean client before and after.
 */
record CredentialScenario(BenchOptions options, Results results) {
  static final String ACTIVATION = "Credentials to Secrets";
  static final String WITHDRAWAL = "Withdrawal";

  private static final double NANOS = 1e9;

  void run(int size, Finalizer finalizer, boolean isSteady) throws InterruptedException {
    System.out.printf("%n== %,d credentials, finalizer %s%n", size, finalizer.label());
    try (var cluster = BenchCluster.start(options)) {
      var lean = cluster.lean();
      var sample = new Sampling(cluster).credential(finalizer);
      var rawCount = Math.min(size, options.rawLimit());
      var before = RawLimit.measure(lean, sample, finalizer, rawCount);
      var set = new CredentialSet(lean, size, finalizer);
      set.prepare();
      set.create();
      Run cold;
      Run deletion;
      Run warm;
      Run deactivation;
      try (var run = new CredentialRun(cluster, set, "credentials-" + size + "-" + finalizer)) {
        var start = run.cold();
        cold = start.run();
        var footprint = new Footprint(results);
        footprint.afterActivation(set, run.operator(), start);
        if (isSteady) {
          new SteadyState(options, results).measure(cluster, size, run.operator());
        }
        deletion = run.deletion();
        warm = run.warm();
        deactivation = run.deactivation();
      }
      var after = RawLimit.measure(lean, sample, finalizer, rawCount);
      activation(set, "cold", cold, before.activate(), after.activate());
      activation(
          set,
          "warm",
          warm,
          before.create() + before.activate(),
          after.create() + after.activate());
      var mean = before.mean(after);
      withdrawal(set, "delete", deletion, mean.delete());
      withdrawal(set, "deactivate", deactivation, mean.deactivate());
    }
  }

  /**
   * A row.
   *
   * @param before nanoseconds that the same writes of one credential took the lean client
   */
  private void activation(CredentialSet set, String start, Run run, double before, double after) {
    var rate = set.size() / run.seconds();
    var raw = NANOS / ((before + after) / 2);
    results.add(
        ACTIVATION,
        run.cpu()
            .addTo(
                new Row()
                    .with("credentials", (long) set.size())
                    .with("finalizer", set.finalizer().label())
                    .with("start", start)
                    .with("s", run.seconds())
                    .with("credentials/s", rate)
                    .with("raw before, /s", NANOS / before)
                    .with("raw after, /s", NANOS / after)
                    .with("share of raw, %", 100 * rate / raw)
                    .with("requests each", run.requestsEach(set.size())),
                set.size()));
    results.requests(
        "%d credentials, %s, finalizer %s".formatted(set.size(), start, set.finalizer().label()),
        run.counters(),
        set.size());
  }

  private void withdrawal(CredentialSet set, String what, Run run, double raw) {
    var rawSeconds = raw * set.size() / NANOS;
    results.add(
        WITHDRAWAL,
        run.cpu()
            .addTo(
                new Row()
                    .with("credentials", (long) set.size())
                    .with("finalizer", set.finalizer().label())
                    .with("what", what)
                    .with("s", run.seconds())
                    .with("credentials/s", set.size() / run.seconds())
                    .with("raw, s", rawSeconds)
                    .with("times raw", run.seconds() / rawSeconds)
                    .with("requests each", run.requestsEach(set.size())),
                set.size()));
    results.requests(
        "%d credentials, %s, finalizer %s".formatted(set.size(), what, set.finalizer().label()),
        run.counters(),
        set.size());
  }
}
