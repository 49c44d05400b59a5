package dev.regcred.migration;

import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.migration.ImportedSecret.Entry;
import dev.regcred.migration.MigrationInput.ExistingCredential;
import dev.regcred.migration.MigrationInput.ExistingRegistry;
import dev.regcred.migration.MigrationPlan.Handover;
import dev.regcred.migration.MigrationPlan.Source;
import dev.regcred.pullsecret.CredentialRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The declarations of an import, as one account after the other is added: under names that are
 * free, and none for what is declared already.
 */
final class Declarations {
  private static final String VERSION = Labels.GROUP + "/v1alpha1";
  private static final String REGISTRY = "Registry";
  private static final String CREDENTIAL = "RegistryCredential";
  private static final String CLUSTER_KIND = "Cluster";
  private static final String SECRET = "Secret";

  /** The most names that {@code spec.serviceAccounts} takes. */
  private static final int MAX_SERVICE_ACCOUNTS = 100;

  /** Where an account is, and which. */
  private record Account(String namespace, String server, String digest) {}

  private final MigrationInput input;
  private final Names names = new Names();
  private final Map<String, Map<String, String>> registryNames = new HashMap<>();
  private final Map<Account, String> sourceNames = new HashMap<>();
  private final Map<String, String> besideNames = new HashMap<>();
  private final Set<String> handedOver = new HashSet<>();

  /** Secrets that stay as they are, since what is declared for them would change them. */
  private final Set<String> blocked = new HashSet<>();

  private final List<Handover> handovers = new ArrayList<>();
  private final List<Manifest> registries = new ArrayList<>();
  private final List<Manifest> credentials = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  Declarations(MigrationInput input) {
    this.input = input;
    input.secrets().forEach(secret -> names.take(SECRET + secret.namespace(), secret.name()));
    for (ExistingRegistry registry : input.registries()) {
      names.take(REGISTRY + registry.namespace(), registry.name());
      if (registry.isInUse()) {
        registryNames
            .computeIfAbsent(registry.namespace(), _ -> new HashMap<>())
            .putIfAbsent(ServerAddress.canonical(registry.serverAddress()), registry.name());
      }
    }
    input
        .credentials()
        .forEach(credential -> names.take(CREDENTIAL + credential.namespace(), credential.name()));
  }

  /** All that was added. */
  MigrationPlan plan(List<Finding> others) {
    var manifests = new ArrayList<>(registries);
    manifests.addAll(credentials);
    var all = new ArrayList<>(others);
    all.addAll(findings);
    return new MigrationPlan(
        List.copyOf(manifests), List.copyOf(sources), List.copyOf(handovers), List.copyOf(all));
  }

  /** Adds the account of one namespace. */
  void add(ImportedSecret secret, Entry entry, String wanted, List<String> serviceAccounts) {
    var spec = new LinkedHashMap<String, Object>();
    add(List.of(secret), entry, secret.namespace(), wanted, serviceAccounts, spec);
  }

