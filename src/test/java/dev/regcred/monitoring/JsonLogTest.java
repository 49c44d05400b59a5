package dev.regcred.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusUtil;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.operator.log.WatchFailureAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

/** What the logging that ships makes of a record. */
class JsonLogTest {
  private static final String REFLECTOR =
      "io.fabric8.kubernetes.client.informers.impl.cache.Reflector";

  @Test
  void aRecordIsOneLineOfJsonWithAllKeysWhateverIsInIt() throws Exception {
    var line = line(logged("a \"word\",\na tab\t and \u0007 of {}", null, "ünicode"));

    assertThat(keys(line)).isEqualTo(LogLines.KEYS);
    assertThat(line.path("timestamp").asLong()).isEqualTo(1_700_000_000_123L);
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("loggerName").asText()).isEqualTo("dev.regcred.Some");
    assertThat(line.path("formattedMessage").asText())
        .isEqualTo("a \"word\",\na tab\t and \u0007 of ünicode");
    assertThat(line.path("kind").asText()).isEqualTo("Registry");
    assertThat(line.path("name").asText()).isEqualTo("a \"b\"");
    assertThat(line.path("namespace").isNull()).isTrue();
    assertThat(line.path("throwable").isNull()).isTrue();
  }

  @Test
  void anExceptionIsInItsRecordWithItsCauses() throws Exception {
    var thrown = new IllegalStateException("outside", new IOException("in\nside"));

    var line = line(logged("it failed", thrown));

    assertThat(keys(line)).isEqualTo(LogLines.KEYS);
    assertThat(line.at("/throwable/className").asText())
        .isEqualTo(IllegalStateException.class.getName());
    assertThat(line.at("/throwable/message").asText()).isEqualTo("outside");
    assertThat(line.at("/throwable/cause/message").asText()).isEqualTo("in\nside");
    assertThat(line.at("/throwable/stepArray/0/className").asText())
        .isEqualTo(JsonLogTest.class.getName());
  }

  /** A line of another form would break what reads the others. */
  @Test
  void allThatIsLoggedIsJson() throws Exception {
    for (Logger logger : configured("json").getLoggerList()) {
      for (Appender<ILoggingEvent> appender : appenders(logger)) {
        if (appender instanceof WatchFailureAppender) {
          continue; // It writes nothing itself, but logs another record.
        }
        assertThat(text(appender, logged("x", null))).as(logger.getName()).startsWith("{");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "JSON", "xml", ""})
  void whatIsNotJsonIsForPeople(String format) throws Exception {
    var context = configured(format);
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    assertThat(text(appenders(root).getFirst(), logged("it failed", null)))
        .isEqualTo("2023-11-14T22:13:20.123Z WARN  dev.regcred.Some it failed\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void whyAWatchFailsIsSaidByTheOperatorInPlaceOfTheClient(String format) throws Exception {
    var reflector = configured(format).getLogger(REFLECTOR);
    assertThat(reflector.isAdditive()).isFalse();
    assertThat(appenders(reflector)).singleElement().isInstanceOf(WatchFailureAppender.class);
  }

  private static LoggerContext configured(String format) throws JoranException {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("REGCRED_LOG_FORMAT", format);
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
    assertThat(new StatusUtil(context).getHighestLevel(0))
        .as(() -> String.valueOf(context.getStatusManager().getCopyOfStatusList()))
        .isLessThan(Status.WARN);
    return context;
  }

  private static LoggingEvent logged(
      String message, @Nullable Throwable thrown, Object... arguments) {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    var event =
        new LoggingEvent(
            JsonLogTest.class.getName(),
            context.getLogger("dev.regcred.Some"),
            Level.WARN,
            message,
            thrown,
            arguments);
    event.setInstant(java.time.Instant.ofEpochMilli(1_700_000_000_123L));
    event.addKeyValuePair(new KeyValuePair("kind", "Registry"));
    event.addKeyValuePair(new KeyValuePair("name", "a \"b\""));
    return event;
  }

  private static JsonNode line(LoggingEvent event) throws Exception {
    var root = configured("json").getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var text = text(appenders(root).getFirst(), event);
    assertThat(text).endsWith("\n");
    assertThat(text.strip().lines()).hasSize(1);
    return new ObjectMapper().readTree(text);
  }

  private static String text(Appender<ILoggingEvent> appender, LoggingEvent event) {
    var encoder = ((OutputStreamAppender<ILoggingEvent>) appender).getEncoder();
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  private static List<Appender<ILoggingEvent>> appenders(Logger logger) {
    var appenders = new ArrayList<Appender<ILoggingEvent>>();
    logger.iteratorForAppenders().forEachRemaining(appenders::add);
    return appenders;
  }

  private static List<String> keys(JsonNode line) {
    return LogLines.keys(line);
  }
}
