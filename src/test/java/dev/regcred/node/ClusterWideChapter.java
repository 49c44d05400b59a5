package dev.regcred.node;

import java.util.List;

/** One account for all namespaces with a label, now and later. */
record ClusterWideChapter(Stage stage) {
  private static final String APP = "plain-app";

  void tell() {
    var terminal = stage.terminal();
    terminal.chapter("One account for many namespaces");
    stage.accounts().renew("shared");
    var pods =
        List.of("web-1", "web-2").stream()
            .map(namespace -> Pods.inNewNamespace(terminal, namespace))
            .toList();
    terminal.run("kubectl label namespace web-1 web-2 pull=shared");
    terminal.run("cat src/node/shared.yaml");
    terminal.run(
        "kubectl create secret generic shared-account -n %s --from-file=password=$DIR/shared.password"
            .formatted(InstallChapter.NAMESPACE));
    terminal.run(
        "kubectl label secret shared-account -n %s regcred.dev/source=true"
            .formatted(InstallChapter.NAMESPACE));
    terminal.run("kubectl apply -f src/node/shared.yaml");
    terminal.run(
        "kubectl wait clusterregistrycredential/shared-pull --for=condition=Ready --timeout=30s");
    terminal.run("kubectl get clusterregistrycredentials");
    for (var some : pods) {
      some.create(APP);
      some.seeRunning(APP);
    }
    terminal.say("A namespace that comes later:");
    var late = Pods.inNewNamespace(terminal, "web-3");
    terminal.run("kubectl label namespace web-3 pull=shared");
    terminal.run(
        "kubectl wait serviceaccount/default -n web-3"
            + " --for=jsonpath='{.imagePullSecrets[0].name}'=shared-pull --timeout=30s");
    late.create(APP);
    late.seeRunning(APP);
  }
}
