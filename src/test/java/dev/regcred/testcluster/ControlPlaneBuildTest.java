package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell script stands in for Go: what is tested is when it is called, and what is kept. */
class ControlPlaneBuildTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path directory;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Progress progress = new Progress(said::add, Duration.ofMinutes(1));

  @BeforeEach
  void sources() throws IOException {
    Files.createDirectories(sourceDirectory().resolve("kubecp"));
    Files.createDirectories(sourceDirectory().resolve("kubernetes"));
    Files.writeString(sourceDirectory().resolve("go.mod"), "\n\tk8s.io/kubernetes v1.2.3\n");
    Files.writeString(
        sourceDirectory().resolve("kubernetes/1.1.mod"), "\n\tk8s.io/kubernetes v1.1.9\n");
    Files.writeString(sourceDirectory().resolve("kubecp/main.go"), "package main\n");
  }

  @Test
  void withoutGoItSaysWhatToInstall() {
    assertThatThrownBy(() -> build("no-such-go").program(progress))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageStartingWith(
            "Go 1.26 or newer compiles the local control plane, and there is no \"no-such-go\" on"
                + " the PATH: install it from https://go.dev/dl/, or take another cluster");
    assertThat(build("no-such-go").existing()).isEmpty();
    assertThat(build("no-such-go").isPossible()).isFalse();
  }

  @Test
  void withAnOldGoItSaysWhatToInstall() throws IOException {
    var old = script("old-go", "echo go version go1.24.9 linux/amd64");
    assertThatThrownBy(() -> build(old).program(progress))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageContaining("says \"go version go1.24.9 linux/amd64\": install it from");
    assertThat(build(old).isPossible()).isFalse();
  }

  @Test
  void buildsOnceForTheSameSourcesAndAgainForOthers() throws IOException {
    var go = compiler("go");
    var first = build(go).program(progress);
    var second = build(go).program(progress);
    assertThat(second).isEqualTo(first).isExecutable();
    assertThat(builds()).hasSize(1);
    assertThat(said.getFirst()).contains("compiles Kubernetes v1.2.3");

    Files.writeString(sourceDirectory().resolve("kubecp/main.go"), "package main // changed\n");
    assertThat(build(go).existing()).isEmpty();
    assertThat(build(go).program(progress)).isNotEqualTo(first);
    assertThat(builds()).hasSize(2);
  }

  @Test
  void aTestOfItIsNoReasonToBuildItAgain() throws IOException {
    var go = compiler("go");
    var first = build(go).program(progress);
    Files.writeString(sourceDirectory().resolve("kubecp/main_test.go"), "package main\n");
    assertThat(build(go).existing()).contains(first);
  }

  @Test
  void whatGoIsToldByItsEnvironmentIsAnotherProgram() throws IOException {
    var plain = build(compiler("go")).program(progress);
    var tagged = build(compiler("tagged-go", "-tags=other")).program(progress);
    assertThat(tagged).isNotEqualTo(plain);
    assertThat(builds()).hasSize(2);
  }

  @Test
  void givesTheProgramTheVersionThatIsCompiled() throws IOException {
    build(compiler("go")).program(progress);
    assertThat(builds().getFirst())
        .contains("-trimpath", "k8s.io/component-base/version.gitVersion=v1.2.3", "CGO_ENABLED=0")
        .doesNotContain("-modfile");
  }

  @Test
  void anotherKubernetesIsBuiltByItsOwnGoModAndIsAnotherProgram() throws IOException {
    var go = compiler("go");
    var standard = build(go).program(progress);
    var other = build(go, KubernetesRelease.of("1.1", sourceDirectory())).program(progress);

    assertThat(other).isNotEqualTo(standard);
    assertThat(builds().getLast())
        .contains("-modfile=" + sourceDirectory().resolve("kubernetes/1.1.mod"))
        .contains("k8s.io/component-base/version.gitVersion=v1.1.9");

    Files.writeString(sourceDirectory().resolve("kubernetes/1.1.sum"), "h1:another\n");
    assertThat(build(go).existing()).contains(standard);
    assertThat(build(go, KubernetesRelease.of("1.1", sourceDirectory())).existing()).isEmpty();
  }

  /** Else Go's build cache would not serve both, and the image would be of another program. */
  @Test
  void theImageThatStandsInForK3sIsBuiltByTheSameCommand() throws Exception {
    var sources = ControlPlaneBuild.sourcesOfThisProject();
    var go = compiler("go");
    new ControlPlaneBuild(sources, KubernetesRelease.standard(sources), cache(NOW), go)
        .program(progress);
    script("docker", "exit 0");
    var image =
        new ProcessBuilder(sources.resolve("k3s-image").toString()).redirectErrorStream(true);
    image.environment().merge("PATH", directory.toString(), (path, first) -> first + ":" + path);
    var process = image.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();

    assertThat(builds()).hasSize(2);
    assertThat(withoutOutput(builds().getLast())).isEqualTo(withoutOutput(builds().getFirst()));
  }

  private static String withoutOutput(String command) {
    return command.replaceFirst(" -o \\S+", "");
  }

  @Test
  void twoRunsAtTheSameTimeBuildOnce() throws Exception {
    var build = build(compiler("go"));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Path> run = () -> build.program(progress);
      for (Future<Path> program : threads.invokeAll(List.of(run, run))) {
        assertThat(program.get()).isExecutable();
      }
    }
    assertThat(builds()).hasSize(1);
  }

  @Test
  void whatDoesNotCompileIsNotKept() throws IOException {
    var failing = script("failing-go", version() + "echo 'main.go:1: syntax error' >&2", "exit 1");
    assertThatThrownBy(() -> build(failing).program(progress))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("main.go:1: syntax error");
    assertThat(build(failing).existing()).isEmpty();
  }

  @Test
  void aProgramThatNobodyUsedForAWeekGoesAwayWithTheNextBuild() throws IOException {
    var unused = cache(NOW).root().resolve("unused");
    var used = cache(NOW).root().resolve("used");
    Files.createDirectories(unused);
    Files.createDirectories(used);
    Files.createFile(unused.resolve("kubecp"));
    cache(Clock.offset(NOW, Duration.ofDays(-8))).touch("unused");
    cache(Clock.offset(NOW, Duration.ofDays(-6))).touch("used");

    build(compiler("go")).program(progress);

    assertThat(unused).doesNotExist();
    assertThat(used).exists();
  }

  private ControlPlaneBuild build(String go) {
    return build(go, KubernetesRelease.standard(sourceDirectory()));
  }

  private ControlPlaneBuild build(String go, KubernetesRelease release) {
    return new ControlPlaneBuild(sourceDirectory(), release, cache(NOW), go);
  }

  private ProgramCache cache(Clock clock) {
    return new ProgramCache(directory.resolve("cache"), "kubecp", clock);
  }

  private Path sourceDirectory() {
    return directory.resolve("sources");
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(directory.resolve("builds"));
  }

  /** Writes down how it is called, and "compiles" a file. */
  private String compiler(String name) throws IOException {
    return compiler(name, "");
  }

  private String compiler(String name, String environment) throws IOException {
    return script(
        name,
        version()
            + "[ \"$1\" = env ] && { echo '"
            + environment
            + "'; exit 0; }\n"
            + """
            echo "CGO_ENABLED=$CGO_ENABLED GOWORK=$GOWORK $*" >> '%s'
            while [ "$1" != -o ]; do shift; done
            echo program > "$2"
            chmod +x "$2"
            """
                .formatted(directory.resolve("builds")));
  }

  private static String version() {
    return "[ \"$1\" = version ] && { echo go version go1.26.0 linux/amd64; exit 0; }\n";
  }

  private String script(String name, String... lines) throws IOException {
    var script = directory.resolve(name);
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }
}
