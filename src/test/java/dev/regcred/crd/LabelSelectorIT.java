package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LabelOperator;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.LabelSelectorRequirement;
import dev.regcred.testkit.WithoutOperator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The operator selects by labels exactly what the API server does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithoutOperator
class LabelSelectorIT {
  private static final Map<String, Map<String, String>> LABELS =
      Map.of(
          "none", Map.of(),
          "team-empty", Map.of("team", ""),
          "team-ci", Map.of("team", "ci"),
          "team-web", Map.of("team", "web"),
          "team-ci-tier-build", Map.of("team", "ci", "tier", "build"),
          "tier-build", Map.of("tier", "build"));

  static final List<LabelSelector> SELECTORS =
      List.of(
          new LabelSelector(Map.of(), List.of()),
          new LabelSelector(Map.of("team", "ci"), List.of()),
          new LabelSelector(Map.of("team", ""), List.of()),
          new LabelSelector(Map.of("team", "ci", "tier", "build"), List.of()),
          asks(requirement("team", LabelOperator.IN, "ci", "web")),
          asks(requirement("team", LabelOperator.IN, "")),
          asks(requirement("team", LabelOperator.NOT_IN, "ci", "web")),
          asks(requirement("team", LabelOperator.NOT_IN, "")),
          asks(requirement("team", LabelOperator.EXISTS)),
          asks(requirement("team", LabelOperator.DOES_NOT_EXIST)),
          asks(
              requirement("team", LabelOperator.EXISTS),
              requirement("tier", LabelOperator.NOT_IN, "build")),
          new LabelSelector(
              Map.of("tier", "build"), List.of(requirement("team", LabelOperator.DOES_NOT_EXIST))));

  private final CrdNamespace namespace = CrdNamespace.create();

  @BeforeAll
  void createObjects() {
    LABELS.forEach(
        (name, labels) ->
            assertThat(
                    namespace
                        .kubectl(
                            """
                            {apiVersion: v1, kind: ServiceAccount,
                             metadata: {name: %s, labels: {%s}}}
                            """
                                .formatted(name, joined(labels, ": ", "'")),
                            "create",
                            "-f",
                            "-")
                        .exitCode())
                .isZero());
  }

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @ParameterizedTest
  @FieldSource("SELECTORS")
  void selectsWhatTheApiServerSelects(LabelSelector selector) {
    var result =
        namespace.kubectl(
            "", "get", "serviceaccounts", "--selector", text(selector), "--output", "name");

    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(
            LABELS.entrySet().stream()
                .filter(object -> selector.matches(object.getValue()))
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(
            result
                .stdout()
                .lines()
                .map(line -> line.replace("serviceaccount/", ""))
                .filter(LABELS::containsKey)
                .toList());
  }

  /** As kubectl takes it. */
  private static String text(LabelSelector selector) {
    return Stream.concat(
            Stream.of(joined(selector.matchLabels(), "=", "")).filter(text -> !text.isEmpty()),
            selector.matchExpressions().stream().map(LabelSelectorIT::text))
        .collect(Collectors.joining(","));
  }

  private static String text(LabelSelectorRequirement requirement) {
    var values = "(" + String.join(",", requirement.values()) + ")";
    return switch (requirement.operator()) {
      case IN -> requirement.key() + " in " + values;
      case NOT_IN -> requirement.key() + " notin " + values;
      case EXISTS -> requirement.key();
      case DOES_NOT_EXIST -> "!" + requirement.key();
    };
  }

  private static String joined(Map<String, String> labels, String between, String quote) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + between + quote + label.getValue() + quote)
        .collect(Collectors.joining(","));
  }

  private static LabelSelector asks(LabelSelectorRequirement... requirements) {
    return new LabelSelector(Map.of(), List.of(requirements));
  }

  private static LabelSelectorRequirement requirement(
      String key, LabelOperator operator, String... values) {
    return new LabelSelectorRequirement(key, operator, List.of(values));
  }
}
