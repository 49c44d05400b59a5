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
   */
  static List<String> find(Progress progress) {
    var build = ControlPlaneBuild.ofThisProject();
    return build
        .existing()
        .map(KubectlProgram::builtIn)
        .or(() -> onPath("kubectl").map(path -> List.of(path.toString())))
        .orElseGet(() -> builtIn(build.program(progress)));
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
