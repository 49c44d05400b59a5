package dev.regcred.crd;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.testcluster.Kubectl;
import dev.regcred.testcluster.SharedCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.stream.Collectors;

/** A namespace of the shared cluster, with the CRDs of {@code crds/} installed and no operator. */
final class CrdNamespace implements AutoCloseable {
  private final Kubectl kubectl;
  private final KubernetesClient client;
  private final String name;

  private CrdNamespace(Kubectl kubectl, KubernetesClient client) {
    this.kubectl = kubectl;
    this.client = client;
    this.name =
        client
            .namespaces()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withGenerateName("crd-")
                    .endMetadata()
                    .build())
            .create()
            .getMetadata()
            .getName();
  }

  static CrdNamespace create() {
    var cluster = SharedCluster.get();
    var kubectl = cluster.kubectl();
    var crds = Crd.DIRECTORY.toString();
    kubectl.ok("apply", "--server-side", "--force-conflicts", "-f", crds);
    kubectl.ok("wait", "--for=condition=Established", "-f", crds);
    // A kind is established a moment before the API server tells clients of it.
    var plurals = Crd.all().stream().map(Crd::plural).collect(Collectors.joining(","));
    await().until(() -> kubectl.run("get", plurals).exitCode() == 0);
    return new CrdNamespace(
        kubectl,
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
            .build());
  }

  /** The objects of this kind that the tests made. */
  List<GenericKubernetesResource> existing(Crd crd) {
    return objects(crd).list().getItems().stream()
        // The cluster-wide kinds are shared with other tests; all fixtures are named so.
        .filter(object -> object.getMetadata().getName().startsWith("example"))
        .toList();
  }

  /** Deletes the objects that the tests made. */
  void deleteObjects() {
    for (var crd : Crd.all()) {
      existing(crd).forEach(object -> objects(crd).resource(object).delete());
    }
  }

  /**
   * The objects of this kind in the namespace, or in the cluster where it has none, as untyped as
   * they are on the wire.
   */
  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      objects(Crd crd) {
    var operation =
        client.genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(crd.document().at("/spec/group").asText())
                .withVersion(crd.version().path("name").asText())
                .withKind(crd.kind())
                .withPlural(crd.plural())
                .withNamespaced(crd.isNamespaced())
                .build());
    return crd.isNamespaced() ? operation.inNamespace(name) : operation;
  }

  /** The object of a manifest; it is not created yet. */
  Resource<GenericKubernetesResource> object(Crd crd, JsonNode manifest) {
    return objects(crd)
        .resource(
            client
                .getKubernetesSerialization()
                .convertValue(manifest, GenericKubernetesResource.class));
  }

  /** What kubectl does with these words in the namespace. */
  Kubectl.Result kubectl(String stdin, String... words) {
    var inNamespace = new String[words.length + 2];
    inNamespace[0] = "--namespace";
    inNamespace[1] = name;
    System.arraycopy(words, 0, inNamespace, 2, words.length);
    return kubectl.runWithInput(stdin, inNamespace);
  }

  @Override
  public void close() {
    client.namespaces().withName(name).delete();
    client.close();
  }
}
