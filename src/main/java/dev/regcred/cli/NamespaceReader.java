package dev.regcred.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.ObservedCredential;
import dev.regcred.diagnosis.ObservedNamespace;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.pullsecret.PullSecret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The reader of namespaces lists their ServiceAccounts, their Secrets of the two types that
 * kubelets read accounts from, and their RegistryCredentials, four questions for any number of
 * namespaces.
 */
final class NamespaceReader {
  private final ClusterReader cluster;

  NamespaceReader(ClusterReader cluster) {
    this.cluster = cluster;
  }

  /**
   * Reads them; what a namespace of that name has none of is missing, too.
   *
   * @param namespace the namespace; null for all
   * @throws CommandException if ServiceAccounts or Secrets may not be listed; where that is so of
   *     the RegistryCredentials, the answer says it
   */
  List<ObservedNamespace> read(@Nullable String namespace) {
    var newer = Background.run(() -> secrets(namespace, PullSecret.TYPE));
    var older = Background.run(() -> secrets(namespace, ObservedSecret.OLDER_TYPE));
    var credentials = Background.run(() -> cluster.credentials(namespace));
    var accounts = objects(namespace, "serviceaccounts", "", "ServiceAccounts");
    var secrets = new ArrayList<>(Background.join(newer));
    secrets.addAll(Background.join(older));
    var ofCredentials = Background.join(credentials);
    var accountsByNamespace = ClusterReader.byNamespace(accounts, Function.identity());
    var secretsByNamespace = ClusterReader.byNamespace(secrets, ClusterReader::secret);
    var names = new LinkedHashSet<>(accountsByNamespace.keySet());
    names.addAll(secretsByNamespace.keySet());
    return names.stream()
        .map(
            name ->
                new ObservedNamespace(
                    name,
                    pullSecrets(accountsByNamespace.getOrDefault(name, List.of())),
                    secretsByNamespace.getOrDefault(name, List.of()).stream()
                        .collect(Collectors.toMap(ObservedSecret::name, Function.identity())),
                    ClusterReader.map(
                        ofCredentials,
                        all -> all.getOrDefault(name, List.<ObservedCredential>of()))))
        .toList();
  }

  private static Map<String, List<String>> pullSecrets(List<JsonNode> accounts) {
    var names = new HashMap<String, List<String>>();
    accounts.forEach(
        account ->
            names.put(account.at("/metadata/name").asText(), ClusterReader.pullSecrets(account)));
    return names;
  }

  private List<JsonNode> secrets(@Nullable String namespace, String type) {
    return objects(namespace, "secrets", "type=" + type, "Secrets");
  }

  private List<JsonNode> objects(
      @Nullable String namespace, String plural, String selector, String title) {
    return switch (cluster.list(ClusterReader.path(namespace, plural), selector)) {
      case Lookup.Found<List<JsonNode>>(var found) -> found;
      case Lookup.Absent<List<JsonNode>> _ -> List.of();
      case Lookup.Forbidden<List<JsonNode>> _ ->
          throw CommandException.notSeen(
              "You may not list %s %s."
                  .formatted(
                      title,
                      namespace == null ? "of all namespaces" : "in namespace " + namespace));
    };
  }
}
