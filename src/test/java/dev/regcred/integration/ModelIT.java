package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.ConditionInvariants;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.Fault;
import dev.regcred.testkit.faults.FaultProxy;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Whatever is declared, edited by others, disturbed or restarted, in whatever order: once it is
 * quiet, states, pull Secrets and ServiceAccounts are what a model of the rules says.
 *
 * <p>Three credentials share the Secret {@code p}: {@code a} and {@code b} want the entry of one
 * server, {@code c} has a server of its own and may move to {@code q}.
 *
 * <p>{@code -Dregcred.model.tries=12} makes it longer, {@code -Dregcred.model.seed} repeats a run.
 */
class ModelIT {
  private static final List<String> CREDENTIALS = List.of("a", "b", "c");
  private static final List<String> ACCOUNTS = List.of("builder", "runner");
  private static final int DISTURBED_WRITES = 3;

  /** How long it is, and where it starts from: said on the console, which survives a clean. */
  private static final class Size implements AroundPropertyHook {
    @Override
    public PropertyExecutionResult aroundProperty(
        PropertyLifecycleContext context, PropertyExecutor property) {
      var tries = Integer.getInteger("regcred.model.tries", 6);
      var seed = System.getProperty("regcred.model.seed", Long.toString(System.nanoTime()));
      System.out.printf("model: %d tries of -Dregcred.model.seed=%s%n", tries, seed);
      context.attributes().setTries(tries);
      context.attributes().setSeed(seed);
      return property.execute();
    }
  }

  /** One thing that somebody does. */
  sealed interface Step {
    record Declare(String credential, String state) implements Step {}

    record Rotate(String credential) implements Step {}

    record Move(String target) implements Step {}

    record Select(String credential, List<String> accounts) implements Step {}

    record SwitchRegistry(String registry, String state) implements Step {}

    record DeleteSecret(String secret) implements Step {}

    record OverwriteSecret(String secret) implements Step {}

    record StripMark(String secret) implements Step {}

    record ClearAccount(String account) implements Step {}

    record Restart() implements Step {}

    /** The next few writes of the operator meet this. */
    record Disturb(Disturbance by) implements Step {}
  }

  /** What becomes of a write. */
  enum Disturbance {
    CONFLICT,
    FAILURE,
    THROTTLING,
    LOST_ANSWER;

