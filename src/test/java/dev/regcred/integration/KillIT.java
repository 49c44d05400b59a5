package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Installation;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator as a process of its own is killed by SIGKILL again and again, at any time, while
 * things change. In the end all is as declared, and after each round the password is nowhere where
 * it must not be.
 */
class KillIT {
  private static final int ROUNDS = Integer.getInteger("regcred.kill.rounds", 50);
  private static final int CHANGES_A_ROUND = 3;

  /** Long enough to be killed while it starts, while it works and while it rests. */
  private static final int LONGEST_LIFE_MILLIS = 4_000;

  private static final List<String> CREDENTIALS = List.of("a", "b", "c");
  private static final List<String> ACCOUNTS = List.of("builder", "runner");

  private final Installation installation = Installation.shared();
  private final Map<String, String> declared = new TreeMap<>();
  private final Map<String, String> targets = new TreeMap<>();
  private final Map<String, Integer> versions = new TreeMap<>();
  private final Map<String, Set<String>> selected = new TreeMap<>();

  @Test
  void whateverTheProcessDiesOfAllIsAsDeclaredInTheEnd(@TempDir Path directory) throws Exception {
    var seed = Long.getLong("regcred.kill.seed", System.nanoTime());
    var random = new Random(seed);
    System.out.println("kill -9: seed " + seed);
    var kubeconfig = installation.writeKubeconfig(directory.resolve("kubeconfig"));
    try (var namespace = TestNamespace.create(installation.admin())) {
      setUp(namespace);
      awaitAsDeclared(kubeconfig, namespace, seed);
      for (int round = 1; round <= ROUNDS; round++) {
        try (var operator = start(kubeconfig, namespace)) {
          var life = random.nextInt(LONGEST_LIFE_MILLIS);
          for (int change = 0; change < CHANGES_A_ROUND; change++) {
            change(namespace, random);
            // It waits for nothing: when a change meets the process, and when the process dies, is
            // to be at random.
            Thread.sleep(life / CHANGES_A_ROUND);
          }
          operator.kill();
          assertThat(CanaryRule.isIn(operator.log())).as("a password in the log").isFalse();
        }
        assertThat(CanaryRule.violations(namespace, World.read(namespace), Set.of()))
            .as("places with a password after round %d of seed %d", round, seed)
            .isEmpty();
        if (round % 10 == 0) {
          System.out.printf("kill -9: %d of %d rounds%n", round, ROUNDS);
        }
      }
      awaitAsDeclared(kubeconfig, namespace, seed);
    }
  }

  private void awaitAsDeclared(Path kubeconfig, TestNamespace namespace, long seed) {
    try (var operator = start(kubeconfig, namespace)) {
      await()
          .untilAsserted(
              () -> {
                assertThat(operator.isAlive()).isTrue();
                assertThat(secrets(namespace)).as("seed %d", seed).isEqualTo(wantedSecrets());
                assertThat(attached(namespace)).as("seed %d", seed).isEqualTo(wantedAttached());
                assertThat(states(namespace)).as("seed %d", seed).isEqualTo(declared);
              });
    }
  }

  private static OperatorProcess start(Path kubeconfig, TestNamespace namespace) {
    return new OperatorProcess(
        kubeconfig,
        "killed-operator",
        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        namespace.name());
  }

  private void setUp(TestNamespace namespace) {
    for (String account : ACCOUNTS) {
      namespace.apply(
          "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s}".formatted(account));
    }
    for (String name : CREDENTIALS) {
      declared.put(name, "Active");
      targets.put(name, "p");
      versions.put(name, 0);
      selected.put(name, Set.of());
      namespace.apply(
          """
          apiVersion: regcred.dev/v1alpha1
          kind: Registry
          metadata: {name: %s}
          spec: {serverAddress: %s.example.com}
          """
              .formatted(name, name));
      source(namespace, name);
      credential(namespace, name);
    }
  }

  private void change(TestNamespace namespace, Random random) {
    var name = CREDENTIALS.get(random.nextInt(CREDENTIALS.size()));
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        versions.merge(name, 1, Integer::sum);
        source(namespace, name);
      }
      case 2 -> {
        declared.put(name, random.nextBoolean() ? "Active" : "Inactive");
        credential(namespace, name);
      }
      case 3 -> {
        targets.put(name, random.nextBoolean() ? "p" : "q");
        credential(namespace, name);
      }
      default -> {
        selected.put(
            name,
            ACCOUNTS.stream()
                .filter(_ -> random.nextBoolean())
                .collect(Collectors.toCollection(TreeSet::new)));
        credential(namespace, name);
      }
    }
  }

  private void source(TestNamespace namespace, String name) {
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

  private void credential(TestNamespace namespace, String name) {
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

  private Map<String, Map<String, String>> secrets(TestNamespace namespace) {
    return installation.admin().secrets().inNamespace(namespace.name()).list().getItems().stream()
        .filter(secret -> !secret.getMetadata().getName().startsWith(CanaryRule.SOURCE))
        .collect(
            Collectors.toMap(
                secret -> secret.getMetadata().getName(),
                (Secret secret) -> PullSecretContent.passwords(secret.getData()),
                (one, _) -> one,
                TreeMap::new));
  }

  private Map<String, Set<String>> attached(TestNamespace namespace) {
    var attached = new TreeMap<String, Set<String>>();
    for (String account : ACCOUNTS) {
      attached.put(
          account,
          installation
              .admin()
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

  private Map<String, String> states(TestNamespace namespace) {
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
