package dev.regcred.monitoring;

import dev.regcred.monitoring.Dashboard.Panel;
import dev.regcred.monitoring.PrometheusServer.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A picture of the dashboard's panels, where Grafana would have them, with what they showed. */
final class DashboardSvg {
  private static final int COLUMN = 46;
  private static final int ROW = 28;
  private static final int MARGIN = 4;
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 30;
  private static final int BOTTOM = 52;
  private static final int TICKS = 4;
  private static final int LETTER = 7;
  private static final List<String> COLOURS =
      List.of(
          "#56a64b", "#e0b400", "#3274d9", "#e02f44", "#8f3bb8", "#ff780a", "#37872d", "#1f60c4");

  private final Instant from;
  private final Instant to;
  private final StringBuilder out = new StringBuilder();

  /** What one panel showed. */
  record Shown(Panel panel, List<Line> lines) {}

  /** A line of a panel, by the name in its legend. */
  record Line(String name, List<Point> points) {
    double last() {
      return points.isEmpty() ? 0 : points.getLast().value();
    }
  }

  private DashboardSvg(Instant from, Instant to) {
    this.from = from;
    this.to = to;
  }

  /** Draws it. */
  static String of(List<Shown> panels, Instant from, Instant to) {
    return new DashboardSvg(from, to).drawn(panels);
  }

