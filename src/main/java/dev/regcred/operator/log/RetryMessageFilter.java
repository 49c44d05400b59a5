package dev.regcred.operator.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * A filter that leaves out one message of the SDK's {@code EventProcessor}: that a pass ended by an
 * exception and is tried again. Most of these are no faults but the way in which a pass asks to be
 * tried again, and of the others {@code ReconcileLog} says more. Whatever else it warns of is seen.
 * Named in logback.xml.
 */
public final class RetryMessageFilter extends TurboFilter {
  private static final String LOGGER =
      "io.javaoperatorsdk.operator.processing.event.EventProcessor";

  /** How the message begins; what follows are the reasons why it is tried again. */
  static final String RETRIED =
      "Uncaught error during event processing {} - but another reconciliation will be attempted";

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable thrown) {
    return format != null && format.startsWith(RETRIED) && logger.getName().equals(LOGGER)
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }
}
