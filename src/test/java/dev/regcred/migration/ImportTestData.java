package dev.regcred.migration;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.testkit.Canary;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Pull Secrets as an import meets them, and what comes of them as lines. */
final class ImportTestData {
  private static final String OLDER_TYPE = "kubernetes.io/dockercfg";

  private final List<ImportedSecret> secrets = new ArrayList<>();
  private final Map<String, Map<String, List<String>>> accounts = new HashMap<>();
  private final Map<String, Map<String, String>> namespaces = new TreeMap<>();
  private final List<MigrationInput.ExistingRegistry> registries = new ArrayList<>();
  private final List<MigrationInput.ExistingCredential> credentials = new ArrayList<>();
  private boolean isOfAll;

  /** Imports all namespaces; those that have a Secret need no mention. */
  ImportTestData all(String... names) {
    isOfAll = true;
    for (String name : names) {
      namespaces.computeIfAbsent(name, _ -> new HashMap<>());
    }
    return this;
  }

  ImportTestData label(String namespace, String key, String value) {
    namespaces.computeIfAbsent(namespace, _ -> new HashMap<>()).put(key, value);
    return this;
  }

  ImportTestData secret(PullSecret secret, String... inNamespaces) {
    for (String namespace : inNamespaces) {
      namespaces.computeIfAbsent(namespace, _ -> new HashMap<>());
      SecretImport.read(namespace, secret, ImportTestData::digest).ifPresent(secrets::add);
    }
    return this;
  }

  ImportTestData serviceAccount(String namespace, String name, String... pullSecrets) {
    accounts.computeIfAbsent(namespace, _ -> new HashMap<>()).put(name, List.of(pullSecrets));
    return this;
  }

  ImportTestData registry(String namespace, String name, String address) {
    return registry(namespace, name, address, true);
  }

  ImportTestData registry(String namespace, String name, String address, boolean isInUse) {
    registries.add(new MigrationInput.ExistingRegistry(namespace, name, address, isInUse));
    return this;
  }

  /** A credential of one namespace, of the account that a user name has here. */
  ImportTestData credential(
      String namespace, String name, String secret, String registry, String userName) {
    return credential(namespace, name, secret, registry, userName, Set.of(namespace));
  }

  /** A cluster-wide credential. */
  ImportTestData wideCredential(
      String name, String secret, String registry, String userName, String... inNamespaces) {
    return credential("", name, secret, registry, userName, Set.of(inNamespaces));
  }

  private ImportTestData credential(
      String namespace,
      String name,
      String secret,
      String registry,
      String userName,
      Set<String> reached) {
    return credential(
        new MigrationInput.ExistingCredential(
            namespace, name, secret, namespace, registry, true, reached, null, account(userName)));
  }

  ImportTestData credential(MigrationInput.ExistingCredential credential) {
    credentials.add(credential);
    return this;
  }

  /** The digest of the account that {@link #authsOf} has. */
  static String account(String userName) {
    return digest((userName + ":" + Canary.TEXT).getBytes(UTF_8));
  }

  MigrationPlan plan() {
    return MigrationPlanner.plan(
        new MigrationInput(
            secrets,
            accounts,
            isOfAll ? namespaces : null,
            registries,
            credentials,
            "regcred-system",
            "team@example.com"));
  }

  private static String digest(byte[] account) {
    return "digest of " + new String(account, UTF_8);
  }

  /** A Secret of the newer type. */
  static PullSecret newer(String name, String config) {
    return secret(name, PullSecret.TYPE, Map.of(PullSecret.KEY, config), Map.of(), Map.of());
  }

  /** A Secret of the older type. */
  static PullSecret older(String name, String config) {
    return secret(name, OLDER_TYPE, Map.of(".dockercfg", config), Map.of(), Map.of());
  }

  /** One account, or several under other servers, as kubectl writes them. */
  static String auths(String... servers) {
    return authsOf("robot", servers);
  }

  static String authsOf(String userName, String... servers) {
    return "{\"auths\":%s}".formatted(entries(userName, servers));
  }

