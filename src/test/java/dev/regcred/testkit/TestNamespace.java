package dev.regcred.testkit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * A namespace and what an administrator does in it, by the API itself: a test that does this
 * hundreds of times has no time for kubectl.
 */
public final class TestNamespace implements AutoCloseable {
  private static final Map<String, String> PLURALS =
      Map.of(
          "Registry", "registries",
          "RegistryCredential", "registrycredentials",
          "Secret", "secrets",
          "ServiceAccount", "serviceaccounts");

  private final KubernetesClient admin;
  private final String name;

  private TestNamespace(KubernetesClient admin, String name) {
    this.admin = admin;
    this.name = name;
  }

  /** Creates one; returns when the cluster's own controllers have put into it what they do. */
  public static TestNamespace create(KubernetesClient admin) {
    var name = "crash-" + UUID.randomUUID().toString().substring(0, 8);
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    Awaitility.await()
        .atMost(Patience.LIMIT)
        .pollInterval(java.time.Duration.ofMillis(20))
        .until(() -> admin.serviceAccounts().inNamespace(name).withName("default").get() != null);
    return new TestNamespace(admin, name);
  }

  public String name() {
    return name;
  }

  /** Applies one or more objects. */
  public void apply(String yaml) {
    Arrays.stream(yaml.split("(?m)^---$"))
        .filter(document -> !document.isBlank())
        .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
        .forEach(
            resource ->
                resources(resource.getKind())
                    .resource(resource)
                    .fieldManager("test")
                    .forceConflicts()
                    .serverSideApply());
  }

  /** Merges JSON into an object. */
  public void patch(String kind, String object, String json) {
    named(kind, object).patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  public void declare(String kind, String object, String state) {
    patch(kind, object, "{\"spec\":{\"desiredState\":\"%s\"}}".formatted(state));
  }

  /** Does not wait for the end of it. */
  public void delete(String kind, String object) {
    named(kind, object).delete();
  }

  /** As the API has it, in JSON. */
  public String list(String path) {
    return java.util.Objects.requireNonNull(admin.raw(path.formatted(name)), path);
  }

  private Resource<GenericKubernetesResource> named(String kind, String object) {
    return resources(kind).withName(object);
  }

  private io.fabric8.kubernetes.client.dsl.NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources(String kind) {
    var plural = java.util.Objects.requireNonNull(PLURALS.get(kind), kind);
    var isOurs = kind.startsWith("Registry");
    MixedOperation<
            GenericKubernetesResource,
            GenericKubernetesResourceList,
            Resource<GenericKubernetesResource>>
        all =
            admin.genericKubernetesResources(
                new ResourceDefinitionContext.Builder()
                    .withGroup(isOurs ? "regcred.dev" : "")
                    .withVersion(isOurs ? "v1alpha1" : "v1")
                    .withKind(kind)
                    .withPlural(plural)
                    .withNamespaced(true)
                    .build());
    return all.inNamespace(name);
  }

  /** Also where no operator is left to take the finalizers off. */
  @Override
  public void close() {
    for (String kind : List.of("RegistryCredential", "Registry")) {
      resources(kind).list().getItems().stream()
          .filter(resource -> !resource.getMetadata().getFinalizers().isEmpty())
          .forEach(
              resource ->
                  patch(
                      kind,
                      resource.getMetadata().getName(),
                      "{\"metadata\":{\"finalizers\":null}}"));
    }
    admin.namespaces().withName(name).delete();
  }
}
