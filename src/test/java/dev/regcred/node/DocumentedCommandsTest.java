package dev.regcred.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentedCommandsTest {
  @TempDir private Path directory;
  private DocumentedCommands page = new DocumentedCommands(Path.of(""));

  @BeforeEach
  void write() throws IOException {
    page =
        new DocumentedCommands(
            Files.writeString(
                directory.resolve("page.md"),
                """
                # Page
                ## In order

                ```sh
                # 1. What is first
                first --all     # now

                second a \\
                  --b=c
                ```

                - In a list:

                  ```sh
                  for i in 1; do
                    third
                  done
                  ```

                ## Without

                ```yaml
                a: b
                ```
                """));
  }

  @Test
  void takesEachCommandInOneLineAndNoComment() {
    assertThat(page.lines("## In order")).containsExactly("first --all", "second a --b=c");
  }

  @Test
  void takesWholeBlocksAlsoFromLists() {
    assertThat(page.all("## In order"))
        .hasSize(2)
        .last()
        .isEqualTo("for i in 1; do\n  third\ndone");
  }

  @Test
  void saysWhichPageHasNoSuchCommands() {
    assertThatThrownBy(() -> page.lines("## Elsewhere")).hasMessageContaining("page.md has no");
    assertThatThrownBy(() -> page.lines("## Without"))
        .hasMessageEndingWith("page.md has no commands under \"## Without\"");
  }
}
