package dev.regcred.testkit;

import static dev.regcred.testkit.Manifests.clusterCredential;
import static dev.regcred.testkit.Manifests.clusterRegistry;
import static dev.regcred.testkit.Manifests.credential;
import static dev.regcred.testkit.Manifests.registry;
import static dev.regcred.testkit.Manifests.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.regcred.api.v1alpha1.Labels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The check that runs after every test notices what it is there for, wherever it is planted. */
class ClusterCheckIT {
  private static final String CONFIG =
      "{\"auths\":{\"registry.example.com\":{\"auth\":\"%s\"}}}"
          .formatted(Base64Text.of("robot:" + Canary.TEXT));

  private static final String MARK =
      "[{\"kind\":\"RegistryCredential\",\"name\":\"%s\",\"server\":\"registry.example.com\"}]";

  private final Installation installation = Installation.shared();
  private final TestNamespace namespace = TestNamespace.named(installation.admin());
  private final String wide = namespace.name();

  @BeforeEach
  void createNamespace() {
    namespace.create();
  }

  @AfterEach
  void removeAll() {
    var kubectl = installation.cluster().kubectl();
    kubectl.ok("delete", "clusterregistry,clusterregistrycredential", wide, "--ignore-not-found");
    namespace.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Registry", "RegistryCredential", "ClusterRegistry", "ClusterRegistryCredential"})
  void aPasswordInAStatusOfAnyKind(String kind) {
    var manifest =
        switch (kind) {
          case "Registry" -> registry(wide).yaml();
          case "RegistryCredential" -> credential(wide).yaml();
          case "ClusterRegistry" -> clusterRegistry(wide).yaml();
          default -> clusterCredential(wide).everyNamespace().yaml();
        };
    namespace.apply(manifest);

    saysOf(kind, "\"message\":\"refused: " + Canary.TEXT + "\",\"reason\":\"Active\"");

    // By the list of all, and by the watch.
    var noticed = new StringBuilder();
    Patience.await()
        .untilAsserted(
            () -> {
              noticed.append(faults());
              assertThat(noticed).contains("the password is in " + kind, "for a moment: ");
            });
    saysOf(kind, "\"message\":\"well\",\"reason\":\"Active\"");
    // The watch tells of the old version once more: it is the one that was replaced.
    Patience.eventually(() -> faults().isEmpty());
  }

  @Test
  void aStatusThatBreaksAnInvariant() {
    namespace.apply(
        clusterRegistry(wide).set("metadata.finalizers", List.of(Labels.FINALIZER)).yaml());
    saysOf("ClusterRegistry", "\"message\":\"well\",\"reason\":\"NotDocumented\"");
    var noticed = new StringBuilder();
    Patience.await()
        .untilAsserted(
            () -> {
              noticed.append(faults());
              assertThat(noticed).contains("for a moment: ", "a documented reason");
            });
    saysOf("ClusterRegistry", "\"message\":\"well\",\"reason\":\"Active\"");
    Patience.eventually(() -> faults().isEmpty());
    namespace.patch("ClusterRegistry", wide, "{\"metadata\":{\"finalizers\":null}}");
  }

  @Test
  void aPasswordInAnEventOfAnotherNamespace() {
    namespace.apply(
        """
        apiVersion: events.k8s.io/v1
        kind: Event
        metadata: {name: %s, namespace: default}
        eventTime: "2026-01-01T00:00:00.000000Z"
        reportingController: regcred.dev/operator
        reportingInstance: test
        action: Reconcile
        reason: Forbidden
        type: Warning
        regarding: {kind: Namespace, name: default}
        note: "%s"
        """
            .formatted(wide, Base64Text.of("x" + Canary.TEXT + "-y")));
    assertThat(faults()).contains("the password is in Event default/" + wide);
    installation.cluster().kubectl().ok("delete", "events.events.k8s.io", wide, "-n", "default");
  }

  @Test
  void aPasswordInAConfigMap() {
    namespace.apply(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dump}\ndata: {dump: %s}"
            .formatted("s3cr3t%2Fc%40nary"));
    assertThat(faults()).contains("the password is in ConfigMap " + wide + "/dump");
    namespace.delete("ConfigMap", "dump");
  }

