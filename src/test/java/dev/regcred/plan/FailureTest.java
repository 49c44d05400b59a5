package dev.regcred.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of two failures in one pass, such as of a write and of the status, both waits are kept to. */
class FailureTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          asked | by the other | waits
                |              |
          PT5S  |              | PT5S
                | PT5S         | PT5S
          PT5S  | PT4S         | PT5S
          PT5S  | PT6S         | PT6S
          """)
  void waitsForTheLonger(
      @Nullable Duration asked, @Nullable Duration other, @Nullable Duration waits) {
    assertThat(new Failure(Failure.Kind.API, "It failed.", asked).notBefore(other))
        .isEqualTo(new Failure(Failure.Kind.API, "It failed.", waits));
  }
}
