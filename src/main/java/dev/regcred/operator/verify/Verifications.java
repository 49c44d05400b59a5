package dev.regcred.operator.verify;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.operator.verify.ScheduledCheck.Way;
import dev.regcred.verification.Verdict;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the accounts of credentials, and when they are checked next. A question is
 * answered at once with what is known; the check that it begins is made on another thread, and
 * whoever waits for it is woken.
 *
 * <p>No account is locked out by it:
 *
 * <ul>
 *   <li>An account that was refused is not sent again until its value is another one, or somebody
 *       changes its credential's spec after {@link KnownAccount#REFUSED_AGAIN}, which doubles each
 *       time that it is refused again. The value is known by a digest under a key that ends with
 *       the process, and is remembered when no credential names it any more; across a restart, the
 *       version of the sources that a status has recorded stands for it. So after a start nothing
 *       is sent before all statuses that have recorded one have been looked at.
 *   <li>Credentials that name the same account of the same host share one check.
 *   <li>A host is asked at the pace of {@link HostPace}, and is left alone where it refuses several
 *       accounts or says so: by those whose accounts these are, or by all.
 * </ul>
 *
 * @param <C> what names a credential
 */
public final class Verifications<C> {
  private static final Logger LOG = LoggerFactory.getLogger(Verifications.class);

  /**
   * How long a first verdict is waited for, from when it is asked for first: a check may take half
   * of it, and the turn of its host comes before.
   */
  static final Duration WORTH_WAITING = Duration.ofSeconds(30);

  private final Function<CheckRequest, Verdict> client;
  private final Clock clock;
  private final Function<C, String> namespaces;
  private final BiConsumer<C, Runnable> executor;
  private final Consumer<C> wake;
  private final AccountDigest digests;
  private final CheckSchedule schedule;
  private final RefusalRecords<C> records;
  private final AccountBook<C> book;
  private final HostPaces hosts = new HostPaces();

  /**
   * One that knows nothing yet.
   *
   * @param client checks an account, and throws nothing
   * @param namespaces the namespace of a credential; empty for one that has none
   * @param executor runs the checks of a credential
   * @param wake is told of each credential of whose account more is known, or that is to ask again
   * @param recorded the credentials whose statuses say that their account was refused
   */
  public Verifications(
      Function<CheckRequest, Verdict> client,
      Clock clock,
      Function<C, String> namespaces,
      BiConsumer<C, Runnable> executor,
      Consumer<C> wake,
      Supplier<Set<C>> recorded) {
    this.client = client;
    this.clock = clock;
    this.namespaces = namespaces;
    this.executor = executor;
    this.wake = wake;
    this.records = new RefusalRecords<>(recorded);
    var random = new SecureRandom();
    this.digests = new AccountDigest(random);
    this.schedule = new CheckSchedule(random);
    this.book = new AccountBook<>(schedule);
  }

  /** Answers with what is known, and has the account checked if it is time. */
  public AccountAnswer ask(AccountQuestion<C> question) {
    var digest = digests.of(question.request());
    var woken = new HashSet<C>();
    boolean begins;
    AccountAnswer answer;
    synchronized (this) {
      var now = clock.instant();
      var account = book.know(question, digest, now, woken);
      records.lookedAt(question.credential(), now, woken);
      var check = Objects.requireNonNull(account.checks.get(Way.of(question.request())));
      begins = begins(question, account, check, now);
      answer = answer(question, account, check, now);
      var end = check.since().plus(WORTH_WAITING);
      answer = end.isAfter(now) ? answer.awaited(end) : answer;
    }
    woken.forEach(wake);
    if (begins) {
      begin(question, digest);
    }
    return answer;
  }

  private void begin(AccountQuestion<C> question, String digest) {
    try {
      executor.accept(
          question.credential(), () -> end(question, digest, check(question.request())));
    } catch (RejectedExecutionException e) {
      synchronized (this) {
        book.account(digest).isRunning = false; // The operator stops.
      }
    }
  }

  private Verdict check(CheckRequest request) {
    try {
      return client.apply(request);
    } catch (RuntimeException e) {
      // Its message is kept out of the log: there may be something of the answer in it.
      LOG.error("A fault in the check of an account: {}", e.getClass().getName());
      return new Verdict(VerifiedReason.UNSUPPORTED, false, null);
    }
  }

