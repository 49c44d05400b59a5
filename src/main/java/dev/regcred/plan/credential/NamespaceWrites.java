package dev.regcred.plan.credential;

import dev.regcred.plan.Action;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.pullsecret.EntryRequest;
import dev.regcred.pullsecret.EntryResult;
import dev.regcred.pullsecret.ImagePullSecrets.Intent;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.SecretDiff;
import dev.regcred.pullsecret.SecretRequest;
import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.pullsecret.SharedSecret;
import java.time.Instant;
import java.util.ArrayList;
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
  private final NamespaceAttachments attachments;
  private final Map<String, Contention> contendedWithdrawals = new TreeMap<>();
  private boolean isAtRest;
  private boolean isWiredWithoutEntry;
  private @Nullable Readiness obstacle;

  private NamespaceWrites(
      CredentialView self, NamespaceSnapshot namespace, Instant now, SharedSecretCache cache) {
    this.self = self;
    this.namespace = namespace;
    this.now = now;
    this.cache = cache;
    attachments = new NamespaceAttachments(now);
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
   * The writes by which a refused entry is in no Secret any more. Where the credential has none
   * then, all that is wired is kept right without; and where it has another one, that one stays.
   */
  static NamespaceWrites withhold(
      CredentialView self, NamespaceSnapshot namespace, EntryRequest.Put refused, Instant now) {
    var target = namespace.target();
    var isWired = self.lastStatus().secretName() != null || Ownership.isOurs(target, self, now);
    var hasAnother =
        Stream.concat(Stream.of(target), namespace.leftovers().stream())
            .anyMatch(secret -> Ownership.holdsAnother(secret, self, refused));
    if (isWired && !hasAnother) {
      return of(self, namespace, now).keepWithoutEntry();
    }
    var writes =
        Ownership.holds(target, self, refused, now)
            ? of(self, namespace, now).withoutEntry()
            : upkeep(self, namespace, now);
    namespace.leftovers().stream()
        .filter(leftover -> Ownership.holds(leftover, self, refused, now))
        .forEach(writes::withdraw);
    return writes;
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
    return withoutEntry().withdrawLeftovers();
  }

  private NamespaceWrites withoutEntry() {
    var target = namespace.target();
    var current = target.current();
    if (current == null || ((target.isMarked() || isOurs(target)) && !isRefused(current))) {
      request(new EntryRequest.Omit());
      isWiredWithoutEntry = true;
    }
    return this;
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
    var isTargetWritten = secret.name().equals(namespace.target().name()) && !first.isEmpty();
    attachments.attach(secret, secret.current() != null || isTargetWritten, sharers, otherwise);
  }

  /** What stands in the way of the writes; a person has to clear it away. */
  Optional<Readiness> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** Whether the credential is, or will be, wired to the target and has no entry in it. */
  boolean isWiredWithoutEntry() {
    return isWiredWithoutEntry;
  }

  /** Whether the target differs from what it should be. */
  boolean changesTarget() {
    return !first.isEmpty();
  }

  /** The writes in their order: Secrets that are to be there, ServiceAccounts, Secrets that go. */
  List<Action> actions() {
    var actions = new ArrayList<Action>();
    first.forEach(write -> actions.add(new Action.WriteSecret(write)));
    actions.addAll(attachments.actions());
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

  /** See {@link NamespaceAttachments#contention}. */
  Optional<Readiness> contendedServiceAccount() {
    return attachments.contention();
  }

  /** See {@link NamespaceAttachments#withoutRoomFor}. */
  Optional<Readiness> fullServiceAccount() {
    return attachments.withoutRoomFor(namespace.target().name());
  }

  /**
   * The time at which the first of the attachments is put right again, or is kept no longer, or
   * what was put back is withdrawn again.
   */
  Requeue requeue() {
    return Requeue.earliest(
        Stream.concat(
                Stream.of(attachments.requeue()),
                contendedWithdrawals.values().stream()
                    .map(contention -> Requeue.at(contention.until())))
            .toArray(Requeue[]::new));
  }
}
