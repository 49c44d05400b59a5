package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Action;
import dev.regcred.plan.Requeue;
import dev.regcred.plan.Verdict;
import dev.regcred.pullsecret.AttachableAccount;
import dev.regcred.pullsecret.Attachments;
import dev.regcred.pullsecret.Attachments.Wish;
import dev.regcred.pullsecret.Claim;
import dev.regcred.pullsecret.Composition;
import dev.regcred.pullsecret.Contribution;
import dev.regcred.pullsecret.Drift;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.pullsecret.Standing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one plan to the pull Secrets and ServiceAccounts of a namespace, in the order in
 * which they have to come: a Secret is there before it is attached, and detached before it goes.
 */
final class Writes {
  private final Claimant self;
  private final ObservedPlace place;
  private final Instant now;
  private final Composer composer;
  private final List<SecretWrite> first = new ArrayList<>();
  private final List<SecretWrite> last = new ArrayList<>();
  private final Map<String, AttachableAccount> accounts = new TreeMap<>();
  private final Map<String, Map<String, Wish>> wishes = new LinkedHashMap<>();
  private final Map<String, Contest> contestedAccounts = new TreeMap<>();
  private @Nullable Verdict obstacle;

  private Writes(Claimant self, ObservedPlace place, Instant now, Composer composer) {
    this.self = self;
    this.place = place;
    this.now = now;
    this.composer = composer;
  }

  static Writes none(Claimant self, ObservedPlace place, Instant now) {
    return none(self, place, now, new Composer());
  }

  /**
   * The same.
   *
   * @param composer which is shared by the namespaces of a plan
   */
  static Writes none(Claimant self, ObservedPlace place, Instant now, Composer composer) {
    return new Writes(self, place, now, composer);
  }

  /**
   * The last good entry stays, in a Secret that is kept right in everything else, its mark among
   * it.
   */
  static Writes upkeep(Claimant self, ObservedPlace place, Instant now) {
    var writes = none(self, place, now);
    var isPossible =
        self.spec() != null
            && Ownership.isOurs(place.target(), self, now)
            && Ownership.problem(self, place, now).isEmpty();
    return isPossible
            && writes.claim(new Claim.Unchanged()).standing(self.contributor())
                instanceof Standing.Holds
        ? writes
        : none(self, place, now);
  }

  /**
   * The target with that claim of the credential, which has to be allowed.
   *
   * @return what the Secret is then
   */
  Composition claim(Claim claim) {
    var target = place.target();
    var composition = Ownership.composed(target, self, claim, now, composer);
    first.addAll(Drift.writes(composition.secret(), target.current()));
    attach(
        target,
        Stream.concat(Stream.of(self), target.others().stream())
            .filter(claimant -> composition.standings().containsKey(claimant.contributor()))
            .toList(),
        Wish.DETACH);
    return composition;
  }

  /**
   * The target without an entry of the credential, which stays wired to it, or joins those that
   * share it; and without the credential anywhere else.
   */
  Writes wire() {
    var target = place.target();
    var current = target.current();
    if (current == null || ((target.isMarked() || isOurs(target)) && !isRefused(current))) {
      claim(new Claim.Nothing());
    }
    return leaveLeftovers();
  }

  /** Without the credential in all Secrets that are not its target any more. */
  Writes leaveLeftovers() {
    place.leftovers().forEach(this::leave);
    return this;
  }

  /** Without the credential anywhere. */
  Writes leaveAll() {
    leave(place.target());
    return leaveLeftovers();
  }

  /**
   * Without the credential, but its entry stays for whoever uses it: in the target, or in the
   * Secret before it as long as the target could not be written. What is handed back is not known
   * any more, so it comes last.
   */
  Writes retain() {
    if (isOurs(place.target())) {
      leaveLeftovers();
      if (!place.hasMore()) {
        retain(place.target());
      }
    } else {
      place.leftovers().forEach(this::retain);
    }
    return this;
  }

  private void leave(ObservedSecret secret) {
    var contributions = Contributions.ofOthers(self, secret, now);
    attach(secret, sharers(secret, contributions), Wish.DETACH);
    var current = Ownership.known(secret, self);
    if (current == null || !isOurs(secret) || isRefused(current)) {
      return;
    }
    if (!contributions.isEmpty()) {
      last.addAll(
          Drift.writes(Composition.of(secret.name(), contributions, current).secret(), current));
    } else if (current.isAdopted()) {
      last.addAll(Drift.handBackWithoutEntries(current));
    } else {
      last.add(Drift.delete(current));
    }
  }

  private void retain(ObservedSecret secret) {
    var current = Ownership.known(secret, self);
    if (current == null || !isOurs(secret) || (current.isBlank() && !current.isAdopted())) {
      leave(secret);
      return;
    }
    var contributions = Contributions.ofOthers(self, secret, now);
    attach(secret, sharers(secret, contributions), Wish.RELEASE);
    if (contributions.isEmpty()) {
      last.addAll(Drift.handBack(current));
    } else {
      var left = current.leftBy(self.contributor());
      last.addAll(
          Drift.writes(Composition.of(secret.name(), contributions, left).secret(), current));
    }
  }

  private boolean isRefused(PullSecret current) {
    var refusal = current.isAdopted() ? Ownership.refusal(current) : Optional.<Verdict>empty();
    refusal.ifPresent(verdict -> obstacle = verdict);
    return refusal.isPresent();
  }

