package dev.regcred.node;

import dev.regcred.testcluster.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * Tells what a cluster's administrator meets, on a node that pulls images and runs Pods. It is run
 * by {@link NodeRun} in namespaces of its own, with the operator's image as its argument, and ends
 * with another exit code than 0 when something is not as it should be.
 */
public final class NodeStory {
  private static final Path TRANSCRIPT = Path.of("target", "node-story.log");
  private static final String LOGS =
      "kubectl logs -n %s -l app.kubernetes.io/name=regcred --tail=-1 --prefix"
          .formatted(InstallChapter.NAMESPACE);
  private static final String EVENTS = "kubectl get events --all-namespaces";

  private NodeStory() {}

  public static void main(String[] args) throws Exception {
    var here = Path.of("").toAbsolutePath();
    System.exit(tell(here.relativize(Path.of(args[0]).toAbsolutePath())) ? 0 : 1);
  }

  private static boolean tell(Path operatorImage) throws IOException, GeneralSecurityException {
    try (var node = LocalNode.start()) {
      // On Ctrl-C, too, its directory goes away.
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(node::close));
      System.out.println("Cluster: " + node.description());
      var stage = Stage.set(node, System.out);
      try {
        tell(stage, operatorImage);
        return true;
      } catch (RuntimeException | IOException e) {
        e.printStackTrace();
        lookAround(stage.terminal());
        stage.terminal().say("The story ends here: " + e.getMessage());
        return false;
      } finally {
        Files.createDirectories(TRANSCRIPT.getParent());
        Files.writeString(TRANSCRIPT, stage.terminal().transcript());
      }
    }
  }

  private static void tell(Stage stage, Path operatorImage) throws IOException {
    var terminal = stage.terminal();
    new InstallChapter(stage, operatorImage).tell();
    PullChapter.tell(stage);
    new TokenChapter(stage).tell();
    new ClusterWideChapter(stage).tell();
    var stuckPods = new StuckPodsChapter(stage);
    stuckPods.tell();
    var logs = new StringBuilder(terminal.look(LOGS)); // of Pods that the upgrade replaces
    new UpgradeChapter(stage).tell();
    logs.append(terminal.look(LOGS));
    stuckPods.tellTheEnd();
    new StartChapter(stage).tell();
    logs.append(terminal.look(LOGS)).append(terminal.look(EVENTS));
    new UninstallChapter(stage).tell();
    terminal.chapter("The end");
    terminal.check(
        "No password of the registry is in what was printed here, nor in the operator's logs or"
            + " in Events",
        !stage.accounts().isShownIn(terminal.transcript() + logs));
    terminal.say("It took %d s.".formatted(terminal.seconds()));
  }

  /** What somebody would look at who finds it broken. */
  private static void lookAround(Terminal terminal) {
    terminal.type("kubectl get pods --all-namespaces -o wide");
    terminal.type(EVENTS + " --sort-by=.lastTimestamp | tail -n 25");
    terminal.type("kubectl get regcred-all --all-namespaces -o wide");
    terminal.type(LOGS + " | tail -n 40");
  }
}
