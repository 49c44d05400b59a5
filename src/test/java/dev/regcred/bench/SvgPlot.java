package dev.regcred.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A plot of lines, as SVG.
 *
 * @param title over it
 * @param x the axis to the right
 * @param y the axis upwards
 * @param series the lines; those without points are left out
 */
record SvgPlot(String title, Axis x, Axis y, List<Series> series) {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 210;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final List<String> COLOURS =
      List.of(
          "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f");

  record Point(double x, double y) {}

  record Series(String name, List<Point> points) {}

  /**
   * An axis.
   *
   * @param isLogarithmic if not it begins at 0
   */
  record Axis(String label, boolean isLogarithmic) {
    /** From 0 to 1 for values between the least and the most. */
    double place(double value, double least, double most) {
      if (isLogarithmic) {
        return most <= least
            ? 0.5
            : (Math.log(Math.max(value, least)) - Math.log(least))
                / (Math.log(most) - Math.log(least));
      }
      return most == 0 ? 0 : value / most;
    }

    double least(DoubleStream values) {
      return isLogarithmic ? below(values.filter(v -> v > 0).min().orElse(1)) : 0;
    }

    /** Where the marks are, from the least to beyond the most. */
    List<Double> ticks(double least, double most) {
      var ticks = new ArrayList<Double>();
      if (isLogarithmic) {
        for (double tick = least; ; tick = next(tick)) {
          ticks.add(tick);
          if (tick >= most) {
            return ticks;
          }
        }
      }
      var step = step(most);
      for (int i = 0; ; i++) {
        ticks.add(i * step);
        if (i * step >= most) {
          return ticks;
        }
      }
    }

    private static double step(double most) {
      var step = below(Math.max(most, 1e-9) / 5);
      return most / step > 8 ? next(step) : step;
    }

    /** The largest of 1, 2, 5, 10, 20, ... that is not larger. */
    private static double below(double value) {
      var power = Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
      var mantissa = value / power + 1e-9;
      return power * (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1);
    }

    private static double next(double tick) {
      var power = Math.pow(10, Math.floor(Math.log10(tick) + 1e-9));
      var mantissa = tick / power + 1e-9;
      return power * (mantissa >= 5 ? 10 : mantissa >= 2 ? 5 : 2);
    }
  }

  boolean isEmpty() {
    return series.stream().allMatch(line -> line.points().isEmpty());
  }

  String svg() {
    var lines = series.stream().filter(line -> !line.points().isEmpty()).toList();
    var points = lines.stream().flatMap(line -> line.points().stream()).toList();
    var scale = Scale.of(x, y, points);
    var out = new StringBuilder();
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <text x="%d" y="22" font-size="15" font-weight="bold">%s</text>
        """
            .formatted(WIDTH, HEIGHT, LEFT, escaped(title)));
    axes(out, scale);
    for (int i = 0; i < lines.size(); i++) {
      line(out, scale, lines.get(i), i);
    }
    return out.append("</svg>\n").toString();
  }

  private void axes(StringBuilder out, Scale scale) {
    for (double tick : scale.xTicks()) {
      var at = scale.x(tick);
      out.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#dddddd\"/>%n",
              at,
              TOP,
              at,
              HEIGHT - BOTTOM));
      out.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
              at,
              HEIGHT - BOTTOM + 16,
              number(tick)));
    }
    for (double tick : scale.yTicks()) {
      var at = scale.y(tick);
      out.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
              LEFT,
              at,
              WIDTH - RIGHT,
              at));
      out.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
              LEFT - 6,
              at + 4,
              number(tick)));
    }
    out.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 12,
            escaped(x.label())));
    out.append(
        String.format(
            Locale.ROOT,
            "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
            (TOP + HEIGHT - BOTTOM) / 2,
            escaped(y.label())));
  }

  private static void line(StringBuilder out, Scale scale, Series series, int index) {
    var colour = COLOURS.get(index % COLOURS.size());
    var path =
        series.points().stream()
            .map(
                point ->
                    String.format(Locale.ROOT, "%.1f,%.1f", scale.x(point.x()), scale.y(point.y())))
            .collect(Collectors.joining(" "));
    out.append(
        String.format(
            Locale.ROOT,
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
            path,
            colour));
    if (series.points().size() <= 20) {
      series
          .points()
          .forEach(
              point ->
                  out.append(
                      String.format(
                          Locale.ROOT,
                          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                          scale.x(point.x()),
                          scale.y(point.y()),
                          colour)));
    }
    var y = TOP + 14 + index * 18;
    out.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>%n",
            WIDTH - RIGHT + 12,
            y - 6,
            colour));
    out.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">%s</text>%n",
            WIDTH - RIGHT + 30,
            y,
            escaped(series.name())));
  }

  private record Scale(Axis xAxis, Axis yAxis, List<Double> xTicks, List<Double> yTicks) {
    static Scale of(Axis x, Axis y, List<Point> points) {
      return new Scale(
          x,
          y,
          ticks(x, points.stream().map(Point::x).toList()),
          ticks(y, points.stream().map(Point::y).toList()));
    }

    private static List<Double> ticks(Axis axis, List<Double> values) {
      var most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
      return axis.ticks(axis.least(values.stream().mapToDouble(Double::doubleValue)), most);
    }

    double x(double value) {
      return LEFT
          + xAxis.place(value, xTicks.getFirst(), xTicks.getLast()) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
      return HEIGHT
          - BOTTOM
          - yAxis.place(value, yTicks.getFirst(), yTicks.getLast()) * (HEIGHT - TOP - BOTTOM);
    }
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
