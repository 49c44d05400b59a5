package dev.regcred.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The package of a Debian-like system that a file of this machine is from.
 *
 * @param source the name of its source, which is what advisories name
 * @param architecture such as {@code amd64}
 */
record DebianPackage(String name, String version, String source, String architecture) {
  private static final Path DPKG = Path.of("/usr/bin/dpkg-query");

  /** Empty where there is no dpkg, or where it knows nothing of the file. */
  static Optional<DebianPackage> of(Path file) throws IOException, InterruptedException {
    if (!Files.isExecutable(DPKG)) {
      return Optional.empty();
    }
    var owner = query("--search", file.toString());
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    // libc6:amd64: /lib/x86_64-linux-gnu/libc.so.6
    var name = owner.substring(0, owner.indexOf(": "));
    var facts =
        query(
                "--show",
                "--showformat",
                "${Package} ${Version} ${source:Package} ${Architecture}",
                name)
            .split(" ", -1);
    return Optional.of(new DebianPackage(facts[0], facts[1], facts[2], facts[3]));
  }

  /** What it prints; empty if it ends with an error. */
  private static String query(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(DPKG.toString()));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return process.waitFor() == 0 ? output : "";
  }
}
