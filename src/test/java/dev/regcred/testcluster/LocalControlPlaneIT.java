package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Clusters beside the shared one, and their ends: nothing may be left, whatever dies. */
class LocalControlPlaneIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String REASON = "because this test asks for it";

  @Test
  void twoRunSideBySide() {
    try (var one = LocalControlPlane.start(REASON, Progress.onConsole());
        var other = LocalControlPlane.start(REASON, Progress.onConsole())) {
      one.kubectl().ok("create", "namespace", "only-in-one");

      assertThat(one.kubectl().ok("get", "namespaces")).contains("only-in-one");
      assertThat(other.kubectl().ok("get", "namespaces"))
          .contains("default")
          .doesNotContain("only-in-one");
      assertThat(one.kubernetesVersion()).startsWith("v1.");
    }
  }

  @Test
  void endsWithTheJvmThatStartedItEvenIfThatIsKilled() throws IOException {
    var jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dbasedir=" + System.getProperty("basedir", ""),
                "-cp",
                System.getProperty("java.class.path"),
                LocalControlPlaneHolder.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var output = jvm.inputReader()) {
      var directory = directoryOf(output);
      var processes = jvm.descendants().toList();
      assertThat(processes).as("kubecp and its three components").hasSize(4);

      jvm.destroyForcibly();

      awaitTheEndOf(processes);
      await().atMost(PATIENCE).until(() -> Files.notExists(directory));
    } finally {
      jvm.destroyForcibly();
    }
  }

  @Test
  void endsOnCtrlC() throws Exception {
    var kubecp = kubecp();
    try (var output = kubecp.inputReader()) {
      var directory = directoryOf(output);
      var processes = kubecp.descendants().toList();

      assertThat(new ProcessBuilder("kill", "-INT", Long.toString(kubecp.pid())).start().waitFor())
          .isZero();

      await().atMost(PATIENCE).until(() -> !kubecp.isAlive());
      assertThat(kubecp.exitValue()).isZero();
      awaitTheEndOf(processes);
      assertThat(directory).doesNotExist();
    } finally {
      kubecp.destroyForcibly();
    }
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      disabledReason = "no other kernel ends the processes of a program that is killed")
  void itsProcessesEndWhenItIsKilledItselfAndTheNextOneCleansUp() throws IOException {
    var kubecp = kubecp();
    try (var output = kubecp.inputReader()) {
      var directory = directoryOf(output);
      var processes = kubecp.descendants().toList();
      assertThat(processes).hasSize(3);

      kubecp.destroyForcibly();

      awaitTheEndOf(processes);
      assertThat(directory).exists();
      try (var _ = LocalControlPlane.start(REASON, Progress.onConsole())) {
        assertThat(directory).doesNotExist();
      }
    } finally {
      kubecp.destroyForcibly();
    }
  }

  private static Process kubecp() throws IOException {
    var program = ControlPlaneBuild.ofThisProject().program(Progress.onConsole());
    return new ProcessBuilder(program.toString(), "up")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The directory of the cluster; other lines say what is being done. */
  private static Path directoryOf(BufferedReader output) throws IOException {
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("{")) {
        return Path.of(new ObjectMapper().readTree(line).path("directory").asText());
      }
    }
    throw new IOException("it ended before the cluster was ready");
  }

  private static void awaitTheEndOf(List<ProcessHandle> processes) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(alive(processes)).isEmpty());
  }

  private static Stream<ProcessHandle> alive(List<ProcessHandle> processes) {
    return processes.stream().filter(ProcessHandle::isAlive);
  }
}
