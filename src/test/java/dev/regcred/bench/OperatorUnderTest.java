package dev.regcred.bench;

import dev.regcred.app.OperatorMain;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The operator as users run it: a process of its own, with the options that ship. */
final class OperatorUnderTest implements AutoCloseable {
  private static final Path JAR = Path.of("target", "regcred-operator.jar");

  /** The options of the JVM that ship, one place for all who start it. */
  private static final Path OPTIONS = Path.of("src", "main", "jvm", "regcred.options");

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
  private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final Path AOT_CACHE = Path.of("target", "regcred-operator.aot");
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final int STOP_SECONDS = 30;
  private static final long POLL_MILLIS = 10;

  private final Process process;
  private final int port;
  private final Path log;
  private final long started;
  private final List<Path> recordings;

  /**
   * Starts one.
   *
   * @param kubeconfig which cluster, and as whom
   * @param name of its files in {@code target/bench}
   * @param recordings where the path of its profile is added; null to make none
   */
  OperatorUnderTest(
      Path kubeconfig, String name, @org.jspecify.annotations.Nullable List<Path> recordings) {
    this.recordings = recordings == null ? List.of() : recordings;
    var directory = Path.of("target", "bench");
    log = directory.resolve(name + ".log");
    var command = new ArrayList<String>();
    command.add(JAVA.resolve("java").toString());
    command.addAll(options());
    if (recordings != null) {
      var recording = directory.resolve(name + ".jfr");
      recordings.add(recording);
      command.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + recording);
    }
    command.addAll(program());
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      port = freePort();
      builder.environment().put("KUBECONFIG", kubeconfig.toString());
      builder.environment().put("REGCRED_HTTP_PORT", String.valueOf(port));
      started = System.nanoTime();
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
  }

  /** What the JVM is started with, in words. */
  static String description() {
    return "java %s%s"
        .formatted(
            options().stream().map(option -> option + " ").collect(Collectors.joining()),
            Files.exists(JAR) ? "-jar " + JAR : "-cp ... " + OperatorMain.class.getName());
  }

  private static List<String> options() {
    var options = new ArrayList<String>();
    if (Files.exists(OPTIONS)) {
      options.add("@" + OPTIONS);
    }
    if (Files.exists(JAR) && Files.exists(AOT_CACHE)) {
      options.add("-XX:AOTCache=" + AOT_CACHE);
    }
    return options;
  }

  private static List<String> program() {
    if (Files.exists(JAR)) {
      return List.of("-jar", JAR.toString());
    }
    var classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    return List.of("-cp", classPath, OperatorMain.class.getName());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** When the process was started, by {@link System#nanoTime}. */
  long started() {
    return started;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until it says that it is ready.
   *
   * @return when that was, by {@link System#nanoTime}
   */
  long awaitReady() throws InterruptedException {
    while (System.nanoTime() - started < START_LIMIT.toNanos()) {
      if (!process.isAlive()) {
        throw new IllegalStateException("The operator ended; see " + log);
      }
      if (answers("/readyz")) {
        return System.nanoTime();
      }
      // Asked again: a probe is all there is to know it by.
      Thread.sleep(POLL_MILLIS);
    }
    throw new IllegalStateException("The operator did not become ready; see " + log);
  }

  private boolean answers(String path) {
    try {
      var connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
      connection.setReadTimeout(1_000);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false; // It does not listen yet.
    }
  }

  /** The sum of a metric over all its labels. */
  double meter(String name) {
    try (var body = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processor time of its life, in seconds. */
  double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1_000.0;
  }

  /** The memory of the machine that it has now; 0 where the system does not say. */
  double residentMegabytes() {
    return status("VmRSS");
  }

  /** The most memory of the machine that it has had. */
  double peakResidentMegabytes() {
    return status("VmHWM");
  }

  private double status(String field) {
    var file = Path.of("/proc", String.valueOf(process.pid()), "status");
    try {
      return Files.exists(file)
          ? first(Pattern.compile(field + ":\\s+(\\d+) kB"), Files.readString(file)) * 1_024 / 1e6
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All objects that are left by a full collection, which this causes. */
  double liveHeapMegabytes() {
    return first(
            LIVE,
            Tool.output(
                JAVA.resolve("jcmd").toString(),
                String.valueOf(process.pid()),
                "GC.class_histogram"))
        / 1e6;
  }

  private static long first(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .mapToLong(result -> Long.parseLong(result.group(1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No " + pattern + " in " + text));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    if (!recordings.isEmpty()) {
      System.out.print(Profile.hotMethods(recordings.getLast()));
    }
  }
}
