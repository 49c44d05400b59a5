package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A team whose three credentials share two pull Secrets and are attached to two ServiceAccounts: it
 * declares things at random, and knows what its namespace has to be then.
 */
final class RandomTeam {
  private static final List<String> CREDENTIALS = List.of("a", "b", "c");
  private static final List<String> ACCOUNTS = List.of("builder", "runner");

  private final KubernetesClient admin;
  private final TestNamespace namespace;
  private final Map<String, String> declared = new TreeMap<>();
  private final Map<String, String> targets = new TreeMap<>();
  private final Map<String, Integer> versions = new TreeMap<>();
  private final Map<String, Set<String>> selected = new TreeMap<>();

  RandomTeam(KubernetesClient admin, TestNamespace namespace) {
    this.admin = admin;
    this.namespace = namespace;
  }

  String namespace() {
    return namespace.name();
  }

  /**
   * The namespace is as it is declared.
   *
   * @param history what led to it, for people
   * @throws AssertionError where it is not
   */
  void assertAsDeclared(Object history) {
    assertThat(secrets()).as("after %s", history).isEqualTo(wantedSecrets());
    assertThat(attached()).as("after %s", history).isEqualTo(wantedAttached());
    assertThat(states()).as("after %s", history).isEqualTo(declared);
  }

  /** What there is where the namespace is not as declared, without any value; else nothing. */
  Stream<String> differing() {
    try {
      assertAsDeclared("all");
      return Stream.of();
    } catch (AssertionError e) {
      return Stream.of(
              admin.serviceAccounts().inNamespace(namespace.name()).list().getItems().stream(),
              admin
                  .resources(RegistryCredential.class)
                  .inNamespace(namespace.name())
                  .list()
                  .getItems()
                  .stream(),
              admin.secrets().inNamespace(namespace.name()).list().getItems().stream()
                  .map(secret -> SecretMetadata.of(secret.getMetadata()).getMetadata()))
          .flatMap(s -> s)
          .map(Serialization::asYaml);
    }
  }

  /** Declares three that are Active. */
  void setUp() {
    for (String account : ACCOUNTS) {
      namespace.apply(
          "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s}".formatted(account));
    }
    for (String name : CREDENTIALS) {
      declared.put(name, "Active");
      targets.put(name, "p");
      versions.put(name, 0);
      selected.put(name, Set.of());
      namespace.apply(Manifests.registry(name).yaml());
      source(name);
      credential(name);
    }
  }

  /** Declares something else, which has to be written. */
  void change(Random random) {
    var name = CREDENTIALS.get(random.nextInt(CREDENTIALS.size()));
    var isActive = "Active".equals(declared.get(name));
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        if (isActive) {
          versions.merge(name, 1, Integer::sum);
          source(name);
        } else {
          declare(name, "Active");
        }
      }
      case 2 -> declare(name, isActive ? "Inactive" : "Active");
      case 3 -> {
        targets.put(name, "p".equals(targets.get(name)) ? "q" : "p");
        credential(name);
      }
      default -> {
        var accounts = new TreeSet<>(selected.getOrDefault(name, Set.of()));
        var account = ACCOUNTS.get(random.nextInt(ACCOUNTS.size()));
        if (!accounts.remove(account)) {
          accounts.add(account);
        }
        selected.put(name, accounts);
        credential(name);
      }
    }
  }

  private void declare(String name, String state) {
    declared.put(name, state);
    credential(name);
  }

  private void source(String name) {
    namespace.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: %s-%s}
        data: {password: %s}
        """
            .formatted(
                CanaryRule.SOURCE,
                name,
                Base64.getEncoder().encodeToString(password(name).getBytes(UTF_8))));
  }

  private void credential(String name) {
    var accounts = selected.getOrDefault(name, Set.of());
    namespace.apply(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: RegistryCredential
        metadata: {name: %s}
        spec:
          email: team@example.com
          registryRef: {name: %s}
          publicValue: %s
          secretValueFrom: {secretKeyRef: {name: %s-%s, key: password}}
          desiredState: %s
          target: {secretName: %s}
          %s
        """
            .formatted(
                name,
                name,
                name,
                CanaryRule.SOURCE,
                name,
                declared.get(name),
                targets.get(name),
                accounts.isEmpty() ? "" : "serviceAccounts: " + accounts));
  }

  private String password(String name) {
    return CANARY + "-" + name + "-" + versions.get(name);
  }

  private Map<String, Map<String, String>> wantedSecrets() {
    var wanted = new TreeMap<String, Map<String, String>>();
    for (String name : CREDENTIALS) {
      var entries = wanted.computeIfAbsent(targets.getOrDefault(name, ""), _ -> new TreeMap<>());
      if ("Active".equals(declared.get(name))) {
        entries.put(name + ".example.com", password(name));
      }
    }
    return wanted;
  }

  private Map<String, Set<String>> wantedAttached() {
    var wanted = new TreeMap<String, Set<String>>();
    for (String account : ACCOUNTS) {
      wanted.put(
          account,
          CREDENTIALS.stream()
              .filter(name -> selected.getOrDefault(name, Set.of()).contains(account))
              .map(name -> targets.getOrDefault(name, ""))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    return wanted;
  }

  private Map<String, Map<String, String>> secrets() {
    return admin.secrets().inNamespace(namespace.name()).list().getItems().stream()
        .filter(secret -> !secret.getMetadata().getName().startsWith(CanaryRule.SOURCE))
        .collect(
            Collectors.toMap(
                secret -> secret.getMetadata().getName(),
                (Secret secret) -> PullSecretContent.passwords(secret.getData()),
                (one, _) -> one,
                TreeMap::new));
  }

  private Map<String, Set<String>> attached() {
    var attached = new TreeMap<String, Set<String>>();
    for (String account : ACCOUNTS) {
      attached.put(
          account,
          admin
              .serviceAccounts()
              .inNamespace(namespace.name())
              .withName(account)
              .require()
              .getImagePullSecrets()
              .stream()
              .map(LocalObjectReference::getName)
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    return attached;
  }

  private Map<String, String> states() {
    var world = World.read(namespace);
    var states = new TreeMap<String, String>();
    for (String name : CREDENTIALS) {
      var summary = world.summary("RegistryCredential/" + name);
      states.put(
          name,
          summary.equals("Active Active") || summary.equals("Inactive Inactive")
              ? summary.split(" ", 2)[0]
              : summary);
    }
    return states;
  }
}
