package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  /** One page is no long work. What is shown ends as an empty line. */
  @ParameterizedTest
  @CsvSource({
    "true,  1, ''",
    "true,  2, '\r1000 objects read \r\u001b[K'",
    "true,  3, '\r1000 objects read \r1500 objects read \r\u001b[K'",
    "false, 3, ''",
  })
  void isShownOnATerminalFromTheSecondPageOnAndIsGoneAfterwards(
      boolean isTerminal, int pages, String expected) {
    var printed = new ByteArrayOutputStream();
    try (var progress = new Progress(() -> isTerminal, new PrintStream(printed, true, UTF_8))) {
      for (int page = 0; page < pages; page++) {
        progress.read(500);
      }
    }
    assertThat(printed.toString(UTF_8)).isEqualTo(expected);
  }
}
