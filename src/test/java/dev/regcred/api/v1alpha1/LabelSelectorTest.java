package dev.regcred.api.v1alpha1;

import static dev.regcred.api.v1alpha1.LabelOperator.DOES_NOT_EXIST;
import static dev.regcred.api.v1alpha1.LabelOperator.EXISTS;
import static dev.regcred.api.v1alpha1.LabelOperator.IN;
import static dev.regcred.api.v1alpha1.LabelOperator.NOT_IN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class LabelSelectorTest {
  private static final Map<String, String> NO_LABELS = Map.of();
  private static final Map<String, String> CI = Map.of("team", "ci", "tier", "build");

  record Row(LabelSelector selector, Map<String, String> labels, boolean matches) {}

  static final List<Row> ROWS =
      List.of(
          new Row(selector(Map.of()), NO_LABELS, true),
          new Row(selector(Map.of()), CI, true),
          new Row(selector(Map.of("team", "ci")), CI, true),
          new Row(selector(Map.of("team", "ci")), NO_LABELS, false),
          new Row(selector(Map.of("team", "web")), CI, false),
          new Row(selector(Map.of("team", "ci", "tier", "build")), CI, true),
          new Row(selector(Map.of("team", "ci", "tier", "test")), CI, false),
          new Row(selector(Map.of("ci", "team")), CI, false),
          new Row(selector(Map.of("team", "")), NO_LABELS, false),
          new Row(selector(Map.of("team", "")), Map.of("team", ""), true),
          new Row(asks("team", IN, "ci"), CI, true),
          new Row(asks("team", IN, "web", "ci"), CI, true),
          new Row(asks("team", IN, "web"), CI, false),
          new Row(asks("team", IN, "ci"), NO_LABELS, false),
          new Row(asks("team", IN, "CI"), CI, false),
          new Row(asks("team", NOT_IN, "ci"), CI, false),
          new Row(asks("team", NOT_IN, "web", "ci"), CI, false),
          new Row(asks("team", NOT_IN, "web"), CI, true),
          new Row(asks("team", NOT_IN, "ci"), NO_LABELS, true),
          new Row(asks("team", EXISTS), CI, true),
          new Row(asks("team", EXISTS), Map.of("team", ""), true),
          new Row(asks("team", EXISTS), NO_LABELS, false),
          new Row(asks("team", DOES_NOT_EXIST), NO_LABELS, true),
          new Row(asks("team", DOES_NOT_EXIST), Map.of("team", ""), false),
          new Row(
              new LabelSelector(
                  Map.of("team", "ci"),
                  List.of(requirement("tier", EXISTS), requirement("legacy", DOES_NOT_EXIST))),
              CI,
              true),
          new Row(
              new LabelSelector(
                  Map.of("team", "ci"),
                  List.of(requirement("tier", EXISTS), requirement("legacy", EXISTS))),
              CI,
              false),
          new Row(
              new LabelSelector(Map.of("team", "web"), List.of(requirement("tier", EXISTS))),
              CI,
              false));

  @ParameterizedTest
  @FieldSource("ROWS")
  void matchesWhatMeetsEveryPart(Row row) {
    assertThat(row.selector().matches(row.labels())).isEqualTo(row.matches());
  }

  @Property
  void anExpressionAndItsOppositeNeverAgree(
      @ForAll("expressions") LabelSelectorRequirement expression,
      @ForAll("labels") Map<String, String> labels) {
    var opposite =
        new LabelSelectorRequirement(
            expression.key(),
            switch (expression.operator()) {
              case IN -> NOT_IN;
              case NOT_IN -> IN;
              case EXISTS -> DOES_NOT_EXIST;
              case DOES_NOT_EXIST -> EXISTS;
            },
            expression.values());

    assertThat(expression.isMetBy(labels)).isNotEqualTo(opposite.isMetBy(labels));
  }

  @Property
  void matchLabelsMeansInWithOneValue(
      @ForAll("labels") Map<String, String> asked, @ForAll("labels") Map<String, String> labels) {
    var expressions =
        asked.entrySet().stream()
            .map(label -> requirement(label.getKey(), IN, label.getValue()))
            .toList();

    assertThat(selector(asked).matches(labels))
        .isEqualTo(new LabelSelector(Map.of(), expressions).matches(labels));
  }

  @Provide
  Arbitrary<LabelSelectorRequirement> expressions() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c"),
            Arbitraries.of(LabelOperator.class),
            Arbitraries.of("", "x", "y").list().ofMinSize(1).ofMaxSize(3))
        .as(
            (key, operator, values) ->
                new LabelSelectorRequirement(
                    key, operator, operator.comparesValues() ? values : List.of()));
  }

  @Provide
  Arbitrary<Map<String, String>> labels() {
    return Arbitraries.maps(Arbitraries.of("a", "b", "c"), Arbitraries.of("", "x", "y"))
        .ofMaxSize(3);
  }

  private static LabelSelector selector(Map<String, String> matchLabels) {
    return new LabelSelector(matchLabels, List.of());
  }

  private static LabelSelector asks(String key, LabelOperator operator, String... values) {
    return new LabelSelector(Map.of(), List.of(requirement(key, operator, values)));
  }

  private static LabelSelectorRequirement requirement(
      String key, LabelOperator operator, String... values) {
    return new LabelSelectorRequirement(key, operator, List.of(values));
  }
}