  @Test
  void aPasswordInWhatTheOperatorWritesOnAServiceAccount() {
    namespace.apply(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: builder, annotations: {note: %s}}"
            .formatted(Base64Text.of(CONFIG)));
    assertThat(faults()).contains("the password is in ServiceAccount " + wide + "/builder");
    namespace.delete("ServiceAccount", "builder");
  }

  @Test
  void aPullSecretThatNoCredentialIsLeftOf() {
    asOperator(
        secret("pull")
            .dockerConfigJson(CONFIG)
            .label("regcred.dev/managed", "true")
            .annotation("regcred.dev/contributors", MARK.formatted("gone")));
    assertThat(faults()).contains("the password is in Secret " + wide + "/pull");
  }

  @Test
  void aSecretWithoutAMarkUnlessTheTestSaysThatItIsHandedBack() {
    asOperator(secret("pull").dockerConfigJson(CONFIG));
    assertThatCode(() -> ClusterCheck.ofTheSharedCluster(Set.of("pull")))
        .doesNotThrowAnyException();
    asOperator(secret("other").dockerConfigJson(CONFIG));
    assertThat(faults()).contains("the password is in Secret " + wide + "/other");
  }

  @Test
  void thePullSecretOfACredentialOutOfUse() {
    namespace.apply(credential("idle").yaml());
    namespace.patchStatus(
        "RegistryCredential",
        "idle",
        status("\"message\":\"well\",\"reason\":\"Inactive\"").replace("Active", "Inactive"));
    asOperator(
        secret("pull")
            .dockerConfigJson(CONFIG)
            .label("regcred.dev/managed", "true")
            .annotation("regcred.dev/contributors", MARK.formatted("idle")));
    assertThat(faults()).contains("the password is in Secret " + wide + "/pull");
  }

  @Test
  void whatMayHaveItIsLeftAlone() {
    namespace.apply(
        secret("account").value("password", Canary.TEXT).annotation("note", Canary.TEXT).yaml());
    namespace.apply(credential("busy").yaml());
    asOperator(
        secret("pull")
            .dockerConfigJson(CONFIG)
            .label("regcred.dev/managed", "true")
            .annotation("regcred.dev/contributors", MARK.formatted("busy")));
    assertThat(faults()).isEmpty();
    namespace.patch(
        "Secret",
        "pull",
        "{\"metadata\":{\"annotations\":{\"note\":\"%s\"}}}".formatted(Canary.TEXT));
    assertThat(faults()).contains("the password is in Secret " + wide + "/pull");
  }

  @Test
  void aLineOfTheLogThatNobodySeesAsItShips() {
    LoggerFactory.getLogger("dev.regcred.operator.Planted")
        .trace("wrote {}", Base64Text.of(CONFIG));
    assertThat(faults()).contains("the password is in the log: TRACE dev.regcred.operator.Planted");
  }

  @Test
  void theClientsOwnLogOfItsRequestsStaysOff() {
    var requests =
        LoggerFactory.getLogger("io.fabric8.kubernetes.client.http.HttpLoggingInterceptor");
    assertThat(requests.isErrorEnabled()).isFalse();
  }

  private void saysOf(String kind, String readiness) {
    namespace.patchStatus(kind, wide, status(readiness));
  }

  private static String status(String readiness) {
    return """
    {"status":{"state":"Active","observedGeneration":1,"conditions":[{"type":"Ready",
    "status":"True","observedGeneration":1,"lastTransitionTime":"2100-01-01T00:00:00Z",%s}]}}
    """
        .formatted(readiness);
  }

  /** Writes a Secret under the name that the operator's writes have. */
  private void asOperator(Manifest<?> manifest) {
    installation
        .admin()
        .resource(Serialization.unmarshal(manifest.yaml(), GenericKubernetesResource.class))
        .inNamespace(wide)
        .fieldManager(Installation.OPERATOR_FIELD_MANAGER)
        .forceConflicts()
        .serverSideApply();
  }

  private static String faults() {
    try {
      ClusterCheck.ofTheSharedCluster(Set.of());
      return "";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }
}
