package dev.regcred.node;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** The next version, while credentials and passwords come and go. */
record UpgradeChapter(Stage stage) {
  private static final String NAMESPACE = "load";
  private static final String TAG = "next";
  private static final int CREDENTIALS = 30;
  private static final int ROTATIONS_BEFORE = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  void tell() {
    var terminal = stage.terminal();
    terminal.chapter("An upgrade under load");
    terminal.say("There is no next version yet: it is the same image under another name.");
    terminal.run(
        "skopeo copy --quiet --insecure-policy --src-tls-verify=false --dest-tls-verify=false"
            + " docker://%1$s:%2$s docker://%1$s:%3$s"
                .formatted(
                    InstallChapter.IMAGE,
                    terminal.look("sed -n 's/^appVersion: *//p' helm/regcred/Chart.yaml"),
                    TAG));
    terminal.run("kubectl create namespace " + NAMESPACE);
    terminal.run("kubectl apply -n %s -f src/node/registry.yaml".formatted(NAMESPACE));
    var watch = new PullSecretWatch();
    try (var _ = watch.open(stage.admin())) {
      var load = new UpgradeLoad(stage.admin(), NAMESPACE, watch);
      try (load) {
        for (int i = 0; i < CREDENTIALS; i++) {
          load.create();
        }
        terminal.until(
            "%d credentials are Active".formatted(CREDENTIALS),
            PATIENCE,
            () -> watch.awaited() == 0);
        load.start();
        terminal.until(
            "passwords are renewed", PATIENCE, () -> load.rotations() > ROTATIONS_BEFORE);
        terminal.say(
            "Passwords are renewed and credentials created all the time. Before the upgrade a"
                + " password took %d ms at most to its pull Secret."
                    .formatted(watch.takeLongest().toMillis()));
        upgrade();
      }
      terminal.until("every password has arrived", PATIENCE, () -> watch.awaited() == 0);
      report(watch, load);
    }
  }

  private void upgrade() {
    var terminal = stage.terminal();
    var before = pods();
    terminal.run("kubectl apply --server-side --force-conflicts -f crds");
    terminal.runBriefly(
        "helm upgrade regcred helm/regcred -n %s -f src/node/values.yaml --set image.tag=%s --wait"
            .formatted(InstallChapter.NAMESPACE, TAG));
    terminal.run(
        "kubectl rollout status deployment/regcred-operator -n " + InstallChapter.NAMESPACE);
    terminal.until("the old Pods are gone", PATIENCE, () -> Collections.disjoint(pods(), before));
    terminal.until(
        "a new Pod leads", PATIENCE, () -> pods().stream().anyMatch(leader()::startsWith));
    terminal.run(
        "kubectl get pods -n %s -o custom-columns=POD:.metadata.name,IMAGE:.spec.containers[0].image"
            .formatted(InstallChapter.NAMESPACE));
    terminal.run("helm history regcred -n " + InstallChapter.NAMESPACE);
  }

  private List<String> pods() {
    return stage
        .terminal()
        .look(
            "kubectl get pods -n %s -l app.kubernetes.io/name=regcred -o name"
                .formatted(InstallChapter.NAMESPACE))
        .lines()
        .map(pod -> pod.substring(pod.indexOf('/') + 1))
        .toList();
  }

  private String leader() {
    return stage
        .terminal()
        .look(
            "kubectl get lease regcred-operator -n %s -o jsonpath='{.spec.holderIdentity}'"
                .formatted(InstallChapter.NAMESPACE));
  }

  private void report(PullSecretWatch watch, UpgradeLoad load) {
    var terminal = stage.terminal();
    terminal.say(
        "%d passwords were renewed and %d credentials created; during the upgrade a password took"
                .formatted(load.rotations(), load.credentials() - CREDENTIALS)
            + " %d ms at most to its pull Secret.".formatted(watch.takeLongest().toMillis()));
    if (!watch.faults().isEmpty() || !load.faults().isEmpty()) {
      throw new IllegalStateException(
          "Under the upgrade: %s %s".formatted(watch.faults(), load.faults()));
    }
    terminal.say(
        "A watch saw %d states of pull Secrets: none was missing or without its account. %d logins"
                .formatted(watch.states(), load.logins())
            + " with what team-a's pull Secret held at the moment all succeeded.");
  }
}
