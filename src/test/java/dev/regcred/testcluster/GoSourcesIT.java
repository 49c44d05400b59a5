package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Go sources of the test cluster are formatted, have nothing that {@code go vet} complains of,
 * and pass tests of their own. Go keeps what it has compiled, so a run in which nothing changed
 * costs seconds.
 */
class GoSourcesIT {
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Path SOURCES = ControlPlaneBuild.sourcesOfThisProject();

  private final GoToolchain go =
      GoToolchain.find("go", SOURCES, "the test cluster, whose sources are checked", "");

  @Test
  void theyAreFormatted() throws IOException {
    var root = ok(go.run(SOURCES, List.of("env", "GOROOT"), LIMIT)).strip();
    var gofmt = Subprocess.of(List.of(root + "/bin/gofmt", "-d", ".")).in(SOURCES);
    assertThat(ok(gofmt.run("", LIMIT))).as("what gofmt would change").isEmpty();
  }

  /**
   * As the programs are built, else Go would compile Kubernetes once more for it. The programs
   * themselves are left out: they are a table of what is in others, and go vet would read all of
   * Kubernetes for them.
   */
  @ParameterizedTest
  @ValueSource(strings = {"vet", "test"})
  void goHasNothingAgainstThem(String command) throws IOException {
    var list = List.of("list", "-f", "{{if ne .Name \"main\"}}{{.ImportPath}}{{end}}", "./...");
    var packages =
        ok(go.run(SOURCES, list, LIMIT)).lines().filter(line -> !line.isEmpty()).toList();
    assertThat(packages).hasSizeGreaterThan(5);

    var arguments = new ArrayList<>(List.of(command, "-trimpath"));
    arguments.addAll(packages);
    ok(go.run(SOURCES, arguments, LIMIT));
  }

  /** The rest is Kubernetes' and Helm's own: nobody has tried to compile that for macOS. */
  @Test
  void whatIsOursCompilesForMacOs() throws IOException {
    var command = new ArrayList<>(List.of(go.command(), "vet", "-trimpath"));
    command.addAll(List.of("./cluster", "./jsonlines", "./k3s", "./modes", "./node"));
    ok(
        Subprocess.of(command)
            .with(GoToolchain.ENVIRONMENT)
            .with(Map.of("GOOS", "darwin"))
            .in(SOURCES)
            .run("", LIMIT));
  }

  /** What it printed on standard output, when it has nothing to complain of. */
  private static String ok(Subprocess.Output output) {
    assertThat(output.exitCode()).as(output.stdout() + output.stderr()).isZero();
    return output.stdout();
  }
}
