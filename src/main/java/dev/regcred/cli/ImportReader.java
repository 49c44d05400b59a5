package dev.regcred.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.migration.ImportedSecret;
import dev.regcred.migration.MigrationInput;
import dev.regcred.migration.SecretImport;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an import goes by, read page by page; of a Secret only what is needed later is kept. */
final class ImportReader {
  private final Kubectl kubectl;
  private final ClusterReader cluster;
  private final Function<byte[], String> digest;
  private final @Nullable String namespace;

  /**
   * @param namespace the namespace; null for all
   */
  ImportReader(
      Kubectl kubectl,
      ClusterReader cluster,
      Function<byte[], String> digest,
      @Nullable String namespace) {
    this.kubectl = kubectl;
    this.cluster = cluster;
    this.digest = digest;
    this.namespace = namespace;
  }

  /**
   * Reads it.
   *
   * @param secret the name of the Secret that is meant; null for all
   * @param isClusterWide whether copies in many namespaces become one cluster-wide credential
   * @throws CommandException if Secrets, or what is declared already, may not be read, or that
   *     Secret is not there
   */
  MigrationInput read(
      @Nullable String secret, boolean isClusterWide, String sourceNamespace, String email) {
    var existing = new ExistingReader(cluster, digest, namespace, sourceNamespace);
    var accounts = Background.run(this::serviceAccounts);
    var registries = Background.run(existing::registries);
    var credentials = Background.run(existing::credentials);
    var namespaces = Background.run(this::namespaces);
    var secrets = secret == null || namespace == null ? secrets(secret) : List.of(secret(secret));
    return new MigrationInput(
        secrets,
        Background.join(accounts).orElse(null),
        namespace == null && isClusterWide ? Background.join(namespaces) : null,
        Background.join(registries),
        existing.accounts(Background.join(credentials), secrets, Background.join(namespaces)),
        sourceNamespace,
        email);
  }

  private List<ImportedSecret> secrets(@Nullable String name) {
    var secrets = new ArrayList<ImportedSecret>();
    for (String type : List.of(PullSecret.TYPE, ObservedSecret.OLDER_TYPE)) {
      var selector = "type=" + type + (name == null ? "" : ",metadata.name=" + name);
      var answer =
          cluster.each(
              ClusterReader.path(namespace, "secrets"),
              selector,
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
    var json =
        ClusterReader.required(
            kubectl.get(ClusterReader.path(namespace, "secrets") + "/" + name),
            "Secret %s in namespace %s".formatted(name, namespace));
    if (!ClusterReader.secret(json).isPullSecret()) {
      throw CommandException.usage(
          "Secret %s in namespace %s has the type %s, and is no pull Secret."
              .formatted(name, namespace, json.path("type").asText()));
    }
    return read(json)
        .orElseThrow(
            () ->
                CommandException.usage(
                    "Secret %s is a source of cluster-wide credentials.".formatted(name)));
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
        cluster.each(
            ClusterReader.path(namespace, "serviceaccounts"),
            "",
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
        cluster.each(
            ClusterReader.path(null, "namespaces"),
            "",
            json ->
                namespaces.put(
                    json.at("/metadata/name").asText(),
                    ClusterReader.texts(json.at("/metadata/labels"))));
    if (answer.isForbidden()) {
      throw CommandException.notSeen("You may not list namespaces.");
    }
    return namespaces;
  }
}
