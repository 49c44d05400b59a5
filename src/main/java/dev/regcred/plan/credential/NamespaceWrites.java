package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Action;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.pullsecret.EntryRequest;
import dev.regcred.pullsecret.EntryResult;
import dev.regcred.pullsecret.ImagePullSecrets;
import dev.regcred.pullsecret.ImagePullSecrets.Intent;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.SecretDiff;
import dev.regcred.pullsecret.SecretRequest;
import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.pullsecret.ServiceAccountView;
import dev.regcred.pullsecret.SharedSecret;
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
final class NamespaceWrites {
  private final CredentialView self;
  private final NamespaceSnapshot place;
  private final Instant now;
  private final SharedSecretCache composer;
  private final List<SecretWrite> first = new ArrayList<>();
  private final List<SecretWrite> last = new ArrayList<>();
  private final Map<String, ServiceAccountView> accounts = new TreeMap<>();
  private final Map<String, Map<String, Intent>> wishes = new LinkedHashMap<>();
  private final Map<String, Contention> contestedAccounts = new TreeMap<>();
  private @Nullable Readiness obstacle;

  private NamespaceWrites(
      CredentialView self, NamespaceSnapshot place, Instant now, SharedSecretCache composer) {
    this.self = self;
    this.place = place;
    this.now = now;
    this.composer = composer;
  }

  static NamespaceWrites none(CredentialView self, NamespaceSnapshot place, Instant now) {
    return none(self, place, now, new SharedSecretCache());
  }

  /**
   * The same.
   *
   * @param composer which is shared by the namespaces of a plan
   */
  static NamespaceWrites none(
      CredentialView self, NamespaceSnapshot place, Instant now, SharedSecretCache composer) {
    return new NamespaceWrites(self, place, now, composer);
  }

  /**
   * The last good entry stays, in a Secret that is kept right in everything else, its mark among
   * it.
   */
  static NamespaceWrites upkeep(CredentialView self, NamespaceSnapshot place, Instant now) {
    var writes = none(self, place, now);
    var isPossible =
        self.spec() != null
            && Ownership.isOurs(place.target(), self, now)
            && Ownership.problem(self, place, now).isEmpty();
    return isPossible
            && writes.claim(new EntryRequest.Keep()).standing(self.contributor())
                instanceof EntryResult.Held
        ? writes
        : none(self, place, now);
  }

  /**
   * The target with that claim of the credential, which has to be allowed.
   *
   * @return what the Secret is then
   */
  SharedSecret claim(EntryRequest claim) {
    var target = place.target();
    var composition = Ownership.composed(target, self, claim, now, composer);
    first.addAll(SecretDiff.writes(composition.secret(), target.current()));
    attach(
        target,
        Stream.concat(Stream.of(self), target.others().stream())
            .filter(claimant -> composition.standings().containsKey(claimant.contributor()))
            .toList(),
        Intent.DETACH);
    return composition;
  }

  /**
   * The target without an entry of the credential, which stays wired to it, or joins those that
   * share it; and without the credential anywhere else.
   */
  NamespaceWrites wire() {
    var target = place.target();
    var current = target.current();
    if (current == null || ((target.isMarked() || isOurs(target)) && !isRefused(current))) {
      claim(new EntryRequest.Omit());
    }
    return leaveLeftovers();
  }

  /** Without the credential in all Secrets that are not its target any more. */
  NamespaceWrites leaveLeftovers() {
    place.leftovers().forEach(this::leave);
    return this;
  }

  /** Without the credential anywhere. */
  NamespaceWrites leaveAll() {
    leave(place.target());
    return leaveLeftovers();
  }