  private boolean isOurs(ObservedSecret secret) {
    return Ownership.isOurs(secret, self, now);
  }

  private static List<Claimant> sharers(ObservedSecret secret, List<Contribution> contributions) {
    var contributors = contributions.stream().map(Contribution::contributor).toList();
    return secret.others().stream()
        .filter(other -> contributors.contains(other.contributor()))
        .toList();
  }

  private void attach(ObservedSecret secret, List<Claimant> sharers, Wish otherwise) {
    var isAllKnown =
        secret.unserved().isEmpty() && sharers.stream().allMatch(sharer -> sharer.spec() != null);
    for (AttachableAccount account : secret.accounts()) {
      var isWanted =
          sharers.stream()
              .map(Claimant::spec)
              .anyMatch(spec -> spec != null && spec.selects(account.name(), account.labels()));
      if (isWanted && secret.current() == null && !isTargetWritten(secret)) {
        continue; // Whoever wants it creates it first.
      }
      if (!isWanted && !isAllKnown) {
        continue; // It may be attached for one that can't be read, or that another operator serves.
      }
      if (isWanted && isContested(secret, account)) {
        continue;
      }
      accounts.put(account.name(), account);
      wishes
          .computeIfAbsent(account.name(), _ -> new TreeMap<>())
          .put(secret.name(), isWanted ? Wish.ATTACH : otherwise);
    }
  }

  /** What somebody takes out each time that it was put back, is put back later. */
  private boolean isContested(ObservedSecret secret, AttachableAccount account) {
    var contest = secret.contestedAccounts().get(account.name());
    var isTakenOut = account.isAttached(secret.name()) && !account.names(secret.name());
    if (contest == null || !isTakenOut || !contest.until().isAfter(now)) {
      return false;
    }
    contestedAccounts.put(account.name(), contest);
    return true;
  }

  private boolean isTargetWritten(ObservedSecret secret) {
    return secret.name().equals(place.target().name()) && !first.isEmpty();
  }

  /** What stands in the way of the writes; a person has to clear it away. */
  Optional<Verdict> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** Whether there is nothing to do. */
  boolean isEmpty() {
    return actions().isEmpty();
  }

  /** Whether the target differs from what it should be. */
  boolean changesTarget() {
    return !first.isEmpty();
  }

  /** The writes in their order: Secrets that are to be there, ServiceAccounts, Secrets that go. */
  List<Action> actions() {
    var actions = new ArrayList<Action>();
    first.forEach(write -> actions.add(new Action.WriteSecret(write)));
    accounts.forEach(
        (name, account) ->
            Attachments.write(account, wishes.getOrDefault(name, Map.of()))
                .ifPresent(write -> actions.add(new Action.WriteAttachment(write))));
    last.forEach(write -> actions.add(new Action.WriteSecret(write)));
    return actions;
  }

  /** What a namespace that is being deleted still lets be done. */
  List<Action> deletions() {
    return last.stream()
        .filter(SecretWrite.Delete.class::isInstance)
        .<Action>map(Action.WriteSecret::new)
        .toList();
  }

  /** Another writer changes the target each time that it is put right. */
  Optional<Contest> contest() {
    var contest = place.target().contest();
    return contest != null && changesTarget() && contest.until().isAfter(now)
        ? Optional.of(contest)
        : Optional.empty();
  }

  /** A ServiceAccount whose list another writer changes each time that it is put right. */
  Optional<Verdict> contestedAccount() {
    return contestedAccounts.entrySet().stream()
        .findFirst()
        .map(entry -> contested("ServiceAccount " + entry.getKey(), entry.getValue()));
  }

  /** A ServiceAccount that has no room for the target. */
  Optional<Verdict> fullAccount() {
    var target = place.target().name();
    return accounts.values().stream()
        .filter(
            account ->
                Attachments.isLeftOut(
                    account, wishes.getOrDefault(account.name(), Map.of()), target))
        .findFirst()
        .map(
            account ->
                Verdict.stalled(
                    Reason.SERVICE_ACCOUNT_FULL,
                    ("Secret %s is right, but ServiceAccount %s has no room for it: at most %s"
                            + " imagePullSecrets are served. Take out of its list those that"
                            + " nothing needs.")
                        .formatted(target, account.name(), Attachments.MAX_PULL_SECRETS)));
  }

  /** When the first of those lists is put right again. */
  Requeue requeue() {
    return Requeue.earliest(
        contestedAccounts.values().stream()
            .map(contest -> Requeue.at(contest.until()))
            .toArray(Requeue[]::new));
  }

  /** That somebody else does, and who. */
  static Verdict contested(String object, Contest contest) {
    return Verdict.reconciling(
        Reason.CONTESTED,
        ("%s was put right %s times in a row and is changed again%s each time. It is put right"
                + " again at %s; let only one of the two write it.")
            .formatted(
                object,
                contest.corrections(),
                contest.manager() == null ? "" : " by " + contest.manager(),
                inSeconds(contest.until())));
  }

  /** Rounded up, as it is not before: times in a status have seconds (RFC 3339). */
  private static Instant inSeconds(Instant time) {
    var seconds = time.truncatedTo(ChronoUnit.SECONDS);
    return seconds.equals(time) ? time : seconds.plusSeconds(1);
  }
}
