package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.ObservedCredential;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.pullsecret.CredentialRef;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The objects that commands look at, read through kubectl. */
final class ClusterReader {
  /** How many objects come with one answer. */
  private static final int PAGE = 500;

  private static final String OURS = "/apis/regcred.dev/v1alpha1/";

  private final Kubectl kubectl;
  private final Progress progress;
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .build();

  ClusterReader(Kubectl kubectl, Progress progress) {
    this.kubectl = kubectl;
    this.progress = progress;
  }

  /**
   * What was asked for, which has to be there.
   *
   * @param what what it is, such as {@code Pod web in namespace team-a}
   * @throws CommandException if it is not, or nobody who asks may know
   */
  static <T> T required(Lookup<T> answer, String what) {
    return switch (answer) {
      case Lookup.Found<T>(var found) -> found;
      case Lookup.Absent<T> _ -> throw CommandException.usage("There is no %s.".formatted(what));
      case Lookup.Forbidden<T> _ ->
          throw CommandException.notSeen("You may not get %s.".formatted(what));
    };
  }

  /** A Pod, in JSON. */
  Lookup<JsonNode> pod(String namespace, String name) {
    return kubectl.get(path(namespace, "pods") + "/" + named(name));
  }

  /** The Events about an object of a reason, in JSON, as far as they are kept. */
  Lookup<List<JsonNode>> events(String namespace, String uid, String reason) {
    return list(
        path(namespace, "events"), "involvedObject.uid=%s,reason=%s".formatted(uid, reason));
  }

  /** The names in the {@code imagePullSecrets} of a ServiceAccount. */
  Lookup<List<String>> serviceAccountSecrets(String namespace, String name) {
    return map(
        kubectl.get(path(namespace, "serviceaccounts") + "/" + named(name)),
        ClusterReader::pullSecrets);
  }

  /** A Secret; absent where none can have that name, which nobody may have checked. */
  Lookup<ObservedSecret> secret(String namespace, String name) {
    return CredentialRef.isName(name)
        ? map(kubectl.get(path(namespace, "secrets") + "/" + name), ClusterReader::secret)
        : new Lookup.Absent<>();
  }

  /** The RegistryCredentials of a namespace; null for those of all. */
  Lookup<Map<String, List<ObservedCredential>>> credentials(@Nullable String namespace) {
    return map(
        list(ours(namespace, "registrycredentials"), ""),
        all -> byNamespace(all, json -> credential("RegistryCredential", json)));
  }

  /** The ClusterRegistryCredentials. */
  Lookup<List<ObservedCredential>> clusterCredentials() {
    return map(
        list(ours(null, "clusterregistrycredentials"), ""),
        all -> all.stream().map(json -> credential("ClusterRegistryCredential", json)).toList());
  }

  /** The objects of a list by their namespace. */
  static <T> Map<String, List<T>> byNamespace(List<JsonNode> all, Function<JsonNode, T> read) {
    var found = new HashMap<String, List<T>>();
    all.forEach(
        json ->
            found
                .computeIfAbsent(json.at("/metadata/namespace").asText(), _ -> new ArrayList<>())
                .add(read.apply(json)));
    return found;
  }

  /** The names in the {@code imagePullSecrets} of a Pod's spec or of a ServiceAccount. */
  static List<String> pullSecrets(JsonNode owner) {
    var names = new ArrayList<String>();
    owner.path("imagePullSecrets").forEach(one -> names.add(one.path("name").asText()));
    return List.copyOf(names);
  }

  static ObservedSecret secret(JsonNode json) {
    return new ObservedSecret(
        json.at("/metadata/name").asText(),
        json.path("type").asText(),
        texts(json.path("data")),
        texts(json.at("/metadata/labels")),
        texts(json.at("/metadata/annotations")));
  }

  /**
   * A credential that was read.
   *
   * @param kind the name of its kind
   */
  ObservedCredential credential(String kind, JsonNode json) {
    var ref = new CredentialRef(kind, json.at("/metadata/name").asText());
    var spec = json.path("spec");
    var status = json.path("status");
    return ref.isClusterWide()
        ? new ObservedCredential(
            ref,
            part(spec, ClusterRegistryCredentialSpec.class),
            part(status, ClusterRegistryCredentialStatus.class))
        : new ObservedCredential(
            ref,
            part(spec, RegistryCredentialSpec.class),
            part(status, RegistryCredentialStatus.class));
  }

  /**
   * A spec or a status; null where there is none, or a newer version has what is not known here.
   */
  private <T> @Nullable T part(JsonNode json, Class<T> type) {
    try {
      return json.isObject() ? mapper.treeToValue(json, type) : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** The fields of an object that has texts alone, such as labels. */
  static Map<String, String> texts(JsonNode object) {
    var texts = new HashMap<String, String>();
    object.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return Map.copyOf(texts);
  }

  /**
   * Reads a list to its end, page by page.
   *
   * @param selector a field selector; empty for none
   */
  Lookup<List<JsonNode>> list(String path, String selector) {
    var all = new ArrayList<JsonNode>();
    return map(each(path, selector, all::add), _ -> all);
  }

  /**
   * Reads a list to its end, page by page, and keeps none of them.
   *
   * @param selector a field selector; empty for none
   * @return what the last answer was
   */
  Lookup<JsonNode> each(String path, String selector, Consumer<JsonNode> read) {
    var query =
        path
            + "?limit="
            + PAGE
            + (selector.isEmpty() ? "" : "&fieldSelector=" + URLEncoder.encode(selector, UTF_8));
    var next = "";
    while (true) {
      var answer =
          kubectl.get(
              query + (next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, UTF_8)));
      if (!(answer instanceof Lookup.Found<JsonNode>(var page))) {
        return answer;
      }
      page.path("items").forEach(read);
      progress.read(page.path("items").size());
      next = page.at("/metadata/continue").asText();
      if (next.isEmpty()) {
        return answer;
      }
    }
  }

  /**
   * The path of a list of Kubernetes' own objects.
   *
   * @param namespace the namespace; null for all, or for a kind that is in none
   * @throws CommandException if no namespace can have that name
   */
  static String path(@Nullable String namespace, String plural) {
    return "/api/v1/" + within(namespace) + plural;
  }

  /** The path of a list of ours, as {@link #path}. */
  static String ours(@Nullable String namespace, String plural) {
    return OURS + within(namespace) + plural;
  }

  private static String within(@Nullable String namespace) {
    return namespace == null ? "" : "namespaces/" + named(namespace) + "/";
  }

  /** A name as a part of a path, which it must not lead out of. */
  private static String named(String name) {
    if (!CredentialRef.isName(name)) {
      throw CommandException.usage("No object can have the name \"%s\".".formatted(name));
    }
    return name;
  }

  static <T, R> Lookup<R> map(Lookup<T> lookup, Function<T, R> read) {
    return switch (lookup) {
      case Lookup.Found<T>(var found) -> new Lookup.Found<>(read.apply(found));
      case Lookup.Absent<T> _ -> new Lookup.Absent<>();
      case Lookup.Forbidden<T> _ -> new Lookup.Forbidden<>();
    };
  }
}
