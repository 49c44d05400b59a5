package dev.regcred.node;

/** One account of one namespace: from a Pod that can't pull to a password that is renewed. */
final class PullChapter {
  private static final String APP = "app";
  private static final String CACHED_APP = "cached-app";
  private static final String CREDENTIAL = "registrycredential/private-pull";

  private final Stage stage;
  private final Terminal terminal;
  private final Pods pods;

  private PullChapter(Stage stage, Pods pods) {
    this.stage = stage;
    this.terminal = stage.terminal();
    this.pods = pods;
  }

  static void tell(Stage stage) {
    var terminal = stage.terminal();
    terminal.chapter("A private registry, and a Pod that can't pull");
    stage.accounts().renew("publisher");
    stage.accounts().renew("team-a");
    terminal.run(
        "skopeo login --tls-verify=false --authfile=$DIR/publisher.json -u publisher"
            + " --password-stdin %s < $DIR/publisher.password".formatted(Stage.PRIVATE));
    terminal.run(
        "skopeo copy --quiet --insecure-policy --dest-tls-verify=false"
            + " --authfile=$DIR/publisher.json docker-archive:$DIR/busybox.tar"
            + " docker://%s/team-a/app:1".formatted(Stage.PRIVATE));
    var chapter = new PullChapter(stage, Pods.inNewNamespace(terminal, "team-a"));
    chapter.pods.create(APP);
    chapter.pods.seeRefused(APP);
    chapter.pods.seeBackOff(APP);
    chapter.credential();
    chapter.deactivation();
    chapter.rotation();
    chapter.serviceAccount();
    chapter.skopeo();
  }

  private void credential() {
    terminal.chapter("A RegistryCredential: the Pod runs");
    terminal.run("cat src/node/registry.yaml src/node/credential.yaml");
    terminal.run(
        "kubectl create secret generic private-account -n team-a"
            + " --from-file=password=$DIR/team-a.password");
    terminal.run("kubectl apply -n team-a -f src/node/registry.yaml -f src/node/credential.yaml");
    terminal.run(
        "kubectl wait %s -n team-a --for=condition=Ready --timeout=30s".formatted(CREDENTIAL));
    terminal.run("kubectl get registrycredentials -n team-a");
    terminal.say("The Pod is the same as before; the kubelet tries again by itself:");
    pods.seeRunning(APP);
  }

  private void deactivation() {
    terminal.chapter("Out of use: the next pull is refused");
    pods.create(CACHED_APP);
    pods.seeRunning(CACHED_APP);
    declare("Inactive");
    terminal.say("What runs goes on running; a Pod that pulls anew can't:");
    terminal.run("kubectl get pod app -n team-a");
    pods.replace(APP);
    pods.seeRefused(APP);
    terminal.say(
        "A container that has to start again needs the account, too, though the node has its");
    terminal.say("image: kubelets of Kubernetes 1.35 and newer ask the registry (docs/node.md).");
    var container = ContainerProcess.of(stage.admin(), "team-a", CACHED_APP);
    terminal.run("kill -KILL %d".formatted(container.handle().pid()));
    pods.seeRefused(CACHED_APP);
    declare("Active");
    pods.seeRunning(APP);
    pods.seeRunning(CACHED_APP);
  }

  private void declare(String state) {
    terminal.run(
        "kubectl patch %s -n team-a --type=merge -p '{\"spec\":{\"desiredState\":\"%s\"}}'"
            .formatted(CREDENTIAL, state));
    terminal.run(
        "kubectl wait %s -n team-a --for=jsonpath='{.status.state}'=%s --timeout=30s"
            .formatted(CREDENTIAL, state));
  }

  private void rotation() {
    terminal.chapter("A new password");
    terminal.say("First in the registry only, so that it is seen to refuse the old one:");
    stage.accounts().renew("team-a");
    pods.replace(APP);
    pods.seeRefused(APP);
    terminal.say("Now in the source:");
    terminal.run(
        "kubectl create secret generic private-account -n team-a"
            + " --from-file=password=$DIR/team-a.password --dry-run=client -o yaml"
            + " | kubectl replace -f -");
    pods.seeRunning(APP);
    pods.replace(APP);
    pods.seeRunning(APP);
  }

  private void serviceAccount() {
    terminal.chapter("A Pod that names no pull Secret");
    pods.create("plain-app");
    pods.seeRefused("plain-app");
    terminal.run(
        "kubectl patch %s -n team-a --type=merge -p '{\"spec\":{\"serviceAccounts\":[\"default\"]}}'"
            .formatted(CREDENTIAL));
    terminal.run(
        "kubectl wait serviceaccount/default -n team-a"
            + " --for=jsonpath='{.imagePullSecrets[0].name}'=private-pull --timeout=30s");
    terminal.say("A Pod takes over what its ServiceAccount has when it is created:");
    pods.replace("plain-app");
    pods.seeRunning("plain-app");
    terminal.run(
        "kubectl get pod plain-app -n team-a -o jsonpath='{.spec.imagePullSecrets}{\"\\n\"}'");
  }

  private void skopeo() {
    terminal.chapter("Other tools read the pull Secret, too");
    var inspect =
        "skopeo inspect --tls-verify=false --authfile=$DIR/auth.json --format '{{.Name}}'"
            + " docker://%s/team-a/app:1".formatted(Stage.PRIVATE);
    terminal.run("(umask 077; echo '{}' > $DIR/auth.json)");
    terminal.fails(inspect, "unauthorized");
    terminal.run(
        "(umask 077; kubectl get secret private-pull -n team-a"
            + " -o go-template='{{index .data \".dockerconfigjson\" | base64decode}}'"
            + " > $DIR/auth.json)");
    terminal.run(inspect);
    terminal.run("rm $DIR/auth.json");
  }
}
