package dev.regcred.bench;

import dev.regcred.bench.ApiServerMeter.Counters;

/** The life of many credentials under one operator process, from its start on. */
final class CredentialRun implements AutoCloseable {
  private static final double NANOS = 1e9;

  private final BenchCluster cluster;
  private final CredentialSet set;
  private final Arrivals active = new Arrivals();
  private final Watch watch;
  private final Counters before;
  private final OperatorUnderTest operator;

  /**
   * How one thing went.
   *
   * @param counters what the API server has done meanwhile, for all
   * @param ours how many of its requests were the bench's
   */
  record Run(double seconds, Counters counters, long ours, CpuUse cpu) {
    double requestsEach(int size) {
      return (double) (counters.requests() - ours) / size;
    }
  }

  /**
   * How the start went.
   *
   * @param ready seconds from the start of the process until it says that it is ready
   * @param firstReconcile seconds from the start of the process until the first credential is seen
   *     Active
   */
  record Start(double ready, double firstReconcile, Run run) {}

  private interface Work {
    void run();
  }

  /** Starts the operator; the credentials are there already. */
  CredentialRun(BenchCluster cluster, CredentialSet set, String name) {
    this.cluster = cluster;
    this.set = set;
    this.watch = CredentialSet.watchState(cluster.lean(), "Active", active);
    this.before = cluster.meter().read();
    this.operator = cluster.operator(name);
  }

  OperatorUnderTest operator() {
    return operator;
  }

  /** The clock begins when it is ready, or with the first Active one if that is earlier. */
  Start cold() throws InterruptedException {
    var ready = operator.awaitReady();
    await(active, "cold, Active");
    watch.close();
    var begin = Math.min(ready, active.first());
    var counters = cluster.meter().read().since(before);
    var cpu = CpuUse.atRest(cluster.meter(), operator);
    return new Start(
        (ready - operator.started()) / NANOS,
        (active.first() - operator.started()) / NANOS,
        new Run(
            (active.last() - begin) / NANOS,
            counters,
            0,
            cpu.since(new CpuUse(0, before.cpuSeconds()))));
  }

  /** From the first deletion until the last one is gone. */
  Run deletion() throws InterruptedException {
    var gone = new Arrivals();
    try (var _ = CredentialSet.watchDeletion(cluster.lean(), gone)) {
      return measured(set::delete, gone, "gone");
    }
  }

  /** From the first creation until the last one is Active, by a process that has done it before. */
  Run warm() throws InterruptedException {
    var again = new Arrivals();
    try (var _ = CredentialSet.watchState(cluster.lean(), "Active", again)) {
      return measured(set::create, again, "warm, Active");
    }
  }

  Run deactivation() throws InterruptedException {
    var inactive = new Arrivals();
    try (var _ = CredentialSet.watchState(cluster.lean(), "Inactive", inactive)) {
      return measured(set::deactivate, inactive, "Inactive");
    }
  }

  private Run measured(Work work, Arrivals arrivals, String what) throws InterruptedException {
    var cpuBefore = CpuUse.now(cluster.meter(), operator);
    var countersBefore = cluster.meter().read();
    var sentBefore = cluster.lean().sent();
    var begin = System.nanoTime();
    work.run();
    var sent = cluster.lean().sent() - sentBefore;
    await(arrivals, what);
    var counters = cluster.meter().read().since(countersBefore);
    return new Run(
        (arrivals.last() - begin) / NANOS,
        counters,
        sent,
        CpuUse.atRest(cluster.meter(), operator).since(cpuBefore));
  }

  /** Says in a failure what the API server has, since the watch may be what failed. */
  private void await(Arrivals arrivals, String what) throws InterruptedException {
    try {
      arrivals.await(set.size(), what, operator::isAlive);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "%s; the API server has %s".formatted(e.getMessage(), set.states()), e);
    }
  }

  @Override
  public void close() {
    watch.close();
    operator.close();
  }
}
