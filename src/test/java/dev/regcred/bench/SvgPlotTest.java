package dev.regcred.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.regcred.bench.SvgPlot.Axis;
import dev.regcred.bench.SvgPlot.Point;
import dev.regcred.bench.SvgPlot.Series;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class SvgPlotTest {
  private static final Axis X = new Axis("credentials & <more>", true);
  private static final Axis Y = new Axis("seconds", true);

  @Test
  void isWellFormedAndHasALineForEachSeriesWithPoints() throws Exception {
    var plot =
        new SvgPlot(
            "a > b",
            X,
            Y,
            List.of(
                new Series("one & two", List.of(new Point(100, 0.8), new Point(10_000, 75))),
                new Series("single", List.of(new Point(500, 4))),
                new Series("nothing", List.of())));

    var document = parsed(plot.svg());

    assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(document.getDocumentElement().getTextContent())
        .contains("one & two", "credentials & <more>", "10,000")
        .doesNotContain("nothing", "NaN");
  }

  @Test
  void anAxisFromZeroHasRoundMarksBeyondTheLargestValue() {
    assertThat(new Axis("ms", false).ticks(0, 23.4))
        .containsExactly(0.0, 2.0 * 2.5, 10.0, 15.0, 20.0, 25.0);
    assertThat(new Axis("ms", false).ticks(0, 0)).hasSizeLessThan(10);
  }

  @Test
  void aLogarithmicAxisGoesFromBelowTheLeastToBeyondTheLargest() {
    var axis = new Axis("n", true);
    var least = axis.least(java.util.stream.DoubleStream.of(110, 10_000));

    assertThat(axis.ticks(least, 10_000))
        .containsExactly(100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0);
    assertThat(axis.place(1_000, 100, 10_000)).isCloseTo(0.5, within(1e-9));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
