package dev.regcred.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long a test waits for what has to come true by itself. Nothing is measured by it: a wait that
 * succeeds ends at once, so the limit is what a busy machine needs at the worst.
 *
 * <p>{@code -Dregcred.patience=3} makes all limits three times as long.
 */
public final class Patience {
  private static final int FACTOR = Math.max(1, Integer.getInteger("regcred.patience", 1));

  /** What the operator, the API server and its controllers may take for one thing. */
  public static final Duration LIMIT = Duration.ofSeconds(60).multipliedBy(FACTOR);

  /** The namespace controller's, which is still busy with those of the tests before. */
  public static final Duration NAMESPACE_DELETION = LIMIT.multipliedBy(5);

  /** For {@code kubectl wait} and {@code kubectl delete}. */
  public static final String TIMEOUT_FLAG = "--timeout=" + LIMIT.toSeconds() + "s";

  private static final Duration POLL = Duration.ofMillis(20);

  private Patience() {}

  /** A wait that begins to ask at once and asks often. */
  public static ConditionFactory await() {
    return Awaitility.await().atMost(LIMIT).pollInterval(POLL).pollDelay(Duration.ZERO);
  }

  /** Waits until it is so. */
  public static void eventually(Callable<Boolean> condition) {
    await().until(condition);
  }
}
