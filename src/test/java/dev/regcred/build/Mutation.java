package dev.regcred.build;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Mutates packages with PIT, each against its own unit tests, and fails for a package of which too
 * little is killed, or where docs/mutation.md does not say why a mutant survives.
 */
final class Mutation {
  private static final Path JUDGED = Path.of("docs/mutation.md");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path REPORTS = Path.of("target/mutation");

  private Mutation() {}

  public static void main(String[] args) throws Exception {
    var judged = Files.readString(JUDGED);
    var scores = new ArrayList<MutationScore>();
    for (var name : args[0].split(",", -1)) {
      mutate(name);
      var report = REPORTS.resolve(name).resolve("mutations.xml");
      scores.add(MutationScore.read(name, report, SOURCES));
    }
    System.out.println();
    System.out.println(MutationScore.HEADER);
    scores.forEach(System.out::println);
    System.out.println();
    var faults = scores.stream().flatMap(score -> score.faults(judged).stream()).toList();
    faults.forEach(System.out::println);
    if (!faults.isEmpty()) {
      System.exit(1);
    }
  }

  /**
   * The class path without the engine that tries properties. A survivor is judged once, so that it
   * must not depend on what is drawn; and what a property finds is the business of a row as well.
   */
  private static String withoutProperties() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jqwik-engine-"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void mutate(String name) throws IOException, InterruptedException {
    var log = REPORTS.resolve(name + ".log");
    System.out.println("Mutating " + name + "; " + log + " follows it");
    Files.createDirectories(REPORTS);
    var status =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-cp",
                    withoutProperties(),
                    "org.pitest.mutationtest.commandline.MutationCoverageReport",
                    "--targetClasses=dev.regcred." + name + ".*",
                    "--targetTests=dev.regcred." + name + ".*Test",
                    "--mutableCodePaths=" + Path.of("target/classes").toAbsolutePath(),
                    "--sourceDirs=" + SOURCES,
                    "--reportDir=" + REPORTS.resolve(name),
                    "--timestampedReports=false",
                    "--outputFormats=XML,HTML",
                    "--mutators=STRONGER",
                    "--threads=2",
                    // Where a machine has other work a test starves that no mutant slows, and a
                    // mutant whose tests run out of time counts as killed.
                    "--timeoutConst=60000",
                    "--verbosity=NO_SPINNER"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException("PIT failed, see " + log);
    }
  }
}
