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
  private final NamespaceSnapshot namespace;
  private final Instant now;
  private final SharedSecretCache cache;
  private final List<SecretWrite> first = new ArrayList<>();
  private final List<SecretWrite> last = new ArrayList<>();
  private final Map<String, ServiceAccountView> serviceAccounts = new TreeMap<>();
  private final Map<String, Map<String, Intent>> intents = new LinkedHashMap<>();
  private final Map<String, Contention> contendedServiceAccounts = new TreeMap<>();
  private final Map<String, Contention> contendedWithdrawals = new TreeMap<>();
  private boolean isAtRest;
  private Requeue handover = Requeue.never();
  private @Nullable Readiness obstacle;

  private NamespaceWrites(
      CredentialView self, NamespaceSnapshot namespace, Instant now, SharedSecretCache cache) {
    this.self = self;
    this.namespace = namespace;
    this.now = now;
    this.cache = cache;
  }

  static NamespaceWrites of(CredentialView self, NamespaceSnapshot namespace, Instant now) {
    return of(self, namespace, now, new SharedSecretCache());
  }

  /**
   * The writes, none yet, of a plan for several namespaces.
   *
   * @param cache which is shared by the namespaces of a plan
   */
  static NamespaceWrites of(
      CredentialView self, NamespaceSnapshot namespace, Instant now, SharedSecretCache cache) {
    return new NamespaceWrites(self, namespace, now, cache);
  }

  /**
   * These writes, of a credential that is where it is declared to be, or is not: then what is put
   * back each time that it was withdrawn is withdrawn later. What is declared now does not wait.
   */
  NamespaceWrites atRest(boolean isThere) {
    isAtRest = isThere;
    return this;
  }

  /**
   * The writes by which the last good entry stays, in a Secret that is kept right in everything
   * else, its mark among it.
   */
  static NamespaceWrites upkeep(CredentialView self, NamespaceSnapshot namespace, Instant now) {
    var writes = of(self, namespace, now);
    var isPossible =
        self.spec() != null
            && Ownership.isOurs(namespace.target(), self, now)
            && Ownership.problem(self, namespace, now).isEmpty();
    return isPossible
            && writes.request(new EntryRequest.Keep()).result(self.ref())
                instanceof EntryResult.Held
        ? writes
        : of(self, namespace, now);
  }

  /**
   * The target with that claim of the credential, which has to be allowed.
   *
   * @return what the Secret is then
   */
  SharedSecret request(EntryRequest request) {
    var target = namespace.target();
    var shared = Ownership.shared(target, self, request, now, cache);
    first.addAll(SecretDiff.writes(shared.secret(), target.current()));
    attach(
        target,
        Stream.concat(Stream.of(self), target.others().stream())
            .filter(credential -> shared.results().containsKey(credential.ref()))
            .toList(),
        Intent.DETACH);
    return shared;
  }

  /**
   * The target without an entry of the credential, which stays wired to it, or joins those that
   * share it; and without the credential anywhere else.
   */
  NamespaceWrites keepWithoutEntry() {
    var target = namespace.target();
    var current = target.current();
    if (current == null || ((target.isMarked() || isOurs(target)) && !isRefused(current))) {
      request(new EntryRequest.Omit());
    }
    return withdrawLeftovers();
  }

  /** Takes the credential out of all Secrets that are not its target any more. */
  NamespaceWrites withdrawLeftovers() {
    namespace.leftovers().forEach(this::withdraw);
    return this;
  }

  /** Takes the credential out of every Secret. */
  NamespaceWrites withdrawAll() {
    withdraw(namespace.target());
    return withdrawLeftovers();
  }

  /**
   * Takes the credential out, but its entry stays for whoever uses it: in the target, or in the
   * Secret before it as long as the target could not be written. What is handed back is not known
   * any more, so it comes last.
   */
  NamespaceWrites retain() {
    if (isOurs(namespace.target())) {
      withdrawLeftovers();
      if (!namespace.hasMore()) {
        retain(namespace.target());
      }
    } else {
      namespace.leftovers().forEach(this::retain);
    }
    return this;
  }

  private void withdraw(SecretSnapshot secret) {
    var requests = SecretRequests.ofOthers(self, secret, now);
    attach(secret, sharers(secret, requests), Intent.DETACH);
    var current = Ownership.known(secret, self);
    if (current == null || !isOurs(secret) || isRefused(current)) {
      return;
    }
    var isDeleted = requests.isEmpty() && !current.isAdopted();
    var contention = secret.contention();
    if (isAtRest
        && contention != null
        && contention.until().isAfter(now)
        && (contention.isPutBack() || !isDeleted)) {
      contendedWithdrawals.put(secret.name(), contention);
      return;
    }
    if (!requests.isEmpty()) {
      last.addAll(
          SecretDiff.writes(SharedSecret.of(secret.name(), requests, current).secret(), current));
    } else if (current.isAdopted()) {
      last.addAll(SecretDiff.handBackWithoutEntries(current));
    } else {
      last.add(SecretDiff.delete(current));
    }
  }

  private void retain(SecretSnapshot secret) {
    var current = Ownership.known(secret, self);
    if (current == null || !isOurs(secret) || (current.isBlank() && !current.isAdopted())) {
      withdraw(secret);
      return;
    }
    var requests = SecretRequests.ofOthers(self, secret, now);
    attach(secret, sharers(secret, requests), Intent.RELEASE);
    if (requests.isEmpty()) {
      last.addAll(SecretDiff.handBack(current));
    } else {
      var left = current.withoutMarkOf(self.ref());
      last.addAll(
          SecretDiff.writes(SharedSecret.of(secret.name(), requests, left).secret(), current));
    }
  }

  private boolean isRefused(PullSecret current) {
    var refusal = current.isAdopted() ? Ownership.refusal(current) : Optional.<Readiness>empty();
    refusal.ifPresent(readiness -> obstacle = readiness);
    return refusal.isPresent();
  }

  private boolean isOurs(SecretSnapshot secret) {
    return Ownership.isOurs(secret, self, now);
  }

  private static List<CredentialView> sharers(SecretSnapshot secret, List<SecretRequest> requests) {
    var refs = requests.stream().map(SecretRequest::credential).toList();
    return secret.others().stream().filter(other -> refs.contains(other.ref())).toList();
  }

  private void attach(SecretSnapshot secret, List<CredentialView> sharers, Intent otherwise) {
    var isAllKnown =
        secret.unserved().isEmpty() && sharers.stream().allMatch(sharer -> sharer.spec() != null);
    var changingOver =
        sharers.stream().filter(sharer -> PodAttachment.keepsAccounts(sharer, now)).toList();
    for (ServiceAccountView serviceAccount : secret.serviceAccounts()) {
      var selecting = sharers.stream().filter(sharer -> selects(sharer, serviceAccount)).toList();
      var isWanted = selecting.stream().anyMatch(sharer -> sharer.targets(secret.name()));
      if (!isWanted && !selecting.isEmpty()) {
        continue; // Whoever has another target by now takes it out with its entry.
      }
      if (isWanted && secret.current() == null && !isTargetWritten(secret)) {
        continue; // Whoever wants it creates it first.
      }
      if (!isWanted && !isAllKnown) {
        continue; // It may be attached for one that can't be read, or that another operator serves.
      }
      if (!isWanted && !changingOver.isEmpty()) {
        changingOver.forEach(sharer -> awaitHandover(serviceAccount, secret, sharer));
        continue; // A new Pod might not get it otherwise.
      }
      if (isWanted && isContended(secret, serviceAccount)) {
        continue;
      }
      serviceAccounts.put(serviceAccount.name(), serviceAccount);
      intents
          .computeIfAbsent(serviceAccount.name(), _ -> new TreeMap<>())
          .put(secret.name(), isWanted ? Intent.ATTACH : otherwise);
    }
  }

  private static boolean selects(CredentialView credential, ServiceAccountView serviceAccount) {
    var spec = credential.spec();
    return spec != null && spec.selects(serviceAccount.name(), serviceAccount.labels());
  }

  private void awaitHandover(
      ServiceAccountView serviceAccount, SecretSnapshot secret, CredentialView sharer) {
    if (serviceAccount.isAttached(secret.name())) {
      handover = Requeue.earliest(handover, Requeue.at(PodAttachment.handover(sharer, now)));
    }
  }

  /** What somebody takes out each time that it was put back, is put back later. */
  private boolean isContended(SecretSnapshot secret, ServiceAccountView serviceAccount) {
    var contention = secret.contendedServiceAccounts().get(serviceAccount.name());
    var isTakenOut =
        serviceAccount.isAttached(secret.name()) && !serviceAccount.names(secret.name());
    if (contention == null || !isTakenOut || !contention.until().isAfter(now)) {
      return false;
    }
    contendedServiceAccounts.put(serviceAccount.name(), contention);
    return true;
  }

  private boolean isTargetWritten(SecretSnapshot secret) {
    return secret.name().equals(namespace.target().name()) && !first.isEmpty();
  }

  /** What stands in the way of the writes; a person has to clear it away. */
  Optional<Readiness> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** Whether the target differs from what it should be. */
  boolean changesTarget() {
    return !first.isEmpty();
  }

  /** The writes in their order: Secrets that are to be there, ServiceAccounts, Secrets that go. */
  List<Action> actions() {
    var actions = new ArrayList<Action>();
    first.forEach(write -> actions.add(new Action.WriteSecret(write)));
    serviceAccounts.forEach(
        (name, serviceAccount) ->
            ImagePullSecrets.write(serviceAccount, intents.getOrDefault(name, Map.of()))
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
  Optional<Contention> contention() {
    var contention = namespace.target().contention();
    return contention != null && changesTarget() && contention.until().isAfter(now)
        ? Optional.of(contention)
        : Optional.empty();
  }

  /** Another writer puts the target back each time that it was withdrawn. */
  Optional<Contention> contendedWithdrawal() {
    return Optional.ofNullable(contendedWithdrawals.get(namespace.target().name()));
  }

  /** A ServiceAccount whose list another writer changes each time that it is put right. */
  Optional<Readiness> contendedServiceAccount() {
    return contendedServiceAccounts.entrySet().stream()
        .findFirst()
        .map(entry -> contested("ServiceAccount " + entry.getKey(), entry.getValue()));
  }

  /** A ServiceAccount that has no room for the target. */
  Optional<Readiness> fullServiceAccount() {
    var target = namespace.target().name();
    return serviceAccounts.values().stream()
        .filter(
            serviceAccount ->
                ImagePullSecrets.isLeftOut(
                    serviceAccount, intents.getOrDefault(serviceAccount.name(), Map.of()), target))
        .findFirst()
        .map(
            serviceAccount ->
                Readiness.stalled(
                    Reason.SERVICE_ACCOUNT_FULL,
                    ("Secret %s is right, but ServiceAccount %s has no room for it: at most %s"
                            + " imagePullSecrets are served. Take out of its list those that"
                            + " nothing needs.")
                        .formatted(
                            target, serviceAccount.name(), ImagePullSecrets.MAX_PULL_SECRETS)));
  }

  /**
   * The time at which the first of those lists is put right again, or is kept no longer, or what
   * was put back is withdrawn again.
   */
  Requeue requeue() {
    return Requeue.earliest(handover, contestedRequeue());
  }

  private Requeue contestedRequeue() {
    return Requeue.earliest(
        Stream.of(contendedServiceAccounts, contendedWithdrawals)
            .flatMap(contended -> contended.values().stream())
            .map(contention -> Requeue.at(contention.until()))
            .toArray(Requeue[]::new));
  }

  /** The readiness that says that somebody else does, and who. */
  static Readiness contested(String object, Contention contention) {
    return Readiness.reconciling(
        Reason.CONTESTED,
        (contention.isPutBack()
                ? "%s was withdrawn %s times in a row and is put back%s each time. It is withdrawn"
                    + " again at %s; let only one of the two decide whether it is there."
                : "%s was put right %s times in a row and is changed again%s each time. It is put"
                    + " right again at %s; let only one of the two write it.")
            .formatted(
                object,
                contention.corrections(),
                contention.manager() == null ? "" : " by " + contention.manager(),
                inSeconds(contention.until())));
  }

  /** Rounded up, as it is not before: times in a status have seconds (RFC 3339). */
  private static Instant inSeconds(Instant time) {
    var seconds = time.truncatedTo(ChronoUnit.SECONDS);
    return seconds.equals(time) ? time : seconds.plusSeconds(1);
  }
}
