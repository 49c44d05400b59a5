package dev.regcred.plan;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The report on the Pods that can't pull their image because the pull Secret was attached too late
 * for them.
 *
 * @param count how many there were at the last look
 * @param pods the names of at most ten of them
 * @param attached when the pull Secret was attached
 * @param advice what becomes of them, or what to do, a sentence
 */
public record StuckPodsReport(
    int count, List<String> pods, @Nullable Instant attached, String advice) {

  /** Whether there are any. */
  public boolean isStuck() {
    return count > 0;
  }

  /** What the message of a condition says of them; empty where nothing is to be said. */
  public String message() {
    return count == 0
        ? advice
        : "%s for an image without it: %s%s. %s"
            .formatted(
                count == 1 ? "1 older Pod waits" : count + " older Pods wait",
                String.join(", ", pods),
                count > pods.size() ? " and more" : "",
                advice);
  }
}
