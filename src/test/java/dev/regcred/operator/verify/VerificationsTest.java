package dev.regcred.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.clock.SettableClock;
import dev.regcred.verification.Account;
import dev.regcred.verification.RegistryEndpoint;
import dev.regcred.verification.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Set<String> recorded = new HashSet<>();
  private Verifications<String> verifications = operator();

  private Verifications<String> operator() {
    return new Verifications<>(
        this::check,
        clock,
        this::namespace,
        (_, check) -> check.run(),
        woken::add,
        () -> Set.copyOf(recorded));
  }

  /** Those of others have theirs before their name. */
  private String namespace(String credential) {
    return credential.contains("/") ? credential.substring(0, credential.indexOf('/')) : "team";
  }

  private Verdict check(CheckRequest request) {
    var password = request.account().password();
    sent.computeIfAbsent(password, _ -> new ArrayList<>()).add(clock.instant());
    return verdicts.getOrDefault(password, new Verdict(VerifiedReason.ACCEPTED, false, null));
  }

  @Test
  void anAccountIsCheckedAtOnceAndThenOnceAnInterval() {
    ask("a", "right");
    assertThat(woken).containsExactly("a");
    assertThat(ask("a", "right").verdict())
        .isEqualTo(new Verdict(VerifiedReason.ACCEPTED, false, null));
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
        var answer = verifications.ask(question("a", "wrong", 1, VerifiedReason.REFUSED));
        assertThat(answer.verdict()).isEqualTo(new Verdict(VerifiedReason.REFUSED, true, null));
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
        .isEqualTo(new Verdict(VerifiedReason.REFUSED, true, null));
  }

  /** As a tool does that changes something in the specs of all of them. */
  @Test
  void norIfAllTheirSpecsChange() {
    refuse("wrong");
    IntStream.range(0, 100).forEach(i -> ask("credential-" + i, "wrong"));
    IntStream.range(0, 100)
        .forEach(i -> verifications.ask(question("credential-" + i, "wrong", 2, null)));
    assertThat(sent.get("wrong")).hasSize(1);

    setClock(start.plus(KnownAccount.REFUSED_AGAIN));
    IntStream.range(0, 100)
        .forEach(i -> verifications.ask(question("credential-" + i, "wrong", 3, null)));
    assertThat(sent.get("wrong")).hasSize(2);
  }

  /** As two tools do that want it otherwise each: once at first, then after 10, 20, 40 minutes. */
  @Test
  void norAsOftenAsOneSpecChanges() {
    refuse("wrong");
    for (int minute = 0; minute < DAY.toMinutes(); minute++) {
      setClock(start.plus(Duration.ofMinutes(minute)));
      verifications.ask(question("a", "wrong", minute, null));
    }
    assertThat(sent.get("wrong")).hasSizeBetween(2, 8);
  }

  /** Else it would be written while it is asked about, and where nobody answers. */
  @Test
  void oneThatIsAskedAboutAgainIsRefusedUntilItIsTaken() {
    refuse("wrong");
    ask("a", "wrong");
    verifications.forget("a");
    ask("a", "wrong");
    setClock(start.plus(KnownAccount.REFUSED_AGAIN));
    IntStream.range(0, HostPace.BURST).forEach(i -> ask("other", "other-" + i));
    var refused = new Verdict(VerifiedReason.REFUSED, true, null);
    assertThat(verifications.ask(question("a", "wrong", 2, null)).verdict())
        .as("it waits for its turn")
        .isEqualTo(refused);
    assertThat(sent.get("wrong")).hasSize(1);

    verdicts.put("wrong", new Verdict(VerifiedReason.UNREACHABLE, false, null, true, null));
    setClock(clock.instant().plusSeconds(1));
    verifications.ask(question("a", "wrong", 2, null));
    assertThat(sent.get("wrong")).hasSize(2);
    assertThat(verifications.ask(question("a", "wrong", 2, null)).verdict())
        .as("nobody has answered")
        .isEqualTo(refused);
    assertThat(ask("in-another-way", "wrong", "tokens.example.com").verdict()).isEqualTo(refused);

    verdicts.remove("wrong");
    setClock(clock.instant().plus(KnownAccount.REFUSED_AGAIN));
    woken.clear();
    verifications.ask(question("a", "wrong", 2, null));
    assertThat(woken).contains("a", "in-another-way");
    assertThat(verifications.ask(question("a", "wrong", 2, null)).verdict())
        .isEqualTo(new Verdict(VerifiedReason.ACCEPTED, false, null));
    assertThat(sent.get("wrong")).hasSize(3);
  }

  /** As one does that is declared Inactive and Active in turn, or deleted and created anew. */
  @Test
  void norIfItsCredentialGoesAndComesBack() {
    refuse("wrong");
    for (int i = 0; i < 100; i++) {
      ask("a", "wrong");
      verifications.forget("a");
      ask("a", "right");
    }
    assertThat(sent.get("wrong")).hasSize(1);
    assertThat(ask("a", "wrong").verdict())
        .isEqualTo(new Verdict(VerifiedReason.REFUSED, true, null));
  }

  /** The memory of who is gone has an end. */
  @Test
  void ofThoseThatAreGoneTheFirstIsForgottenAtLast() {
    refuse("0");
    ask("a", "0");
    for (int i = 1; i <= AccountBook.REMEMBERED + 1; i++) {
      setClock(start.plus(HostPace.PAUSE.multipliedBy(i)));
      refuse(String.valueOf(i));
      ask("a", String.valueOf(i));
    }
    ask("a", "1");
    ask("a", "0");
    assertThat(sent.get("1")).hasSize(1);
    assertThat(sent.get("0")).hasSize(2);
  }

  /** A credential that is new after a restart may come before the one whose status says it. */
  @Test
  void nothingIsSentAfterAStartBeforeAllThatWasRefusedIsKnown() {
    refuse("wrong");
    recorded.addAll(List.of("a", "b"));
    verifications = operator();
    var held = ask("new", "wrong");
    assertThat(held.verdict()).isNull();
    assertThat(held.again()).isEqualTo(start.plus(RefusalRecords.LIMIT));
    verifications.ask(question("a", "wrong", 1, VerifiedReason.EXPIRED));
    assertThat(woken).isEmpty();
    verifications.askNothing("b");
    assertThat(woken).containsExactly("new");
    assertThat(ask("new", "wrong").verdict())
        .isEqualTo(new Verdict(VerifiedReason.EXPIRED, true, null));
    assertThat(sent).isEmpty();
    ask("other", "right");
    assertThat(sent).containsOnlyKeys("right");
  }

  @Test
  void butOneThatCanNotBeLookedAtKeepsTheOthersTenMinutesOnly() {
    recorded.add("a");
    verifications = operator();
    ask("new", "right");
    setClock(start.plus(RefusalRecords.LIMIT));
    ask("new", "right");
    assertThat(sent).containsOnlyKeys("right");
  }

  /** As one whose writes fail, or that was deleted meanwhile. */
  @Test
  void norDoesOneThatCanNotBeLookedAtOrIsGoneKeepThem() {
    recorded.addAll(List.of("failing", "gone"));
    verifications = operator();
    ask("new", "right");
    verifications.passOver("failing");
    assertThat(woken).isEmpty();
    verifications.forget("gone");
    assertThat(woken).containsExactly("new");
    ask("new", "right");
    assertThat(sent).containsOnlyKeys("right");
  }

  /** A replica that does not lead forgets those that are gone, too; its ten minutes come later. */
  @Test
  void theTimeOfTheOthersDoesNotBeginWithOneThatIsGone() {
    recorded.add("a");
    verifications = operator();
    verifications.forget("gone");
    setClock(start.plus(RefusalRecords.LIMIT));
    assertThat(ask("new", "right").again()).isEqualTo(clock.instant().plus(RefusalRecords.LIMIT));
    assertThat(sent).isEmpty();
  }

  /** What nobody trusts for one Registry may be trusted for another. */
  @Test
  void aVerdictIsOfThoseWhoAskInTheSameWay() {
    verdicts.put("right", new Verdict(VerifiedReason.TLS_UNTRUSTED, false, null));
    ask("a", "right");
    verdicts.remove("right");
    verifications.ask(question("b", "right", 1, null, List.of("tokens.example.com")));
    assertThat(
            verifications
                .ask(question("b", "right", 1, null, List.of("tokens.example.com")))
                .verdict())
        .isEqualTo(new Verdict(VerifiedReason.ACCEPTED, false, null));
    assertThat(ask("a", "right").verdict())
        .isEqualTo(new Verdict(VerifiedReason.TLS_UNTRUSTED, false, null));
  }

  @Test
  void butOneThatIsRefusedIsNotSentInAnyOtherWay() {
    refuse("wrong");
    ask("a", "wrong");
    for (int i = 0; i < 100; i++) {
      var way = question("b", "wrong", 1, null, List.of("tokens-%d.example.com".formatted(i)));
      assertThat(verifications.ask(way).verdict())
          .isEqualTo(new Verdict(VerifiedReason.REFUSED, true, null));
    }
    assertThat(sent.get("wrong")).hasSize(1);
  }

  /** Of a thousand one asks again, and the others are told when there is news. */
  @Test
  void whoeverWaitsIsWokenByNewsOnly() {
    IntStream.range(0, 1000).forEach(i -> ask("credential-" + i, "right"));
    var again = askedAgain(ask("credential-0", "right"));
    assertThat(ask("credential-1", "right").again()).isNull();
    woken.clear();
    setClock(again);
    ask("credential-0", "right");
    assertThat(woken).containsExactly("credential-0");

    verifications.forget("credential-0");
    assertThat(woken).containsExactly("credential-0", "credential-1");
    woken.clear();
    refuse("right");
    setClock(askedAgain(ask("credential-1", "right")));
    ask("credential-1", "right");
    assertThat(woken).hasSize(999).doesNotContain("credential-0");
  }

  @Test
  void aNewValueIsCheckedAtOnce() {
    refuse("wrong");
    ask("a", "wrong");
    ask("a", "right");
    assertThat(ask("a", "right").verdict())
        .isEqualTo(new Verdict(VerifiedReason.ACCEPTED, false, null));
    assertThat(sent).containsOnlyKeys("wrong", "right");
  }

  @Test
  void whatIsNotReachedIsTriedAgainMoreAndMoreRarely() {
    verdicts.put("right", new Verdict(VerifiedReason.UNREACHABLE, false, null));
    lookEveryMinute(DAY, "a", "right");
    assertThat(sent.get("right")).hasSizeBetween(20, 35);
  }

  /** As a registry may that takes its time over wrong passwords, and counts them. */
  @Test
  void anAccountThatWasShownForNothingIsSentMoreRarelyWhateverIsChanged() {
    verdicts.put("right", new Verdict(VerifiedReason.UNREACHABLE, false, null, true, null));
    for (int minute = 0; minute < DAY.toMinutes(); minute++) {
      setClock(start.plus(Duration.ofMinutes(minute)));
      verifications.ask(
          question("a", "right", minute, null, List.of("tokens-%d.example.com".formatted(minute))));
      verifications.forget("a");
      verifications.ask(question("b", "right", minute, null));
    }
    assertThat(sent.get("right")).hasSizeBetween(2, 8);
  }

  @Test
  void andIsAskedForAgainThen() {
    verdicts.put("right", new Verdict(VerifiedReason.UNREACHABLE, false, null, true, null));
    ask("a", "right");
    assertThat(ask("a", "right").again()).isEqualTo(start.plus(KnownAccount.REFUSED_AGAIN));
    setClock(start.plus(KnownAccount.REFUSED_AGAIN));
    verdicts.remove("right");
    ask("a", "right");
    assertThat(ask("a", "right").verdict())
        .isEqualTo(new Verdict(VerifiedReason.ACCEPTED, false, null));
  }

  /** Who answers there may want the operator busy, or the account locked. */
  @Test
  void nobodyIsAskedAgainAtOnceBecauseHeSaysSo() {
    verdicts.put("x", new Verdict(VerifiedReason.RATE_LIMITED, false, Duration.ZERO));
    for (int second = 0; second < 60 * 60; second++) {
      setClock(start.plusSeconds(second));
      ask("a", "x");
    }
    assertThat(sent.get("x")).hasSizeBetween(4, 8);
  }

  @Test
  void anAnswerCountsNoLongerThanWhoeverWantsItNewestSays() {
    verifications.ask(every(null, "a", "right"));
    verifications.ask(every(null, "a", "right"));
    lookEveryMinute(DAY, () -> verifications.ask(every(null, "a", "right")));
    assertThat(sent.get("right")).as("for as long as the account is the same").hasSize(1);
    woken.clear();

    verifications.ask(every(Duration.ofHours(1), "b", "right"));
    assertThat(woken).as("a is the one that asks again").containsExactly("a");
    assertThat(askedAgain(verifications.ask(every(null, "a", "right"))))
        .isBetween(clock.instant().plusSeconds(54 * 60), clock.instant().plusSeconds(66 * 60));
    lookEveryMinute(DAY, () -> verifications.ask(every(null, "a", "right")));
    assertThat(sent.get("right")).hasSizeBetween(22, 28);
  }

  @Test
  void anIntervalThatIsDeclaredShorterCountsAtOnce() {
    verifications.ask(every(null, "a", "right"));
    verifications.ask(every(Duration.ofHours(1), "a", "right"));
    lookEveryMinute(
        Duration.ofHours(2), () -> verifications.ask(every(Duration.ofHours(1), "a", "right")));
    assertThat(sent.get("right")).hasSizeBetween(2, 3);
  }

  /** The one that asks again is told, where it is another one's spec that was changed. */
  @Test
  void whoeverChangesItsSpecHasTheAccountSentAgainAlsoIfItIsNotItsTurn() {
    refuse("wrong");
    ask("a", "wrong");
    ask("b", "wrong");
    setClock(start.plus(KnownAccount.REFUSED_AGAIN));
    IntStream.range(0, HostPace.BURST).forEach(i -> ask("other", "other-" + i));
    woken.clear();
    verifications.ask(question("b", "wrong", 2, null));
    assertThat(woken).containsExactly("a");
    setClock(askedAgain(ask("a", "wrong")));
    ask("a", "wrong");
    assertThat(sent.get("wrong")).hasSize(2);
  }

  /** As by Registries of hosts of one's own, whose tokens are at a host of others. */
  @Test
  void aHostThatGivesTokensToManyIsLeftAloneAsOne() {
    for (int i = 0; i < 10; i++) {
      verdicts.put(
          String.valueOf(i),
          new Verdict(VerifiedReason.REFUSED, true, null).shownTo("tokens.example.com"));
      verifications.ask(at("mine-" + i + ".example", "credential-" + i, String.valueOf(i)));
    }
    assertThat(sent).hasSize(HostPace.REFUSALS);
    assertThat(ask("b", "right").pausedUntil()).as("another host").isNull();
    assertThat(
            verifications
                .ask(question("c", "right", 1, null, List.of("tokens.example.com")))
                .pausedUntil())
        .isEqualTo(start.plus(HostPace.PAUSE));
  }

  /** Whatever else a Registry of a tenant names, only its own host has refused. */
  @Test
  void aRefusalCountsAtTheHostThatHasRefused() {
    for (int i = 0; i < HostPace.REFUSALS; i++) {
      verdicts.put(
          String.valueOf(i),
          new Verdict(VerifiedReason.REFUSED, true, null).shownTo("mine.example"));
      verifications.ask(at("mine.example", "credential-" + i, String.valueOf(i)));
    }
    var tokens = question("c", "right", 1, null, List.of("tokens.example.com"));
    assertThat(verifications.ask(tokens).pausedUntil()).isNull();
    assertThat(sent).containsKey("right");
    assertThat(verifications.ask(at("mine.example", "d", "other")).pausedUntil())
        .isEqualTo(start.plus(HostPace.PAUSE));
  }

  @Test
  void aNamespaceWhoseAccountsAreRefusedLeavesTheHostAloneByItself() {
    for (int i = 0; i < 10; i++) {
      refuse("a-" + i);
      refuse("b-" + i);
      ask("a/" + i, "a-" + i);
      ask("b/" + i, "b-" + i);
      setClock(clock.instant().plusSeconds(1));
    }
    assertThat(sent).hasSize(2 * HostPace.REFUSALS);
    assertThat(ask("a/right", "right").pausedUntil()).isNotNull();
    assertThat(ask("c/right", "right").pausedUntil()).isNull();
    assertThat(sent).containsKey("right");
  }

  @Test
  void theAccountsOfThreeNamespacesHaveAllOfThemLeaveItAlone() {
    for (String namespace : List.of("a", "b", "c")) {
      refuse(namespace);
      ask(namespace + "/pull", namespace);
    }
    assertThat(ask("d/pull", "right").pausedUntil()).isEqualTo(start.plus(HostPace.PAUSE));
    assertThat(sent).doesNotContainKey("right");
  }

  /** Who leaves and comes back gets no second burst. */
  @Test
  void theBurstOfAHostIsNotHadTwice() {
    var asked = 0;
    for (int second = 0; second < 60; second++) {
      setClock(start.plusSeconds(second));
      for (int i = 0; i < 20; i++) {
        ask("a", "password-" + asked++);
      }
      verifications.forget("a");
    }
    assertThat(sent.size()).isLessThanOrEqualTo(60 + HostPace.BURST);
  }

  /** As a new value is, before it is written; but a registry that does not answer stops none. */
  @Test
  void aFirstVerdictIsAwaitedForHalfAMinuteAndNoLongerThanThereIsNone() {
    IntStream.range(0, HostPace.BURST).forEach(i -> ask("other", "other-" + i));
    var end = start.plus(Verifications.WORTH_WAITING);
    assertThat(ask("a", "right").awaitedUntil()).isEqualTo(end);
    setClock(end);
    assertThat(ask("a", "right").awaitedUntil()).as("then it is asked").isNull();
    assertThat(ask("a", "right").verdict()).isNotNull();
    assertThat(ask("b", "right").awaitedUntil()).as("a verdict is there").isNull();

    for (String password : List.of("1", "2", "3")) {
      setClock(clock.instant().plusSeconds(1));
      refuse(password);
      ask("credential-" + password, password);
    }
    assertThat(ask("c", "newer").awaitedUntil()).as("the host is left alone").isNull();
  }

  @Test
  void aHostIsLeftAloneAsLongAsItSays() {
    verdicts.put("x", new Verdict(VerifiedReason.RATE_LIMITED, false, Duration.ofMinutes(30)));
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

  private static Instant askedAgain(AccountAnswer answer) {
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
    verdicts.put(password, new Verdict(VerifiedReason.REFUSED, true, null));
  }

  private void lookEveryMinute(Duration time, String credential, String password) {
    lookEveryMinute(time, () -> ask(credential, password));
  }

  private void lookEveryMinute(Duration time, Runnable look) {
    for (Instant now = clock.instant(), end = now.plus(time);
        now.isBefore(end);
        now = now.plusSeconds(60)) {
      setClock(now);
      look.run();
    }
  }

  private AccountAnswer ask(String credential, String password) {
    return verifications.ask(question(credential, password, 1, null));
  }

  private AccountAnswer ask(String credential, String password, String realmHost) {
    return verifications.ask(question(credential, password, 1, null, List.of(realmHost)));
  }

  private static AccountQuestion<String> question(
      String credential, String password, long generation, @Nullable VerifiedReason refused) {
    return question(credential, password, generation, refused, List.of());
  }

  private static AccountQuestion<String> question(
      String credential,
      String password,
      long generation,
      @Nullable VerifiedReason refused,
      List<String> realmHosts) {
    return new AccountQuestion<>(
        credential, generation, 1, request(HOST, password, realmHosts), INTERVAL, refused);
  }

  /** An answer counts as long as that; null for as long as the account is the same. */
  private static AccountQuestion<String> every(
      @Nullable Duration interval, String credential, String password) {
    return new AccountQuestion<>(
        credential, 1, 1, request(HOST, password, List.of()), interval, null);
  }

  /** The registry at a host of its own gives its tokens at {@code tokens.example.com}. */
  private static AccountQuestion<String> at(String host, String credential, String password) {
    return new AccountQuestion<>(
        credential, 1, 1, request(host, password, List.of("tokens.example.com")), INTERVAL, null);
  }

  private static CheckRequest request(String host, String password, List<String> realmHosts) {
    return new CheckRequest(
        new RegistryEndpoint(host, 443), new Account("robot", password), null, realmHosts, null);
  }
}
