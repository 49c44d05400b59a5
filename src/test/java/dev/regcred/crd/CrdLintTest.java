package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every schema keeps to, and the API server does not ask for. */
class CrdLintTest {
  /**
   * What the annotations of an object may take together; client-side apply keeps the whole manifest
   * in one of them.
   */
  private static final long LARGEST = 256 * 1024;

  private static final Set<String> BOUNDED_STRING = Set.of("maxLength", "enum", "format");

  static List<Crd> all() {
    return Crd.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void isSmallEnoughForClientSideApply(Crd crd) throws Exception {
    assertThat(Files.size(crd.file())).isLessThan(LARGEST);
  }

  @ParameterizedTest
  @MethodSource("all")
  void isNamedAfterItsFileAndInTheCategory(Crd crd) {
    assertThat(crd.file()).hasFileName(crd.name() + ".yaml");
    assertThat(crd.document().at("/spec/names/categories"))
        .extracting(JsonNode::asText)
        .contains("regcred-all");
    assertThat(crd.version().at("/subresources/status").isObject())
        .as("status subresource")
        .isTrue();
  }

  /** The costs of the CEL rules are estimated from the bounds, so that they hold for any object. */
  @ParameterizedTest
  @MethodSource("all")
  void everyStringListAndMapIsBounded(Crd crd) {
    assertNone(
        crd,
        node -> node.isOfType("string") && BOUNDED_STRING.stream().noneMatch(node.json()::has));
    assertNone(
        crd,
        node -> node.json().has("x-kubernetes-int-or-string") && !node.json().has("maxLength"));
    assertNone(crd, node -> node.isOfType("array") && !node.json().has("maxItems"));
    assertNone(
        crd, node -> node.json().has("additionalProperties") && !node.json().has("maxProperties"));
    assertNone(crd, node -> node.isOfType("integer") && !node.json().has("minimum"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyListSaysHowItIsMerged(Crd crd) {
    assertNone(crd, node -> node.isOfType("array") && !node.json().has("x-kubernetes-list-type"));
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothingUnknownIsKept(Crd crd) {
    assertNone(crd, node -> node.json().has("x-kubernetes-preserve-unknown-fields"));
    assertNone(
        crd,
        node ->
            node.isOfType("object")
                && !node.json().has("properties")
                && !node.json().has("additionalProperties"));
  }

  /** {@code kubectl explain} shows them. */
  @ParameterizedTest
  @MethodSource("all")
  void everyFieldIsDescribedInSentences(Crd crd) {
    assertThat(crd.schema().tree().flatMap(SchemaNode::properties))
        .allSatisfy(field -> assertThat(field.json().path("description").asText()).endsWith("."));
    assertThat(crd.schema().json().path("description").asText()).endsWith(".");
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyRuleHasAMessage(Crd crd) {
    assertThat(crd.schema().tree().map(node -> node.json().path("x-kubernetes-validations")))
        .allSatisfy(
            rules ->
                assertThat(rules)
                    .allSatisfy(rule -> assertThat(rule.path("message").asText()).isNotEmpty()));
  }

  /** A rule that was changed in one of the two only would be found by a user. */
  @ParameterizedTest
  @MethodSource("clusterWide")
  void aClusterWideKindKeepsToAllThatTheNamespacedOneDoes(Crd crd) {
    assertThat(keywords(crd)).containsAllEntriesOf(keywords(Crd.ofKind(crd.withoutCluster())));
  }

  static Stream<Crd> clusterWide() {
    return Crd.all().stream().filter(crd -> !crd.isNamespaced());
  }

  /** What a schema says of each place, without the words for people. */
  private static Map<String, Object> keywords(Crd crd) {
    var result = new TreeMap<String, Object>();
    crd.schema()
        .tree()
        .filter(node -> !node.path().equals("spec.registryRef.kind"))
        .forEach(node -> collectKeywords(node, result));
    return result;
  }

  private static void collectKeywords(SchemaNode node, Map<String, Object> keywords) {
    var place = node.path() + " ";
    for (var keyword : node.json().properties()) {
      switch (keyword.getKey()) {
        // The places below have their own.
        case "description", "properties", "items", "additionalProperties" -> {}
        case "required" -> keyword.getValue().forEach(name -> keywords.put(place + name, "needed"));
        case "x-kubernetes-validations" ->
            keywords.put(place + "rules", keyword.getValue().findValuesAsText("rule"));
        default -> keywords.put(place + keyword.getKey(), keyword.getValue());
      }
    }
  }

  private static void assertNone(Crd crd, Predicate<SchemaNode> wrong) {
    assertThat(crd.schema().tree().filter(wrong)).isEmpty();
  }
}
