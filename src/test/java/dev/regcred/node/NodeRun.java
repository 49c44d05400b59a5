package dev.regcred.node;

import dev.regcred.testcluster.ClusterUnavailableException;
import dev.regcred.testcluster.LocalNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Looks whether the machine has what a node takes, builds what needs the network, and then runs
 * {@link NodeStory} in Linux namespaces of its own. Its argument is the operator's image, as
 * "docker save" writes one.
 */
public final class NodeRun {
  private static final String IN_NAMESPACES = "src/node/in-namespaces";
  private static final int STOP_SECONDS = 30;

  private NodeRun() {}

  public static void main(String[] args) throws Exception {
    System.exit(run(Path.of(args[0])));
  }

  private static int run(Path operatorImage) throws IOException, InterruptedException {
    var complaint = Requirements.complaint(operatorImage);
    if (complaint.isPresent()) {
      System.err.println(complaint.get());
      return 1;
    }
    try {
      LocalNode.build();
    } catch (ClusterUnavailableException e) {
      System.err.println(e.getMessage());
      return 1;
    }
    if (inNamespaces(List.of("true")).waitFor() != 0) {
      System.err.println(
          "This machine does not let root make namespaces; a container has to be privileged.");
      return 1;
    }
    return tellStory(operatorImage);
  }

  private static int tellStory(Path operatorImage) throws IOException, InterruptedException {
    var story =
        inNamespaces(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                NodeStory.class.getName(),
                operatorImage.toString()));
    // Ctrl-C reaches the story, too; it dies with this process, and has things to put away first.
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      try {
                        var _ = story.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }));
    return story.waitFor();
  }

  private static Process inNamespaces(List<String> command) throws IOException {
    var whole = new ArrayList<>(List.of("bash", IN_NAMESPACES));
    whole.addAll(command);
    return new ProcessBuilder(whole).inheritIO().start();
  }
}
