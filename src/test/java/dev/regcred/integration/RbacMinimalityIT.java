package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.REGISTRY;
import static dev.regcred.integration.OperatorScenario.await;
import static dev.regcred.integration.OperatorScenario.credential;
import static dev.regcred.integration.OperatorScenario.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.faults.ApiRequest;
import dev.regcred.integration.faults.Fault;
import dev.regcred.integration.faults.FaultProxy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operator's roles allow nothing that it does not need: whichever permission is taken away, the
 * API server refuses it something on its way through the life of a credential of each scope.
 */
class RbacMinimalityIT {
  private static final String RBAC = "deploy/rbac.yaml";
  private static final String NAMESPACE = "regcred-system";
  private static final String WIDE = "minimal";
  private static final String WIDE_SECRET = "wide";

  private final Installation installation = Installation.shared();
  private final KubernetesClient admin = installation.admin();
  private final TestNamespace namespace = TestNamespace.create(admin);
  private final AtomicReference<@Nullable ApiRequest> refused = new AtomicReference<>();
  private final Set<String> conflicted = ConcurrentHashMap.newKeySet();

  @TempDir private Path directory = Path.of("");

  @AfterEach
  void cleanUp() {
    kubectl("patch", "clusterregistrycredential", WIDE, "--type=merge", "-p", NO_FINALIZERS);
    kubectl("patch", "clusterregistry", WIDE, "--type=merge", "-p", NO_FINALIZERS);
    kubectl("delete", "clusterregistrycredential,clusterregistry", WIDE, "--ignore-not-found");
    kubectl("delete", "secret,lease", "-n", NAMESPACE, "--ignore-not-found", "-l", "minimal=true");
    admin.leases().inNamespace(NAMESPACE).withName("regcred-operator").delete();
    namespace.close();
  }

  private static final String NO_FINALIZERS = "{\"metadata\":{\"finalizers\":null}}";

  @AfterAll
  static void putBack() {
    Installation.shared().cluster().kubectl().ok("apply", "-f", RBAC);
  }

  static List<Permission> permissions() throws IOException {
    return roles()
        .flatMap(role -> Permission.of(role.getKind() + "/" + name(role), rules(role)))
        .toList();
  }

