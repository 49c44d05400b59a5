package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the operator's ServiceAccount can't do to the resources that it serves, with Events and with
 * Leases.
 */
class ResourcePolicyIT {
  private static final String BY_POLICY = "ValidatingAdmissionPolicy";
  private static final String BY_RBAC = "cannot";
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String WIDE = "resource-policy";

  /** All that the API server lets be changed of an Event. */
  private static final String SERIES =
      "{\"series\":{\"count\":2,\"lastObservedTime\":\"2026-01-01T00:00:01.000000Z\"}}";

  private final Installation installation = Installation.shared();
  private final KubernetesClient admin = installation.admin();
  private final TestNamespace namespace = TestNamespace.create(admin);
  private final KubernetesClient operator = installation.operatorClient();
  private final SoftAssertions softly = new SoftAssertions();
  private final List<GenericKubernetesResource> resources = new ArrayList<>();
  private int count;

  /** One of each kind, with something of other people in its metadata. */
  @BeforeEach
  void createResources() {
    for (Manifest<?> manifest :
        List.of(
            Manifests.registry("main"),
            Manifests.credential("pull"),
            Manifests.clusterRegistry(WIDE),
            Manifests.clusterCredential(WIDE).everyNamespace().desiredState("Inactive"))) {
      var resource = Serialization.unmarshal(manifest.yaml(), GenericKubernetesResource.class);
      if (!resource.getKind().startsWith("Cluster")) {
        resource.getMetadata().setNamespace(namespace.name());
      }
      resource.getMetadata().setLabels(Map.of("theirs", "label"));
      resource.getMetadata().setAnnotations(Map.of("theirs", "annotation"));
      resource.getMetadata().setFinalizers(List.of("example.com/theirs", "regcred.dev/finalizer"));
      resources.add(admin.resource(resource).create());
    }
  }

  @AfterEach
  void close() {
    resources.forEach(
        resource -> {
          admin.resource(resource).patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
          admin.resource(resource).delete();
        });
    operator.close();
    namespace.close();
  }

  /** A write, and who asks for it. */
  private interface Attempt {
    void as(KubernetesClient client);
  }

  @Test
  void ofWhatItServesItChangesNothingButItsOwnFinalizer() {
    resources.forEach(
        resource -> {
          changesThatAreRefused(resource)
              .forEach(
                  patch ->
                      assertRefused(
                          resource,
                          BY_POLICY,
                          patch,
                          client -> client.resource(resource).patch(MERGE, patch)));
          assertRefused(
              resource,
              BY_POLICY,
              "a spec by JSON patch",
              client ->
                  client
                      .resource(resource)
                      .patch(
                          PatchContext.of(PatchType.JSON),
                          "[{\"op\":\"add\",\"path\":\"/spec/description\",\"value\":\"theirs\"}]"));
          assertRefused(
              resource,
              BY_POLICY,
              "a spec by server-side apply",
              client -> applyDescription(client, resource));
          assertRefused(
              resource,
              BY_RBAC,
              "all of it",
              client -> client.resource(changed(resource)).update());
          assertRefused(resource, BY_RBAC, "its end", client -> client.resource(resource).delete());
          assertRefused(
              resource,
              BY_RBAC,
              "the end of all",
              client ->
                  client
                      .genericKubernetesResources(resource.getApiVersion(), resource.getKind())
                      .inNamespace(namespace.name())
                      .delete());
          assertRefused(
              resource,
              BY_RBAC,
              "another one",
              client -> client.resource(renamed(resource)).create());
        });
    softly.assertAll();
    System.out.printf("policy of resources: %s tried and refused%n", count);
  }

  private static List<String> changesThatAreRefused(HasMetadata resource) {
    var changes =
        new ArrayList<>(
            List.of(
                "{\"spec\":{\"desiredState\":\"Removed\"}}",
                "{\"spec\":{\"description\":\"theirs\"}}",
                "{\"spec\":{\"removal\":{\"purgeAfter\":\"0s\"}}}",
                "{\"metadata\":{\"finalizers\":null},\"spec\":{\"desiredState\":\"Removed\"}}",
                "{\"metadata\":{\"labels\":{\"more\":\"label\"}}}",
                "{\"metadata\":{\"labels\":null}}",
                "{\"metadata\":{\"annotations\":{\"regcred.dev/x\":\"y\"}}}",
                "{\"metadata\":{\"annotations\":null}}",
                "{\"metadata\":{\"finalizers\":null}}",
                "{\"metadata\":{\"finalizers\":[\"regcred.dev/finalizer\"]}}",
                "{\"metadata\":{\"finalizers\":[\"example.com/theirs\",\"foregroundDeletion\"]}}",
                """
                {"metadata":{"ownerReferences":[{"apiVersion":"regcred.dev/v1alpha1",\
                "kind":"Registry","name":"none","uid":"00000000-0000-0000-0000-000000000001"}]}}\
                """));
    if (resource.getKind().endsWith("Credential")) {
      changes.add("{\"spec\":{\"secretValueFrom\":{\"secretKeyRef\":{\"name\":\"other\"}}}}");
      changes.add("{\"spec\":{\"serviceAccounts\":[\"default\"]}}");
      changes.add("{\"spec\":{\"target\":{\"secretName\":\"other\"}}}");
    }
    return changes;
  }

