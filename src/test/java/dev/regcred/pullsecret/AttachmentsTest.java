package dev.regcred.pullsecret;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.pullsecret.Attachments.Wish;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one patch that puts the {@code imagePullSecrets} of a ServiceAccount right. */
class AttachmentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GUARD =
      """
      [{"op":"replace","path":"/metadata/uid","value":"uid-1"},\
      {"op":"replace","path":"/metadata/resourceVersion","value":"41"}""";
  private static final String RECORD = "/metadata/annotations/regcred.dev~1attached";

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
    var account = account(words(list), record == null ? null : words(record), record != null);
    var wished = new TreeMap<String, Wish>();
    words(wishes).forEach(word -> wished.put(word.substring(1), wish(word.charAt(0))));

    var write = Attachments.write(account, wished);

    assertThat(write.isPresent()).isEqualTo(writes);
    var patched = new PatchedAccount(account);
    write.ifPresent(w -> patched.apply(w.jsonPatch()));
    assertThat(patched.list()).isEqualTo(words(listAfter));
    assertThat(patched.record()).isEqualTo(recordAfter == null ? null : words(recordAfter));
  }

  @Test
  void thePatchFailsWhereTheListHasChangedMeanwhileAndNamesNoEntryOfOthers() {
    assertThat(patch(account(List.of("theirs"), null, true), Map.of("p", Wish.ATTACH)))
        .isEqualTo(
            GUARD
                + """
                ,{"op":"add","path":"/imagePullSecrets/-","value":{"name":"p"}},\
                {"op":"add","path":"%s","value":"[\\"p\\"]"}]"""
                    .formatted(RECORD));
  }

  @Test
  void anAccountWithoutListAndAnnotationsGetsBoth() {
    assertThat(patch(account(null, null, false), Map.of("p", Wish.ATTACH)))
        .isEqualTo(
            GUARD
                + """
                ,{"op":"add","path":"/imagePullSecrets","value":[{"name":"p"}]},\
                {"op":"add","path":"/metadata/annotations",\
                "value":{"regcred.dev/attached":"[\\"p\\"]"}}]""");
  }

  @Test
  void withTheLastEntryTheRecordGoes() {
    assertThat(patch(account(List.of("x", "p"), List.of("p"), true), Map.of("p", Wish.DETACH)))
        .isEqualTo(
            GUARD
                + """
                ,{"op":"remove","path":"/imagePullSecrets/1"},\
                {"op":"remove","path":"%s"}]"""
                    .formatted(RECORD));
  }

  @Test
  void onlyWhatIsPutBackIsACorrection() {
    assertThat(correction(List.of("x"), List.of("p"), Wish.ATTACH)).isTrue();
    assertThat(correction(List.of("x"), null, Wish.ATTACH)).isFalse();
    assertThat(correction(List.of("p"), List.of("p"), Wish.DETACH)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      value = {"[\\\"p\\\"|", "{}|", "\"\"|", "null|", "[null]|", "[{\\\"a\\\":1}]|", "7|"})
  void aRecordThatCannotBeReadMakesNothingOurs(String annotation) {
    assertThat(Attachments.recorded(annotation.replace("\\", ""))).isNull();
  }

  @Test
  void aRecordIsAListOfNames() {
    assertThat(Attachments.recorded("[\"p\",\"q\"]")).containsExactly("p", "q");
    assertThat(Attachments.recorded("[]")).isEmpty();
    assertThat(Attachments.recorded(null)).isNull();
  }

  /** What the API server makes of the operations; the integration test asks itself. */
  private static final class PatchedAccount {
    private final ArrayList<String> list;
    private @Nullable String record;
    private boolean hasList;

    PatchedAccount(AttachableAccount account) {
      var names = account.pullSecrets();
      hasList = names != null && !names.isEmpty();
      list = new ArrayList<>(names == null ? List.of() : names);
      record = account.attached() == null ? null : json(account.attached());
    }

    void apply(List<Map<String, Object>> operations) {
      operations.stream().skip(2).forEach(o -> apply(o, String.valueOf(o.get("path"))));
    }

    private void apply(Map<String, Object> operation, String path) {
      var value = operation.get("value");
      if (path.equals(RECORD)) {
        record = value == null ? null : String.valueOf(value);
      } else if (path.equals("/metadata/annotations") && value instanceof Map<?, ?> annotations) {
        record = String.valueOf(annotations.get(Labels.ATTACHED));
      } else if (path.equals("/imagePullSecrets") && value instanceof List<?> names) {
        list.clear();
        names.forEach(name -> list.add(name(name)));
        hasList = true;
      } else if (path.equals("/imagePullSecrets/-")) {
        assertThat(hasList).as("nothing is added to a list that is not there").isTrue();
        list.add(name(Objects.requireNonNull(value)));
      } else {
        assertThat(operation).containsEntry("op", "remove");
        list.remove(Integer.parseInt(path.replace("/imagePullSecrets/", "")));
      }
    }

    private static String name(Object reference) {
      return String.valueOf(((Map<?, ?>) reference).get("name"));
    }

    List<String> list() {
      return list;
    }

    @Nullable List<String> record() {
      return Attachments.recorded(record);
    }
  }

  private static boolean correction(List<String> list, @Nullable List<String> record, Wish wish) {
    return Attachments.write(account(list, record, record != null), Map.of("p", wish))
        .orElseThrow()
        .isCorrection();
  }

  private static String patch(AttachableAccount account, Map<String, Wish> wishes) {
    var operations = Attachments.write(account, wishes).orElseThrow().jsonPatch();
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

  private static AttachableAccount account(
      @Nullable List<String> list, @Nullable List<String> record, boolean hasAnnotations) {
    return new AttachableAccount("runner", "uid-1", "41", Map.of(), hasAnnotations, record, list);
  }

  private static Wish wish(char sign) {
    return switch (sign) {
      case '+' -> Wish.ATTACH;
      case '-' -> Wish.DETACH;
      default -> Wish.RELEASE;
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
