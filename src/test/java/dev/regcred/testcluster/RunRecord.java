package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one JVM leaves behind of the tests that it ran, as a file: a line for each fact, its name
 * first. {@link RunSummary} adds up those of all JVMs.
 *
 * @param cluster the description of the cluster that they ran on; empty for none
 * @param classes the wall clock of each test class
 */
record RunRecord(String cluster, int ran, int failed, int skipped, Map<String, Duration> classes) {

  static RunRecord readFrom(Path file) {
    var facts = new HashMap<String, String>();
    try {
      for (var line : Files.readAllLines(file)) {
        var fact = line.split(" ", 2);
        facts.put(fact[0], fact[1]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RunRecord(
        text(facts, "cluster"),
        Integer.parseInt(text(facts, "ran")),
        Integer.parseInt(text(facts, "failed")),
        Integer.parseInt(text(facts, "skipped")),
        durations(facts));
  }

  /** Removes the fact, so that classes are left in the end. */
  private static String text(Map<String, String> facts, String name) {
    var text = facts.remove(name);
    if (text == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return text;
  }

  private static Map<String, Duration> durations(Map<String, String> facts) {
    var durations = new HashMap<String, Duration>();
    facts.forEach((name, millis) -> durations.put(name, Duration.ofMillis(Long.parseLong(millis))));
    return Map.copyOf(durations);
  }

  void writeTo(Path file) {
    List<String> lines = new ArrayList<>();
    lines.add("cluster " + cluster);
    lines.add("ran " + ran);
    lines.add("failed " + failed);
    lines.add("skipped " + skipped);
    classes.forEach((name, duration) -> lines.add(name + " " + duration.toMillis()));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
