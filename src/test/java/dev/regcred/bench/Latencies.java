package dev.regcred.bench;

import java.util.ArrayList;
import java.util.List;

/** Durations of one kind of thing, and their percentiles. */
final class Latencies {
  private static final double NANOS_PER_MILLI = 1_000_000.0;

  private final List<Long> nanos = new ArrayList<>();

  void add(long duration) {
    nanos.add(duration);
  }

  int count() {
    return nanos.size();
  }

  /**
   * The nearest-rank percentile in milliseconds.
   *
   * @param percent 0 is the shortest, 100 the longest
   * @throws IllegalStateException if there are none
   */
  double percentile(double percent) {
    if (nanos.isEmpty()) {
      throw new IllegalStateException("Nothing was measured");
    }
    var sorted = nanos.stream().sorted().toList();
    var rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / NANOS_PER_MILLI;
  }

  /** Each percentile from 0 to 100, for a plot. */
  List<SvgPlot.Point> curve() {
    var points = new ArrayList<SvgPlot.Point>();
    for (int percent = 0; percent <= 100; percent++) {
      points.add(new SvgPlot.Point(percent, percentile(percent)));
    }
    return points;
  }
}