  /** A credential has been looked at, and nothing is asked of it, or not any more. */
  public void askNothing(C credential) {
    passOver(credential);
    forget(credential);
  }

  /** A credential can't be looked at for now. Nobody waits for what its status has recorded. */
  public void passOver(C credential) {
    var woken = new HashSet<C>();
    synchronized (this) {
      records.lookedAt(credential, clock.instant(), woken);
    }
    woken.forEach(wake);
  }

  /** Forgets a credential that is gone. */
  public void forget(C credential) {
    var woken = new HashSet<C>();
    synchronized (this) {
      var now = clock.instant();
      records.gone(credential, now, woken);
      if (book.forget(credential, woken)) {
        hosts.forgetIdle(now);
      }
    }
    woken.forEach(wake);
  }

  /** Whether a check is begun: it is time. */
  private boolean begins(
      AccountQuestion<C> question, KnownAccount<C> account, ScheduledCheck<C> check, Instant now) {
    if (!isDue(account, check, now)) {
      return false;
    }
    if (records.awaitedUntil(now) != null) {
      records.hold(question.credential());
      return false;
    }
    var host = hosts.of(question.request());
    if (pausedUntil(question, now) != null || host.notBefore(now) != null) {
      check.slot = null;
      return false;
    }
    if (check.slot == null) {
      check.slot = host.reserve(now);
    }
    if (check.slot.isAfter(now)) {
      return false;
    }
    check.slot = null;
    account.isRunning = true;
    return true;
  }

  private @Nullable Instant pausedUntil(AccountQuestion<C> question, Instant now) {
    return hosts.pausedUntil(question.request(), namespaces.apply(question.credential()), now);
  }

  private boolean isDue(KnownAccount<C> account, ScheduledCheck<C> check, Instant now) {
    return !account.isRunning
        && !account.isHeldBack()
        && check.isDue(now)
        && !account.quietUntil().isAfter(now);
  }

  private AccountAnswer answer(
      AccountQuestion<C> question, KnownAccount<C> account, ScheduledCheck<C> check, Instant now) {
    var verdict = account.refusal() == null ? check.verdict : account.refusal();
    if (account.isRunning || account.isHeldBack() || check.next == null) {
      return new AccountAnswer(verdict, null, null);
    }
    if (!isDue(account, check, now)) {
      var quiet = account.quietUntil();
      var due = check.next.isAfter(quiet) ? check.next : quiet;
      return new AccountAnswer(verdict, null, check.isAsker(question.credential()) ? due : null);
    }
    var awaited = records.awaitedUntil(now);
    if (awaited != null) {
      return new AccountAnswer(verdict, null, awaited);
    }
    var host = hosts.of(question.request());
    var paused = pausedUntil(question, now);
    var again = Stream.of(paused, host.notBefore(now), check.slot).filter(Objects::nonNull);
    return new AccountAnswer(
        verdict,
        paused,
        check.isAsker(question.credential()) ? again.findFirst().orElse(null) : null);
  }

  private void end(AccountQuestion<C> question, String digest, Verdict verdict) {
    Set<C> woken;
    synchronized (this) {
      var now = clock.instant();
      var account = book.account(digest);
      var check = Objects.requireNonNull(account.checks.get(Way.of(question.request())));
      account.isRunning = false;
      var isNews = check.end(verdict);
      check.schedule(schedule, book.shortestInterval(check), verdict, now);
      if (verdict.loginRefused()) {
        account.refused(verdict, now);
        hosts.refused(
            question.request(),
            verdict.refusedBy(),
            namespaces.apply(question.credential()),
            digest,
            now);
        isNews = true;
      } else if (verdict.isUnclear()) {
        account.unclear(now);
      } else if (verdict.outcome().status().equals(Condition.TRUE)) {
        isNews |= account.accepted();
      }
      if (verdict.retryAfter() != null) {
        hosts.of(question.request()).retryAfter(now, verdict.retryAfter());
      }
      // Those who have other ways were kept waiting.
      woken =
          isNews || account.checks.size() > 1
              ? new HashSet<>(account.users().toList())
              : check.asker();
      book.ended(digest, account);
    }
    woken.forEach(wake);
  }
}
