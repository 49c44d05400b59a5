package dev.regcred.node;

import java.time.Duration;

/**
 * Pods that pull their image at each start.
 *
 * @param terminal where they are created
 * @param namespace where they are
 */
record Pods(Terminal terminal, String namespace) {
  /** The kubelet waits 10 s and then 20 s before it tries a third time. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** A namespace, once Pods can be created in it. */
  static Pods inNewNamespace(Terminal terminal, String namespace) {
    terminal.run("kubectl create namespace " + namespace);
    terminal.until(
        "the namespace %s has its ServiceAccount".formatted(namespace),
        PATIENCE,
        () ->
            !terminal
                .look("kubectl get sa default -n %s --ignore-not-found".formatted(namespace))
                .isEmpty());
    return new Pods(terminal, namespace);
  }

  void create(String name) {
    terminal.run("kubectl apply -n %s -f src/node/%s.yaml".formatted(namespace, name));
  }

  /** Another Pod of the same name, which pulls anew. */
  void replace(String name) {
    terminal.run("kubectl delete pod %s -n %s".formatted(name, namespace));
    create(name);
  }

  /** The registry wants an account that the kubelet has not. */
  void seeRefused(String name) {
    seeRefused(name, "401 Unauthorized");
  }

  /** The registry refuses the image in these words. */
  void seeRefused(String name, String words) {
    var uid =
        terminal.look(
            "kubectl get pod %s -n %s -o jsonpath='{.metadata.uid}'".formatted(name, namespace));
    var failed =
        "kubectl get events -n %s --field-selector reason=Failed,involvedObject.uid=%s"
            .formatted(namespace, uid);
    terminal.until(
        "an Event says that the Pod %s was refused its image".formatted(name),
        PATIENCE,
        () -> terminal.look(failed).contains(words));
    terminal.run(
        failed + " -o custom-columns=MESSAGE:.message --no-headers | grep '%s'".formatted(words));
  }

  /** After that the kubelet waits a while before it tries again. */
  void seeBackOff(String name) {
    terminal.run(
        "kubectl wait pod/%s -n %s --timeout=%ds --for=jsonpath=%s=ImagePullBackOff"
            .formatted(
                name,
                namespace,
                PATIENCE.toSeconds(),
                "'{.status.containerStatuses[0].state.waiting.reason}'"));
    terminal.run("kubectl get pod %s -n %s".formatted(name, namespace));
  }

  /** It has been pulled, and runs. */
  void seeRunning(String name) {
    terminal.run(
        "kubectl wait pod/%s -n %s --for=condition=Ready --timeout=%ds"
            .formatted(name, namespace, PATIENCE.toSeconds()));
  }
}
