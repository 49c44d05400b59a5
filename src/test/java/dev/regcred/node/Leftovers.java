package dev.regcred.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;

/** Looks through every object of every kind for a trace of us. */
record Leftovers(Terminal terminal) {
  /** What follows the last command by itself, such as the end of an APIService without a CRD. */
  private static final Duration MOMENT = Duration.ofSeconds(15);

  /** Where a trace could be. The specs and statuses of others' objects don't matter to anybody. */
  private static final List<String> FIELDS =
      List.of("name", "namespace", "labels", "annotations", "finalizers", "ownerReferences");

  /** Fails if there is one. */
  void expectNone() {
    Awaitility.await()
        .atMost(MOMENT)
        .untilAsserted(
            () -> {
              var kinds = kinds();
              var objects = objects(kinds);
              var traces = objects.stream().filter(Leftovers::hasTrace).map(Leftovers::name);
              var left = traces.toList();
              if (!left.isEmpty()) {
                throw new AssertionError("Left behind: " + left);
              }
              terminal.say(
                  "Of %d objects of %d kinds none has regcred in its name, labels, annotations,"
                          .formatted(objects.size(), kinds.size())
                      + " owners, finalizers or pull Secrets.");
            });
  }

  /** All but Events, which tell what was and go by themselves. */
  private List<String> kinds() {
    return terminal
        .look("kubectl api-resources --verbs=list -o name")
        .lines()
        .filter(kind -> !kind.startsWith("events") && !kind.equals("componentstatuses"))
        .toList();
  }

  private List<JsonNode> objects(List<String> kinds) {
    var all = kinds.stream().collect(Collectors.joining(","));
    var list = json(terminal.look("kubectl get %s --all-namespaces -o json".formatted(all)));
    return StreamSupport.stream(list.path("items").spliterator(), false).toList();
  }

  private static boolean hasTrace(JsonNode object) {
    return FIELDS.stream()
            .anyMatch(field -> object.path("metadata").path(field).toString().contains("regcred"))
        || object.path("imagePullSecrets").size() > 0;
  }

  private static String name(JsonNode object) {
    return "%s %s/%s"
        .formatted(
            object.path("kind").asText(),
            object.path("metadata").path("namespace").asText(),
            object.path("metadata").path("name").asText());
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
