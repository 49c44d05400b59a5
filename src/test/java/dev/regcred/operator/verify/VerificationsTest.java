package dev.regcred.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.clock.SettableClock;
import dev.regcred.verification.Account;
import dev.regcred.verification.RegistryEndpoint;
import dev.regcred.verification.Verdict;
import dev.regcred.verification.Verdict.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How often an account is sent, over days of a clock that is set by hand. */
class VerificationsTest {
  private static final Duration INTERVAL = Duration.ofHours(12);
  private static final Duration DAY = Duration.ofHours(24);
  private static final String HOST = "registry.example.com";

  private final SettableClock clock = new SettableClock();
  private final Instant start = clock.instant();

  /** The times at which each password came. */
  private final Map<String, List<Instant>> sent = new HashMap<>();

  private final Map<String, Verdict> verdicts = new HashMap<>();
  private final List<String> woken = new ArrayList<>();
  private Verifications<String> verifications = operator();

  private Verifications<String> operator() {
    return new Verifications<>(this::check, clock, Runnable::run, woken::add);
  }

  private Verdict check(CheckRequest request) {
    var password = request.account().password();
    sent.computeIfAbsent(password, _ -> new ArrayList<>()).add(clock.instant());
    return verdicts.getOrDefault(password, new Verdict(Outcome.ACCEPTED, false, null));
  }

  @Test
  void anAccountIsCheckedAtOnceAndThenOnceAnInterval() {
    ask("a", "right");
    assertThat(woken).containsExactly("a");
    assertThat(ask("a", "right").verdict()).isEqualTo(new Verdict(Outcome.ACCEPTED, false, null));
    lookEveryMinute(DAY.multipliedBy(2), "a", "right");
    assertThat(sent.get("right")).hasSizeBetween(4, 5);
    var times = sent.getOrDefault("right", List.of());
    var first = Duration.between(times.get(0), times.get(1));
    assertThat(first).isBetween(INTERVAL.dividedBy(10).multipliedBy(9), INTERVAL.plusHours(2));
  }

  @Test
  void aRefusedOneIsSentOnceADayAndALifetimeLong() {
    refuse("wrong");
    ask("a", "wrong");
    lookEveryMinute(DAY, "a", "wrong");
    assertThat(sent.get("wrong")).hasSize(1);
    assertThat(ask("a", "wrong").again()).isNull();
  }

  @Test
  void aRestartSendsItNoMore() {
    refuse("wrong");
    ask("a", "wrong");
    for (int replica = 0; replica < 3; replica++) {
      verifications = operator();
      for (int look = 0; look < 10; look++) {
        var answer = verifications.ask(question("a", "wrong", 1, Outcome.REFUSED));
        assertThat(answer.verdict()).isEqualTo(new Verdict(Outcome.REFUSED, true, null));
      }
    }
    assertThat(sent.get("wrong")).hasSize(1);
  }

  @Test
  void howeverManyCredentialsNameIt() {
    refuse("wrong");
    IntStream.range(0, 1000).forEach(i -> ask("credential-" + i, "wrong"));
    IntStream.range(0, 1000).forEach(i -> ask("credential-" + i, "wrong"));
    assertThat(sent.get("wrong")).hasSize(1);
    assertThat(ask("another", "wrong").verdict())
        .isEqualTo(new Verdict(Outcome.REFUSED, true, null));
  }

  /** As a tool does that changes something in the specs of all of them. */
  @Test
  void norIfAllTheirSpecsChange() {
    refuse("wrong");
    IntStream.range(0, 100).forEach(i -> ask("credential-" + i, "wrong"));
    IntStream.range(0, 100)
        .forEach(i -> verifications.ask(question("credential-" + i, "wrong", 2, null)));
    assertThat(sent.get("wrong")).hasSize(1);

    setClock(start.plus(Verifications.REFUSED_AGAIN));
    IntStream.range(0, 100)
        .forEach(i -> verifications.ask(question("credential-" + i, "wrong", 3, null)));
    assertThat(sent.get("wrong")).hasSize(2);
  }

