package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.WithoutOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The folder has what the plugin needs, and no more. */
@WithoutOperator
class PluginFolderIT {
  @Test
  void noClientOfTheApiServerIsInIt() throws IOException {
    try (var files = Files.list(Plugin.shared().folder().resolve("lib"))) {
      assertThat(files.map(file -> file.getFileName().toString().replaceAll("-[0-9.]+jar$", "")))
          .containsExactlyInAnyOrder(
              "kubectl-regcred.jar",
              "jackson-annotations",
              "jackson-core",
              "jackson-databind",
              "jackson-dataformat-yaml",
              "jackson-datatype-jsr310",
              "picocli",
              "snakeyaml");
    }
    try (var jar =
        new JarFile(Plugin.shared().folder().resolve("lib/kubectl-regcred.jar").toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .contains("dev/regcred/cli/Main.class")
          .noneMatch(name -> name.startsWith("dev/regcred/operator"));
    }
  }

  @Test
  void itSaysWhatItCanDo() {
    var help = Plugin.shared().run("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out())
        .contains(
            "explain",
            "who-can-pull",
            "status",
            "activate",
            "deactivate",
            "remove",
            "purge",
            "restore")
        .contains("Exit codes");
    assertThat(Plugin.shared().run("--version").out())
        .matches("kubectl-regcred [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\n");
    var none = Plugin.shared().run();
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("Which command?");
  }

  static Stream<String> commands() {
    return Main.commandLine().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandHasItsHelpAndItsChapter(String command) throws IOException {
    var help = Plugin.shared().run(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).startsWith("Usage: kubectl regcred " + command + " ");
    assertThat(Files.readString(Path.of("docs/cli.md"))).contains("`" + command);
  }
}
