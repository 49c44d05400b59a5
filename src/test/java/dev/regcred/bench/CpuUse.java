package dev.regcred.bench;

import dev.regcred.bench.Results.Row;

/**
 * The processor time, in seconds, that the operator and the API server have used for the same work.
 * Their ratio is that of the program, whatever else the machine does.
 *
 * @param apiServer without etcd, where that is a process of its own
 */
record CpuUse(double operator, double apiServer) {
  /** The column with the ratio. */
  static final String RATIO = "times API server's CPU";

  /** A second in which the operator uses less is one in which it does nothing. */
  private static final double IDLE = 0.02;

  private static final int PATIENCE_SECONDS = 60;

  static CpuUse now(ApiServerMeter meter, OperatorUnderTest operator) {
    return new CpuUse(operator.cpuSeconds(), meter.read().cpuSeconds());
  }

  /** Waits until the operator has also taken in what it has written itself. */
  static CpuUse atRest(ApiServerMeter meter, OperatorUnderTest operator)
      throws InterruptedException {
    var before = operator.cpuSeconds();
    for (int second = 0; second < PATIENCE_SECONDS; second++) {
      Thread.sleep(1_000); // Between two looks at a counter, which nobody signals.
      var now = operator.cpuSeconds();
      if (now - before <= IDLE) {
        break;
      }
      before = now;
    }
    return now(meter, operator);
  }

  CpuUse since(CpuUse before) {
    return new CpuUse(operator - before.operator, apiServer - before.apiServer);
  }

  /** Adds it to a row about so many objects. */
  Row addTo(Row row, int count) {
    return row.with("CPU each, ms", 1_000 * operator / count).with(RATIO, operator / apiServer);
  }
}
