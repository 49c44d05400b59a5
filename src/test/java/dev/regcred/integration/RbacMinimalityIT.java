package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.REGISTRY;
import static dev.regcred.integration.OperatorScenario.await;
import static dev.regcred.integration.OperatorScenario.credential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.leader.LeaseSettings;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.ApiRequest;
import dev.regcred.testkit.faults.Fault;
import dev.regcred.testkit.faults.FaultProxy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The operator's roles allow all that it needs, and nothing that it does not: what it asks for on
 * its way through the life of a credential of each scope is recorded, and whichever permission is
 * taken away, the API server's own authorizer would refuse it something of that.
 */
class RbacMinimalityIT {
  private static final String NAMESPACE = "regcred-system";
  private static final String ACCOUNT = "regcred-operator";
  private static final String WIDE = "minimal";
  private static final String WIDE_SECRET = "wide";
  private static final LeaseSettings LEASE =
      new LeaseSettings(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

  private final Installation installation = Installation.shared();
  private final KubernetesClient admin = installation.admin();
  private final TestNamespace namespace = TestNamespace.create(admin);
  private final Set<ResourceAttributes> requests = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable ApiRequest> refused = new AtomicReference<>();
  private final Set<String> conflicted = ConcurrentHashMap.newKeySet();

  @AfterEach
  void cleanUp() {
    for (var resource : List.of(wideCredential(), wideRegistry())) {
      if (resource.get() != null) {
        resource.patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        resource.delete();
      }
    }
    admin.secrets().inNamespace(NAMESPACE).withName(WIDE).delete();
    admin.leases().inNamespace(NAMESPACE).withName(ACCOUNT).delete();
    namespace.close();
  }

  @Test
  void ofTheWholeCluster() throws Exception {
    // With what is optional: nothing else of it is the operator's.
    var roles =
        roles(
            Files.readString(Path.of("deploy/rbac.yaml"))
                + "---\n"
                + Files.readString(Path.of(StuckPodsIT.ROLE)));

    assertThat(storyIsTold(installation.operatorConfig(), Set.of(), NAMESPACE)).isTrue();

    assertMinimal("deploy/rbac.yaml and " + StuckPodsIT.ROLE, roles, 43);
  }

  @Test
  void ofOneNamespace() throws Exception {
    var file = "deploy/overlays/single-namespace/rbac.yaml";
    var yaml = Files.readString(Path.of(file)).replace("team-a", namespace.name());
    objects(yaml).forEach(object -> admin.resource(object).create());

    assertThat(storyIsTold(wayIn(), Set.of(namespace.name()), namespace.name())).isTrue();

    assertMinimal(file, roles(yaml), 26);
  }

  private void assertMinimal(String file, List<HasMetadata> roles, int count) {
    assertThat(refused.get()).as("refused, though the operator needs it").isNull();
    try (var all = RoleReviews.of(admin, roles, (_, rules) -> rules)) {
      assertThat(all.firstRefused(requests.stream()))
          .as("the reviews ask what was asked")
          .isEmpty();
    }
    var permissions =
        roles.stream()
            .flatMap(role -> Permission.of(RoleReviews.name(role), RoleReviews.rules(role)))
            .toList();
    var unneeded = new ArrayList<Permission>();
    for (Permission permission : permissions) {
      refusedWithout(permission, roles)
          .ifPresentOrElse(
              request -> System.out.printf("without %s: refused %s%n", permission, text(request)),
              () -> unneeded.add(permission));
    }
    assertThat(unneeded).as("permissions in %s that nothing needs", file).isEmpty();
    assertThat(permissions).as("permissions in %s", file).hasSize(count);
  }

  /** What is most likely is asked first. */
  private Optional<ResourceAttributes> refusedWithout(
      Permission permission, List<HasMetadata> roles) {
    try (var reviews =
        RoleReviews.of(
            admin,
            roles,
            (role, rules) ->
                role.equals(permission.role()) ? permission.takenFrom(rules) : rules)) {
      return reviews.firstRefused(
          requests.stream().sorted(Comparator.comparing(request -> !permission.isAbout(request))));
    }
  }

  private static String text(ResourceAttributes request) {
    return "%s %s %s/%s"
        .formatted(
            request.getVerb(),
            Permission.resource(request),
            request.getNamespace(),
            request.getName());
  }

  /** Up to the first refusal. */
  private boolean storyIsTold(Config way, Set<String> namespaces, String own) throws Exception {
    try (var proxy = new FaultProxy(way)) {
      proxy.onAnswer(this::record);
      proxy.rule(this::conflictOnce);
      var isWide = namespaces.isEmpty();
      try (var _ =
          RunningOperator.start(
              new OperatorConfig(0, namespaces, 2, own, own, LEASE), proxy.config())) {
        applyAll(isWide);
        return comesTrue(
                () -> summary("pull").equals("Active Active") && (!isWide || isWideActive()))
            && rotates()
            && goesInAndOutOfUse()
            && (!isWide || (evictsAStuckPod() && isAttachedToPods()))
            && isDeleted(isWide);
      } finally {
        // What it still has to say it has said when it is closed.
        assertThat(refused.get()).as("refused, though the operator needs it").isNull();
      }
    }
  }

  private void record(ApiRequest request, int code) {
    request.attributes().ifPresent(requests::add);
    if (code == 403) {
      refused.compareAndSet(null, request);
    }
  }

  /** The first status of each kind is refused as outdated, so that the object is read again. */
  private Fault conflictOnce(ApiRequest request) {
    var kind = request.path().replaceAll(".*/(\\w+)/[^/]+/status.*", "$1");
    return request.method().equals("PUT") && conflicted.add(kind)
        ? Fault.status(409, "Conflict", "the object has been modified")
        : Fault.none();
  }

  private void applyAll(boolean isWide) {
    namespace.apply(
        REGISTRY
            + CrashScenarios.source(CANARY)
            + "---\n"
            + credential("serviceAccounts: [default]"));
    if (isWide) {
      objects(
              """
              apiVersion: regcred.dev/v1alpha1
              kind: ClusterRegistry
              metadata: {name: %1$s}
              spec: {serverAddress: minimal.example.com}
              ---
              apiVersion: v1
              kind: Secret
              metadata: {name: %1$s, namespace: %2$s, labels: {regcred.dev/source: "true"}}
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
                  .formatted(WIDE, NAMESPACE, CANARY, WIDE_SECRET, namespace.name()))
          .forEach(object -> admin.resource(object).create());
    }
  }

  private boolean rotates() {
    namespace.apply(CrashScenarios.source(CANARY + "-next"));
    return comesTrue(
        () -> World.secret(namespace, "pull").equals(OperatorScenario.config(CANARY + "-next")));
  }

  /** There need be no policy of that; both of its objects are asked for only where there is. */
  private boolean isAttachedToPods() {
    installation.cluster().kubectl().ok("apply", "-f", AttachScenario.POLICIES);
    try {
      namespace.patch(
          "RegistryCredential",
          "pull",
          "{\"spec\":{\"attach\":\"Pods\",\"serviceAccounts\":null}}");
      return comesTrue(
          () -> {
            var status =
                admin
                    .resources(RegistryCredential.class)
                    .inNamespace(namespace.name())
                    .withName("pull")
                    .require()
                    .getStatus();
            return status != null && status.podsAttachedTime() != null;
          });
    } finally {
      installation.cluster().kubectl().ok("delete", "-f", AttachScenario.POLICIES);
    }
  }

  /** One of a Job, which is asked for. There is no kubelet: the test says what one would. */
  private boolean evictsAStuckPod() {
    var kubectl = installation.cluster().kubectl();
    kubectl.ok("apply", "-f", StuckPodsIT.ROLE);
    try {
      namespace.apply(
          "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: late}\n---\n"
              + StuckPodsIT.job("once", 6)
                  .replace("restartPolicy", "serviceAccountName: late, restartPolicy"));
      var jobs = admin.pods().inNamespace(namespace.name()).withLabel("app", "once");
      await().until(() -> jobs.list().getItems().size() == 1);
      var pod = jobs.list().getItems().getFirst();
      StuckPodsIT.stick(admin, pod);
      namespace.patch(
          "RegistryCredential",
          "pull",
          """
          {"spec": {"desiredState": "Active", "stuckPods": "Evict",
            "attach": null, "serviceAccounts": ["late"]}}
          """);
      return comesTrue(
              () ->
                  jobs.list().getItems().stream()
                      .filter(there -> !there.isMarkedForDeletion())
                      .noneMatch(
                          there -> there.getMetadata().getUid().equals(pod.getMetadata().getUid())))
          && isOutOfUse();
    } finally {
      kubectl.ok("delete", "-f", StuckPodsIT.ROLE);
      admin.batch().v1().jobs().inNamespace(namespace.name()).withName("once").delete();
    }
  }

  /** Then it looks for no Pods any more. */
  private boolean isOutOfUse() {
    namespace.declare("RegistryCredential", "pull", "Inactive");
    return comesTrue(() -> summary("pull").equals("Inactive Inactive"));
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

  private boolean isDeleted(boolean isWide) {
    namespace.delete("RegistryCredential", "pull");
    namespace.delete("Registry", "main");
    if (isWide) {
      wideCredential().delete();
      wideRegistry().delete();
    }
    return comesTrue(
        () ->
            summary("pull").equals("absent")
                && World.secret(namespace, WIDE_SECRET).equals("absent")
                && World.read(namespace).summary("Registry/main").equals("absent")
                && wideRegistry().get() == null);
  }

  private boolean comesTrue(BooleanSupplier condition) {
    await().until(() -> refused.get() != null || condition.getAsBoolean());
    return refused.get() == null;
  }

  private String summary(String credential) {
    return World.read(namespace).summary("RegistryCredential/" + credential);
  }

  private boolean isWideActive() {
    var status = wideCredential().require().getStatus();
    return status != null
        && status.state() == LifecycleState.ACTIVE
        && !World.secret(namespace, WIDE_SECRET).equals("absent");
  }

  private Resource<ClusterRegistryCredential> wideCredential() {
    return admin.resources(ClusterRegistryCredential.class).withName(WIDE);
  }

  private Resource<ClusterRegistry> wideRegistry() {
    return admin.resources(ClusterRegistry.class).withName(WIDE);
  }

  /** That of the ServiceAccount that comes with the roles of one namespace. */
  private Config wayIn() {
    var token =
        admin
            .serviceAccounts()
            .inNamespace(namespace.name())
            .withName(ACCOUNT)
            .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build());
    return new ConfigBuilder(installation.operatorConfig())
        .withOauthToken(token.getStatus().getToken())
        .build();
  }

  private List<HasMetadata> objects(String yaml) {
    return admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  /** Those of the operator, not those for people. */
  private List<HasMetadata> roles(String yaml) throws IOException {
    return objects(yaml).stream()
        .filter(object -> object instanceof ClusterRole || object instanceof Role)
        .filter(role -> role.getMetadata().getName().startsWith("regcred-operator"))
        .toList();
  }
}
