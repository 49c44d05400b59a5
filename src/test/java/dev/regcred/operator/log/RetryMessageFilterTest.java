package dev.regcred.operator.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.regcred.operator.OperatorMain;
import io.javaoperatorsdk.operator.processing.event.EventProcessor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of the SDK's EventProcessor is logged, with the configuration that ships. */
class RetryMessageFilterTest {
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> seen = new ListAppender<>();

  @BeforeEach
  void configure() throws Exception {
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(OperatorMain.class.getResource("/logback.xml")));
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    seen.setContext(context);
    seen.start();
    root.addAppender(seen);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void aPassThatIsTriedAgainIsNoNews() {
    var log = context.getLogger(EventProcessor.class);
    log.warn(RetryMessageFilter.RETRIED + " because of this.", "a scope", new RuntimeException());
    assertThat(seen.list).isEmpty();
  }

  @Test
  void aFaultOfTheSdkIsSeen() {
    var log = context.getLogger(EventProcessor.class);
    log.error("Exhausted retries for scope {}.", "a scope");
    log.warn("Uncaught error during event processing {} - of another kind", "a scope");
    assertThat(seen.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Exhausted retries for scope a scope.",
            "Uncaught error during event processing a scope - of another kind");
  }

  @Test
  void whatOthersSayInTheseWordsIsSeen() {
    context.getLogger(OperatorMain.class).warn(RetryMessageFilter.RETRIED, "a scope");
    assertThat(seen.list).hasSize(1);
  }

  /** A later SDK may word it another way, and fill the log. */
  @Test
  void theSdkStillSaysItInTheseWords() throws IOException {
    try (InputStream code =
        Objects.requireNonNull(EventProcessor.class.getResourceAsStream("EventProcessor.class"))) {
      assertThat(new String(code.readAllBytes(), StandardCharsets.ISO_8859_1))
          .contains(RetryMessageFilter.RETRIED);
    }
  }
}
