package dev.regcred.operator.log;

import static org.slf4j.event.Level.DEBUG;
import static org.slf4j.event.Level.ERROR;
import static org.slf4j.event.Level.WARN;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An appender that says in one line why a watch can't begin, or go on, and what to do: in the place
 * of what the client's {@code Reflector} logs at each attempt, with a stack. Named in logback.xml.
 *
 * <p>The client tries again several times a minute, for each kind. What is said already is said
 * again only if it goes on for long; the stack, and what is left out, is logged at {@code DEBUG}.
 */
public final class WatchFailureAppender extends AppenderBase<ILoggingEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(WatchFailureAppender.class);

  /** The time after which what goes on is said again. */
  static final Duration REMINDER = Duration.ofMinutes(5);

  /** What has not come for so long was over, and is news when it comes again. */
  static final Duration OVER = Duration.ofSeconds(30);

  /** How long a connection may break again and again without a word. */
  static final Duration PASSING = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;

  /** The lines that were said, by their text. */
  private final Map<String, Said> lines = new HashMap<>();

  /**
   * How long something goes on, by {@link System#nanoTime}.
   *
   * @param since when it was so first
   * @param said when it was said last; null if it was not yet
   * @param seen when it was so last
   */
  private record Said(long since, @Nullable Long said, long seen) {}

  /**
   * A line of the log.
   *
   * @param isPassing whether it is over by itself as a rule, and said only if it is not
   */
  private record Line(String text, boolean isPassing) {}

  public WatchFailureAppender() {
    this(System::nanoTime);
  }

  WatchFailureAppender(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * The Reflector says {@code "{} failed for {}, will retry"}, the second being the kind, such as
   * {@code regcred.dev/v1alpha1/registries} or {@code v1/secrets}.
   */
  @Override
  protected void append(ILoggingEvent event) {
    var thrown = event.getThrowableProxy() instanceof ThrowableProxy p ? p.getThrowable() : null;
    var arguments = event.getArgumentArray();
    var kind = arguments == null || arguments.length < 2 ? null : resource(arguments[1]);
    var level = event.getLevel().isGreaterOrEqual(Level.ERROR) ? ERROR : WARN;
    if (thrown == null || kind == null) {
      LOG.atLevel(level).log("{}", event.getFormattedMessage());
      return;
    }
    var line = line(kind, thrown);
    if (line == null) {
      LOG.atLevel(level).setCause(thrown).log("{}", event.getFormattedMessage());
      return;
    }
    LOG.atLevel(isNews(line) ? level : DEBUG).log("{}", line.text());
    LOG.debug("{}", event.getFormattedMessage(), thrown);
  }

  /** The name of a CRD, as {@code kubectl get} takes it, such as {@code registries.regcred.dev}. */
  private static String resource(Object path) {
    var parts = String.valueOf(path).split("/", -1);
    var plural = parts[parts.length - 1];
    return parts.length > 2 ? plural + "." + parts[0] : plural;
  }

  private boolean isNews(Line line) {
    var now = nanoTime.getAsLong();
    lines.values().removeIf(said -> now - said.seen > OVER.toNanos());
    var before = lines.get(line.text());
    var since = before == null ? now : before.since;
    var said = before == null ? null : before.said;
    var isNews =
        said == null
            ? !line.isPassing() || now - since > PASSING.toNanos()
            : now - said > REMINDER.toNanos();
    lines.put(line.text(), new Said(since, isNews ? Long.valueOf(now) : said, now));
    return isNews;
  }

  /**
   * The line to say; null if it is neither an answer nor the want of one: then it is a fault of the
   * code.
   */
  private static @Nullable Line line(String kind, Throwable thrown) {
    @Nullable KubernetesClientException answer = null;
    @Nullable Throwable silence = null;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException e && e.getCode() > 0) {
        answer = e;
      } else if (silence == null
          && (cause instanceof TimeoutException
              || (cause instanceof IOException && !(cause instanceof JsonProcessingException)))) {
        silence = cause; // The outer one names the address.
      }
    }
    if (answer != null) {
      return new Line(answered(kind, answer), false);
    }
    return silence == null ? null : new Line(unanswered(silence), isBroken(silence));
  }

  private static String answered(String kind, KubernetesClientException answer) {
    return switch (answer.getCode()) {
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "The API server does not know the operator (401 Unauthorized); see the token or the"
              + " certificate of its kubeconfig or Pod. It is tried again.";
      case HttpURLConnection.HTTP_FORBIDDEN ->
          ("The operator may not list and watch %s (%s); apply deploy or the chart, or see whose"
                  + " kubeconfig it has. It is tried again.")
              .formatted(kind, said(answer));
      case HttpURLConnection.HTTP_NOT_FOUND ->
          "The API server has no %s (404 Not Found); apply crds. It is tried again."
              .formatted(kind);
      default ->
          "The API server answered the list or watch of %s with %s%s. It is tried again."
              .formatted(kind, answer.getCode(), reason(answer));
    };
  }

  /** The first line of an answer: nothing in that to a list is secret. */
  private static String said(KubernetesClientException answer) {
    var status = answer.getStatus();
    var message = status == null ? null : status.getMessage();
    return message == null ? "403 Forbidden" : message.lines().findFirst().orElse("");
  }

  private static String reason(KubernetesClientException answer) {
    var status = answer.getStatus();
    var reason = status == null ? null : status.getReason();
    return reason == null || reason.isEmpty() ? "" : " " + reason;
  }

  private static String unanswered(Throwable silence) {
    return ("The API server was not reached (%s); see the server in the operator's kubeconfig, and"
            + " the network. It is tried again.")
        .formatted(text(silence));
  }

  /**
   * Whether the API server was reached, but the connection broke. So it ends whatever else goes by
   * the connection of a client that it refuses, and the answer to the next attempt says why.
   */
  private static boolean isBroken(Throwable silence) {
    return !(silence instanceof ConnectException
        || silence instanceof UnknownHostException
        || silence instanceof SSLException
        || silence instanceof InterruptedIOException
        || silence instanceof TimeoutException);
  }

  private static String text(Throwable silence) {
    var message = silence.getMessage();
    var name = silence.getClass().getSimpleName();
    if (message == null) {
      return name;
    }
    var line = message.lines().findFirst().orElse("");
    // The second time in a while Java answers itself, without what the system said.
    return name + ": " + (silence instanceof UnknownHostException ? line.split(":", 2)[0] : line);
  }
}
