package dev.regcred.testcluster;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The kubectl to run where the cluster does not bring one. */
final class KubectlProgram {
  private KubectlProgram() {}

  /**
   * The one that was built with the local control plane, as its version is known; else the one on
   * the PATH; else it is built, which takes minutes.
   *
   * @throws ClusterUnavailableException if it has to be built and Go is missing
   */
  static List<String> find(Progress progress) {
    var build = ControlPlaneBuild.ofThisProject();
    return build
        .existing()
        .map(KubectlProgram::builtIn)
        .or(() -> onPath("kubectl").map(path -> List.of(path.toString())))
        .orElseGet(() -> built(build, progress));
  }

  private static List<String> built(ControlPlaneBuild build, Progress progress) {
    if (!build.isPossible()) {
      throw new ClusterUnavailableException(
          "There is no \"kubectl\" on the PATH, and no Go 1.26 or newer to compile one: install"
              + " either.");
    }
    return builtIn(build.program(progress));
  }

  static List<String> builtIn(Path controlPlane) {
    return List.of(controlPlane.toString(), "kubectl");
  }

  private static Optional<Path> onPath(String name) {
    return Optional.ofNullable(System.getenv("PATH")).stream()
        .flatMap(path -> List.of(path.split(File.pathSeparator, -1)).stream())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
