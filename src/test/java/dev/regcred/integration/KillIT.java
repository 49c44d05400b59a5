package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Installation;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.FaultProxy;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator as a process of its own is killed by SIGKILL again and again, at any time, while
 * things change. After every few rounds all is as declared, and after each the password is nowhere
 * where it must not be.
 *
 * <p>{@code -Dregcred.kill.seed} repeats what is declared. When each kill comes is in the hands of
 * the machine and is not repeated by it: a failure tells the rounds that led to it.
 */
class KillIT {
  private static final int ROUNDS = Integer.getInteger("regcred.kill.rounds", 15);
  private static final int ROUNDS_UNTIL_LOOK = 5;
  private static final int CHANGES_A_ROUND = 3;

  /** Counted from when the operator writes, so that it is killed while it works, and soon after. */
  private static final int LONGEST_LIFE_MILLIS = 1_000;

  /** Of so many rounds one is counted from its start, and so that it is killed while it starts. */
  private static final int ROUNDS_UNTIL_EARLY = 5;

  private static final List<String> CREDENTIALS = List.of("a", "b", "c");
  private static final List<String> ACCOUNTS = List.of("builder", "runner");

  private final Installation installation = Installation.shared();
  @AutoClose private final FaultProxy proxy;
  @AutoClose private final TestNamespace namespace = TestNamespace.create(installation.admin());
  private final Map<String, String> declared = new TreeMap<>();
  private final Map<String, String> targets = new TreeMap<>();
  private final Map<String, Integer> versions = new TreeMap<>();
  private final Map<String, Set<String>> selected = new TreeMap<>();

  /** What each round was, for people. */
  private final List<String> history = new ArrayList<>();

  KillIT() throws IOException {
    proxy = new FaultProxy(installation.operatorConfig());
  }

  @Test
  void whateverTheProcessDiesOfAllIsAsDeclaredInTheEnd(@TempDir Path directory) throws Exception {
    var seed = Long.getLong("regcred.kill.seed", System.nanoTime());
    var random = new Random(seed);
    history.add("changes of -Dregcred.kill.seed=" + seed);
    System.out.println("kill -9: " + history.getFirst());
    var kubeconfig =
        installation.writeKubeconfig(
            directory.resolve("kubeconfig"), proxy.config().getMasterUrl());
    var workingKills = 0;
    setUp();
    for (int round = 1; round <= ROUNDS; round++) {
      workingKills += killed(kubeconfig, random, round) > 0 ? 1 : 0;
      assertThat(CanaryRule.violations(namespace, World.read(namespace), Set.of()))
          .as("places with a password after %s", history)
          .isEmpty();
    }
    try (var operator = start(kubeconfig)) {
      awaitAsDeclared(operator);
    }
    System.out.printf(
        "kill -9: %d rounds, in %d of them the operator had written since the first change%n",
        ROUNDS, workingKills);
    assertThat(workingKills)
        .as("kills of an operator that had written since the first change, of %s", history)
        .isGreaterThan(ROUNDS / 2);
  }

  /**
   * Starts an operator, declares something else, and kills it.
   *
   * @return how many writes it has sent since
   */
  private long killed(Path kubeconfig, Random random, int round) throws InterruptedException {
    try (var operator = start(kubeconfig)) {
      if (round % ROUNDS_UNTIL_LOOK == 1) {
        awaitAsDeclared(operator);
      }
      var before = proxy.writes();
      var life = random.nextInt(LONGEST_LIFE_MILLIS);
      for (int change = 0; change < CHANGES_A_ROUND; change++) {
        change(random);
        if (change == 0 && round % ROUNDS_UNTIL_EARLY != 0) {
          await().until(() -> proxy.writes() > before);
        }
        // It waits for nothing: when a change meets the process, and when the process dies, is to
        // be at random.
        Thread.sleep(life / CHANGES_A_ROUND);
      }
      operator.kill();
      var writes = proxy.writes() - before;
      history.add("%d: %d ms, %d writes".formatted(round, life, writes));
      assertThat(CanaryRule.isIn(operator.log())).as("a password in the log").isFalse();
      return writes;
    }
  }

  private void awaitAsDeclared(OperatorProcess operator) {
    await()
        .untilAsserted(
            () -> {
              assertThat(operator.isAlive()).isTrue();
              assertThat(secrets()).as("after %s", history).isEqualTo(wantedSecrets());
              assertThat(attached()).as("after %s", history).isEqualTo(wantedAttached());
              assertThat(states()).as("after %s", history).isEqualTo(declared);
            });
  }

  private OperatorProcess start(Path kubeconfig) {
    return new OperatorProcess(
        kubeconfig,
        "killed-operator",
        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        namespace.name());
  }

  private void setUp() {
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
      source(name);
      credential(name);
    }
  }

  /** Something that has to be written. */
  private void change(Random random) {
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
    return installation.admin().secrets().inNamespace(namespace.name()).list().getItems().stream()
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