  @Test
  void aNewValueIsCheckedAtOnce() {
    refuse("wrong");
    ask("a", "wrong");
    ask("a", "right");
    assertThat(ask("a", "right").verdict()).isEqualTo(new Verdict(Outcome.ACCEPTED, false, null));
    assertThat(sent).containsOnlyKeys("wrong", "right");
  }

  @Test
  void whatIsNotReachedIsTriedAgainMoreAndMoreRarely() {
    verdicts.put("right", new Verdict(Outcome.UNREACHABLE, false, null));
    lookEveryMinute(DAY, "a", "right");
    assertThat(sent.get("right")).hasSizeBetween(20, 35);
  }

  @Test
  void aHostIsLeftAloneAsLongAsItSays() {
    verdicts.put("x", new Verdict(Outcome.RATE_LIMITED, false, Duration.ofMinutes(30)));
    ask("a", "x");
    assertThat(ask("b", "y").again()).isEqualTo(start.plus(Duration.ofMinutes(30)));
    assertThat(sent).doesNotContainKey("y");
    setClock(start.plus(Duration.ofMinutes(30)));
    ask("b", "y");
    assertThat(sent).containsKey("y");
  }

  @Test
  void aHostThatRefusesSeveralAccountsIsLeftAlone() {
    for (String password : List.of("1", "2", "3")) {
      refuse(password);
      ask("credential-" + password, password);
    }
    var paused = ask("a", "right");
    assertThat(paused.pausedUntil()).isEqualTo(start.plus(HostPace.PAUSE));
    assertThat(paused.again()).isEqualTo(start.plus(HostPace.PAUSE));
    assertThat(sent).doesNotContainKey("right");
    setClock(start.plus(HostPace.PAUSE));
    assertThat(ask("a", "right").pausedUntil()).isNull();
    assertThat(sent).containsKey("right");
  }

  @Test
  void aHostIsAskedOnceASecond() {
    var due = new HashMap<String, Instant>();
    IntStream.range(0, 100)
        .mapToObj(i -> "credential-" + i)
        .forEach(name -> due.put(name, askedAgain(ask(name, name))));
    assertThat(sent).hasSize(HostPace.BURST);
    for (int second = 1; second <= 100; second++) {
      var now = start.plusSeconds(second);
      setClock(now);
      due.replaceAll((name, time) -> time.isAfter(now) ? time : askedAgain(ask(name, name)));
      assertThat(sent.size()).isLessThanOrEqualTo(HostPace.BURST + second);
    }
    assertThat(sent).hasSize(100);
  }

  private static Instant askedAgain(Verifications.Answer answer) {
    return answer.again() == null ? Instant.MAX : answer.again();
  }

  @Test
  void whoIsGoneIsForgotten() {
    refuse("wrong");
    ask("a", "wrong");
    woken.clear();
    verifications.forget("a");
    ask("b", "right");
    assertThat(woken).containsExactly("b");
  }

  private void setClock(Instant time) {
    clock.advance(Duration.between(clock.instant(), time));
  }

  private void refuse(String password) {
    verdicts.put(password, new Verdict(Outcome.REFUSED, true, null));
  }

  private void lookEveryMinute(Duration time, String credential, String password) {
    for (Instant now = clock.instant(), end = now.plus(time);
        now.isBefore(end);
        now = now.plusSeconds(60)) {
      setClock(now);
      ask(credential, password);
    }
  }

  private Verifications.Answer ask(String credential, String password) {
    return verifications.ask(question(credential, password, 1, null));
  }

  private static Verifications.Question<String> question(
      String credential, String password, long generation, @Nullable Outcome refused) {
    return new Verifications.Question<>(
        credential,
        generation,
        1,
        new CheckRequest(
            new RegistryEndpoint(HOST, 443), new Account("robot", password), null, List.of(), null),
        INTERVAL,
        refused);
  }
}
