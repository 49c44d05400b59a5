package dev.regcred.operator.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.regcred.verification.Verdict;
import dev.regcred.verification.Verdict.Outcome;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the accounts of credentials, and when they are checked next. A question is
 * answered at once with what is known; the check that it begins is made on another thread, and
 * whoever waits for it is woken.
 *
 * <p>No account is locked out by it:
 *
 * <ul>
 *   <li>An account that was refused is not sent again until its value is another one, or, after
 *       {@link #REFUSED_AGAIN}, somebody changes its credential's spec. The value is known by a
 *       digest under a key that ends with the process; across a restart, the version of the sources
 *       that the status has recorded stands for it.
 *   <li>Credentials that name the same account of the same host share one check.
 *   <li>A host is asked at the pace of {@link HostPace}, and is left alone where it refuses several
 *       accounts or says so.
 * </ul>
 *
 * @param <C> what names a credential
 */
public final class Verifications<C> {
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);

  private static final Duration LONGEST_RETRY = Duration.ofHours(1);

  /** How long a refused account is not sent again, whoever changes whatever but its value. */
  static final Duration REFUSED_AGAIN = Duration.ofMinutes(10);

  /** The part of an interval by which checks are spread, to both sides. */
  private static final double JITTER = 0.1;

  private static final String DIGEST = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final Function<CheckRequest, Verdict> client;
  private final Clock clock;
  private final Executor executor;
  private final Consumer<C> wake;
  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Account<C>> accounts = new HashMap<>();
  private final Map<C, Known> credentials = new HashMap<>();
  private final Map<String, HostPace> hosts = new HashMap<>();

  /**
   * One that knows nothing yet.
   *
   * @param client checks an account, and throws nothing
   * @param executor runs the checks
   * @param wake is told of each credential whose account has been checked
   */
  public Verifications(
      Function<CheckRequest, Verdict> client, Clock clock, Executor executor, Consumer<C> wake) {
    this.client = client;
    this.clock = clock;
    this.executor = executor;
    this.wake = wake;
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, DIGEST);
  }

  /**
   * What is asked of an account.
   *
   * @param credential whose account it is
   * @param generation of the credential's spec
   * @param registryGeneration of the spec of its registry
   * @param request how it is checked
   * @param interval how long an answer counts; null for as long as the account is the same
   * @param knownRefusal the outcome that the status has of exactly this version of the account,
   *     where it was refused; else null
   */
  public record Question<C>(
      C credential,
      long generation,
      long registryGeneration,
      CheckRequest request,
      @Nullable Duration interval,
      @Nullable Outcome knownRefusal) {}

  /**
   * What is known.
   *
   * @param verdict the last one; null where there is none yet
   * @param pausedUntil how long the host is left alone because it has refused several accounts;
   *     null if it is not, or nobody wants to ask it
   * @param again when to ask again, besides when one is woken; null for never
   */
  public record Answer(
      @Nullable Verdict verdict, @Nullable Instant pausedUntil, @Nullable Instant again) {}

  private record Known(String account, long generation, long registryGeneration) {}

  private static final class Account<C> {
    private final Set<C> users = new HashSet<>();
    private @Nullable Verdict verdict;
    private @Nullable Instant next = Instant.MIN;
    private @Nullable Instant slot;
    private boolean isRunning;
    private int failures;
    private Instant refusedAt = Instant.EPOCH;
  }

  /** Answers with what is known, and has the account checked if it is time. */
  public Answer ask(Question<C> question) {
    var digest = digest(question.request());
    Runnable check;
    Answer answer;
    synchronized (this) {
      var now = clock.instant();
      var account = know(question, digest);
      check = begin(question, digest, account, now);
      answer = answer(question, account, now);
    }
    if (check != null) {
      executor.execute(check);
    }
    return answer;
  }

  /** Forgets a credential that is gone, or of which nothing is asked any more. */
  public synchronized void forget(C credential) {
    var known = credentials.remove(credential);
    if (known != null) {
      release(credential, known.account());
    }
    var now = clock.instant();
    hosts.values().removeIf(host -> host.isIdle(now));
  }

  private Account<C> know(Question<C> question, String digest) {
    var now = clock.instant();
    var known = new Known(digest, question.generation(), question.registryGeneration());
    var before = credentials.put(question.credential(), known);
    if (before != null && !before.account().equals(digest)) {
      release(question.credential(), before.account());
    }
    var account = accounts.computeIfAbsent(digest, _ -> new Account<>());
    account.users.add(question.credential());
    if (question.knownRefusal() != null && account.verdict == null && !account.isRunning) {
      account.verdict = new Verdict(question.knownRefusal(), true, null);
      account.next = null;
    } else if (before != null && before.account().equals(digest) && !before.equals(known)) {
      declaredAnew(account, before.generation() != known.generation(), now);
    }
    return account;
  }

  /**
   * A person has changed something, and wants to know. Many specs may change at once, by a tool: a
   * refused account is not sent for each of them.
   */
  private static <C> void declaredAnew(Account<C> account, boolean isCredential, Instant now) {
    var verdict = account.verdict;
    var isDue =
        verdict != null
            && (verdict.loginRefused()
                ? isCredential && !account.refusedAt.plus(REFUSED_AGAIN).isAfter(now)
                : verdict.outcome().truth() == Verdict.Truth.UNKNOWN);
    if (isDue) {
      account.next = Instant.MIN;
    }
  }

  private void release(C credential, String digest) {
    var account = accounts.get(digest);
    if (account != null) {
      account.users.remove(credential);
      if (account.users.isEmpty()) {
        accounts.remove(digest);
      }
    }
  }

  /** The check that is to be run; null if it is not time. */
  private @Nullable Runnable begin(
      Question<C> question, String digest, Account<C> account, Instant now) {
    if (account.isRunning || account.next == null || account.next.isAfter(now)) {
      return null;
    }
    var host = host(question);
    if (host.pausedUntil(now) != null || host.notBefore(now) != null) {
      account.slot = null;
      return null;
    }
    if (account.slot == null) {
      account.slot = host.reserve(now);
    }
    if (account.slot.isAfter(now)) {
      return null;
    }
    account.slot = null;
    account.isRunning = true;
    return () -> end(question, digest, account, client.apply(question.request()));
  }

  private HostPace host(Question<C> question) {
    return hosts.computeIfAbsent(question.request().registry().host(), _ -> new HostPace());
  }

  private Answer answer(Question<C> question, Account<C> account, Instant now) {
    if (account.isRunning || account.next == null) {
      return new Answer(account.verdict, null, null);
    }
    if (account.next.isAfter(now)) {
      return new Answer(account.verdict, null, account.next);
    }
    var host = host(question);
    var paused = host.pausedUntil(now);
    var again = paused == null ? host.notBefore(now) : paused;
    return new Answer(account.verdict, paused, again == null ? account.slot : again);
  }

  private void end(Question<C> question, String digest, Account<C> account, Verdict verdict) {
    Set<C> users;
    synchronized (this) {
      var now = clock.instant();
      account.isRunning = false;
      account.verdict = verdict;
      account.failures = isPassing(verdict) ? account.failures + 1 : 0;
      account.next = next(question, account, verdict, now);
      if (verdict.loginRefused()) {
        account.refusedAt = now;
        host(question).refused(digest, now);
      }
      if (verdict.retryAfter() != null) {
        host(question).retryAfter(now, verdict.retryAfter());
      }
      users = Set.copyOf(account.users);
    }
    users.forEach(wake);
  }

  private @Nullable Instant next(
      Question<C> question, Account<C> account, Verdict verdict, Instant now) {
    if (verdict.loginRefused()) {
      return null;
    }
    if (isPassing(verdict)) {
      return now.plus(
          verdict.retryAfter() == null ? retry(account.failures) : verdict.retryAfter());
    }
    var interval = question.interval();
    return interval == null ? null : now.plus(spread(interval));
  }

  /** Whether it may be over soon, whatever anybody does. */
  private static boolean isPassing(Verdict verdict) {
    return List.of(Outcome.UNREACHABLE, Outcome.RATE_LIMITED).contains(verdict.outcome());
  }

  private Duration retry(int failures) {
    var wait = FIRST_RETRY;
    for (int i = 1; i < failures && wait.compareTo(LONGEST_RETRY) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return spread(wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY);
  }

  private Duration spread(Duration middle) {
    var part = 1 + JITTER * (2 * random.nextDouble() - 1);
    return Duration.ofMillis((long) (middle.toMillis() * part));
  }

  private String digest(CheckRequest request) {
    try {
      var mac = Mac.getInstance(DIGEST);
      mac.init(key);
      for (String part :
          List.of(
              request.registry().host() + ":" + request.registry().port(),
              request.account().userName(),
              request.account().password())) {
        var bytes = part.getBytes(UTF_8);
        mac.update((byte) (bytes.length >> 16));
        mac.update((byte) (bytes.length >> 8));
        mac.update((byte) bytes.length);
        mac.update(bytes);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + DIGEST, e);
    }
  }
}
