package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.NamespaceSelection;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.dockerconfig.CredentialValue;
import dev.regcred.dockerconfig.DockerConfigAccount;
import dev.regcred.migration.ImportedSecret;
import dev.regcred.migration.MigrationInput;
import dev.regcred.migration.MigrationInput.ExistingCredential;
import dev.regcred.migration.MigrationInput.ExistingRegistry;
import dev.regcred.migration.SecretImport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The registries and credentials that are there before an import, and which accounts they have. */
final class ExistingReader {
  private final ClusterReader cluster;
  private final Function<byte[], String> digest;
  private final @Nullable String namespace;
  private final String sourceNamespace;

  /**
   * @param namespace the namespace; null for all
   */
  ExistingReader(
      ClusterReader cluster,
      Function<byte[], String> digest,
      @Nullable String namespace,
      String sourceNamespace) {
    this.cluster = cluster;
    this.digest = digest;
    this.namespace = namespace;
    this.sourceNamespace = sourceNamespace;
  }

  /** A credential, and what it says of its account; null where this version can't read that. */
  record Listed(JsonNode json, @Nullable CredentialSpec spec) {
    private String name() {
      return json.at("/metadata/name").asText();
    }

    /** Its namespace; empty where it is in none. */
    private String in() {
      return json.at("/metadata/namespace").asText();
    }

    private String secretName() {
      return json.at("/spec/target/secretName").asText(name());
    }
  }

  /**
   * The registries.
   *
   * @throws CommandException if they may not be listed; of one namespace the cluster-wide ones need
   *     not be: a credential at one of those is then not known to be right
   */
  List<ExistingRegistry> registries() {
    var found = new ArrayList<ExistingRegistry>();
    Consumer<JsonNode> add =
        json ->
            found.add(
                new ExistingRegistry(
                    json.at("/metadata/namespace").asText(),
                    json.at("/metadata/name").asText(),
                    json.at("/spec/serverAddress").asText(),
                    isInUse(json)));
    list(ResourceName.Kind.REGISTRY, add);
    if (namespace == null) {
      list(ResourceName.Kind.CLUSTER_REGISTRY, add);
    } else {
      cluster.each(ClusterReader.ours(null, ResourceName.Kind.CLUSTER_REGISTRY.plural()), "", add);
    }
    return found;
  }

  /**
   * The credentials; of one namespace without the cluster-wide ones, which give way to those that
   * are declared in it.
   *
   * @throws CommandException if they may not be listed
   */
  List<Listed> credentials() {
    var found = new ArrayList<Listed>();
    list(ResourceName.Kind.CREDENTIAL, json -> found.add(listed("RegistryCredential", json)));
    if (namespace == null) {
      list(
          ResourceName.Kind.CLUSTER_CREDENTIAL,
          json -> found.add(listed("ClusterRegistryCredential", json)));
    }
    return found;
  }

  private Listed listed(String kind, JsonNode json) {
    return new Listed(json, cluster.credential(kind, json).spec());
  }

  /** Reads a list; there is nothing where the cluster does not know the kind. */
  private void list(ResourceName.Kind kind, Consumer<JsonNode> read) {
    var in = kind.isClusterWide() ? null : namespace;
    if (cluster.each(ClusterReader.ours(in, kind.plural()), "", read).isForbidden()) {
      throw CommandException.notSeen(
          "You may not list %s%s, so nobody knows what is declared already."
              .formatted(kind.plural(), in == null ? "" : " in namespace " + in));
    }
  }

  /** Whether it is Active, or on the way there, and is to be so. */
  private static boolean isInUse(JsonNode json) {
    var state = json.at("/status/state").asText();
    return json.at("/metadata/deletionTimestamp").isMissingNode()
        && DesiredState.ACTIVE
            .value()
            .equals(json.at("/spec/desiredState").asText(DesiredState.ACTIVE.value()))
        && (state.isEmpty()
            || Arrays.stream(LifecycleState.values())
                .filter(one -> one.value().equals(state))
                .anyMatch(one -> one.isBeforeUse() || one.isInUse()));
  }

