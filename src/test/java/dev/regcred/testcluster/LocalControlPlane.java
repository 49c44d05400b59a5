package dev.regcred.testcluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A control plane as processes of this machine: {@code kubecp up}, which starts etcd, the API
 * server and the controllers, and stops them when its standard input ends. So they end with this
 * JVM, however it ends.
 */
final class LocalControlPlane {
  private static final int STOP_SECONDS = 30;

  private LocalControlPlane() {}

  /** The line that the program prints when the cluster answers. */
  private record Ready(String kubeconfig, String server, String version, String directory) {}

  /**
   * Starts one; several can run side by side.
   *
   * @throws ClusterUnavailableException if it has to be built and Go is missing
   * @throws IllegalStateException if it does not compile or start
   */
  static TestCluster start(String reason, Progress progress) {
    var program = ControlPlaneBuild.ofThisProject().program(progress);
    return start(
        List.of(program.toString(), "up"), program, "the local control plane", reason, progress);
  }

  /**
   * Starts one by a command that says in the same way when it is ready.
   *
   * @param controlPlane the program that kubectl is in
   * @param name of the cluster, as it is called in a sentence
   */
  static TestCluster start(
      List<String> command, Path controlPlane, String name, String reason, Progress progress) {
    try (var _ = progress.during("Starting " + name)) {
      var process = new ProcessBuilder(command).start();
      var complaints =
          CompletableFuture.supplyAsync(
              () -> relay(process.errorReader(), progress), Thread::startVirtualThread);
      var line = process.inputReader().readLine();
      if (line == null) {
        throw new IllegalStateException("%s did not start: %s".formatted(name, complaints.join()));
      }
      var ready = new ObjectMapper().readValue(line, Ready.class);
      return cluster(name, ready, controlPlane, process, reason);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestCluster cluster(
      String name, Ready ready, Path controlPlane, Process process, String reason) {
    var kubeconfig = Path.of(ready.kubeconfig());
    return new RunningCluster(
        name,
        ready.version(),
        URI.create(ready.server()).getAuthority(),
        reason,
        kubeconfig,
        new Kubectl(
            KubectlProgram.builtIn(controlPlane),
            kubeconfig,
            Path.of(ready.directory(), "kubectl-cache")),
        () -> stop(process));
  }

  private static void stop(Process process) {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly(); // its children die with it
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** The program says something only when a component failed; then it should be seen at once. */
  private static String relay(BufferedReader lines, Progress progress) {
    var all = new StringJoiner("\n");
    lines
        .lines()
        .forEach(
            line -> {
              progress.say(line);
              all.add(line);
            });
    return all.toString();
  }
}
