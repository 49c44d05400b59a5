package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A constraint without a fixture fails the build: each in the spec is violated by an invalid
 * fixture, and each bound is met exactly by a valid one.
 */
class FixtureCompletenessTest {
  static List<Crd> all() {
    return Crd.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyConstraintIsViolatedByAnInvalidFixture(Crd crd) {
    var expected =
        of(Fixture.invalid(), crd).flatMap(fixture -> fixture.expected().stream()).toList();

    assertThat(spec(crd).flatMap(Constraint::of))
        .allSatisfy(constraint -> assertThat(expected).anyMatch(constraint::isViolatedIn));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyBoundIsMetExactlyByAValidFixture(Crd crd) {
    var accepted =
        of(Fixture.valid(), crd)
            .flatMap(fixture -> fixture.steps().stream().map(Fixture.Step::patch))
            .toList();

    assertThat(spec(crd).flatMap(Bound::of))
        .allSatisfy(bound -> assertThat(accepted).anyMatch(bound::isMetBy));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyInvalidFixtureNamesItsErrorAndNoValidOneDoes(Crd crd) {
    assertThat(of(Fixture.invalid(), crd))
        .allSatisfy(fixture -> assertThat(fixture.expected()).isNotEmpty());
    assertThat(of(Fixture.valid(), crd))
        .allSatisfy(fixture -> assertThat(fixture.expected()).isEmpty());
  }

  private static Stream<Fixture> of(Stream<Fixture> fixtures, Crd crd) {
    return fixtures.filter(fixture -> fixture.crd().equals(crd));
  }

  private static Stream<SchemaNode> spec(Crd crd) {
    return crd.schema().tree().filter(node -> node.path().isEmpty() || node.isWithin("spec"));
  }

  /** A value that is only just accepted: the shortest, the longest, or one of an enumeration. */
  private record Bound(String path, String keyword, JsonNode limit) {
    static Stream<Bound> of(SchemaNode node) {
      // It is accepted in no form at all.
      if (node.path().equals("spec.secretValue")) {
        return Stream.empty();
      }
      return node.json().properties().stream()
          .flatMap(
              keyword ->
                  switch (keyword.getKey()) {
                    case "minLength", "maxLength", "minItems", "maxItems", "maxProperties" ->
                        Stream.of(new Bound(node.path(), keyword.getKey(), keyword.getValue()));
                    case "enum" ->
                        keyword
                            .getValue()
                            .valueStream()
                            .map(value -> new Bound(node.path(), keyword.getKey(), value));
                    default -> Stream.empty();
                  });
    }

    boolean isMetBy(JsonNode object) {
      return at(object, path)
          .anyMatch(
              value ->
                  switch (keyword) {
                    case "enum" -> value.equals(limit);
                    case "minLength", "maxLength" ->
                        value.isTextual() && characters(value) == limit.asInt();
                    default -> value.size() == limit.asInt();
                  });
    }

    /** As the API server counts them. */
    private static int characters(JsonNode value) {
      return value.asText().codePointCount(0, value.asText().length());
    }

    private static Stream<JsonNode> at(JsonNode node, String path) {
      if (path.isEmpty()) {
        return Stream.of(node);
      }
      var parts = path.replace("[*]", ".*").split("\\.", 2);
      var below = parts.length == 1 ? "" : parts[1];
      var fields = parts[0].equals("*") ? node.valueStream() : Stream.of(node.path(parts[0]));
      return fields.flatMap(field -> at(field, below));
    }
  }
}