  /**
   * The credentials together with their accounts, as far as those matter for the Secrets.
   *
   * @param secrets the Secrets that are imported
   * @param namespaces the labels of all namespaces; none where one alone is imported
   */
  List<ExistingCredential> accounts(
      List<Listed> credentials,
      List<ImportedSecret> secrets,
      Map<String, Map<String, String>> namespaces) {
    var names =
        secrets.stream()
            .filter(secret -> !secret.entries().isEmpty())
            .collect(
                Collectors.groupingBy(
                    ImportedSecret::namespace,
                    Collectors.mapping(ImportedSecret::name, Collectors.toSet())));
    var reading =
        credentials.stream()
            .map(one -> Background.run(() -> existing(one, names, namespaces)))
            .toList();
    return reading.stream().map(Background::join).toList();
  }

  private ExistingCredential existing(
      Listed one, Map<String, Set<String>> names, Map<String, Map<String, String>> namespaces) {
    var reached = namespaces(one, namespaces);
    var spec = one.spec();
    var isOfInterest =
        reached.stream()
            .flatMap(in -> names.getOrDefault(in, Set.of()).stream())
            .anyMatch(one.secretName()::startsWith);
    return new ExistingCredential(
        one.in(),
        one.name(),
        one.secretName(),
        "ClusterRegistry".equals(one.json().at("/spec/registryRef/kind").asText())
            ? MigrationInput.CLUSTER
            : one.in(),
        one.json().at("/spec/registryRef/name").asText(),
        spec != null && isInUse(one.json()),
        reached,
        spec == null ? null : spec.dockerConfigRef(),
        spec != null && isOfInterest ? account(one.in(), spec).orElse(null) : null);
  }

  private Set<String> namespaces(Listed one, Map<String, Map<String, String>> namespaces) {
    if (!one.in().isEmpty()) {
      return Set.of(one.in());
    }
    var selection = NamespaceSelection.of(sourceNamespace);
    return one.spec() instanceof ClusterRegistryCredentialSpec spec
        ? namespaces.entrySet().stream()
            .filter(in -> selection.selects(spec, in.getKey(), in.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet())
        : Set.copyOf(namespaces.keySet());
  }

  /** The digest of its account; empty where that is not there, or may not be read. */
  private Optional<String> account(String in, CredentialSpec spec) {
    var config = spec.dockerConfigRef();
    if (config != null) {
      return source(in, config.name())
          .flatMap(
              data ->
                  SecretImport.account(
                      DockerConfigAccount.read(config.name(), config.server(), data), digest));
    }
    var userName =
        spec.publicValueFrom() == null
            ? Optional.ofNullable(spec.publicValue()).map(text -> text.getBytes(UTF_8))
            : value(in, spec.publicValueFrom().secretKeyRef());
    var password =
        spec.secretValueFrom() == null
            ? Optional.<byte[]>empty()
            : value(in, spec.secretValueFrom().secretKeyRef());
    return userName.flatMap(
        user ->
            password.flatMap(
                value ->
                    SecretImport.account(
                        new DockerConfigAccount.Found(
                            CredentialValue.userName("The user name", user),
                            CredentialValue.password("The password", value)),
                        digest)));
  }

  private Optional<byte[]> value(String in, SecretKeyRef ref) {
    return source(in, ref.name())
        .flatMap(data -> Optional.ofNullable(data.get(ref.key())))
        .map(Base64.getDecoder()::decode);
  }

  /** What a source Secret has; the operator reads one for many namespaces by its label only. */
  private Optional<Map<String, String>> source(String in, String name) {
    return cluster
        .secret(in.isEmpty() ? sourceNamespace : in, name)
        .found()
        .filter(secret -> !in.isEmpty() || "true".equals(secret.labels().get(Labels.SOURCE)))
        .map(ObservedSecret::data);
  }
}
