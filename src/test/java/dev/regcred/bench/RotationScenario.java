package dev.regcred.bench;

import dev.regcred.bench.BenchOptions.Finalizer;
import dev.regcred.bench.Results.Row;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One change of a source at a time, until a watch sees it in the pull Secret; in turn with the same
 * two writes by the lean client alone, and with a plain GET.
 */
record RotationScenario(BenchOptions options, Results results) {
  static final String TABLE = "One rotation at a time";
  static final String OPERATOR = "source write sent -> pull Secret seen";
  static final String LEAN = "both writes by the lean client -> seen";
  static final String GET = "plain GET of a Secret";

  private static final int CREDENTIALS = 100;
  private static final int WARM_UP = 100;
  private static final int PROGRESS = 100;
  private static final CredentialKey PLAIN = new CredentialKey("bench-plains", "cred-plains");

  private record Seen(long nanoTime, String key, String content) {}

  void run() throws InterruptedException {
    System.out.printf(
        "%n== %d rotations, one at a time, of %d credentials%n", options.rotations(), CREDENTIALS);
    try (var cluster = BenchCluster.start(options)) {
      var set = new CredentialSet(cluster.lean(), CREDENTIALS, Finalizer.OPERATOR);
      set.prepare();
      set.create();
      plain(cluster.lean());
      try (var run = new CredentialRun(cluster, set, "rotation")) {
        run.cold();
        var seen = new LinkedBlockingQueue<Seen>();
        try (var _ = PullSecrets.watch(cluster.lean(), observer(seen));
            var _ =
                PullSecrets.watch(
                    cluster.lean(), Manifests.secrets(PLAIN.namespace()), observer(seen))) {
          measure(cluster.lean(), seen);
        }
      }
    }
  }

  private static PullSecrets.Observer observer(BlockingQueue<Seen> seen) {
    return (time, key, content) -> seen.add(new Seen(time, key, content));
  }

  /** Two Secrets that the operator has nothing to do with. */
  private static void plain(LeanClient lean) {
    lean.post("/api/v1/namespaces", Manifests.namespace(PLAIN.namespace(), "plain"));
    lean.post(
        Manifests.secrets(PLAIN.namespace()), Manifests.source("src-" + PLAIN.name(), "first"));
    lean.post(Manifests.secrets(PLAIN.namespace()), Manifests.source(PLAIN.name(), "first"));
  }

  private void measure(LeanClient lean, BlockingQueue<Seen> seen) throws InterruptedException {
    var operator = new Latencies();
    var raw = new Latencies();
    var get = new Latencies();
    for (int i = -WARM_UP; i < options.rotations(); i++) {
      var password = "password-%06d".formatted(i + WARM_UP);
      var key = CredentialSet.key((i + WARM_UP) % CREDENTIALS);
      var start = System.nanoTime();
      lean.merge(key.source(), Manifests.password(password));
      var rotated = arrival(seen, key, password) - start;
      var rawStart = System.nanoTime();
      lean.merge(PLAIN.source(), Manifests.password(password));
      lean.merge(PLAIN.secret(), Manifests.pullSecret(password));
      var written = arrival(seen, PLAIN, password) - rawStart;
      var getStart = System.nanoTime();
      lean.get(key.source());
      var got = System.nanoTime() - getStart;
      if (i >= 0) {
        operator.add(rotated);
        raw.add(written);
        get.add(got);
      }
      if (i > 0 && i % PROGRESS == 0) {
        System.out.printf("    %,d of %,d%n", i, options.rotations());
      }
    }
    add(OPERATOR, operator);
    add(LEAN, raw);
    add(GET, get);
  }

  private static long arrival(BlockingQueue<Seen> seen, CredentialKey key, String password)
      throws InterruptedException {
    while (true) {
      var next = seen.poll(1, TimeUnit.MINUTES);
      if (next == null) {
        throw new IllegalStateException("A rotation of " + key + " did not arrive within a minute");
      }
      if (next.key().equals(key.toString()) && next.content().contains("\"" + password + "\"")) {
        return next.nanoTime();
      }
    }
  }

  private void add(String what, Latencies latencies) {
    results.add(
        TABLE,
        new Row()
            .with("milliseconds", what)
            .with("n", (long) latencies.count())
            .with("p50", latencies.percentile(50))
            .with("p90", latencies.percentile(90))
            .with("p99", latencies.percentile(99))
            .with("max", latencies.percentile(100)));
    results.curve(what, latencies.curve());
  }
}
