package dev.regcred.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/**
 * The log of this JVM at the level TRACE, to be searched for passwords. What is printed stays what
 * it was.
 *
 * <p>A logger that ships switched off stays off: nobody sees what it would say. That is so of the
 * client's own log of its requests, which would hold every Secret.
 */
final class TraceLog extends AppenderBase<ILoggingEvent> {
  private static final AtomicBoolean HAS_BEGUN = new AtomicBoolean();
  private static final Queue<String> LINES = new ConcurrentLinkedQueue<>();
  private static volatile AsShipped asShipped = new AsShipped(Map.of());

  private TraceLog() {}

  /** Begins to listen; a second call changes nothing. */
  static void begin() {
    if (HAS_BEGUN.getAndSet(true)) {
      return;
    }
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var shipped = new HashMap<String, Level>();
    for (Logger logger : context.getLoggerList()) {
      if (logger.getLevel() != null) {
        shipped.put(logger.getName(), logger.getLevel());
      }
    }
    asShipped = new AsShipped(shipped);
    var all = new TraceLog();
    all.setContext(context);
    all.start();
    for (Logger logger : context.getLoggerList()) {
      var isRoot = logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
      if (isRoot || !logger.isAdditive()) {
        appenders(logger).forEach(appender -> appender.addFilter(asShipped));
        logger.addAppender(all);
      }
      if (logger.getLevel() != null && logger.getLevel() != Level.OFF) {
        logger.setLevel(Level.TRACE);
      }
    }
  }

  /** Whether it would be logged by the levels that ship. */
  static boolean isShipped(ILoggingEvent event) {
    return !HAS_BEGUN.get() || asShipped.decide(event) != FilterReply.DENY;
  }

  private static List<Appender<ILoggingEvent>> appenders(Logger logger) {
    var appenders = new ArrayList<Appender<ILoggingEvent>>();
    logger.iteratorForAppenders().forEachRemaining(appenders::add);
    return appenders;
  }

  /** The lines since the last call. */
  static List<String> take() {
    var lines = new ArrayList<String>();
    for (var line = LINES.poll(); line != null; line = LINES.poll()) {
      lines.add(line);
    }
    return lines;
  }

  @Override
  protected void append(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    LINES.add(
        event.getLevel()
            + " "
            + event.getLoggerName()
            + " "
            + event.getFormattedMessage()
            + (thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown)));
  }

  /** Lets through what the levels that ship let through. */
  private static final class AsShipped extends Filter<ILoggingEvent> {
    private final Map<String, Level> levels;

    AsShipped(Map<String, Level> levels) {
      this.levels = Map.copyOf(levels);
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
      return event.getLevel().isGreaterOrEqual(level(event.getLoggerName()))
          ? FilterReply.NEUTRAL
          : FilterReply.DENY;
    }

    private Level level(String logger) {
      var name = logger;
      while (!name.isEmpty()) {
        var level = levels.get(name);
        if (level != null) {
          return level;
        }
        name = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "";
      }
      return levels.getOrDefault(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.INFO);
    }
  }
}
