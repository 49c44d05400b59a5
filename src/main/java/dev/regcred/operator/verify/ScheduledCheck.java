package dev.regcred.operator.verify;

import dev.regcred.verification.Probe;
import dev.regcred.verification.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check of an account in one way, and what it came to last. Of its users the first one asks
 * again when it is time. It is to be used under a lock.
 *
 * @param <C> what names a credential
 */
final class ScheduledCheck<C> {
  private final LinkedHashSet<C> users = new LinkedHashSet<>();
  private final Instant since;

  /** The last verdict; null while there is none. */
  @Nullable Verdict verdict;

  /** When it is made next; null for never. */
  @Nullable Instant next = Instant.MIN;

  /** Its turn among those of its host; null while it has none. */
  @Nullable Instant slot;

  /** The interval after which {@link #next} is; null where there is none. */
  private @Nullable Duration interval;

  /** How many verdicts in a row were passing ones. */
  private int failures;

  /** What the answer depends on besides the account. */
  record Way(List<String> realmHosts, @Nullable String caBundle, @Nullable Probe probe) {
    static Way of(CheckRequest request) {
      return new Way(request.realmHosts(), request.caBundle(), request.probe());
    }
  }

  /**
   * A check that was not made yet.
   *
   * @param now the time
   */
  ScheduledCheck(Instant now) {
    since = now;
  }

  /** When it was asked for first. */
  Instant since() {
    return since;
  }

  void add(C credential) {
    users.add(credential);
  }

  /**
   * A user that leaves.
   *
   * @return who is to ask again in its place; null where nobody is, or where another one does
   */
  @Nullable C remove(C credential) {
    var wasAsker = isAsker(credential);
    users.remove(credential);
    return wasAsker && !users.isEmpty() ? users.getFirst() : null;
  }

  Set<C> users() {
    return users;
  }

  boolean isAsker(C credential) {
    return !users.isEmpty() && users.getFirst().equals(credential);
  }

  /** Who asks again; nobody where nobody uses it. */
  Set<C> asker() {
    return users.isEmpty() ? Set.of() : Set.of(users.getFirst());
  }

  boolean isDue(Instant now) {
    return next != null && !next.isAfter(now);
  }

  /**
   * Has it made again by the schedule.
   *
   * @param shortest the shortest interval of its users; null where none has one
   */
  void schedule(CheckSchedule schedule, @Nullable Duration shortest, Verdict latest, Instant now) {
    interval = shortest;
    next = schedule.next(shortest, failures, latest, now);
  }

  /**
   * A user wants it made every so often.
   *
   * @return whether it is made sooner for that
   */
  boolean shorten(CheckSchedule schedule, @Nullable Duration wanted, Instant now) {
    if (verdict == null
        || wanted == null
        || (interval != null && interval.compareTo(wanted) <= 0)) {
      return false;
    }
    interval = wanted;
    var sooner = schedule.next(wanted, failures, verdict, now);
    if (sooner == null || (next != null && !sooner.isBefore(next))) {
      return false;
    }
    next = sooner;
    return true;
  }

  /** Has it made as soon as may be. */
  void bringForward() {
    next = Instant.MIN;
  }

  /**
   * It was made.
   *
   * @return whether it came to something else than the last time
   */
  boolean end(Verdict latest) {
    var isNews = !latest.equals(verdict);
    verdict = latest;
    failures = CheckSchedule.isPassing(latest) ? failures + 1 : 0;
    return isNews;
  }
}
