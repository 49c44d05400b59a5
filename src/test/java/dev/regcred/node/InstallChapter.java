package dev.regcred.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.StreamSupport;

/**
 * From the image to an operator that is ready.
 *
 * @param image as "docker save" writes one
 */
record InstallChapter(Stage stage, Path image) {
  static final String NAMESPACE = "regcred-system";
  static final String IMAGE = Stage.PUBLIC + "/regcred-operator";

  static final String HELM_INSTALL =
      "helm install regcred helm/regcred -n %s -f src/node/values.yaml --wait".formatted(NAMESPACE);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int REPLICAS = 2;

  void tell() {
    var terminal = stage.terminal();
    terminal.chapter("The operator is installed by Helm, from its image");
    var version = terminal.look("sed -n 's/^appVersion: *//p' helm/regcred/Chart.yaml");
    terminal.run(
        "skopeo copy --quiet --insecure-policy --dest-tls-verify=false"
            + " docker-archive:%s docker://%s:%s".formatted(image, IMAGE, version));
    saySize(version);
    namespace(terminal);
    terminal.run("cat src/node/values.yaml");
    terminal.run(HELM_INSTALL);
    terminal.run("kubectl get pods,leases -n " + NAMESPACE);
    terminal.check(
        "Both Pods are ready, under Pod security \"restricted\"", readyPods() == REPLICAS);
    terminal.until(
        "one of them leads",
        PATIENCE,
        () ->
            terminal
                .look(
                    "kubectl get lease regcred-operator -n %s -o jsonpath='{.spec.holderIdentity}'"
                        .formatted(NAMESPACE))
                .startsWith("regcred-operator"));
  }

  /** The operator's namespace, which admits no Pod that could do harm to the node. */
  static void namespace(Terminal terminal) {
    terminal.run("kubectl create namespace " + NAMESPACE);
    terminal.run(
        "kubectl label namespace %s pod-security.kubernetes.io/enforce=restricted"
            .formatted(NAMESPACE));
  }

  private long readyPods() {
    return stage
        .admin()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/name", "regcred")
        .list()
        .getItems()
        .stream()
        .filter(
            pod ->
                pod.getStatus().getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")))
        .count();
  }

  private void saySize(String version) {
    var manifest =
        json(
            stage
                .terminal()
                .look(
                    "skopeo inspect --raw --tls-verify=false docker://%s:%s"
                        .formatted(IMAGE, version)));
    var layers =
        StreamSupport.stream(manifest.path("layers").spliterator(), false)
            .mapToLong(layer -> layer.path("size").asLong())
            .toArray();
    var bytes = Arrays.stream(layers).sum();
    stage
        .terminal()
        .say("The image has %d layers, %.1f MB to pull.".formatted(layers.length, bytes / 1e6));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
