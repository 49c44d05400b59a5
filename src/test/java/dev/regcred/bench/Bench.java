package dev.regcred.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.regcred.bench.BenchOptions.Finalizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures the operator and, in the same run, what the API server of this machine takes at most
 * from a lean client. Nothing here passes or fails by a time. docs/performance.md is its manual.
 */
public final class Bench {
  private static final Path DIRECTORY = Path.of("target", "bench");
  private static final Path PAGE = Path.of("docs", "performance.md");

  private final BenchOptions options;
  private final Results results = new Results();
  private final Report report;
  private boolean hasFailed;

  private interface Scenario {
    void run() throws InterruptedException;
  }

  private Bench(BenchOptions options) {
    this.options = options;
    this.report = new Report(DIRECTORY, conditions(options));
  }

  public static void main(String[] args) throws Exception {
    Files.createDirectories(DIRECTORY);
    var bench = new Bench(BenchOptions.of(System.getProperties()));
    bench.run();
    if (Boolean.getBoolean("bench.publish")) {
      bench.report.publish(bench.results, PAGE);
    }
    System.out.printf("%n%s%nWritten to %s%n", bench.report.markdown(bench.results, ""), DIRECTORY);
    if (bench.hasFailed) {
      System.exit(1);
    }
  }

  private static Map<String, String> conditions(BenchOptions options) {
    var conditions = new LinkedHashMap<String, String>();
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    conditions.put(
        "Machine",
        "%d cores, %d GB of memory; cluster, operator and bench share it"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                Math.round(system.getTotalMemorySize() / 1e9)));
    conditions.put("Operator", "`" + OperatorUnderTest.description() + "`");
    conditions.put("Java", System.getProperty("java.vm.version"));
    conditions.put(
        "Raw limit",
        "OkHttp, %d requests at the same time, the faster of HTTP/1.1 and HTTP/2, at most %,d objects"
            .formatted(options.threads(), options.rawLimit()));
    return conditions;
  }

  private void run() {
    options.leftOut().forEach(results::note);
    for (int size : options.sizes()) {
      if (options.has("credentials")) {
        for (Finalizer finalizer : options.finalizers(size)) {
          attempt(
              "%,d credentials, finalizer %s".formatted(size, finalizer.label()),
              () ->
                  new CredentialScenario(options, results)
                      .run(size, finalizer, isSteady(size, finalizer)));
        }
      }
      if (options.has("namespaces")) {
        attempt(
            "%,d namespaces".formatted(size),
            () -> new NamespaceScenario(options, results).run(size));
      }
    }
    if (options.has("rotation")) {
      attempt("rotation", () -> new RotationScenario(options, results).run());
    }
    if (options.has("footprint")) {
      for (int size : options.footprintSizes()) {
        attempt("memory", () -> new Footprint(results).run(options, size));
      }
    }
    new Goals(results).add();
    report.write(results);
  }

  /** The steady state is measured once, at the largest size. */
  private boolean isSteady(int size, Finalizer finalizer) {
    return options.has("steady")
        && size == options.sizes().getLast()
        && finalizer == options.finalizers(size).getFirst();
  }

  /** What was measured before a failure is not lost, and the output says what failed. */
  private void attempt(String what, Scenario scenario) {
    try {
      scenario.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (RuntimeException e) {
      hasFailed = true;
      results.note("Failed: %s: %s".formatted(what, e.getMessage()));
    }
    report.write(results);
  }
}