  /** The subresource takes nothing but the status, whatever else is sent with it. */
  @Test
  void withAStatusNothingElseIsWritten() {
    resources.forEach(
        resource -> {
          var changed = changed(resource);
          changed.getMetadata().setLabels(Map.of("more", "label"));
          changed.getMetadata().setFinalizers(List.of());
          changed.setAdditionalProperty("status", Map.of("state", "Registering"));

          operator.resource(changed).updateStatus();

          var now = Objects.requireNonNull(admin.resource(resource).get());
          softly.assertThat(now.<Object>get("status")).asString().contains("Registering");
          softly.assertThat(now.<Object>get("spec")).isEqualTo(resource.<Object>get("spec"));
          softly
              .assertThat(now.getMetadata().getLabels())
              .isEqualTo(resource.getMetadata().getLabels());
          softly
              .assertThat(now.getMetadata().getFinalizers())
              .isEqualTo(resource.getMetadata().getFinalizers());
        });
    softly.assertAll();
  }

  @Test
  void itsOwnFinalizerGoesAndComes() {
    resources.forEach(
        resource -> {
          operator
              .resource(resource)
              .patch(MERGE, "{\"metadata\":{\"finalizers\":[\"example.com/theirs\"]}}");
          operator
              .resource(resource)
              .patch(
                  MERGE,
                  "{\"metadata\":{\"finalizers\":[\"example.com/theirs\",\"regcred.dev/finalizer\"]}}");
        });
  }

  @Test
  void itWritesEventsAboutWhatItServesOnly() {
    var pod = event("pod", "v1", "Pod", "regcred.dev/operator");
    assertRefused(null, BY_POLICY, "an Event about a Pod", client -> client.resource(pod).create());
    assertRefused(
        null,
        BY_POLICY,
        "an Event of the kubelet",
        client ->
            client
                .resource(event("kubelet", "regcred.dev/v1alpha1", "Registry", "kubelet"))
                .create());
    var theirs = admin.resource(pod).create();
    assertRefused(
        theirs,
        BY_POLICY,
        "somebody's Event",
        client -> client.resource(theirs).patch(MERGE, SERIES));
    softly.assertAll();
    var ours =
        operator
            .resource(event("ours", "regcred.dev/v1alpha1", "Registry", "regcred.dev/operator"))
            .create();
    operator.resource(ours).patch(MERGE, SERIES);
  }

  @Test
  void itCreatesNoLeaseButItsOwn() {
    for (String metadata :
        List.of(
            "{\"name\":\"other\",\"namespace\":\"regcred-system\"}",
            "{\"generateName\":\"regcred-operator\",\"namespace\":\"regcred-system\"}",
            "{\"name\":\"regcred-operator-2\",\"namespace\":\"regcred-system\"}")) {
      assertRefused(
          null,
          BY_POLICY,
          "a Lease " + metadata,
          client -> client.resource(lease(metadata)).create());
    }
    assertRefused(
        null,
        BY_RBAC,
        "a Lease elsewhere",
        client ->
            client
                .resource(lease("{\"name\":\"regcred-operator\",\"namespace\":\"kube-system\"}"))
                .create());
    var theirs = admin.resource(lease("{\"name\":\"theirs\",\"namespace\":\"regcred-system\"}"));
    try {
      assertRefused(
          theirs.create(),
          BY_RBAC,
          "somebody's Lease",
          client ->
              client
                  .resource(lease("{\"name\":\"theirs\",\"namespace\":\"regcred-system\"}"))
                  .patch(MERGE, "{\"spec\":{\"holderIdentity\":\"me\"}}"));
    } finally {
      theirs.delete();
    }
    softly.assertAll();
    operator
        .resource(lease("{\"name\":\"regcred-operator\",\"namespace\":\"regcred-system\"}"))
        .dryRun(true)
        .create();
  }

  private void assertRefused(@Nullable HasMetadata object, String by, String what, Attempt write) {
    var thrown = catchThrowable(() -> write.as(operator));
    count += thrown == null ? 0 : 1;
    var named = object == null ? what : object.getKind() + ": " + what;
    softly
        .assertThat(thrown)
        .as(named)
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(403);
              assertThat(e.getMessage()).contains(by);
            });
    if (object != null) {
      softly.assertThat(admin.resource(object).get()).as(named).isEqualTo(object);
    }
  }

  private static void applyDescription(
      KubernetesClient client, GenericKubernetesResource resource) {
    var applied = Serialization.clone(resource);
    applied.setMetadata(
        new ObjectMetaBuilder()
            .withName(resource.getMetadata().getName())
            .withNamespace(resource.getMetadata().getNamespace())
            .build());
    applied.setAdditionalProperty("spec", Map.of("description", "theirs"));
    applied.getAdditionalProperties().remove("status");
    client.resource(applied).fieldManager("regcred").forceConflicts().serverSideApply();
  }

  private static GenericKubernetesResource changed(GenericKubernetesResource resource) {
    var changed = Serialization.clone(resource);
    changed.<Map<String, Object>>get("spec").put("description", "theirs");
    return changed;
  }

  private static GenericKubernetesResource renamed(GenericKubernetesResource resource) {
    var other = Serialization.clone(resource);
    other.getMetadata().setName("another");
    other.getMetadata().setUid(null);
    other.getMetadata().setResourceVersion(null);
    return other;
  }

  private GenericKubernetesResource event(
      String name, String apiVersion, String kind, String controller) {
    return Serialization.unmarshal(
        """
        {"apiVersion":"events.k8s.io/v1","kind":"Event",
        "metadata":{"name":"%1$s","namespace":"%2$s"},
        "eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"%5$s",
        "reportingInstance":"x","action":"Reconcile","reason":"Evil","note":"n","type":"Normal",
        "regarding":{"apiVersion":"%3$s","kind":"%4$s","name":"x","namespace":"%2$s"}}\
        """
            .formatted(name, namespace.name(), apiVersion, kind, controller),
        GenericKubernetesResource.class);
  }

  private static GenericKubernetesResource lease(String metadata) {
    return Serialization.unmarshal(
        "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":%s}"
            .formatted(metadata),
        GenericKubernetesResource.class);
  }
}
