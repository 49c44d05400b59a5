package dev.regcred.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that the API server must accept or refuse; src/test/resources/fixtures/README.md says
 * how it is written.
 *
 * @param name what it is called, with its kind: {@code registry/valid/full}
 * @param crd the CRD that it is about
 * @param expected the errors that the last step must get, {@code …} being anything; none where it
 *     must be accepted
 * @param steps what is done, in this order; all but the last must be accepted
 */
record Fixture(String name, Crd crd, List<String> expected, List<Step> steps) {
  private static final Path DIRECTORY = Path.of("src/test/resources/fixtures");
  private static final Pattern DOCUMENT_END = Pattern.compile("^---$", Pattern.MULTILINE);
  private static final Pattern REPEATED = Pattern.compile("\\$\\{(.+?)\\*([0-9]+)}");
  private static final Pattern EXPECTED = Pattern.compile("^# expect: (.+)$", Pattern.MULTILINE);

  /** What is done with a document of the fixture. */
  enum Action {
    /** It is merged into minimal.yaml, and the result is created. */
    GIVEN,
    /** It is merged into the status, by way of the status subresource. */
    STATUS,
    /** It is merged into the object. */
    WHEN;

    /** The comment line that says so in a fixture. */
    private String mark() {
      return "# " + name().toLowerCase(Locale.ROOT);
    }
  }

  record Step(Action action, JsonNode patch) {
    /** As a merge patch of the whole object. */
    JsonNode patchOfObject() {
      return action == Action.STATUS
          ? JsonNodeFactory.instance.objectNode().set("status", patch)
          : patch;
    }
  }

  static Stream<Fixture> valid() {
    return allIn("valid");
  }

  static Stream<Fixture> invalid() {
    return allIn("invalid");
  }

  private static Stream<Fixture> allIn(String verdict) {
    return Crd.all().stream().flatMap(crd -> ofKind(crd, verdict));
  }

  private static Stream<Fixture> ofKind(Crd crd, String verdict) {
    var texts = new TreeMap<String, String>();
    for (var selector : selectors(crd)) {
      texts(DIRECTORY.resolve("labelselector").resolve(verdict))
          .forEach(
              (name, text) ->
                  texts.put(inWords(selector) + "-" + name, withSelector(text, selector)));
    }
    // The kind's own last: a file of the same name takes the place of the one that is shared.
    texts.putAll(texts(directory(crd.withoutCluster()).resolve(verdict)));
    texts.putAll(texts(directory(crd.kind()).resolve(verdict)));
    return texts.entrySet().stream()
        .map(
            text ->
                read(
                    crd,
                    directory(crd.kind()).getFileName() + "/" + verdict + "/" + text.getKey(),
                    text.getValue().replace("${kind}", crd.kind())));
  }

  private static String withSelector(String text, String selector) {
    return (selector.equals("podSelector")
            ? text.replace("  ${selector}:", "  attach: Pods\n  ${selector}:")
            : text)
        .replace("${selector}", selector);
  }

  /** The fields of a spec that are a label selector. */
  private static List<String> selectors(Crd crd) {
    return crd.schema()
        .at("spec")
        .properties()
        .filter(field -> field.json().path("properties").has("matchLabels"))
        .map(SchemaNode::name)
        .toList();
  }

  /** A field's name as it stands in those of files: {@code serviceAccounts}, service-accounts. */
  private static String inWords(String field) {
    return field.replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** What the files of a directory hold, by their names. */
  private static Map<String, String> texts(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Map.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.collect(
          Collectors.toMap(
              file -> file.getFileName().toString().replace(".yaml", ""), Fixture::text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory(String kind) {
    return DIRECTORY.resolve(kind.toLowerCase(Locale.ROOT));
  }

  private static Fixture read(Crd crd, String name, String text) {
    return new Fixture(
        name,
        crd,
        EXPECTED.matcher(text).results().map(line -> line.group(1)).toList(),
        DOCUMENT_END.splitAsStream(text).map(Fixture::step).toList());
  }

  private static Step step(String document) {
    var action =
        Arrays.stream(Action.values())
            .filter(a -> document.lines().anyMatch(a.mark()::equals))
            .findFirst()
            .orElse(Action.GIVEN);
    return new Step(action, yaml(document));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode yaml(String text) {
    try {
      return new YAMLMapper()
          .readTree(
              REPEATED
                  .matcher(text)
                  .replaceAll(
                      match ->
                          Matcher.quoteReplacement(
                              match.group(1).repeat(Integer.parseInt(match.group(2))))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The smallest object that is accepted. */
  static JsonNode minimal(Crd crd) {
    return yaml(text(directory(crd.kind()).resolve("minimal.yaml")));
  }

  /** The object that the first step creates. */
  JsonNode created() {
    return MergePatch.apply(minimal(crd), steps.getFirst().patch());
  }

  /** All steps but the last. */
  List<Step> preparation() {
    return steps.subList(0, steps.size() - 1);
  }

  /** The object after the last step, without the defaults that the API server adds. */
  JsonNode result() {
    var object = created();
    for (var step : steps.subList(1, steps.size())) {
      object = MergePatch.apply(object, step.patchOfObject());
    }
    return object;
  }

  @Override
  public String toString() {
    return name;
  }
}
