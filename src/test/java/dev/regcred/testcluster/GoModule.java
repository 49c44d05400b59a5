package dev.regcred.testcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Go module of this project.
 *
 * @param directory where its sources are
 * @param modFile its go.mod, or another file that stands in for it; the go.sum is beside that
 */
record GoModule(Path directory, Path modFile) {

  static GoModule in(Path directory) {
    return new GoModule(directory, directory.resolve("go.mod"));
  }

  /** What tells go of another go.mod. */
  List<String> flags() {
    return modFile.equals(directory.resolve("go.mod")) ? List.of() : List.of("-modfile=" + modFile);
  }

  /** The files that a program is compiled from, in the order of their names. */
  List<Path> sources() throws IOException {
    try (var files = Files.walk(directory)) {
      return Stream.concat(files.filter(GoModule::isCompiled), Stream.of(modFile, sumFile()))
          .filter(Files::exists)
          .sorted()
          .toList();
    }
  }

  private Path sumFile() {
    var name = modFile.getFileName().toString();
    return modFile.resolveSibling(name.substring(0, name.length() - ".mod".length()) + ".sum");
  }

  private static boolean isCompiled(Path file) {
    var name = file.getFileName().toString();
    return name.endsWith(".go") && !name.endsWith("_test.go");
  }
}
