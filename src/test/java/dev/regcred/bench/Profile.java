package dev.regcred.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a recording of the operator says it was busy with. */
final class Profile {
  private static final String JFR =
      Path.of(System.getProperty("java.home"), "bin", "jfr").toString();

  private Profile() {}

  static String hotMethods(Path recording) {
    if (!Files.exists(recording)) {
      return "  no recording at " + recording + System.lineSeparator();
    }
    return "  profile: %s%n%s%s"
        .formatted(
            recording, view("hot-methods", recording), view("allocation-by-class", recording));
  }

  private static String view(String name, Path recording) {
    return Tool.output(
        JFR, "view", "--width", "120", "--truncate", "beginning", name, recording.toString());
  }
}
