package dev.regcred.bench;

import dev.regcred.operator.OperatorMain;
import dev.regcred.testkit.Meters;
import dev.regcred.testkit.OperatorProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The operator as users run it: a process of its own, with the options that ship. */
final class OperatorUnderTest implements AutoCloseable {
  private static final Path JAR = Path.of("target", "regcred-operator.jar");

  /** The options of the JVM that ship, one place for all who start it. */
  private static final Path OPTIONS = Path.of("src", "main", "jvm", "regcred.options");

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final Path AOT_CACHE = Path.of("target", "regcred-operator.aot");
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private final OperatorProcess process;
  private final List<Path> recordings;

  /**
   * Starts one.
   *
   * @param environment which cluster, and as whom
   * @param name of its files in {@code target/bench}
   * @param recordings where the path of its profile is added; null to make none
   */
  OperatorUnderTest(
      Map<String, String> environment,
      String name,
      @org.jspecify.annotations.Nullable List<Path> recordings) {
    this.recordings = recordings == null ? List.of() : recordings;
    var directory = Path.of("target", "bench");
    var command = new ArrayList<String>();
    command.add(JAVA.toString());
    command.addAll(options());
    if (recordings != null) {
      var recording = directory.resolve(name + ".jfr");
      recordings.add(recording);
      command.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + recording);
    }
    command.addAll(program());
    process = new OperatorProcess(directory.resolve(name + ".log"), command, environment);
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
    return Files.exists(JAR) ? List.of("-jar", JAR.toString()) : OperatorProcess.classes();
  }

  /** When the process was started, by {@link System#nanoTime}. */
  long started() {
    return process.started();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until it says that it is ready.
   *
   * @return when that was, by {@link System#nanoTime}
   */
  long awaitReady() {
    process.awaitReady(START_LIMIT);
    return System.nanoTime();
  }

  /** The sum of a metric over all its labels. */
  double meter(String name) {
    return new Meters(process.httpPort()).sum(name);
  }

  /** Processor time of its life, in seconds. */
  double cpuSeconds() {
    return process.cpu().toMillis() / 1_000.0;
  }

  /** The memory of the machine that it has now; 0 where the system does not say. */
  double residentMegabytes() {
    return process.residentBytes() / 1e6;
  }

  /** The most memory of the machine that it has had. */
  double peakResidentMegabytes() {
    return process.peakResidentBytes() / 1e6;
  }

  /** All objects that are left by a full collection, which this causes. */
  double liveHeapMegabytes() {
    return process.liveBytes() / 1e6;
  }

  @Override
  public void close() {
    process.close();
    if (!recordings.isEmpty()) {
      System.out.print(Profile.hotMethods(recordings.getLast()));
    }
  }
}
