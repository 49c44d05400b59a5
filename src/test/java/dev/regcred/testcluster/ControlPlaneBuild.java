package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Compiles the local control plane (src/localcluster).
 *
 * @param sources the directory with go.mod
 * @param cache where the programs are kept
 * @param goCommand the go command
 */
record ControlPlaneBuild(Path sources, ProgramCache cache, String goCommand) {
  private static final Pattern KUBERNETES =
      Pattern.compile("^\\s*k8s\\.io/kubernetes (v\\S+)", Pattern.MULTILINE);

  static ControlPlaneBuild ofThisProject() {
    var project = Path.of(System.getProperty("basedir", ""));
    return new ControlPlaneBuild(
        project.resolve("src/localcluster").toAbsolutePath(),
        ProgramCache.ofUser("localcluster", "kubecp"),
        "go");
  }

  /** The program if it has been built already. */
  Optional<Path> existing() {
    try {
      return compiled().existing(GoToolchain.find(goCommand, sources));
    } catch (ClusterUnavailableException e) {
      return Optional.empty(); // it cannot have been built without Go
    }
  }

  /**
   * The program, which is built first if need be.
   *
   * @throws ClusterUnavailableException if Go is missing or too old
   * @throws IllegalStateException if it does not compile
   */
  Path program(Progress progress) {
    return compiled().path(GoToolchain.find(goCommand, sources), progress);
  }

  private GoProgram compiled() {
    return new GoProgram("the local control plane", "Kubernetes", sources, ".", flags(), cache);
  }

  /** Neither flag reaches the compiler, so Go's build cache serves every way to build it. */
  private List<String> flags() {
    var version = KUBERNETES.matcher(goMod());
    if (!version.find()) {
      throw new IllegalStateException(sources + "/go.mod requires no k8s.io/kubernetes");
    }
    // Else the API server calls itself v0.0.0-master+$Format, which clients cannot parse.
    var stamp = "-X k8s.io/component-base/version.gitVersion=" + version.group(1);
    return List.of("-trimpath", "-ldflags", "-s -w " + stamp);
  }

  private String goMod() {
    try {
      return Files.readString(sources.resolve("go.mod"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