  private String drawn(List<Shown> panels) {
    var width = 24 * COLUMN;
    var height =
        ROW
            * panels.stream()
                .mapToInt(shown -> shown.panel().place().y() + shown.panel().place().height())
                .max()
                .orElse(0);
    add(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                + " font-size=\"11\" fill=\"#24292e\">")
            .formatted(width, height));
    add("<rect width=\"100%\" height=\"100%\" fill=\"#f4f5f5\"/>");
    for (Shown shown : panels) {
      var place = shown.panel().place();
      var box =
          new Box(
              place.x() * COLUMN + MARGIN,
              place.y() * ROW + MARGIN,
              place.width() * COLUMN - 2 * MARGIN,
              place.height() * ROW - 2 * MARGIN);
      frame(box, shown.panel().title());
      if (shown.panel().isStat()) {
        number(box, shown);
      } else {
        lines(box, shown);
      }
    }
    return out.append("</svg>\n").toString();
  }

  private record Box(int x, int y, int width, int height) {
    int plotWidth() {
      return width - LEFT - RIGHT;
    }

    int plotHeight() {
      return height - TOP - BOTTOM;
    }

    int bottom() {
      return y + height - BOTTOM;
    }
  }

  private void frame(Box box, String title) {
    add(
        ("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"#ffffff\""
                + " stroke=\"#dcdee1\"/>")
            .formatted(box.x(), box.y(), box.width(), box.height()));
    add(
        "<text x=\"%d\" y=\"%d\" font-size=\"12\" font-weight=\"bold\">%s</text>"
            .formatted(box.x() + 10, box.y() + 18, escaped(title)));
  }

  private void number(Box box, Shown shown) {
    var value = shown.lines().isEmpty() ? 0 : shown.lines().getFirst().last();
    add(
        "<text x=\"%d\" y=\"%d\" font-size=\"34\" text-anchor=\"middle\" fill=\"#37872d\">%s</text>"
            .formatted(
                box.x() + box.width() / 2,
                box.y() + box.height() / 2 + 22,
                quantity(value, shown.panel().unit())));
  }

  private void lines(Box box, Shown shown) {
    var tops = shown.panel().isStacked() ? stacked(shown.lines()) : shown.lines();
    var most =
        ceiling(
            tops.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::value)
                .filter(Double::isFinite)
                .max()
                .orElse(0));
    grid(box, most, shown.panel().unit());
    for (int i = tops.size() - 1; i >= 0; i--) { // The higher ones of a stack first.
      path(box, tops.get(i), most, colour(i), shown.panel().isStacked());
    }
    legend(box, shown.lines());
  }

  /** Each line on top of those before it. */
  private static List<Line> stacked(List<Line> lines) {
    Map<Instant, Double> heights = new HashMap<>();
    return lines.stream()
        .map(
            line ->
                new Line(
                    line.name(),
                    line.points().stream()
                        .map(
                            point ->
                                new Point(
                                    point.time(),
                                    heights.merge(point.time(), point.value(), Double::sum)))
                        .toList()))
        .toList();
  }

  private void grid(Box box, double most, String unit) {
    for (int i = 0; i <= TICKS; i++) {
      var y = box.bottom() - box.plotHeight() * i / TICKS;
      add(
          "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#e9edf2\"/>"
              .formatted(box.x() + LEFT, y, box.x() + LEFT + box.plotWidth(), y));
      add(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#6e7680\">%s</text>"
              .formatted(box.x() + LEFT - 6, y + 4, quantity(most * i / TICKS, unit)));
    }
    for (int i = 0; i <= TICKS; i++) {
      add(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#6e7680\">%s</text>"
              .formatted(
                  box.x() + LEFT + box.plotWidth() * i / TICKS,
                  box.bottom() + 14,
                  elapsed(Duration.between(from, to).multipliedBy(i).dividedBy(TICKS))));
    }
  }

  private void path(Box box, Line line, double most, String colour, boolean isFilled) {
    for (List<Point> run : runs(line.points())) {
      var points = run.stream().map(point -> at(box, point, most)).collect(Collectors.joining(" "));
      if (isFilled) {
        add(
            "<polygon points=\"%s %s %s\" fill=\"%s\" fill-opacity=\"0.8\"/>"
                .formatted(
                    at(box, new Point(run.getFirst().time(), 0), most),
                    points,
                    at(box, new Point(run.getLast().time(), 0), most),
                    colour));
      }
      add(
          "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>"
              .formatted(points, colour));
    }
  }

  /** Where a line has no value, it is interrupted. */
  private List<List<Point>> runs(List<Point> points) {
    var runs = new ArrayList<List<Point>>();
    var gap = Duration.between(from, to).dividedBy(20);
    Point before = null;
    for (Point point : points) {
      if (!Double.isFinite(point.value())) {
        before = null;
        continue;
      }
      if (before == null || Duration.between(before.time(), point.time()).compareTo(gap) > 0) {
        runs.add(new ArrayList<>());
      }
      runs.getLast().add(point);
      before = point;
    }
    return runs;
  }

  private String at(Box box, Point point, double most) {
    var share =
        (double) Duration.between(from, point.time()).toMillis()
            / Math.max(1, Duration.between(from, to).toMillis());
    return String.format(
        Locale.ROOT,
        "%.1f,%.1f",
        box.x() + LEFT + share * box.plotWidth(),
        box.bottom() - (most == 0 ? 0 : point.value() / most) * box.plotHeight());
  }

  private void legend(Box box, List<Line> lines) {
    var x = box.x() + 12;
    var y = box.bottom() + 30;
    for (int i = 0; i < lines.size(); i++) {
      var name = lines.get(i).name();
      var width = 26 + name.length() * LETTER;
      if (x + width > box.x() + box.width()) {
        x = box.x() + 12;
        y += 14;
      }
      add(
          "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"4\" fill=\"%s\"/>"
              .formatted(x, y - 5, colour(i)));
      add("<text x=\"%d\" y=\"%d\">%s</text>".formatted(x + 14, y, escaped(name)));
      x += width;
    }
  }

  private static String colour(int i) {
    return COLOURS.get(i % COLOURS.size());
  }

  /** The next of 1, 2, 4, 6, 8, 10, 20, ... so that a quarter of it is a short number. */
  private static double ceiling(double most) {
    if (most <= 0) {
      return 1;
    }
    var power = Math.pow(10, Math.floor(Math.log10(most)));
    for (double step : List.of(1.0, 2.0, 4.0, 6.0, 8.0)) {
      if (most <= power * step * 1.000001) {
        return power * step;
      }
    }
    return power * 10;
  }

  private static String quantity(double value, String unit) {
    return switch (unit) {
      case "s" -> value < 1 ? shortened(value * 1_000) + " ms" : shortened(value) + " s";
      case "ops" -> shortened(value) + "/s";
      case "opm" -> shortened(value) + "/min";
      default -> shortened(value);
    };
  }

  private static String shortened(double value) {
    var text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  private static String elapsed(Duration time) {
    return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }

  private void add(String element) {
    out.append(element).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
