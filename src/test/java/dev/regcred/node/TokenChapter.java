package dev.regcred.node;

/** A registry that gives tokens for repositories, as most of the public ones do. */
record TokenChapter(Stage stage) {
  void tell() {
    var terminal = stage.terminal();
    terminal.chapter("A registry with tokens");
    terminal.say("Here an account may pull only what is below its own name.");
    stage.accounts().renewFile("team-b");
    terminal.run(
        "skopeo login --tls-verify=false --authfile=$DIR/publisher.json -u publisher"
            + " --password-stdin %s < $DIR/publisher.password".formatted(Stage.TOKENS));
    for (var repository : new String[] {"team-b/app", "team-c/app"}) {
      terminal.run(
          "skopeo copy --quiet --insecure-policy --dest-tls-verify=false"
              + " --authfile=$DIR/publisher.json docker-archive:$DIR/busybox.tar"
              + " docker://%s/%s:1".formatted(Stage.TOKENS, repository));
    }
    var pods = Pods.inNewNamespace(terminal, "team-b");
    pods.create("team-b-app");
    pods.seeRefused("team-b-app");
    terminal.run("cat src/node/team-b.yaml");
    terminal.run(
        "kubectl create secret generic tokens-account -n team-b"
            + " --from-file=password=$DIR/team-b.password");
    terminal.run("kubectl apply -n team-b -f src/node/team-b.yaml");
    pods.seeRunning("team-b-app");
    terminal.say("The account is right, and yet not good for everything:");
    pods.create("team-c-app");
    pods.seeRefused("team-c-app", "insufficient_scope");
  }
}
