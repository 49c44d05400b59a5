package dev.regcred.operator.verify;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.operator.verify.ScheduledCheck.Way;
import dev.regcred.verification.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The book of accounts: which credential names which, and what becomes of one that is named anew,
 * otherwise, or no more. It is guarded by whoever has it.
 *
 * @param <C> what names a credential
 */
final class AccountBook<C> {
  /** How many refused accounts are remembered that no credential names any more. */
  static final int REMEMBERED = 10_000;

  private final CheckSchedule schedule;
  private final Map<String, KnownAccount<C>> accounts = new HashMap<>();
  private final LinkedHashSet<String> remembered = new LinkedHashSet<>();
  private final Map<C, Known> credentials = new HashMap<>();

  private record Known(
      String account,
      Way way,
      long generation,
      long registryGeneration,
      @Nullable Duration interval) {}

  /** A book in which nothing stands yet. */
  AccountBook(CheckSchedule schedule) {
    this.schedule = schedule;
  }

  /** The account that is known under a digest, which is kept while it is checked. */
  KnownAccount<C> account(String digest) {
    return Objects.requireNonNull(accounts.get(digest), "It is kept while it is checked");
  }

  /**
   * Takes notice of what a credential names now.
   *
   * @param digest of its account
   * @param woken is added whoever else is to ask again for that
   * @return the account
   */
  KnownAccount<C> know(
      AccountQuestion<C> question, String digest, Instant now, Collection<C> woken) {
    var credential = question.credential();
    var known =
        new Known(
            digest,
            Way.of(question.request()),
            question.generation(),
            question.registryGeneration(),
            question.interval());
    var before = credentials.put(credential, known);
    var account = accounts.computeIfAbsent(digest, _ -> new KnownAccount<>());
    remembered.remove(digest);
    var check = account.checks.computeIfAbsent(known.way(), _ -> new ScheduledCheck<>(now));
    check.add(credential);
    var isSame = before != null && before.account().equals(digest);
    if (before != null && !(isSame && before.way().equals(known.way()))) {
      release(credential, before, woken);
    }
    if (question.knownRefusal() != null && account.isNew()) {
      check.verdict = new Verdict(question.knownRefusal(), true, null);
      account.refused(check.verdict, now);
    } else if (!known.equals(before)) {
      var isCredential = before != null && before.generation() != known.generation();
      var isSooner = check.shorten(schedule, known.interval(), now);
      if ((isSame && declaredAnew(account, check, isCredential, now)) || isSooner) {
        woken.addAll(check.asker()); // Whoever else asks is not told when it is its turn.
        woken.remove(credential);
      }
    }
    return account;
  }

  /**
   * A person has changed something, and wants to know. Many specs may change at once, by a tool, or
   * one without end: a refused account is not sent for each of them.
   */
  private static <C> boolean declaredAnew(
      KnownAccount<C> account, ScheduledCheck<C> check, boolean isCredential, Instant now) {
    var isWanted =
        account.isHeldBack()
            ? isCredential && account.forgive(now)
            : check.verdict != null && check.verdict.outcome().status().equals(Condition.UNKNOWN);
    if (isWanted) {
      check.bringForward();
    }
    return isWanted;
  }

  private void release(C credential, Known known, Collection<C> woken) {
    var account = accounts.get(known.account());
    var check = account == null ? null : account.checks.get(known.way());
    if (account == null || check == null) {
      return;
    }
    var next = check.remove(credential);
    if (next != null) {
      woken.add(next);
    }
    if (check.users().isEmpty() && !account.isRunning) {
      account.checks.remove(known.way());
      leave(known.account(), account);
    }
  }

  /** Of an account that no credential names any more only that it was refused is remembered. */
  private void leave(String digest, KnownAccount<C> account) {
    if (!account.checks.isEmpty()) {
      return;
    }
    if (!account.wasRefused()) {
      accounts.remove(digest);
      return;
    }
    remembered.add(digest);
    if (remembered.size() > REMEMBERED) {
      accounts.remove(remembered.removeFirst());
    }
  }

  /**
   * Takes a credential out that is gone, or of which nothing is asked any more.
   *
   * @param woken is added whoever is the next to ask for what they shared
   * @return whether it stood here
   */
  boolean forget(C credential, Collection<C> woken) {
    var known = credentials.remove(credential);
    if (known == null) {
      return false;
    }
    release(credential, known, woken);
    return true;
  }

  /** A check of an account is over: what nobody asks for any more is not made again. */
  void ended(String digest, KnownAccount<C> account) {
    account.checks.values().removeIf(check -> check.users().isEmpty());
    leave(digest, account);
  }

  /** How often it is made if it is to be often enough for all. */
  @Nullable Duration shortestInterval(ScheduledCheck<C> check) {
    return check.users().stream()
        .map(credentials::get)
        .filter(Objects::nonNull)
        .map(Known::interval)
        .filter(Objects::nonNull)
        .min(Duration::compareTo)
        .orElse(null);
  }
}
