package dev.regcred.testcluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Questions that kubetools answers by itself: JSON lines in, JSON lines out. No cluster is needed.
 *
 * @param program the program
 * @param mode what it is to answer, such as {@code keyring}
 */
record ProgramQuestions(Path program, String mode) {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Builds the program if need be.
   *
   * @throws ClusterUnavailableException if it has to be built and Go is missing
   */
  static ProgramQuestions load(String mode) {
    return new ProgramQuestions(KubeTools.program(Progress.onConsole()), mode);
  }

  /** Answers all questions with one start of the program, in their order. */
  <A> List<A> ask(List<?> questions, Class<A> answer) {
    try {
      var output =
          Subprocess.of(List.of(program.toString(), mode))
              .run(String.join("\n", questions.stream().map(this::line).toList()), LIMIT);
      if (output.exitCode() != 0) {
        throw new IllegalStateException(mode + ": " + output.stderr().strip());
      }
      return output.stdout().lines().map(line -> read(line, answer)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line(Object question) {
    try {
      return JSON.writeValueAsString(question);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <A> A read(String line, Class<A> answer) {
    try {
      return JSON.readValue(line, answer);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