  static String entries(String userName, String... servers) {
    var entries = new LinkedHashMap<String, Object>();
    for (String server : servers) {
      entries.put(
          server, Map.of("username", userName, "password", Canary.TEXT, "auth", auth(userName)));
    }
    return json(entries);
  }

  static String auth(String userName) {
    return Base64.getEncoder().encodeToString((userName + ":" + Canary.TEXT).getBytes(UTF_8));
  }

  static PullSecret annotated(String name, String config, String key, String value) {
    return secret(
        name, PullSecret.TYPE, Map.of(PullSecret.KEY, config), Map.of(), Map.of(key, value));
  }

  static PullSecret labelled(String name, String config, String key, String value) {
    return secret(
        name, PullSecret.TYPE, Map.of(PullSecret.KEY, config), Map.of(key, value), Map.of());
  }

  static PullSecret owned(String name, String config, String kind, boolean isController) {
    return with(
        newer(name, config),
        List.of(new OwnerReference("v1", kind, "owner", "uid", isController, false)),
        false);
  }

  static PullSecret immutable(String name, String config) {
    return with(newer(name, config), List.of(), true);
  }

  private static PullSecret with(
      PullSecret secret, List<OwnerReference> owners, boolean isImmutable) {
    return new PullSecret(
        secret.name(),
        "uid",
        "1",
        secret.type(),
        isImmutable,
        secret.labels(),
        secret.annotations(),
        owners,
        secret.data(),
        null);
  }

  static PullSecret secret(
      String name,
      String type,
      Map<String, String> data,
      Map<String, String> labels,
      Map<String, String> annotations) {
    var encoded = new HashMap<String, String>();
    data.forEach(
        (key, value) ->
            encoded.put(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
    return new PullSecret(
        name, "uid", "1", type, false, labels, annotations, List.of(), encoded, null);
  }

  /** What is declared, needed besides and handed over, a line each. */
  static List<String> lines(MigrationPlan plan) {
    var lines = new ArrayList<String>();
    plan.manifests().forEach(manifest -> lines.add(line(manifest)));
    plan.sources()
        .forEach(
            source ->
                lines.add(
                    "source %s/%s%s of %s/%s %s"
                        .formatted(
                            source.namespace(),
                            source.name(),
                            source.isClusterWide() ? " (wide)" : "",
                            source.fromNamespace(),
                            source.fromSecret(),
                            source.key())));
    var handedOver = new LinkedHashMap<String, String>();
    plan.handovers()
        .forEach(
            one ->
                handedOver.merge(
                    "hand over %s of %%s to %s/%s"
                        .formatted(one.secret(), one.credential().kind(), one.credential().name()),
                    one.namespace(),
                    "%s %s"::formatted));
    handedOver.forEach((line, namespaces) -> lines.add(line.formatted(namespaces)));
    return lines;
  }

  private static String line(Manifest manifest) {
    var spec = manifest.spec();
    var namespace = manifest.metadata().get("namespace");
    var title =
        "%s %s%s"
            .formatted(
                manifest.kind(),
                namespace == null ? "" : namespace + "/",
                manifest.metadata().get("name"));
    if (spec.containsKey("serverAddress")) {
      return title + " is " + spec.get("serverAddress");
    }
    var json = json(spec);
    var rest = new LinkedHashMap<>(spec);
    rest.keySet().removeAll(List.of("registryRef", "email", "target"));
    assert json.contains("team@example.com");
    return "%s at %s into %s: %s"
        .formatted(
            title,
            field(spec, "registryRef", "name"),
            field(spec, "target", "secretName"),
            json(rest)
                .replace("\"publicValueFrom\":", "")
                .replaceAll(
                    "\\{\"secretKeyRef\":\\{\"name\":\"([^\"]+)\",\"key\":\"username\"}},\"secretValueFrom\":\\{\"secretKeyRef\":\\{\"name\":\"\\1\",\"key\":\"password\"}}",
                    "\"$1\"")
                .replace("\"", ""));
  }

  private static Object field(Map<String, Object> spec, String object, String field) {
    return Objects.requireNonNull(
        ((Map<?, ?>) Objects.requireNonNull(spec.get(object))).get(field));
  }

  private static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
