package dev.regcred.testkit;

import dev.regcred.app.OperatorMain;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operator as users run it: a JVM of its own. */
public final class OperatorProcess implements AutoCloseable {
  private static final int STOP_SECONDS = 20;

  /** What the operator is run with; a later option wins. */
  private static final String SHIPPED_OPTIONS = "@src/main/jvm/regcred.options";

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
  private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final Pattern COLLECTED = Pattern.compile("->(\\d+)M\\(\\d+M\\)");

  private static final Pattern PORT = Pattern.compile("metrics and health on port (\\d+)");

  /** Of the processes that were started since somebody asked. */
  private static final Set<Path> LOGS = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final Path log;
  private final Path gcLog;

  /**
   * Starts one.
   *
   * @param kubeconfig which cluster, and as whom
   * @param name of its logs in {@code target}
   * @param jvmOptions for the JVM, besides those that ship
   */
  public OperatorProcess(Path kubeconfig, String name, List<String> jvmOptions) {
    this(kubeconfig, name, jvmOptions, "");
  }

  /**
   * Starts one that serves only some namespaces.
   *
   * @param namespaces separated by commas; empty for all
   */
  public OperatorProcess(Path kubeconfig, String name, List<String> jvmOptions, String namespaces) {
    this(kubeconfig, name, jvmOptions, Map.of("REGCRED_WATCH_NAMESPACES", namespaces));
  }

  /**
   * Starts one with settings of its own.
   *
   * @param settings environment variables
   */
  public OperatorProcess(
      Path kubeconfig, String name, List<String> jvmOptions, Map<String, String> settings) {
    log = Path.of("target", name + ".log");
    gcLog = Path.of("target", name + "-gc.log");
    var command =
        Stream.of(
                Stream.of(JAVA.resolve("java").toString(), SHIPPED_OPTIONS),
                jvmOptions.stream(),
                Stream.of(
                    "-Xlog:gc:file=" + gcLog, "-cp", classPath(), OperatorMain.class.getName()))
            .flatMap(part -> part)
            .toList();
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("REGCRED_HTTP_PORT", "0");
    builder.environment().putAll(settings);
    try {
      Files.deleteIfExists(gcLog);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOGS.add(log);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
  }

  /** What the processes wrote that were started since the last call, by file. */
  static Map<Path, String> takeLogs() {
    var taken = Set.copyOf(LOGS);
    LOGS.removeAll(taken);
    return taken.stream().collect(Collectors.toMap(file -> file, OperatorProcess::read));
  }

  /** What this JVM has, without the tests. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes/"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** By SIGKILL, which no process can see coming; returns when it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, by SIGTERM, as a kubelet does; does not wait. */
  public void stop() {
    process.destroy();
  }

  /** Suspends it, as a machine that stands still does. */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on where it was. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("No signal " + name + " for " + process.pid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Where its metrics are; waits until it says so. */
  public int httpPort() {
    Patience.eventually(() -> PORT.matcher(log()).find());
    return (int) first(PORT, log());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String log() {
    return read(log);
  }

  /** Bytes of all objects that are left by a full collection. */
  public long liveBytes() {
    return first(LIVE, jcmd("GC.class_histogram"));
  }

  /** The most that any collection of its life has left in the heap, in bytes. */
  public long peakBytesAfterCollection() {
    return COLLECTED
            .matcher(read(gcLog))
            .results()
            .mapToLong(result -> Long.parseLong(result.group(1)))
            .max()
            .orElse(0)
        << 20;
  }

  /** The most memory of the machine that it has had, in bytes; 0 where the system does not say. */
  public long peakResidentBytes() {
    var status = Path.of("/proc", String.valueOf(process.pid()), "status");
    return Files.exists(status)
        ? first(Pattern.compile("VmHWM:\\s+(\\d+) kB"), read(status)) * 1024
        : 0;
  }

  private static long first(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .mapToLong(result -> Long.parseLong(result.group(1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No " + pattern + " in " + text));
  }

  private String jcmd(String command) {
    try {
      var jcmd =
          new ProcessBuilder(
                  JAVA.resolve("jcmd").toString(), String.valueOf(process.pid()), command)
              .redirectErrorStream(true)
              .start();
      var text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      jcmd.waitFor();
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