  /**
   * Without the credential, but its entry stays for whoever uses it: in the target, or in the
   * Secret before it as long as the target could not be written. What is handed back is not known
   * any more, so it comes last.
   */
  NamespaceWrites retain() {
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

  private void leave(SecretSnapshot secret) {
    var contributions = SecretRequests.ofOthers(self, secret, now);
    attach(secret, sharers(secret, contributions), Intent.DETACH);
    var current = Ownership.known(secret, self);
    if (current == null || !isOurs(secret) || isRefused(current)) {
      return;
    }
    if (!contributions.isEmpty()) {
      last.addAll(
          SecretDiff.writes(
              SharedSecret.of(secret.name(), contributions, current).secret(), current));
    } else if (current.isAdopted()) {
      last.addAll(SecretDiff.handBackWithoutEntries(current));
    } else {
      last.add(SecretDiff.delete(current));
    }
  }

  private void retain(SecretSnapshot secret) {
    var current = Ownership.known(secret, self);
    if (current == null || !isOurs(secret) || (current.isBlank() && !current.isAdopted())) {
      leave(secret);
      return;
    }
    var contributions = SecretRequests.ofOthers(self, secret, now);
    attach(secret, sharers(secret, contributions), Intent.RELEASE);
    if (contributions.isEmpty()) {
      last.addAll(SecretDiff.handBack(current));
    } else {
      var left = current.leftBy(self.contributor());
      last.addAll(
          SecretDiff.writes(SharedSecret.of(secret.name(), contributions, left).secret(), current));
    }
  }

  private boolean isRefused(PullSecret current) {
    var refusal = current.isAdopted() ? Ownership.refusal(current) : Optional.<Readiness>empty();
    refusal.ifPresent(verdict -> obstacle = verdict);
    return refusal.isPresent();
  }

  private boolean isOurs(SecretSnapshot secret) {
    return Ownership.isOurs(secret, self, now);
  }

  private static List<CredentialView> sharers(
      SecretSnapshot secret, List<SecretRequest> contributions) {
    var contributors = contributions.stream().map(SecretRequest::contributor).toList();
    return secret.others().stream()
        .filter(other -> contributors.contains(other.contributor()))
        .toList();
  }

  private void attach(SecretSnapshot secret, List<CredentialView> sharers, Intent otherwise) {
    var isAllKnown =
        secret.unserved().isEmpty() && sharers.stream().allMatch(sharer -> sharer.spec() != null);
    for (ServiceAccountView account : secret.accounts()) {
      var isWanted =
          sharers.stream()
              .map(CredentialView::spec)
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
          .put(secret.name(), isWanted ? Intent.ATTACH : otherwise);
    }
  }

  /** What somebody takes out each time that it was put back, is put back later. */
  private boolean isContested(SecretSnapshot secret, ServiceAccountView account) {
    var contest = secret.contestedAccounts().get(account.name());
    var isTakenOut = account.isAttached(secret.name()) && !account.names(secret.name());
    if (contest == null || !isTakenOut || !contest.until().isAfter(now)) {
      return false;
    }
    contestedAccounts.put(account.name(), contest);
    return true;
  }

  private boolean isTargetWritten(SecretSnapshot secret) {
    return secret.name().equals(place.target().name()) && !first.isEmpty();
  }

  /** What stands in the way of the writes; a person has to clear it away. */
  Optional<Readiness> obstacle() {
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
            ImagePullSecrets.write(account, wishes.getOrDefault(name, Map.of()))
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
  Optional<Contention> contest() {
    var contest = place.target().contest();
    return contest != null && changesTarget() && contest.until().isAfter(now)
        ? Optional.of(contest)
        : Optional.empty();
  }

  /** A ServiceAccount whose list another writer changes each time that it is put right. */
  Optional<Readiness> contestedAccount() {
    return contestedAccounts.entrySet().stream()
        .findFirst()
        .map(entry -> contested("ServiceAccount " + entry.getKey(), entry.getValue()));
  }

  /** A ServiceAccount that has no room for the target. */
  Optional<Readiness> fullAccount() {
    var target = place.target().name();
    return accounts.values().stream()
        .filter(
            account ->
                ImagePullSecrets.isLeftOut(
                    account, wishes.getOrDefault(account.name(), Map.of()), target))
        .findFirst()
        .map(
            account ->
                Readiness.stalled(
                    Reason.SERVICE_ACCOUNT_FULL,
                    ("Secret %s is right, but ServiceAccount %s has no room for it: at most %s"
                            + " imagePullSecrets are served. Take out of its list those that"
                            + " nothing needs.")
                        .formatted(target, account.name(), ImagePullSecrets.MAX_PULL_SECRETS)));
  }

  /** When the first of those lists is put right again. */
  Requeue requeue() {
    return Requeue.earliest(
        contestedAccounts.values().stream()
            .map(contest -> Requeue.at(contest.until()))
            .toArray(Requeue[]::new));
  }

  /** That somebody else does, and who. */
  static Readiness contested(String object, Contention contest) {
    return Readiness.reconciling(
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
