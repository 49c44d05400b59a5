package dev.regcred.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is closed, and what becomes of it where something before it could not be. */
class CloseAllTest {
  @Test
  void whatComesAfterAFaultIsDoneAllTheSame() {
    var done = new ArrayList<String>();
    var first = new IllegalStateException("the watches do not end");
    var second = new IllegalStateException("nor do the Events");
    assertThatThrownBy(
            () ->
                CloseAll.run(
                    () -> done.add("endpoint"),
                    () -> failing(first),
                    () -> done.add("lease"),
                    () -> failing(second),
                    () -> done.add("client")))
        .isSameAs(first)
        .hasSuppressedException(second);
    assertThat(done).isEqualTo(List.of("endpoint", "lease", "client"));
  }

  private static void failing(RuntimeException e) {
    throw e;
  }
}
