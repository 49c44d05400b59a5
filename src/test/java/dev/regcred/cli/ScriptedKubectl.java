package dev.regcred.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A program in the place of kubectl that prints what it is told to: it knows nothing of Kubernetes.
 * What kubectl itself says stands in the tests that run it, {@code *IT}.
 */
final class ScriptedKubectl {
  private final Path folder;
  private final StringBuilder cases = new StringBuilder();
  private int answers;

  /** One that has a folder for itself. */
  ScriptedKubectl(Path folder) {
    this.folder = folder;
  }

  /**
   * Adds what it prints for some arguments.
   *
   * @param arguments a pattern of the shell, for all arguments in one; the first that matches
   *     counts
   */
  ScriptedKubectl prints(String arguments, String out) {
    return answers(arguments, out, "", 0);
  }

  /** Adds how it fails for some arguments. */
  ScriptedKubectl fails(String arguments, String error) {
    return answers(arguments, "", error, 1);
  }

  /** Adds what it prints before it fails, for some arguments. */
  ScriptedKubectl breaksOff(String arguments, String out, String error) {
    return answers(arguments, out, error, 1);
  }

  private ScriptedKubectl answers(String arguments, String out, String error, int exitCode) {
    write("out" + answers, out);
    write("err" + answers, error);
    cases.append(
        "%s) cat '%s/out%4$d'; cat '%2$s/err%4$d' >&2; exit %3$d ;;%n"
            .formatted(arguments.replace(" ", "\\ "), folder, exitCode, answers));
    answers++;
    return this;
  }

  /** The client that calls it. */
  Kubectl client() {
    var program =
        write(
            "kubectl",
            "#!/bin/sh\necho \"$*\" >> '%1$s/calls'\ncase \"$*\" in\n%2$s*) echo \"error: not told: $*\" >&2; exit 1 ;;\nesac\n"
                .formatted(folder, cases));
    try {
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Kubectl(List.of(program.toString()));
  }

  /** The arguments of each call, in one text. */
  List<String> calls() {
    try {
      return Files.readAllLines(folder.resolve("calls"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
