package dev.regcred.integration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * All that a namespace, or several, hold of what the operator reads and writes, at one moment.
 *
 * @param objects by kind and name, such as {@code Secret/pull}; between the two may stand which
 *     namespace it is, of several
 */
record World(SortedMap<String, JsonNode> objects) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private static final String SECRETS = "/api/v1/namespaces/%s/secrets";

  /** Secrets first: who deletes them after their credential is seen between the two. */
  private static final List<Map.Entry<String, String>> KINDS =
      List.of(
          Map.entry("Secret", SECRETS),
          Map.entry("Registry", "/apis/regcred.dev/v1alpha1/namespaces/%s/registries"),
          Map.entry(
              "RegistryCredential", "/apis/regcred.dev/v1alpha1/namespaces/%s/registrycredentials"),
          Map.entry("ServiceAccount", "/api/v1/namespaces/%s/serviceaccounts"));

  /** What differs between two runs of the same story. How long a history is does too. */
  private static final Set<String> VOLATILE =
      Set.of(
          "uid",
          "resourceVersion",
          "managedFields",
          "generation",
          "namespace",
          "history",
          "creationTimestamp");

  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";

  private static final List<Map.Entry<String, String>> CLUSTER_WIDE =
      List.of(
          Map.entry("ClusterRegistry", "/apis/regcred.dev/v1alpha1/clusterregistries"),
          Map.entry(
              "ClusterRegistryCredential",
              "/apis/regcred.dev/v1alpha1/clusterregistrycredentials"));

  static World read(TestNamespace namespace) {
    return read(namespace, json -> json);
  }

  /**
   * The same, changed before it is read.
   *
   * @param change what becomes of the JSON, whatever is base64 in it aside
   */
  static World read(TestNamespace namespace, UnaryOperator<String> change) {
    var objects = new TreeMap<String, JsonNode>();
    for (var kind : KINDS) {
      items(change.apply(namespace.list(kind.getValue())))
          .forEach(item -> objects.put(kind.getKey() + "/" + name(item), item));
    }
    return new World(objects);
  }

  /**
   * The cluster-wide resources of one name.
   *
   * @param name what they are called after the change
   */
  static World clusterWide(KubernetesClient admin, String name, UnaryOperator<String> change) {
    var objects = new TreeMap<String, JsonNode>();
    for (var kind : CLUSTER_WIDE) {
      items(change.apply(Objects.requireNonNull(admin.raw(kind.getValue()), kind.getValue())))
          .filter(item -> name(item).equals(name))
          .forEach(item -> objects.put(kind.getKey() + "/" + name, item));
    }
    return new World(objects);
  }

  private static Stream<JsonNode> items(String list) {
    return StreamSupport.stream(parse(list).path("items").spliterator(), false);
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  /** The content of a pull Secret, without a look at anything else. */
  static String secret(TestNamespace namespace, String name) {
    var secrets = new TreeMap<String, JsonNode>();
    items(namespace.list(SECRETS)).forEach(item -> secrets.put("Secret/" + name(item), item));
    return new World(secrets).summary("Secret/" + name);
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** All of a kind. */
  Stream<JsonNode> all(String kind) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(kind + "/"))
        .map(Map.Entry::getValue);
  }

  /**
   * What a user looks at first: state and reason, the content of a pull Secret, or the Secrets of a
   * ServiceAccount.
   *
   * @param key such as {@code Secret/pull}
   */
  String summary(String key) {
    var object = objects.get(key);
    if (object == null) {
      return "absent";
    }
    return switch (key.split("/", 2)[0]) {
      case "Secret" -> decoded(object.at("/data/.dockerconfigjson").asText());
      case "ServiceAccount" -> names(object.path("imagePullSecrets"));
      default ->
          isBehind(object)
              ? "behind"
              : object.at("/status/state").asText()
                  + " "
                  + object.at("/status/conditions/0/reason").asText();
    };
  }

  /** Whether the status speaks of an older spec. */
  static boolean isBehind(JsonNode object) {
    return object.at("/status/observedGeneration").asLong(-1)
        != object.at("/metadata/generation").asLong();
  }

  static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String names(JsonNode references) {
    return StreamSupport.stream(references.spliterator(), false)
        .map(reference -> reference.path("name").asText())
        .collect(Collectors.joining(" "));
  }

  /**
   * What is the same in each run of the same story, line by line, by object.
   *
   * @param before which objects are still the same ones as then is part of it
   */
  SortedMap<String, String> story(World before) {
    var story = new TreeMap<String, String>();
    objects.forEach(
        (key, object) -> {
          ObjectNode copy = object.deepCopy();
          simplify(copy, object.at("/metadata/generation").asLong());
          if (key.startsWith("Secret/")) {
            copy.path("data")
                .properties()
                .forEach(
                    entry -> entry.setValue(TextNode.valueOf(decoded(entry.getValue().asText()))));
          }
          var then = before.objects.get(key);
          copy.put(
              "survived",
              then != null && then.at("/metadata/uid").equals(object.at("/metadata/uid")));
          story.put(key, text(copy));
        });
    return story;
  }

  private static void simplify(JsonNode node, long generation) {
    if (node instanceof ObjectNode object) {
      object.remove(VOLATILE);
      object
          .properties()
          .forEach(
              field -> {
                var value = field.getValue();
                if (field.getKey().equals("observedGeneration")) {
                  field.setValue(
                      TextNode.valueOf(value.asLong() == generation ? "up to date" : "behind"));
                } else if (field.getKey().equals(Labels.CONTRIBUTORS)) {
                  field.setValue(TextNode.valueOf(text(sorted(parse(value.textValue())))));
                } else if (field.getKey().equals("ownerReferences")) {
                  field.setValue(sorted(value));
                } else if (value.isTextual()) {
                  field.setValue(TextNode.valueOf(value.textValue().replaceAll(TIME, "<time>")));
                }
              });
    }
    node.forEach(child -> simplify(child, generation));
  }

  /**
   * Whose credential is named first, as a contributor and as an owner, depends on whether both were
   * created in the same second: a creation time has no fractions.
   */
  private static JsonNode sorted(JsonNode credentials) {
    var array = JSON.createArrayNode();
    StreamSupport.stream(credentials.spliterator(), false)
        .sorted(Comparator.comparing(JsonNode::toString))
        .forEach(array::add);
    return array;
  }

  private static String text(JsonNode node) {
    try {
      // By way of a map, whose keys are in order.
      return JSON.writeValueAsString(JSON.treeToValue(node, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The lines that are in only one of two stories; all of them where only their order differs.
   *
   * @return empty if they are the same
   */
  static String difference(Map<String, String> expected, Map<String, String> actual) {
    var keys = new TreeSet<>(expected.keySet());
    keys.addAll(actual.keySet());
    var lines = new ArrayList<String>();
    for (String key : keys) {
      var wanted = expected.getOrDefault(key, "absent").lines().toList();
      var found = actual.getOrDefault(key, "absent").lines().toList();
      if (!wanted.equals(found)) {
        boolean isOrder = Set.copyOf(wanted).equals(Set.copyOf(found));
        lines.add(key);
        lines.addAll(only(wanted, isOrder ? List.of() : found, "  undisturbed: "));
        lines.addAll(only(found, isOrder ? List.of() : wanted, "  after crash: "));
      }
    }
    return String.join("\n", lines);
  }

  private static List<String> only(List<String> lines, List<String> others, String prefix) {
    return lines.stream()
        .filter(line -> !others.contains(line))
        .map(line -> prefix + line)
        .toList();
  }
}
