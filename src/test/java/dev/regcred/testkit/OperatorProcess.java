package dev.regcred.testkit;

import dev.regcred.operator.OperatorMain;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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

  private static final Pattern PORT = Pattern.compile("Metrics and health on port (\\d+)");

  /** Of the processes that were started since somebody asked. */
  private static final Set<Path> LOGS = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final Path log;
  private final Path gcLog;
  private final long started;

  /**
   * Starts one that serves all namespaces.
   *
   * @param kubeconfig which cluster, and as whom
   * @param name of its logs in {@code target}
   * @param jvmOptions for the JVM, besides those that ship
   */
  public OperatorProcess(Path kubeconfig, String name, List<String> jvmOptions) {
    this(kubeconfig, name, jvmOptions, Map.of());
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
    this(
        Path.of("target", name + ".log"),
        Stream.of(List.of(JAVA.resolve("java").toString(), SHIPPED_OPTIONS), jvmOptions, classes())
            .flatMap(List::stream)
            .toList(),
        with(kubeconfig, settings));
  }

  private static Map<String, String> with(Path kubeconfig, Map<String, String> settings) {
    var environment = new HashMap<>(settings);
    environment.put("KUBECONFIG", kubeconfig.toString());
    return environment;
  }

  /**
   * Starts one by a command of one's own.
   *
   * @param log the file for what it prints
   * @param command the JVM, its options and the program
   * @param environment which cluster, as whom, and settings; its port of metrics and health is any
   *     free one unless they say which
   */
  public OperatorProcess(Path log, List<String> command, Map<String, String> environment) {
    this.log = log;
    gcLog = log.resolveSibling(log.getFileName().toString().replace(".log", "-gc.log"));
    var withGcLog = new ArrayList<>(command);
    withGcLog.add(1, "-Xlog:gc:file=" + gcLog);
    var builder =
        new ProcessBuilder(withGcLog).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("KUBECONFIG"); // The tests' own.
    builder.environment().put("REGCRED_HTTP_PORT", "0");
    builder.environment().putAll(environment);
    try {
      Files.deleteIfExists(gcLog);
      started = System.nanoTime();
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOGS.add(log);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
  }

  /** The operator of this build, as it is before it is packaged. */
  public static List<String> classes() {
    return List.of("-cp", classPath(), OperatorMain.class.getName());
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

  /**
   * Waits until it has ended.
   *
   * @throws IllegalStateException if it takes longer
   */
  public void awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("The operator did not end; see " + log);
    }
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

  /** When it was started, by {@link System#nanoTime}. */
  public long started() {
    return started;
  }

  /** The port of its metrics and health; waits until it says so. */
  public int httpPort() {
    return Patience.await()
        .failFast("the operator ended; see " + log, () -> !process.isAlive())
        .until(() -> httpPortIn(log()), OptionalInt::isPresent)
        .getAsInt();
  }

  /** The port that a log names; empty until it does. */
  public static OptionalInt httpPortIn(String log) {
    return PORT.matcher(log)
        .results()
        .mapToInt(named -> Integer.parseInt(named.group(1)))
        .findFirst();
  }

  /**
   * Waits until it says that it is ready.
   *
   * @param limit how long at most
   */
  public void awaitReady(Duration limit) {
    var port = httpPort();
    Patience.await()
        .atMost(limit)
        .failFast("the operator ended; see " + log, () -> !process.isAlive())
        .until(() -> answers(port, "/readyz"));
  }

  private static boolean answers(int port, String path) {
    try {
      var uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
      var connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setReadTimeout(1_000);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false; // It does not listen any more.
    }
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

  /** The classes whose objects have most of these bytes, for people. */
  public String histogram(int classes) {
    return jcmd("GC.class_histogram").lines().limit(classes).collect(Collectors.joining("\n"));
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
    return memory("VmHWM");
  }

  /** The memory of the machine that it has now, in bytes; 0 where the system does not say. */
  public long residentBytes() {
    return memory("VmRSS");
  }

  private long memory(String field) {
    var status = Path.of("/proc", String.valueOf(process.pid()), "status");
    return Files.exists(status)
        ? first(Pattern.compile(field + ":\\s+(\\d+) kB"), read(status)) * 1024
        : 0;
  }

  /** Processor time of its life. */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
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
