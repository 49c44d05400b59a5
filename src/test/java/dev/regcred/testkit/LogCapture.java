package dev.regcred.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Everything that is logged, to be searched for what must not be there. */
public final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final List<Runnable> undo = new ArrayList<>();

  public static LogCapture begin() {
    var capture = new LogCapture();
    capture.start();
    capture.attach();
    return capture;
  }

  /** The same, and nothing of it is printed: where faults are the rule, they hide all else. */
  public static LogCapture insteadOfConsole() {
    var capture = new LogCapture();
    capture.start();
    loggers().forEach(capture::silence);
    capture.attach();
    return capture;
  }

  public String text() {
    return String.join("\n", lines);
  }

  /** The entries that have a word in them. */
  public String entriesWith(String word) {
    return lines.stream().filter(line -> line.contains(word)).collect(Collectors.joining("\n"));
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!TraceLog.isShipped(event)) {
      return; // What is below is searched after every test, by ClusterCheck.
    }
    var time = event.getInstant() + " " + event.getLevel() + " ";
    var thrown = event.getThrowableProxy();
    lines.add(
        time
            + event.getFormattedMessage()
            + (thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown)));
  }

  /** To each logger that does not hand on what it gets to one that we are at already. */
  private void attach() {
    for (Logger logger : loggers()) {
      if (logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME) || !logger.isAdditive()) {
        logger.addAppender(this);
        undo.add(() -> logger.detachAppender(this));
      }
    }
  }

  private void silence(Logger logger) {
    var appenders = new ArrayList<Appender<ILoggingEvent>>();
    logger.iteratorForAppenders().forEachRemaining(appenders::add);
    for (Appender<ILoggingEvent> appender : appenders) {
      logger.detachAppender(appender);
      undo.add(() -> logger.addAppender(appender));
    }
  }

  @Override
  public void close() {
    undo.forEach(Runnable::run);
  }

  private static List<Logger> loggers() {
    return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLoggerList();
  }
}