  @Test
  void withAllOfThemNothingIsRefused() throws Exception {
    try (var proxy = new FaultProxy(installation.operatorConfig())) {
      proxy.onAnswer((request, code) -> noteRefusal(request, code, true));
      assertThat(isWholeStoryTold(proxy)).as("refused: %s", refused.get()).isTrue();
    }
    assertThat(refused.get()).isNull();
    assertThat(permissions()).as("in %s", RBAC).hasSizeGreaterThan(30);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("permissions")
  void withoutItSomethingIsRefused(Permission permission) throws Exception {
    take(permission);
    try (var proxy = new FaultProxy(installation.operatorConfig())) {
      proxy.onAnswer(
          (request, code) -> noteRefusal(request, code, permission.isNeededFor(request)));
      assertThat(isWholeStoryTold(proxy)).as("nothing needs to %s", permission).isFalse();
    } finally {
      putBack();
    }
    System.out.printf("without %s: refused %s%n", permission, refused.get());
  }

  private void noteRefusal(ApiRequest request, int code, boolean isMeant) {
    if (code == 403 && isMeant) {
      refused.compareAndSet(null, request);
    }
  }

  /** Up to the first refusal. */
  private boolean isWholeStoryTold(FaultProxy proxy) throws Exception {
    proxy.rule(this::conflictOnce);
    applyAll();
    var kubeconfig =
        installation.writeKubeconfig(
            directory.resolve("kubeconfig"), proxy.config().getMasterUrl());
    try (var operator =
        new OperatorProcess(
            kubeconfig, "minimal-operator", List.of(), Map.of("REGCRED_LEADER_ELECTION", "true"))) {
      return comesTrue(() -> summary("pull").equals("Active Active") && isWideActive())
          && rotates()
          && goesInAndOutOfUse()
          && isDeleted()
          && ends(operator);
    }
  }

  /** The first status of each kind is refused as outdated, so that the object is read again. */
  private Fault conflictOnce(ApiRequest request) {
    var kind = request.path().replaceAll(".*/(\\w+)/[^/]+/status.*", "$1");
    return request.method().equals("PUT") && conflicted.add(kind)
        ? Fault.status(409, "Conflict", "the object has been modified")
        : Fault.none();
  }

  private void applyAll() throws IOException {
    namespace.apply(
        REGISTRY
            + CrashScenarios.source(CANARY)
            + "---\n"
            + credential("serviceAccounts: [default]"));
    var manifest =
        Files.writeString(
            directory.resolve("wide.yaml"),
            """
            apiVersion: regcred.dev/v1alpha1
            kind: ClusterRegistry
            metadata: {name: %1$s}
            spec: {serverAddress: minimal.example.com}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: %1$s, namespace: %2$s, labels: {regcred.dev/source: "true", minimal: "true"}}
            stringData: {password: %3$s}
            ---
            apiVersion: regcred.dev/v1alpha1
            kind: ClusterRegistryCredential
            metadata: {name: %1$s}
            spec:
              registryRef: {name: %1$s}
              email: robot@example.com
              publicValue: robot
              secretValueFrom: {secretKeyRef: {name: %1$s, key: password}}
              target: {secretName: %4$s}
              namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %5$s}}
            """
                .formatted(WIDE, NAMESPACE, CANARY, WIDE_SECRET, namespace.name()));
    installation.cluster().kubectl().ok("apply", "-f", manifest.toString());
  }

  private boolean rotates() {
    namespace.apply(CrashScenarios.source(CANARY + "-next"));
    return comesTrue(
        () -> World.secret(namespace, "pull").equals(OperatorScenario.config(CANARY + "-next")));
  }

  /** Twice, so that an Event is repeated. */
  private boolean goesInAndOutOfUse() {
    return Stream.of("Inactive", "Active", "Inactive")
        .allMatch(
            state -> {
              namespace.declare("RegistryCredential", "pull", state);
              return comesTrue(() -> summary("pull").equals(state + " " + state));
            });
  }

  private boolean isDeleted() {
    namespace.delete("RegistryCredential", "pull");
    namespace.delete("Registry", "main");
    kubectl("delete", "clusterregistrycredential,clusterregistry", WIDE, "--wait=false");
    return comesTrue(
        () ->
            summary("pull").equals("absent")
                && World.secret(namespace, WIDE_SECRET).equals("absent")
                && World.read(namespace).summary("Registry/main").equals("absent")
                && !isThere("clusterregistry"));
  }

  /** What it still has to say it says then. */
  private boolean ends(OperatorProcess operator) {
    operator.stop();
    eventually(() -> !operator.isAlive());
    return refused.get() == null;
  }

  private boolean comesTrue(BooleanSupplier condition) {
    await().until(() -> refused.get() != null || condition.getAsBoolean());
    return refused.get() == null;
  }

  private String summary(String credential) {
    return World.read(namespace).summary("RegistryCredential/" + credential);
  }

  private boolean isWideActive() {
    return !World.secret(namespace, WIDE_SECRET).equals("absent")
        && kubectl("get", "cregcred", WIDE, "-o", "jsonpath={.status.state}").equals("Active");
  }

  private boolean isThere(String kind) {
    return !kubectl("get", kind, WIDE, "--ignore-not-found", "-o", "name").isEmpty();
  }

  private String kubectl(String... arguments) {
    return installation.cluster().kubectl().run(arguments).stdout();
  }

  private void take(Permission permission) throws IOException {
    roles()
        .filter(role -> permission.role().equals(role.getKind() + "/" + name(role)))
        .forEach(role -> admin.resource(without(role, permission)).update());
    eventually(() -> !isAllowed(permission));
  }

  private static HasMetadata without(HasMetadata role, Permission permission) {
    var rules = permission.takenFrom(rules(role));
    if (role instanceof ClusterRole clusterRole) {
      clusterRole.setRules(rules);
    } else {
      ((Role) role).setRules(rules);
    }
    return role;
  }

  private boolean isAllowed(Permission permission) {
    var parts = permission.resource().split("/", 2);
    var type = parts[0] + (permission.group().isEmpty() ? "" : "." + permission.group());
    var name = permission.resource().equals("leases") && !permission.verb().equals("create");
    return kubectl(
            "auth",
            "can-i",
            permission.verb(),
            name ? type + "/regcred-operator" : type,
            "--subresource=" + (parts.length > 1 ? parts[1] : ""),
            "-n",
            NAMESPACE,
            "--as=system:serviceaccount:regcred-system:regcred-operator")
        .startsWith("yes");
  }

  /** As they ship. */
  private static Stream<HasMetadata> roles() throws IOException {
    return Installation.shared().admin().load(Files.newInputStream(Path.of(RBAC))).items().stream()
        .filter(object -> name(object).startsWith("regcred-operator"))
        .filter(object -> object instanceof ClusterRole || object instanceof Role)
        .collect(Collectors.toList())
        .stream();
  }

  private static List<PolicyRule> rules(HasMetadata role) {
    return role instanceof ClusterRole clusterRole
        ? clusterRole.getRules()
        : ((Role) role).getRules();
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }
}
