package dev.regcred.bench;

import java.util.ArrayList;
import java.util.List;

/** Durations of one kind of thing, in nanoseconds, and their percentiles. */
final class Latencies {
  private static final double NANOS_PER_MILLI = 1_000_000.0;

  private final List<Long> nanos = new ArrayList<>();

  void add(long duration) {
    nanos.add(duration);
  }

  /** The nearest-rank percentile in milliseconds. */
  double percentile(double percent) {
    var sorted = nanos.stream().sorted().toList();
    var rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / NANOS_PER_MILLI;
  }

  String row(String what) {
    return "%-44s %5d %9.1f %9.1f %9.1f"
        .formatted(what, nanos.size(), percentile(50), percentile(99), percentile(100));
  }
}
