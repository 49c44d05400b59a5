package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleCommandTest {
  @ParameterizedTest
  @CsvSource({"0s, PT0S", "90s, PT90S", "5m, PT5M", "1h30m, PT1H30M", "1h1m1s, PT1H1M1S"})
  void theTimeToWaitIsWrittenAsPurgeAfterIs(String timeout, Duration limit) {
    assertThat(LifecycleCommand.limit(timeout)).isEqualTo(limit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "Never", "", "1", "1m1h", "-1s"})
  void whatIsNoTimeIsUsage(String timeout) {
    assertThatThrownBy(() -> LifecycleCommand.limit(timeout))
        .isInstanceOfSatisfying(
            CommandException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE));
  }
}
