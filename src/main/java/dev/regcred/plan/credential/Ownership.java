package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Readiness;
import dev.regcred.pullsecret.Adoption;
import dev.regcred.pullsecret.EntryRequest;
import dev.regcred.pullsecret.MarkEntry;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.SharedSecret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules of ownership say which Secrets the operator may write. */
final class Ownership {
  private Ownership() {}

  /**
   * Whether the credential has a part in a Secret that is there: its mark says so. Or the mark was
   * stripped, the status names the Secret, and either it has the credential for an owner, as only
   * one that is ours alone has, or the content that we would write.
   *
   * <p>One that its owner offers is the owner's until it is taken over, whatever is in it.
   */
  static boolean isOurs(SecretSnapshot secret, CredentialView self, Instant now) {
    var current = secret.current();
    if (current == null || secret.isMarked()) {
      return secret.isKeptFor(self.ref());
    }
    if (current.isOffered() || !secret.name().equals(self.lastStatus().secretName())) {
      return false;
    }
    return isOwnedBy(current, self) || isAsWritten(secret, current, self, now);
  }

  /** Kind, name and UID: a credential that was created again did not write it. */
  private static boolean isOwnedBy(PullSecret current, CredentialView self) {
    return current.type().equals(PullSecret.TYPE)
        && !current.isAdopted()
        && current.owners().stream()
            .anyMatch(
                owner ->
                    owner.apiVersion().startsWith(Labels.GROUP + "/")
                        && owner.kind().equals(self.id().kind())
                        && owner.name().equals(self.id().name())
                        && owner.uid().equals(self.id().uid()));
  }

  private static boolean isAsWritten(
      SecretSnapshot secret, PullSecret current, CredentialView self, Instant now) {
    // One that is in use, and stays so, has its entry there; whatever else is blank may be ours.
    var isInUse =
        CredentialChecks.needsSources(self, now)
            && self.lastStatus().state().isInUse()
            && self.values().admission() == Admission.PUBLISH;
    var blank =
        isInUse ? Stream.<EntryRequest>empty() : Stream.<EntryRequest>of(new EntryRequest.Omit());
    return Stream.<EntryRequest>concat(SecretRequests.entries(self).stream(), blank)
        .anyMatch(
            request ->
                current.hasContentOf(
                    shared(secret, self, request, now, new SharedSecretCache()).secret()));
  }

  /**
   * The Secret as it is. One that was handed over and has lost its mark has other people's entries
   * too; which of them are ours only the statuses say then.
   */
  static @Nullable PullSecret known(SecretSnapshot secret, CredentialView self) {
    var current = secret.current();
    if (current == null || secret.isMarked() || !current.isAdopted()) {
      return current;
    }
    return current.keptFor(
        Stream.concat(Stream.of(self), secret.others().stream())
            .filter(credential -> secret.name().equals(credential.lastStatus().secretName()))
            .map(c -> new MarkEntry(c.ref(), c.lastStatus().serverAddress()))
            .toList());
  }

  /** Whether a Secret that it has a part in holds that account under that server. */
  static boolean holds(
      SecretSnapshot secret, CredentialView self, EntryRequest.Put entry, Instant now) {
    var current = secret.current();
    return current != null && isOurs(secret, self, now) && current.holds(entry);
  }

  /**
   * Whether the entry of the credential in a Secret is another one than this. Where its mark was
   * stripped, the status names the Secret.
   */
  static boolean holdsAnother(SecretSnapshot secret, CredentialView self, EntryRequest.Put entry) {
    var current = secret.current();
    return current != null
        && servers(secret, current, self, entry)
            .anyMatch(server -> current.holdsAnother(server, entry));
  }

  private static Stream<String> servers(
      SecretSnapshot secret, PullSecret current, CredentialView self, EntryRequest.Put entry) {
    if (secret.isMarked()) {
      return current.markEntries().stream()
          .filter(mark -> mark.credential().equals(self.ref()))
          .flatMap(mark -> Stream.ofNullable(mark.server()));
    }
    return secret.name().equals(self.lastStatus().secretName())
        ? Stream.concat(
            Stream.of(entry.server().value()), Stream.ofNullable(self.lastStatus().serverAddress()))
        : Stream.empty();
  }

  /** Why the target can't be written for the credential. */
  static Optional<Readiness> problem(
      CredentialView self, NamespaceSnapshot namespace, Instant now) {
    var current = namespace.target().current();
    if (current == null) {
      return Optional.empty();
    }
    if (current.isOfferedTo(self.ref())) {
      return refusal(current);
    }
    if (namespace.target().isMarked() || isOurs(namespace.target(), self, now)) {
      return current.isAdopted() ? refusal(current) : Optional.empty();
    }
    return Optional.of(
        Readiness.stalled(
            Reason.TARGET_NOT_OWNED,
            ("A Secret %s exists that is not the operator's%s, and it is left alone. Delete it, set"
                    + " another target.secretName, or hand it over: kubectl annotate secret %s -n"
                    + " %s %s=%s/%s")
                .formatted(
                    current.name(),
                    whose(current),
                    current.name(),
                    namespace.name(),
                    Labels.ADOPT,
                    self.id().kind(),
                    self.id().name())));
  }

  /** Why a Secret that is other people's too can't be written. */
  static Optional<Readiness> refusal(PullSecret secret) {
    return Adoption.refusal(secret)
        .map(
            problem ->
                Readiness.stalled(
                    Reason.ADOPTION_REFUSED,
                    "Secret %s was handed over, but it %s. Nothing is written; correct or delete it."
                        .formatted(secret.name(), problem)));
  }

  /** The target with that claim of the credential. */
  static SharedSecret shared(
      SecretSnapshot secret,
      CredentialView self,
      EntryRequest request,
      Instant now,
      SharedSecretCache cache) {
    var requests = new ArrayList<>(SecretRequests.ofAllOthers(self, secret, now));
    requests.add(SecretRequests.of(self, secret, request));
    return cache.compose(secret.name(), requests, known(secret, self));
  }

  private static String whose(PullSecret secret) {
    var manager = secret.labels().get("app.kubernetes.io/managed-by");
    if (!secret.owners().isEmpty()) {
      var owner = secret.owners().getFirst();
      return " (it belongs to %s %s)".formatted(owner.kind(), owner.name());
    }
    if (manager != null) {
      return " (it is managed by %s)".formatted(manager);
    }
    return secret.otherManager() == null ? "" : " (%s wrote it)".formatted(secret.otherManager());
  }
}
