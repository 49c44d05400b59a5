package dev.regcred.bench;

import dev.regcred.bench.Results.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** One ClusterRegistryCredential for many namespaces. */
record NamespaceScenario(BenchOptions options, Results results) {
  static final String TABLE = "One credential to namespaces";
  static final String COLD = "fan-out, cold";
  static final String SETTLED = "fan-out, settled";
  static final String WARM = "fan-out, warm";
  static final String ROTATION = "rotation";
  static final String SETTLED_ROTATION = "rotation, settled";
  static final String NEW_NAMESPACE = "a new namespace";
  static final String DELETION = "delete";

  private static final String CRD =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusterregistrycredentials.regcred.dev";
  private static final String ALL = Manifests.GROUP + "/" + Manifests.CLUSTER_CREDENTIALS;
  private static final String NAME = "cred-fanout";
  private static final String LABEL = "fanout";
  private static final double MILLIS = 1e6;
  private static final int NEW_NAMESPACES = 20;
  private static final long SETTLING_NANOS = 600_000_000_000L;

  /** Nanoseconds for each Secret. */
  private record Raw(double create, double rotate, double delete) {
    Raw mean(Raw other) {
      return new Raw(
          (create + other.create) / 2, (rotate + other.rotate) / 2, (delete + other.delete) / 2);
    }
  }

  private interface Work {
    void run();
  }

  void run(int size) throws InterruptedException {
    System.out.printf("%n== One credential to %,d namespaces%n", size);
    try (var cluster = BenchCluster.start(options)) {
      var lean = cluster.lean();
      if (!lean.exists(CRD)) {
        results.note(
            "Namespaces: not measured, the CRD clusterregistrycredentials.regcred.dev is not"
                + " there.");
        return;
      }
      lean.post(Manifests.GROUP + "/clusterregistries", Manifests.clusterRegistry());
      lean.post(
          Manifests.secrets(Manifests.SOURCE_NAMESPACE),
          Manifests.source("src-" + NAME, "password-of-a-robot"));
      var sample = new Sampling(cluster).clusterCredential();
      lean.each(
          "namespaces",
          size,
          i -> lean.post("/api/v1/namespaces", Manifests.namespace(namespace(i), LABEL)));
      settle(cluster.meter(), size);
      var rawCount = Math.min(size, options.rawLimit());
      var before = raw(lean, sample, rawCount);
      var rows = new ArrayList<Timed>();
      try (var operator = cluster.operator("namespaces-" + size)) {
        operator.awaitReady();
        fanOut(new Measured(cluster, size, operator, rows));
      }
      try (var operator = cluster.operator("namespaces-settled-" + size)) {
        operator.awaitReady();
        settled(new Measured(cluster, size, operator, rows));
      }
      var raw = before.mean(raw(lean, sample, rawCount));
      rows.forEach(row -> add(size, row, raw));
    }
  }

  private record Timed(String what, int count, Latencies latencies, CpuUse cpu) {}

  private interface Job {
    Latencies run() throws InterruptedException;
  }

  /** What is measured of one process, and the rows that come of it. */
  private record Measured(
      BenchCluster cluster, int size, OperatorUnderTest operator, List<Timed> rows) {
    LeanClient lean() {
      return cluster.lean();
    }

    BooleanSupplier alive() {
      return operator::isAlive;
    }

    void add(String what, int count, Job job) throws InterruptedException {
      var before = CpuUse.now(cluster.meter(), operator);
      var latencies = job.run();
      var cpu = CpuUse.atRest(cluster.meter(), operator).since(before);
      rows.add(new Timed(what, count, latencies, cpu));
    }

    void fanOut(String what) throws InterruptedException {
      Work create = () -> lean().post(ALL, Manifests.clusterCredential(NAME, LABEL));
      add(what, size, () -> written(lean(), size, what, "", create, alive()));
    }

    void rotation(String what, String password) throws InterruptedException {
      Work rotate =
          () ->
              lean()
                  .merge(
                      Manifests.secrets(Manifests.SOURCE_NAMESPACE) + "/src-" + NAME,
                      Manifests.password(password));
      add(what, size, () -> written(lean(), size, what, password, rotate, alive()));
    }

    void deletion() throws InterruptedException {
      add(DELETION, size, () -> deleted(lean(), alive()));
    }
  }

  /** By a process that has just become ready, and that has done it before. */
  private void fanOut(Measured measured) throws InterruptedException {
    measured.fanOut(COLD);
    memory(measured.size(), measured.operator());
    measured.rotation(ROTATION, "password-after-it");
    measured.add(
        NEW_NAMESPACE, NEW_NAMESPACES, () -> newNamespaces(measured.lean(), measured.alive()));
    measured.deletion();
    measured.fanOut(WARM);
    deleted(measured.lean(), measured.alive());
  }

  /** By a process that has started long ago, and that has done nothing yet. */
  private void settled(Measured measured) throws InterruptedException {
    // It waits for nothing: a process that was left alone for so long is what is measured.
    Thread.sleep(1_000L * options.settledSeconds());
    measured.fanOut(SETTLED);
    measured.rotation(SETTLED_ROTATION, "password-of-later");
    deleted(measured.lean(), measured.alive());
  }

