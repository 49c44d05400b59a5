package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.migration.ImportedSecret;
import dev.regcred.migration.MigrationInput;
import dev.regcred.migration.MigrationInput.ExistingCredential;
import dev.regcred.migration.MigrationInput.ExistingRegistry;
import dev.regcred.migration.SecretImport;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an import goes by, read page by page; of a Secret only what is needed later is kept. */
final class ImportReader {
  private static final int PAGE = 500;
  private static final String OURS = "/apis/regcred.dev/v1alpha1/";

  private final Kubectl kubectl;
  private final Progress progress;
  private final Function<byte[], String> digest;
  private final @Nullable String namespace;

  /**
   * @param namespace the namespace; null for all
   */
  ImportReader(
      Kubectl kubectl,
      Progress progress,
      Function<byte[], String> digest,
      @Nullable String namespace) {
    this.kubectl = kubectl;
    this.progress = progress;
    this.digest = digest;
    this.namespace = namespace;
  }

  /**
   * Reads it.
   *
   * @param secret the name of the Secret that is meant; null for all
   * @throws CommandException if Secrets may not be read, or that one is not there
   */
  MigrationInput read(@Nullable String secret, String sourceNamespace, String email) {
    var accounts = Background.run(this::serviceAccounts);
    var registries = Background.run(this::registries);
    var credentials = Background.run(this::credentials);
    var namespaces = Background.run(this::namespaces);
    return new MigrationInput(
        secret == null || namespace == null ? secrets(secret) : List.of(secret(secret)),
        Background.join(accounts).orElse(null),
        namespace == null ? Background.join(namespaces) : null,
        Background.join(registries),
        Background.join(credentials),
        sourceNamespace,
        email);
  }

  private List<ImportedSecret> secrets(@Nullable String name) {
    var secrets = new ArrayList<ImportedSecret>();
    for (String type : List.of(PullSecret.TYPE, ObservedSecret.OLDER_TYPE)) {
      var selector = "type=" + type + (name == null ? "" : ",metadata.name=" + name);
      var answer =
          each(
              ClusterReader.path(namespace, "secrets") + "?fieldSelector=" + encoded(selector),
              json -> read(json).ifPresent(secrets::add));
      if (answer.isForbidden()) {
        throw CommandException.notSeen(
            "You may not list Secrets %s."
                .formatted(namespace == null ? "of all namespaces" : "in namespace " + namespace));
      }
    }
    if (name != null && secrets.isEmpty()) {
      throw CommandException.usage("There is no pull Secret %s in any namespace.".formatted(name));
    }
    return secrets;
  }

  private ImportedSecret secret(String name) {
    return switch (kubectl.get(ClusterReader.path(namespace, "secrets") + "/" + name)) {
      case Lookup.Found<JsonNode>(var json) ->
          read(json)
              .orElseThrow(
                  () ->
                      CommandException.usage(
                          "Secret %s is a source of cluster-wide credentials.".formatted(name)));
      case Lookup.Absent<JsonNode> _ ->
          throw CommandException.usage(
              "There is no Secret %s in namespace %s.".formatted(name, namespace));
      case Lookup.Forbidden<JsonNode> _ ->
          throw CommandException.notSeen(
              "You may not get Secret %s in namespace %s.".formatted(name, namespace));
    };
  }

  private Optional<ImportedSecret> read(JsonNode json) {
    return SecretImport.read(json.at("/metadata/namespace").asText(), pullSecret(json), digest);
  }

  private static PullSecret pullSecret(JsonNode json) {
    var seen = ClusterReader.secret(json);
    var owners = new ArrayList<OwnerReference>();
    json.at("/metadata/ownerReferences")
        .forEach(
            owner ->
                owners.add(
                    new OwnerReference(
                        owner.path("apiVersion").asText(),
                        owner.path("kind").asText(),
                        owner.path("name").asText(),
                        owner.path("uid").asText(),
                        owner.path("controller").asBoolean(),
                        owner.path("blockOwnerDeletion").asBoolean())));
    return new PullSecret(
        seen.name(),
        json.at("/metadata/uid").asText(),
        json.at("/metadata/resourceVersion").asText(),
        seen.type(),
        json.path("immutable").asBoolean(),
        seen.labels(),
        seen.annotations(),
        owners,
        seen.data(),
        null);
  }

  /** The {@code imagePullSecrets} of each ServiceAccount; empty where they may not be listed. */
  private Optional<Map<String, Map<String, List<String>>>> serviceAccounts() {
    var accounts = new HashMap<String, Map<String, List<String>>>();
    var answer =
        each(
            ClusterReader.path(namespace, "serviceaccounts") + "?",
            json -> {
              var names = ClusterReader.pullSecrets(json);
              if (!names.isEmpty()) {
                accounts
                    .computeIfAbsent(json.at("/metadata/namespace").asText(), _ -> new HashMap<>())
                    .put(json.at("/metadata/name").asText(), names);
              }
            });
    return answer.isForbidden() ? Optional.empty() : Optional.of(accounts);
  }

  private Map<String, Map<String, String>> namespaces() {
    var namespaces = new HashMap<String, Map<String, String>>();
    if (namespace != null) {
      return namespaces;
    }
    var answer =
        each(
            "/api/v1/namespaces?",
            json -> {
              var labels = new HashMap<String, String>();
              json.at("/metadata/labels")
                  .properties()
                  .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
              namespaces.put(json.at("/metadata/name").asText(), labels);
            });
    if (answer.isForbidden()) {
      throw CommandException.notSeen("You may not list namespaces.");
    }
    return namespaces;
  }

  private List<ExistingRegistry> registries() {
    var found = new ArrayList<ExistingRegistry>();
    Consumer<JsonNode> add =
        json ->
            found.add(
                new ExistingRegistry(
                    json.at("/metadata/namespace").asText(),
                    json.at("/metadata/name").asText(),
                    json.at("/spec/serverAddress").asText()));
    each(ours("registries"), add);
    if (namespace == null) {
      each(OURS + "clusterregistries?", add);
    }
    return found;
  }

  private List<ExistingCredential> credentials() {
    var found = new ArrayList<ExistingCredential>();
    each(ours("registrycredentials"), json -> found.add(credential(json)));
    if (namespace == null) {
      each(OURS + "clusterregistrycredentials?", json -> found.add(credential(json)));
    }
    return found;
  }

  private static ExistingCredential credential(JsonNode json) {
    var in = json.at("/metadata/namespace").asText();
    var name = json.at("/metadata/name").asText();
    var source = json.at("/spec/secretValueFrom/secretKeyRef/name");
    return new ExistingCredential(
        in,
        name,
        json.at("/spec/target/secretName").asText(name),
        "ClusterRegistry".equals(json.at("/spec/registryRef/kind").asText())
            ? MigrationInput.CLUSTER
            : in,
        json.at("/spec/registryRef/name").asText(),
        source.isTextual() ? source.textValue() : null);
  }

  private String ours(String plural) {
    return OURS + (namespace == null ? "" : "namespaces/" + namespace + "/") + plural + "?";
  }

  /**
   * Reads a list to its end, and keeps none of its pages.
   *
   * @param path with its query, which may go on
   * @return what the last answer was
   */
  private Lookup<JsonNode> each(String path, Consumer<JsonNode> read) {
    var next = "";
    while (true) {
      var answer =
          kubectl.get(
              "%s&limit=%s%s"
                  .formatted(path, PAGE, next.isEmpty() ? "" : "&continue=" + encoded(next)));
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

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
