package dev.regcred.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** In the documented order, and in the wrong one with both ways out. */
record UninstallChapter(Stage stage) {
  private static final String EXAMPLE_IMAGE = "registry.example.com/platform/regcred-operator";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final DocumentedCommands PAGE =
      new DocumentedCommands(Path.of("docs/uninstall.md"));

  void tell() {
    stage.terminal().chapter("Uninstalled in the documented order");
    inOrder();
    inTheWrongOrder();
    stage.terminal().chapter("The way out: install it again");
    for (var command : PAGE.lines("### Install it again")) {
      stage.terminal().runBriefly(command.replace(EXAMPLE_IMAGE, InstallChapter.IMAGE));
    }
    stage.terminal().say("What was waiting is done:");
    stage
        .terminal()
        .run("kubectl wait registrycredential/private-pull -n team-a --for=delete --timeout=60s");
    expectNoPullSecret();
    inOrder();
    inTheWrongOrder();
    byHand();
  }

  private void inOrder() {
    var terminal = stage.terminal();
    for (var command : PAGE.lines("## In this order")) {
      terminal.runBriefly(command);
    }
    new Leftovers(terminal).expectNone();
  }

  private void inTheWrongOrder() {
    var terminal = stage.terminal();
    terminal.chapter("Uninstalled in the wrong order");
    InstallChapter.namespace(terminal);
    terminal.run(InstallChapter.HELM_INSTALL + " --hide-notes");
    // The API server's mutating policies learn of new CRDs every 5 s; until then it answers 503.
    terminal.until(
        "the policy that stamps finalizers knows the new CRDs",
        PATIENCE,
        () ->
            terminal.succeeds(
                "kubectl create -n team-a --dry-run=server -f src/node/registry.yaml"
                    + " -f src/node/credential.yaml"));
    terminal.run("kubectl apply -n team-a -f src/node/registry.yaml -f src/node/credential.yaml");
    terminal.run(
        "kubectl patch registrycredential/private-pull -n team-a --type=merge"
            + " -p '{\"spec\":{\"serviceAccounts\":[\"default\"]}}'");
    terminal.run(
        "kubectl wait registrycredential/private-pull -n team-a --for=condition=Ready"
            + " --timeout=30s");
    terminal.run("helm uninstall regcred -n %s --wait".formatted(InstallChapter.NAMESPACE));
    terminal.fails(
        "kubectl delete registrycredential private-pull -n team-a --timeout=5s", "timed out");
    terminal.say("It waits for an operator that is not there.");
  }

  private void byHand() {
    var terminal = stage.terminal();
    terminal.chapter("The way out: by hand");
    for (var block : PAGE.all("### By hand")) {
      terminal.run(block);
    }
    expectNoPullSecret();
    terminal.run(
        "kubectl patch serviceaccount default -n team-a --type=json -p '%s'"
            .formatted(
                "[{\"op\":\"remove\",\"path\":\"/imagePullSecrets\"},"
                    + "{\"op\":\"remove\",\"path\":\"/metadata/annotations/regcred.dev~1attached\"}]"));
    for (var command :
        List.of("kubectl delete -f crds", "kubectl delete namespace regcred-system")) {
      terminal.run(command);
    }
    new Leftovers(terminal).expectNone();
  }

  private void expectNoPullSecret() {
    var left =
        stage
            .terminal()
            .look("kubectl get secrets --all-namespaces -l regcred.dev/managed=true -o name");
    stage.terminal().check("No pull Secret is left", left.isEmpty());
  }
}
