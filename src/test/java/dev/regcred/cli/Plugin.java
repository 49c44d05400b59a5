package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.regcred.testcluster.TestCluster;
import dev.regcred.testkit.Installation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code kubectl regcred}, run as a user runs it: by kubectl, from its folder on the PATH. */
final class Plugin {
  private static final long LIMIT_SECONDS = 120;

  private final Path folder;
  private final Path kubectl;
  private final TestCluster cluster;
  private final Path cache;

  /** What it printed, and its exit code. */
  record Run(int exitCode, String out, String error) {
    /** What it says to do. */
    String lastLine() {
      return out.lines().reduce("", (_, line) -> line);
    }

    /** All that could give something away. */
    String all() {
      return out + error;
    }
  }

  private static final class Shared {
    private static final Plugin PLUGIN = layOut(Installation.shared().cluster());
  }

  private Plugin(Path folder, Path kubectl, TestCluster cluster, Path cache) {
    this.folder = folder;
    this.kubectl = kubectl;
    this.cluster = cluster;
    this.cache = cache;
  }

  /** One for the cluster that all tests of this JVM share; it is gone when that ends. */
  static Plugin shared() {
    return Shared.PLUGIN;
  }

  private static Plugin layOut(TestCluster cluster) {
    try {
      var directory = Files.createTempDirectory("kubectl-regcred");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> PluginFolder.remove(directory), "no plugin"));
      var folder = directory.resolve("kubectl-regcred");
      PluginFolder.layOut(folder);
      var bin = Files.createDirectory(directory.resolve("bin"));
      var kubectl =
          Files.writeString(
              bin.resolve("kubectl"),
              "#!/bin/sh\nexec %s \"$@\"\n"
                  .formatted(
                      cluster.kubectl().program().stream()
                          .map("'%s'"::formatted)
                          .collect(Collectors.joining(" "))));
      Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwxr-xr-x"));
      return new Plugin(
          folder, kubectl, cluster, Files.createDirectory(directory.resolve("cache")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is. */
  Path folder() {
    return folder;
  }

  /** Runs a command of it. */
  Run run(String... arguments) {
    var command = new ArrayList<>(List.of(kubectl.toString(), "regcred"));
    command.addAll(List.of(arguments));
    try {
      var builder = new ProcessBuilder(command);
      builder
          .environment()
          .put("PATH", "%s:%s:/usr/bin:/bin".formatted(folder, kubectl.getParent()));
      builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
      builder.environment().put("KUBECACHEDIR", cache.toString());
      builder.environment().put("KUBERC", "off");
      var process = builder.start();
      process.getOutputStream().close();
      var error =
          CompletableFuture.supplyAsync(
              () -> text(process.getErrorStream()), Thread::startVirtualThread);
      var out =
          CompletableFuture.supplyAsync(
              () -> text(process.getInputStream()), Thread::startVirtualThread);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " does not end.");
      }
      return new Run(process.exitValue(), out.join(), error.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
