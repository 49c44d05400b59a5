package dev.regcred.testcluster;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Says at the end of {@code mvn verify} how long each test class took, longest first, and what ran
 * on which cluster. It adds up the records of all JVMs that ran tests.
 */
final class RunSummary {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("basedir", ""), "target", "test-runs");

  private static final String INTEGRATION = "integration-";
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final List<RunRecord> all = new ArrayList<>();
  private final List<RunRecord> integration = new ArrayList<>();

  private RunSummary() {}

  /** Where a JVM leaves its record. */
  static Path file(String run) {
    return DIRECTORY.resolve(run);
  }

  /**
   * Prints it.
   *
   * @param args when the build began; a record that is older is of another build
   */
  public static void main(String[] args) throws IOException {
    of(DIRECTORY, Instant.parse(args[0])).lines().forEach(System.out::println);
  }

  static RunSummary of(Path directory, Instant began) throws IOException {
    var summary = new RunSummary();
    if (Files.exists(directory)) {
      try (var files = Files.list(directory)) {
        for (var file : files.sorted().toList()) {
          if (!Files.getLastModifiedTime(file).toInstant().isBefore(began)) {
            summary.add(file);
          }
        }
      }
    }
    return summary;
  }

  private void add(Path file) {
    var record = RunRecord.readFrom(file);
    all.add(record);
    if (file.getFileName().toString().startsWith(INTEGRATION)) {
      integration.add(record);
    }
  }

  List<String> lines() {
    return Stream.concat(times(), Stream.of(clusters())).toList();
  }

  private Stream<String> times() {
    var classes =
        all.stream()
            .flatMap(record -> record.classes().entrySet().stream())
            .sorted(Map.Entry.<String, Duration>comparingByValue(Comparator.reverseOrder()))
            .toList();
    Predicate<Map.Entry<String, Duration>> isShort = e -> e.getValue().compareTo(SHORT) < 0;
    var others = classes.stream().filter(isShort).map(Map.Entry::getValue).toList();
    return Stream.of(
            classes.stream()
                .filter(isShort.negate())
                .map(entry -> line(entry.getValue(), entry.getKey())),
            others.isEmpty()
                ? Stream.<String>empty()
                : Stream.of(
                    line(
                        others.stream().reduce(Duration.ZERO, Duration::plus),
                        "%d classes of less than a second each".formatted(others.size()))))
        .flatMap(lines -> lines);
  }

  private static String line(Duration time, String what) {
    return String.format(Locale.ROOT, "%7.1f s  %s", time.toMillis() / 1000.0, what);
  }

  private String clusters() {
    var clusters =
        integration.stream()
            .map(RunRecord::cluster)
            .filter(Predicate.not(String::isEmpty))
            .distinct()
            .toList();
    if (clusters.isEmpty()) {
      return "No integration test ran on a cluster.";
    }
    return "Integration tests: %d ran, %d failed, %d skipped, on %s"
        .formatted(
            integration.stream().mapToInt(RunRecord::ran).sum(),
            integration.stream().mapToInt(RunRecord::failed).sum(),
            integration.stream().mapToInt(RunRecord::skipped).sum(),
            clusters.stream().collect(joining("; and on ")));
  }
}