    Fault fault() {
      return switch (this) {
        case CONFLICT -> Fault.status(409, "Conflict", "the object has been modified");
        case FAILURE -> Fault.status(500, "InternalError", "etcd has a bad day");
        case THROTTLING -> Fault.tooManyRequests(1);
        case LOST_ANSWER -> new Fault.AnswerLost();
      };
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    var credential = Arbitraries.of(CREDENTIALS);
    var secret = Arbitraries.of("p", "q");
    Arbitrary<Step> declare =
        credential.flatMap(
            name ->
                // A removed one does not come back, so that it comes seldom.
                Arbitraries.of("Active", "Active", "Inactive", "Inactive", "Removed")
                    .map(state -> new Step.Declare(name, state)));
    Arbitrary<Step> select =
        credential.flatMap(
            name -> Arbitraries.subsetOf(ACCOUNTS).map(s -> new Step.Select(name, sorted(s))));
    Arbitrary<Step> registry =
        Arbitraries.of("r1", "r2")
            .flatMap(
                name ->
                    Arbitraries.of("Active", "Inactive")
                        .map(state -> new Step.SwitchRegistry(name, state)));
    return Arbitraries.oneOf(
            declare,
            declare,
            credential.map(Step.Rotate::new),
            secret.map(Step.Move::new),
            select,
            registry,
            secret.map(Step.DeleteSecret::new),
            secret.map(Step.OverwriteSecret::new),
            secret.map(Step.StripMark::new),
            Arbitraries.of(ACCOUNTS).map(Step.ClearAccount::new),
            Arbitraries.of(Disturbance.values()).map(Step.Disturb::new),
            Arbitraries.of(new Step.Restart()))
        .list()
        .ofSize(10);
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  @Property(shrinking = ShrinkingMode.OFF)
  @AddLifecycleHook(Size.class)
  void theWorldAgreesWithTheModelOnceItIsQuiet(@ForAll("steps") List<Step> steps)
      throws IOException {
    try (var world = new Stage()) {
      var model = new Model();
      world.agreesWith(model, "the beginning");
      var done = new ArrayList<Step>();
      for (Step step : steps) {
        done.add(step);
        model.take(step);
        world.take(step, model);
        world.agreesWith(model, done.toString());
      }
    }
  }

  /** What the rules say. */
  private static final class Model {
    final Map<String, String> declared = new TreeMap<>();
    final Map<String, String> targets = new TreeMap<>();
    final Map<String, Integer> passwords = new TreeMap<>();
    final Map<String, List<String>> selected = new TreeMap<>();
    final Map<String, String> registries = new TreeMap<>(Map.of("r1", "Active", "r2", "Active"));

    /** Who has the entry of the server that {@code a} and {@code b} want. */
    private String holder = "a";

    private boolean isOpen;

    Model() {
      for (String name : CREDENTIALS) {
        declared.put(name, "Active");
        targets.put(name, "p");
        passwords.put(name, 0);
        selected.put(name, List.of());
      }
    }

    void take(Step step) {
      switch (step) {
        case Step.Declare(var name, var state) -> {
          if (!"Removed".equals(declared.get(name))) {
            declared.put(name, state);
          }
        }
        case Step.Rotate(var name) -> passwords.merge(name, 1, Integer::sum);
        case Step.Move(var target) -> {
          if (!"Removed".equals(declared.get("c"))) {
            targets.put("c", target);
          }
        }
        case Step.Select(var name, var accounts) -> selected.put(name, accounts);
        case Step.SwitchRegistry(var name, var state) -> registries.put(name, state);
        case Step.DeleteSecret _,
            Step.OverwriteSecret _,
            Step.StripMark _,
            Step.ClearAccount _,
            Step.Disturb _,
            Step.Restart _ -> {}
      }
      if (!wants(holder)) {
        // Where both come back at once, with their Registry, it is whose pass is the first.
        isOpen = wants("a") && wants("b");
        holder = wants("a") ? "a" : wants("b") ? "b" : "";
      }
    }

    /** What is not for the rules to say is taken from what is there. */
    void see(Map<String, Map<String, String>> secrets) {
      if (isOpen) {
        var holding = secrets.getOrDefault("p", Map.of()).get("r1.example.com");
        holder = password("b").equals(holding) ? "b" : "a";
      }
    }

    /** From now on who has it keeps it. */
    void settle() {
      isOpen = false;
    }

    static String registry(String name) {
      return "c".equals(name) ? "r2" : "r1";
    }

    boolean wants(String name) {
      return "Active".equals(declared.get(name)) && "Active".equals(registries.get(registry(name)));
    }

    private boolean holds(String name) {
      return wants(name) && ("c".equals(name) || holder.equals(name));
    }

    /** State, and reason of Ready. */
    Map<String, String> states() {
      var states = new TreeMap<String, String>();
      for (String name : CREDENTIALS) {
        var end = declared.getOrDefault(name, "");
        states.put(
            name,
            switch (end) {
              case "Active" ->
                  wants(name) ? holds(name) ? "Active" : "ServerClaimed" : "RegistryInactive";
              default -> end;
            });
      }
      return states;
    }

    /** The managed Secrets, and for each server whose password in which version it holds. */
    Map<String, Map<String, String>> secrets() {
      var secrets = new TreeMap<String, Map<String, String>>();
      for (String name : CREDENTIALS) {
        if (!"Removed".equals(declared.get(name))) {
          var entries =
              secrets.computeIfAbsent(targets.getOrDefault(name, ""), _ -> new TreeMap<>());
          if (holds(name)) {
            entries.put(registry(name) + ".example.com", password(name));
          }
        }
      }
      return secrets;
    }

    String password(String name) {
      return CANARY + name + passwords.get(name);
    }

    Map<String, Set<String>> attachments() {
      var attachments = new TreeMap<String, Set<String>>();
      for (String account : ACCOUNTS) {
        attachments.put(
            account,
            CREDENTIALS.stream()
                .filter(name -> !"Removed".equals(declared.get(name)))
                .filter(name -> selected.getOrDefault(name, List.of()).contains(account))
                .map(name -> targets.getOrDefault(name, ""))
                .collect(Collectors.toSet()));
      }
      return attachments;
    }
  }

  /** A namespace of the real cluster, with an operator that serves it alone. */
  private static final class Stage implements AutoCloseable {
    private final Installation installation = Installation.shared();
    private final KubernetesClient client = installation.admin();
    private final TestNamespace place = TestNamespace.create(client);
    private final String namespace = place.name();
    private final FaultProxy proxy = new FaultProxy(installation.operatorConfig());
    private RunningOperator operator;

    Stage() throws IOException {
      operator = start();
      for (String registry : List.of("r1", "r2")) {
        place.apply(Manifests.registry(registry).yaml());
      }
      ACCOUNTS.forEach(
          account ->
              place.apply(
                  "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s}".formatted(account)));
      var model = new Model();
      for (String name : CREDENTIALS) {
        source(name, model);
        credential(name, model);
        awaitSeen(name);
      }
    }

    private RunningOperator start() throws IOException {
      return RunningOperator.start(new OperatorConfig(0, Set.of(namespace), 4), proxy.config());
    }

    private void disturb(Fault fault) {
      var left = new AtomicInteger(DISTURBED_WRITES);
      proxy.rule(request -> request.isWrite() && left.getAndDecrement() > 0 ? fault : Fault.none());
    }

    void take(Step step, Model model) throws IOException {
      switch (step) {
        case Step.Declare(var name, _) -> credential(name, model);
        case Step.Rotate(var name) -> source(name, model);
        case Step.Move _ -> credential("c", model);
        case Step.Select(var name, _) -> credential(name, model);
        case Step.SwitchRegistry(var name, var state) ->
            place.patch("Registry", name, "{\"spec\":{\"desiredState\":\"%s\"}}".formatted(state));
        case Step.DeleteSecret(var name) ->
            client.secrets().inNamespace(namespace).withName(name).delete();
        case Step.OverwriteSecret(var name) ->
            patchIfThere(
                name,
                "{\"data\":{\".dockerconfigjson\":\"%s\",\"more\":\"\"}}"
                    .formatted(base64("{\"auths\":{\"evil.example.com\":{\"auth\":\"YTpi\"}}}")));
        case Step.StripMark(var name) ->
            patchIfThere(
                name,
                "{\"metadata\":{\"labels\":null,\"annotations\":null,\"ownerReferences\":null}}");
        case Step.ClearAccount(var name) ->
            place.patch("ServiceAccount", name, "{\"imagePullSecrets\":null}");
        case Step.Disturb(var by) -> disturb(by.fault());
        case Step.Restart _ -> {
          operator.close();
          operator = start();
        }
      }
    }

    private void credential(String name, Model model) {
      var accounts = model.selected.getOrDefault(name, List.of());
      place.apply(
          """
          apiVersion: regcred.dev/v1alpha1
          kind: RegistryCredential
          metadata: {name: %s}
          spec:
            email: team@example.com
            registryRef: {name: %s}
            publicValue: %s
            secretValueFrom: {secretKeyRef: {name: source-%s, key: password}}
            desiredState: %s
            target: {secretName: %s}
            removal: {purgeAfter: Never}
            %s
          """
              .formatted(
                  name,
                  Model.registry(name),
                  name,
                  name,
                  model.declared.get(name),
                  model.targets.get(name),
                  accounts.isEmpty() ? "" : "serviceAccounts: " + accounts));
    }

    private void source(String name, Model model) {
      place.apply(
          """
          apiVersion: v1
          kind: Secret
          metadata: {name: source-%s}
          data: {password: %s}
          """
              .formatted(name, base64(model.password(name))));
    }

    /** So that the age of credentials is not decided by the second. */
    private void awaitSeen(String name) {
      OperatorScenario.await().until(() -> !state(credentialNamed(name)).contains("Requested"));
    }

    private RegistryCredential credentialNamed(String name) {
      return client
          .resources(RegistryCredential.class)
          .inNamespace(namespace)
          .withName(name)
          .require();
    }

    void agreesWith(Model model, String after) {
      OperatorScenario.await()
          .untilAsserted(
              () -> {
                model.see(secrets());
                assertThat(secrets()).as("Secrets after %s", after).isEqualTo(model.secrets());
                assertThat(attachments())
                    .as("ServiceAccounts after %s", after)
                    .isEqualTo(model.attachments());
                assertThat(states()).as("states after %s", after).isEqualTo(model.states());
              });
      model.settle();
      CREDENTIALS.forEach(name -> ConditionInvariants.check(credentialNamed(name)));
    }

    private Map<String, String> states() {
      return CREDENTIALS.stream()
          .map(this::credentialNamed)
          .collect(
              Collectors.toMap(
                  c -> c.getMetadata().getName(), Stage::state, (a, _) -> a, TreeMap::new));
    }

    /** The reason of Ready says which state it is; where all is well it is the state. */
    private static String state(RegistryCredential credential) {
      var status = credential.getStatus();
      if (status == null
          || status.conditions() == null
          || status.conditions().isEmpty()
          || !credential.getMetadata().getGeneration().equals(status.observedGeneration())) {
        return "Requested, or behind";
      }
      var ready = status.conditions().getFirst();
      var state = status.state() == null ? "" : status.state().value();
      return "True".equals(ready.status()) && !ready.reason().equals(state)
          ? ready.reason() + " but " + state
          : ready.reason();
    }

    private Map<String, Map<String, String>> secrets() {
      var secrets = new TreeMap<String, Map<String, String>>();
      client
          .secrets()
          .inNamespace(namespace)
          .withLabel("regcred.dev/managed", "true")
          .list()
          .getItems()
          .forEach(
              secret ->
                  secrets.put(
                      secret.getMetadata().getName(),
                      PullSecretContent.passwords(secret.getData())));
      // Unmarked ones would be orphans.
      for (String name : List.of("p", "q")) {
        if (client.secrets().inNamespace(namespace).withName(name).get() != null) {
          secrets.putIfAbsent(name, Map.of("not marked", ""));
        }
      }
      return secrets;
    }

    private Map<String, Set<String>> attachments() {
      return client.serviceAccounts().inNamespace(namespace).list().getItems().stream()
          .filter(account -> ACCOUNTS.contains(account.getMetadata().getName()))
          .collect(
              Collectors.toMap(
                  account -> account.getMetadata().getName(), Stage::pullSecrets, (a, _) -> a));
    }

    private static Set<String> pullSecrets(ServiceAccount account) {
      return account.getImagePullSecrets().stream()
          .map(LocalObjectReference::getName)
          .collect(Collectors.toSet());
    }

    private void patchIfThere(String secret, String patch) {
      if (client.secrets().inNamespace(namespace).withName(secret).get() != null) {
        place.patch("Secret", secret, patch);
      }
    }

    private static String base64(String text) {
      return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Override
    public void close() {
      client.resources(RegistryCredential.class).inNamespace(namespace).delete();
      OperatorScenario.await()
          .until(
              () ->
                  client
                      .resources(RegistryCredential.class)
                      .inNamespace(namespace)
                      .list()
                      .getItems()
                      .isEmpty());
      operator.close();
      proxy.close();
      place.close();
    }
  }
}