  /** Since the write, for each pull Secret that has this in it. */
  private static Latencies written(
      LeanClient lean, int size, String what, String password, Work work, BooleanSupplier alive)
      throws InterruptedException {
    var arrivals = new Arrivals();
    Predicate<String> isNew = content -> content.contains(password);
    try (var _ =
        PullSecrets.watch(
            lean,
            (time, key, content) -> {
              if (isNew.test(content)) {
                arrivals.seen(key, time);
              }
            })) {
      var start = System.nanoTime();
      work.run();
      return arrivals.await(size, what, alive).since(start);
    }
  }

  private static Latencies newNamespaces(LeanClient lean, BooleanSupplier alive)
      throws InterruptedException {
    var latencies = new Latencies();
    var arrivals = new Arrivals();
    try (var _ =
        PullSecrets.watch(
            lean,
            (time, key, _) -> {
              if (key.startsWith("bench-n")) {
                arrivals.seen(key, time);
              }
            })) {
      for (int i = 0; i < NEW_NAMESPACES; i++) {
        var start = System.nanoTime();
        lean.post("/api/v1/namespaces", Manifests.namespace("bench-n%05d".formatted(i), LABEL));
        arrivals.await(i + 1, NEW_NAMESPACE, alive);
        latencies.add(arrivals.last() - start);
      }
    }
    return latencies;
  }

  /** One duration: until the credential itself is gone. */
  private static Latencies deleted(LeanClient lean, BooleanSupplier alive)
      throws InterruptedException {
    var gone = new Arrivals();
    try (var _ =
        Watch.open(
            lean,
            ALL,
            (time, type, _) -> {
              if (type.equals("DELETED")) {
                gone.seen(NAME, time);
              }
            })) {
      var start = System.nanoTime();
      lean.send("DELETE", ALL + "/" + NAME, LeanClient.JSON, "");
      return gone.await(1, DELETION, alive).since(start);
    }
  }

  private void memory(int size, OperatorUnderTest operator) throws InterruptedException {
    // It waits for nothing: at rest for that long is the state that is measured.
    Thread.sleep(5_000);
    results.add(
        "Memory at one credential to namespaces",
        new Row()
            .with("namespaces", (long) size)
            .with("resident, MB", operator.residentMegabytes())
            .with("peak, MB", operator.peakResidentMegabytes())
            .with("live heap, MB", operator.liveHeapMegabytes())
            .with("CPU, s", operator.cpuSeconds()));
  }

  private void add(int size, Timed timed, Raw raw) {
    var each =
        switch (timed.what()) {
          case ROTATION, SETTLED_ROTATION -> raw.rotate();
          case DELETION -> raw.delete();
          case NEW_NAMESPACE -> Double.NaN;
          default -> raw.create();
        };
    var latencies = timed.latencies();
    results.add(
        TABLE,
        timed
            .cpu()
            .addTo(
                new Row()
                    .with("namespaces", (long) size)
                    .with("what", timed.what())
                    .with("n", (long) timed.count())
                    .with("first, ms", latencies.percentile(0))
                    .with("p50, ms", latencies.percentile(50))
                    .with("last, ms", latencies.percentile(100))
                    .with("raw, ms", each * timed.count() / MILLIS)
                    .with("times raw", latencies.percentile(100) * MILLIS / (each * timed.count())),
                timed.count()));
    if (latencies.count() > 1) {
      results.curve("%s, %,d namespaces".formatted(timed.what(), size), latencies.curve());
    }
  }

  /** The same writes of Secrets by the lean client; it leaves none. */
  private static Raw raw(LeanClient lean, Sample sample, int count) {
    var path = new String[count];
    var rotation = Manifests.pullSecret("password-after-it");
    var created =
        lean.each(
            "raw, create",
            count,
            i -> {
              var secrets = Manifests.secrets(namespace(i));
              path[i] = secrets + "/" + sample.of().name();
              lean.post(secrets, sample.ownerlessSecretFor(namespace(i)));
            });
    var rotated = lean.each("raw, rotate", count, i -> lean.merge(path[i], rotation));
    var deleted =
        lean.each("raw, delete", count, i -> lean.send("DELETE", path[i], LeanClient.JSON, ""));
    return new Raw((double) created / count, (double) rotated / count, (double) deleted / count);
  }

  private static String namespace(int i) {
    return "bench-f%05d".formatted(i);
  }

  /** The controllers make a ServiceAccount in each namespace, at their own pace. */
  private static void settle(ApiServerMeter meter, int size) throws InterruptedException {
    var start = System.nanoTime();
    for (var stored = meter.stored("serviceaccounts");
        stored >= 0 && stored < size && System.nanoTime() - start < SETTLING_NANOS;
        stored = meter.stored("serviceaccounts")) {
      System.out.printf(
          "    the controllers have set up %,d of %,d namespaces%n", Math.min(stored, size), size);
      // Asked again, and said how far it is; seldom, so that asking takes nothing from them.
      Thread.sleep(5_000);
    }
  }
}
