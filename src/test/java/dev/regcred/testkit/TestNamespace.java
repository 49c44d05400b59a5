package dev.regcred.testkit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.ApiVersionUtil;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A namespace and what an administrator does in it, by the API itself: a test that does this
 * hundreds of times has no time for kubectl.
 */
public final class TestNamespace implements AutoCloseable {
  /** The client asks the API server for the plurals of all other kinds. */
  private static final Map<String, String> PLURALS =
      Map.of(
          "Registry", "registries",
          "RegistryCredential", "registrycredentials",
          "ClusterRegistry", "clusterregistries",
          "ClusterRegistryCredential", "clusterregistrycredentials",
          "Secret", "secrets",
          "ServiceAccount", "serviceaccounts");

  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient admin;
  private final String name;

  private TestNamespace(KubernetesClient admin, String name) {
    this.admin = admin;
    this.name = name;
  }

  /** One that is not there yet, under a name that no other test has. */
  public static TestNamespace named(KubernetesClient admin) {
    return new TestNamespace(admin, "test-" + UUID.randomUUID().toString().substring(0, 8));
  }

  /** One that is there already. */
  public static TestNamespace existing(KubernetesClient admin, String name) {
    return new TestNamespace(admin, name);
  }

  /** Creates one; returns when the cluster's own controllers have put into it what they do. */
  public static TestNamespace create(KubernetesClient admin) {
    var created = named(admin);
    created.create();
    Patience.eventually(
        () -> admin.serviceAccounts().inNamespace(created.name).withName("default").get() != null);
    return created;
  }

  /** The same namespace, for another user. */
  public TestNamespace as(KubernetesClient user) {
    return new TestNamespace(user, name);
  }

  /** Creates it, empty as yet. */
  public void create() {
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  public String name() {
    return name;
  }

  /**
   * Applies one or more objects of any kind, each in this namespace unless it names another one. A
   * field that the API server does not know is an error.
   */
  public void apply(String yaml) {
    Arrays.stream(yaml.split("(?m)^---$"))
        .filter(document -> !document.isBlank())
        .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
        .forEach(this::apply);
  }

  /** Applies an object. */
  public void apply(GenericKubernetesResource object) {
    var namespace = object.getMetadata().getNamespace();
    in(namespace == null ? name : namespace, object.getApiVersion(), object.getKind())
        .resource(object)
        .fieldValidation(FieldValidateable.Validation.STRICT)
        .fieldManager("test")
        .forceConflicts()
        .serverSideApply();
  }

  /**
   * Creates an object, as it is.
   *
   * @param validation what becomes of a field that the API server does not know
   */
  public void create(String yaml, FieldValidateable.Validation validation) {
    var object = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    in(name, object.getApiVersion(), object.getKind())
        .resource(object)
        .fieldValidation(validation)
        .create();
  }

  /** Whether there is such an object. */
  public boolean isThere(String kind, String object) {
    return named(kind, object).get() != null;
  }

  /** Merges JSON into an object. */
  public void patch(String kind, String object, String json) {
    named(kind, object).patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  /** Whether the API server would merge JSON into an object, which its schema may forbid. */
  public boolean takes(String kind, String object, String json) {
    try {
      named(kind, object).dryRun().patch(PatchContext.of(PatchType.JSON_MERGE), json);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == UNPROCESSABLE) {
        return false;
      }
      throw e;
    }
  }

  /** Merges JSON into the status of an object. */
  public void patchStatus(String kind, String object, String json) {
    named(kind, object).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  /** Declares the end of a resource with a life cycle. */
  public void declare(String kind, String object, String state) {
    patch(kind, object, "{\"spec\":{\"desiredState\":\"%s\"}}".formatted(state));
  }

  /** Does not wait for the end of it. */
  public void delete(String kind, String object) {
    named(kind, object).delete();
  }

  /** Deletes what is there, and waits until it is gone; another of its name may be there again. */
  public void deleteAndWait(String kind, String object) {
    var one = named(kind, object);
    var uid = Objects.requireNonNull(one.get(), kind + "/" + object).getMetadata().getUid();
    one.delete();
    Patience.eventually(
        () -> {
          var now = one.get();
          return now == null || !now.getMetadata().getUid().equals(uid);
        });
  }

  /** As the API has it, in JSON. */
  public String list(String path) {
    return Objects.requireNonNull(admin.raw(path.formatted(name)), path);
  }

  private Resource<GenericKubernetesResource> named(String kind, String object) {
    return resources(kind).withName(object);
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources(String kind) {
    var isOurs = kind.startsWith("Registry") || kind.startsWith("Cluster");
    return in(name, isOurs ? "regcred.dev/v1alpha1" : "v1", kind);
  }

  /** The cluster-wide kinds are in no namespace. */
  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      in(String namespace, String apiVersion, String kind) {
    var plural = PLURALS.get(kind);
    if (plural == null) {
      return admin.genericKubernetesResources(apiVersion, kind).inNamespace(namespace);
    }
    var all =
        admin.genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(ApiVersionUtil.trimGroupOrNull(apiVersion))
                .withVersion(ApiVersionUtil.trimVersion(apiVersion))
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(!kind.startsWith("Cluster"))
                .build());
    return kind.startsWith("Cluster") ? all : all.inNamespace(namespace);
  }

  /** Lets the operator, which must run, withdraw all that is declared in it. */
  public void withdrawAll() {
    for (String kind : List.of("RegistryCredential", "Registry")) {
      resources(kind).delete();
      Patience.eventually(() -> resources(kind).list().getItems().isEmpty());
    }
  }

  /** Also where no operator is left to take the finalizers off. */
  @Override
  public void close() {
    // Before the credentials that they are kept for: whoever looks meanwhile would see orphans.
    admin.secrets().inNamespace(name).delete();
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