  /** Adds an account of many namespaces. */
  void addWide(
      List<ImportedSecret> secrets,
      Entry entry,
      String wanted,
      NamespaceChoice choice,
      List<String> serviceAccounts) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("namespaceSelector", selector(choice.selector()));
    add(secrets, entry, MigrationInput.CLUSTER, wanted, serviceAccounts, spec);
  }

  /** Adds what is worth a word. */
  void note(String text) {
    findings.add(new Finding(text, false));
  }

  /** Leaves an account to the credential that has it. */
  void keep(ImportedSecret secret, ExistingCredential credential) {
    if (secret.isAdopted()) {
      handOver(List.of(secret), credential.ref());
    } else {
      besideNames.putIfAbsent(
          "%s/%s".formatted(credential.namespace(), secret.name()), credential.secretName());
    }
  }

  /** Declares nothing for an account: what is there is not surely the same. */
  void refuse(ImportedSecret secret, Entry entry, ExistingCredential credential, String why) {
    blocked.add(secret.title());
    findings.add(
        new Finding(
            "%s is there for %s and %s, but %s: nothing is declared for it, and the Secret is not handed over. Correct or delete the credential, and run it again."
                .formatted(credential.title(), entry.address(), secret.title(), why),
            true));
  }

  private void add(
      List<ImportedSecret> secrets,
      Entry entry,
      String namespace,
      String wanted,
      List<String> serviceAccounts,
      Map<String, Object> where) {
    var secret = secrets.getFirst();
    var target = secret.isAdopted() ? secret.name() : beside(secrets, namespace);
    var name =
        names.give(
            CREDENTIAL + namespace,
            wanted,
            "%s %s %s".formatted(secret.namespace(), secret.name(), entry.address()));
    var source =
        secret.isAdopted() || namespace.isEmpty()
            ? source(secret, entry, namespace, name + "-account")
            : null;
    var spec = new LinkedHashMap<String, Object>();
    spec.put(
        "registryRef",
        fields("kind", kind(namespace, REGISTRY), "name", registry(namespace, entry.address())));
    spec.put("email", input.email());
    putSource(spec, source, secret, entry);
    spec.putAll(where);
    spec.put("target", fields("secretName", target));
    putServiceAccounts(spec, name, serviceAccounts);
    credentials.add(manifest(kind(namespace, CREDENTIAL), namespace, name, spec));
    if (secret.isAdopted()) {
      handOver(secrets, new CredentialRef(kind(namespace, CREDENTIAL), name));
    }
  }

  private static void putSource(
      Map<String, Object> spec, @Nullable String source, ImportedSecret secret, Entry entry) {
    if (source == null) {
      spec.put(
          "dockerConfigRef",
          fields(
              "name",
              secret.name(),
              "server",
              Entry.isShown(entry.key()) ? entry.key() : entry.address().value()));
    } else {
      spec.put("publicValueFrom", keyOf(source, MigrationPlan.USER_NAME));
      spec.put("secretValueFrom", keyOf(source, MigrationPlan.PASSWORD));
    }
  }

  private void putServiceAccounts(
      Map<String, Object> spec, String name, List<String> serviceAccounts) {
    if (serviceAccounts.size() > MAX_SERVICE_ACCOUNTS) {
      findings.add(
          new Finding(
              "More than %s ServiceAccounts name the Secret of credential %s: they go on naming it, and spec.serviceAccounts is left out."
                  .formatted(MAX_SERVICE_ACCOUNTS, name),
              false));
    } else if (!serviceAccounts.isEmpty()) {
      spec.put("serviceAccounts", serviceAccounts);
    }
  }

  /** How the name of the new pull Secret beside one that stays begins. */
  static String beside(String secret) {
    return secret + "-pull";
  }

  /** The new pull Secret beside one that stays. */
  private String beside(List<ImportedSecret> secrets, String namespace) {
    var secret = secrets.getFirst().name();
    return besideNames.computeIfAbsent(
        "%s/%s".formatted(namespace, secret),
        _ -> {
          var wanted = beside(secret);
          secrets.stream()
              .map(ImportedSecret::namespace)
              .filter(one -> names.isTaken(SECRET + one, wanted))
              .forEach(_ -> names.take(SECRET + namespace, wanted));
          return names.give(SECRET + namespace, wanted, secret);
        });
  }

  private String registry(String namespace, ServerAddress address) {
    return registryNames
        .computeIfAbsent(namespace, _ -> new HashMap<>())
        .computeIfAbsent(
            address.value(),
            server -> {
              var name = names.give(REGISTRY + namespace, Names.ofServer(address), server);
              registries.add(
                  manifest(
                      kind(namespace, REGISTRY), namespace, name, fields("serverAddress", server)));
              return name;
            });
  }

  private String source(ImportedSecret secret, Entry entry, String namespace, String wanted) {
    var isWide = namespace.isEmpty();
    var place = isWide ? input.sourceNamespace() : namespace;
    return sourceNames.computeIfAbsent(
        new Account(namespace, entry.address().value(), entry.account()),
        _ -> {
          var name = names.give(SECRET + place, wanted, wanted);
          sources.add(
              new Source(
                  place,
                  name,
                  isWide,
                  secret.namespace(),
                  secret.name(),
                  entry.key(),
                  entry.account()));
          return name;
        });
  }

  private void handOver(List<ImportedSecret> secrets, CredentialRef credential) {
    for (ImportedSecret secret : secrets) {
      if (!secret.isKept() && !blocked.contains(secret.title()) && handedOver.add(secret.title())) {
        handovers.add(
            new Handover(secret.namespace(), secret.name(), secret.resourceVersion(), credential));
      }
    }
  }

  private static String kind(String namespace, String kind) {
    return namespace.isEmpty() ? CLUSTER_KIND + kind : kind;
  }

  private static Manifest manifest(
      String kind, String namespace, String name, Map<String, Object> spec) {
    return new Manifest(
        VERSION,
        kind,
        namespace.isEmpty() ? fields("name", name) : fields("name", name, "namespace", namespace),
        spec);
  }

  private static Map<String, Object> keyOf(String secret, String key) {
    return fields("secretKeyRef", fields("name", secret, "key", key));
  }

  private static Map<String, Object> selector(LabelSelector selector) {
    var fields = new LinkedHashMap<String, Object>();
    if (!selector.matchLabels().isEmpty()) {
      fields.put("matchLabels", selector.matchLabels());
    }
    if (!selector.matchExpressions().isEmpty()) {
      fields.put(
          "matchExpressions",
          selector.matchExpressions().stream()
              .map(
                  one ->
                      fields(
                          "key",
                          one.key(),
                          "operator",
                          one.operator().value(),
                          "values",
                          List.copyOf(new TreeSet<>(one.values()))))
              .toList());
    }
    return fields;
  }

  private static Map<String, Object> fields(String key, Object value) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put(key, value);
    return fields;
  }

  private static Map<String, Object> fields(String key, Object value, String other, Object second) {
    var fields = fields(key, value);
    fields.put(other, second);
    return fields;
  }

  private static Map<String, Object> fields(
      String key, Object value, String other, Object second, String last, Object third) {
    var fields = fields(key, value, other, second);
    fields.put(last, third);
    return fields;
  }
}
