package dev.regcred.pullsecret;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.pullsecret.ImagePullSecrets.Intent;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one patch that puts the {@code imagePullSecrets} of a ServiceAccount right. */
class ImagePullSecretsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GUARD =
      """
      [{"op":"replace","path":"/metadata/uid","value":"uid-1"},\
      {"op":"replace","path":"/metadata/resourceVersion","value":"41"}\
      """;
  private static final String RECORD = "/metadata/annotations/regcred.dev~1attached";

  /** What we would take for somebody else's when we read it again is not written. */
  @Test
  void noMoreIsAttachedThanIsServed() {
    var full =
        IntStream.range(0, ImagePullSecrets.MAX_PULL_SECRETS).mapToObj("s%s"::formatted).toList();
    var intent = Map.of("one-more", Intent.ATTACH);
    assertThat(ImagePullSecrets.write(listing(full, List.of()), intent)).isEmpty();
    assertThat(ImagePullSecrets.write(listing(full.subList(1, full.size()), List.of()), intent))
        .isPresent();
    assertThat(ImagePullSecrets.write(listing(List.of(), full), intent)).isEmpty();
    var long253 = full.subList(0, 150).stream().map(name -> name + "x".repeat(230)).toList();
    assertThat(ImagePullSecrets.write(listing(List.of(), long253), intent)).isEmpty();
    assertThat(ImagePullSecrets.write(listing(List.of(), full), Map.of("s0", Intent.DETACH)))
        .as("it gets smaller")
        .isPresent();
  }

  @Test
  void theLastThatFitsIsAttachedAndTheNextIsLeftOut() {
    var intent = Map.of("z", Intent.ATTACH);
    var names = IntStream.range(0, ImagePullSecrets.MAX_PULL_SECRETS).mapToObj("s%s"::formatted);
    var full = names.toList();
    assertThat(ImagePullSecrets.write(listing(List.of(), full.subList(1, full.size())), intent))
        .as("the last name of a record")
        .isPresent();
    // ["...","z"]
    var long254 = "n".repeat(ImagePullSecrets.MAX_RECORD - 6 - 2);
    assertThat(ImagePullSecrets.write(listing(List.of(), List.of(long254)), intent))
        .as("the last character of a record")
        .isPresent();
    assertThat(ImagePullSecrets.write(listing(List.of(), List.of(long254 + "n")), intent))
        .isEmpty();
  }

  /** Whoever asks for it is told. */
  @Test
  void whatIsLeftOutIsKnown() {
    var full =
        IntStream.range(0, ImagePullSecrets.MAX_PULL_SECRETS).mapToObj("s%s"::formatted).toList();
    var attach = Map.of("s0", Intent.ATTACH, "z", Intent.ATTACH);
    assertThat(ImagePullSecrets.isLeftOut(listing(full, List.of()), attach, "z")).isTrue();
    assertThat(ImagePullSecrets.isLeftOut(listing(full, List.of()), attach, "s0"))
        .as("it is there")
        .isFalse();
    assertThat(ImagePullSecrets.isLeftOut(listing(List.of(), List.of()), attach, "z"))
        .as("it is attached by this write")
        .isFalse();
    assertThat(
            ImagePullSecrets.isLeftOut(listing(full, List.of()), Map.of("z", Intent.DETACH), "z"))
        .as("nobody asks for it")
        .isFalse();
  }

  private static ServiceAccountView listing(List<String> pullSecrets, List<String> attached) {
    return new ServiceAccountView("a", "uid-1", "41", Map.of(), true, attached, pullSecrets);
  }

  /**
   * @param list the names in {@code imagePullSecrets}; absent if there is no list
   * @param record what the annotation names; absent if there is none
   * @param wishes {@code +} attach, {@code -} detach, {@code ~} release
   * @param listAfter the list after the patch
   * @param recordAfter the record after it
   * @param writes whether anything is written
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      textBlock =
          """
          the first one                   |         |     | +p    | p       | p   | true
          behind those of others          | x y     |     | +p    | x y p   | p   | true
          beside another of ours          | x o     | o   | +p    | x o p   | o p | true
          it is there already             | x p y   | p   | +p    | x p y   | p   | false
          one made by hand stays so       | x p     |     | +p    | x p     |     | false
          one taken out is put back       | x       | p   | +p    | x p     | p   | true
          the last one is put back        |         | p   | +p    | p       | p   | true
          detached                        | x p y   | p   | -p    | x y     |     | true
          the last one detached           | p       | p   | -p    |         |     | true
          another of ours stays           | o p     | o p | -p    | o       | o   | true
          one made by hand is not         | x p     |     | -p    | x p     |     | false
          gone already, the record too    | x       | p   | -p    | x       |     | true
          never there                     | x       |     | -p    | x       |     | false
          released it stays               | x p     | p   | ~p    | x p     |     | true
          made by hand there is none      | x p     |     | ~p    | x p     |     | false
          one moves to the other          | x o y   | o   | -o +p | x y p   | p   | true
          the only one moves              | o       | o   | -o +p | p       | p   | true
          the other way round             | p       | p   | +o -p | o       | o   | true
          two go, others keep their order | a x b y | a b | -a -b | x y     |     | true
          two come                        |         |     | +a +b | a b     | a b | true
          """)
  void lists(
      String name,
      @Nullable String list,
      @Nullable String record,
      String wishes,
      @Nullable String listAfter,
      @Nullable String recordAfter,
      boolean writes) {
    var serviceAccount =
        account(words(list), record == null ? null : words(record), record != null);
    var wished = new TreeMap<String, Intent>();
    words(wishes).forEach(word -> wished.put(word.substring(1), wish(word.charAt(0))));

    var write = ImagePullSecrets.write(serviceAccount, wished);

    assertThat(write.isPresent()).isEqualTo(writes);
    var stored = stored(serviceAccount);
    var patched =
        write.isEmpty()
            ? stored
            : JsonPatch.apply(JSON.valueToTree(write.get().jsonPatch()), stored);
    assertThat(patched.path("imagePullSecrets").findValuesAsText("name"))
        .isEqualTo(words(listAfter));
    var annotations = patched.at("/metadata/annotations");
    assertThat(ImagePullSecrets.readAnnotation(annotations.path(Labels.ATTACHED).textValue()))
        .isEqualTo(recordAfter == null ? null : words(recordAfter));
    assertThat(annotations.path("theirs").asText()).isEqualTo(record == null ? "" : "kept");
  }

  /** It carries the old ones then, which the API server answers with a conflict. */
  @Test
  void thePatchOfAnotherAccountOrVersionIsAConflict() {
    var write =
        ImagePullSecrets.write(account(List.of("x"), null, true), Map.of("p", Intent.ATTACH))
            .orElseThrow();
    var later = new ServiceAccountView("runner", "uid-2", "42", Map.of(), true, null, List.of("x"));
    assertThat(JsonPatch.apply(JSON.valueToTree(write.jsonPatch()), stored(later)).path("metadata"))
        .isEqualTo(stored(account(null, List.of("p"), true)).path("metadata"));
  }

  @Test
  void thePatchFailsWhereTheListHasChangedMeanwhileAndNamesNoEntryOfOthers() {
    assertThat(patch(account(List.of("theirs"), null, true), Map.of("p", Intent.ATTACH)))
        .isEqualTo(
            GUARD
                + """
                ,{"op":"add","path":"/imagePullSecrets/-","value":{"name":"p"}},\
                {"op":"add","path":"%s","value":"[\\"p\\"]"}]\
                """
                    .formatted(RECORD));
  }

  @Test
  void anAccountWithoutListAndAnnotationsGetsBoth() {
    assertThat(patch(account(null, null, false), Map.of("p", Intent.ATTACH)))
        .isEqualTo(
            GUARD
                + """
                ,{"op":"add","path":"/imagePullSecrets","value":[{"name":"p"}]},\
                {"op":"add","path":"/metadata/annotations",\
                "value":{"regcred.dev/attached":"[\\"p\\"]"}}]\
                """);
  }

  @Test
  void withTheLastEntryTheRecordGoes() {
    assertThat(patch(account(List.of("x", "p"), List.of("p"), true), Map.of("p", Intent.DETACH)))
        .isEqualTo(
            GUARD
                + """
                ,{"op":"remove","path":"/imagePullSecrets/1"},\
                {"op":"remove","path":"%s"}]\
                """
                    .formatted(RECORD));
  }

  @Test
  void onlyWhatIsPutBackIsACorrection() {
    assertThat(correction(List.of("x"), List.of("p"), Intent.ATTACH)).isTrue();
    assertThat(correction(List.of("x"), null, Intent.ATTACH)).isFalse();
    assertThat(correction(List.of("p"), List.of("p"), Intent.DETACH)).isFalse();
  }

  @Test
  void whatItsListNamesMayBeOursOrNot() {
    var serviceAccount = account(List.of("x", "p"), List.of("p"), true);
    assertThat(serviceAccount.names("x")).isTrue();
    assertThat(serviceAccount.isAttached("x")).isFalse();
    assertThat(serviceAccount.names("p")).isTrue();
    assertThat(serviceAccount.isAttached("p")).isTrue();
    assertThat(serviceAccount.names("other")).isFalse();
    var bare = account(null, null, false);
    assertThat(bare.names("p")).isFalse();
    assertThat(bare.isAttached("p")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {"[\\\"p\\\"|", "{}|", "\"\"|", "null|", "[null]|", "[{\\\"a\\\":1}]|", "7|"})
  void aRecordThatCannotBeReadMakesNothingOurs(String annotation) {
    assertThat(ImagePullSecrets.readAnnotation(annotation.replace("\\", ""))).isNull();
  }

  /** What is more than is ever written is somebody else's, and not kept. */
  @Test
  void aRecordIsReadUpToTheBoundsAndNotBeyond() {
    var full =
        IntStream.range(0, ImagePullSecrets.MAX_PULL_SECRETS).mapToObj("s%s"::formatted).toList();
    assertThat(ImagePullSecrets.readAnnotation(json(full)))
        .hasSize(ImagePullSecrets.MAX_PULL_SECRETS);
    var more = Stream.concat(full.stream(), Stream.of("z")).toList();
    assertThat(ImagePullSecrets.readAnnotation(json(more))).isNull();
    var blanks = " ".repeat(ImagePullSecrets.MAX_RECORD - "[\"p\"]".length());
    assertThat(ImagePullSecrets.readAnnotation("[\"p\"]" + blanks)).containsExactly("p");
    assertThat(ImagePullSecrets.readAnnotation("[\"p\"]" + blanks + " ")).isNull();
  }

  @Test
  void aRecordIsAListOfNames() {
    assertThat(ImagePullSecrets.readAnnotation("[\"p\",\"q\"]")).containsExactly("p", "q");
    assertThat(ImagePullSecrets.readAnnotation("[]")).isEmpty();
    assertThat(ImagePullSecrets.readAnnotation(null)).isNull();
  }

  /** The ServiceAccount as the API server stores it. */
  private static ObjectNode stored(ServiceAccountView serviceAccount) {
    var metadata =
        JSON.createObjectNode()
            .put("uid", serviceAccount.uid())
            .put("resourceVersion", serviceAccount.resourceVersion());
    if (serviceAccount.hasAnnotations()) {
      var annotations = metadata.putObject("annotations").put("theirs", "kept");
      if (serviceAccount.attached() != null) {
        annotations.put(Labels.ATTACHED, json(serviceAccount.attached()));
      }
    }
    var stored = JSON.createObjectNode();
    stored.set("metadata", metadata);
    if (serviceAccount.pullSecrets() != null && !serviceAccount.pullSecrets().isEmpty()) {
      var list = stored.putArray("imagePullSecrets");
      serviceAccount.pullSecrets().forEach(name -> list.addObject().put("name", name));
    }
    return stored;
  }

  private static boolean correction(
      List<String> list, @Nullable List<String> record, Intent intent) {
    return ImagePullSecrets.write(account(list, record, record != null), Map.of("p", intent))
        .orElseThrow()
        .isCorrection();
  }

  private static String patch(ServiceAccountView serviceAccount, Map<String, Intent> intents) {
    var operations = ImagePullSecrets.write(serviceAccount, intents).orElseThrow().jsonPatch();
    return json(
        operations.stream()
            .map(
                operation -> {
                  var ordered = new LinkedHashMap<String, Object>();
                  Stream.of("op", "path", "value")
                      .filter(operation::containsKey)
                      .forEach(key -> ordered.put(key, Objects.requireNonNull(operation.get(key))));
                  return ordered;
                })
            .toList());
  }

  private static ServiceAccountView account(
      @Nullable List<String> list, @Nullable List<String> record, boolean hasAnnotations) {
    return new ServiceAccountView("runner", "uid-1", "41", Map.of(), hasAnnotations, record, list);
  }

  private static Intent wish(char sign) {
    return switch (sign) {
      case '+' -> Intent.ATTACH;
      case '-' -> Intent.DETACH;
      default -> Intent.RELEASE;
    };
  }

  private static List<String> words(@Nullable String text) {
    return text == null ? List.of() : List.of(text.split(" +"));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
