package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Target;
import dev.regcred.dockerconfig.DockerConfigEntry;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.plan.Identity;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.EntryRequest;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.SecretRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The requests are what credentials ask of a pull Secret.
 *
 * <p>Whoever writes a shared Secret writes it for all. But what takes something away from another
 * credential is left to that one's own pass, which records it first; so of the others counts what
 * they have recorded, and nothing is written for one that has no finalizer yet: an older one of
 * that kind only keeps its server free.
 */
final class SecretRequests {
  private SecretRequests() {}

  /** What the others ask, in as far as it may be written. */
  static List<SecretRequest> ofOthers(CredentialView self, SecretSnapshot secret, Instant now) {
    return ofAllOthers(self, secret, now).stream()
        .filter(request -> !(request.entry() instanceof EntryRequest.Reserve))
        .toList();
  }

  /** What the others ask; also those whose turn is yet to come. */
  static List<SecretRequest> ofAllOthers(CredentialView self, SecretSnapshot secret, Instant now) {
    return Stream.concat(
            secret.others().stream()
                .flatMap(
                    other ->
                        entryRequest(other, secret, now).map(c -> of(other, secret, c)).stream()),
            secret.unserved().stream().map(ref -> ofUnserved(ref, self, secret)))
        .toList();
  }

  /**
   * What another operator serves stays as it is: the entry, the owner, and what was put on the
   * Secret for any of its credentials. That operator knows all of them, and does the rest.
   */
  private static SecretRequest ofUnserved(
      CredentialRef ref, CredentialView self, SecretSnapshot secret) {
    var current = Objects.requireNonNull(secret.current());
    return new SecretRequest(
        ref,
        created(ref, self, secret, current),
        null,
        new EntryRequest.Keep(),
        current.appliedLabels(),
        current.appliedAnnotations(),
        current.owners().stream()
            .filter(owner -> owner.apiVersion().startsWith(Labels.GROUP + "/"))
            .filter(owner -> owner.kind().equals(ref.kind()))
            .filter(owner -> owner.name().equals(ref.name()))
            .findFirst()
            .orElse(null));
  }

  /**
   * The time at which an unknown one was created, as far as the mark says: it names the oldest
   * first. With any other time the two operators would put it into another order in turns.
   */
  private static Instant created(
      CredentialRef unknown, CredentialView self, SecretSnapshot secret, PullSecret current) {
    var created = Instant.EPOCH;
    for (CredentialRef ref : current.contributors()) {
      if (ref.equals(unknown)) {
        break;
      }
      created =
          Stream.concat(Stream.of(self), secret.others().stream())
              .filter(credential -> credential.ref().equals(ref))
              .map(CredentialView::created)
              .findFirst()
              .orElse(created.plusNanos(1));
    }
    return created.plusNanos(1);
  }

  /** The request of one credential. */
  static SecretRequest of(CredentialView credential, SecretSnapshot secret, EntryRequest request) {
    var spec = credential.spec();
    var target = Optional.ofNullable(spec == null ? null : spec.target());
    var isHere = credential.targets(secret.name());
    return new SecretRequest(
        credential.ref(),
        credential.created(),
        secret.name().equals(credential.lastStatus().secretName())
            ? credential.lastStatus().serverAddress()
            : null,
        request,
        isHere ? target.map(Target::labels).orElse(Map.of()) : Map.of(),
        isHere ? target.map(Target::annotations).orElse(Map.of()) : Map.of(),
        spec == null || spec.deletionPolicy() == DeletionPolicy.RETAIN
            ? null
            : owner(credential.id()));
  }

  /** The entry of a credential that goes to Active; empty if that is not known. */
  static Optional<EntryRequest.Put> entry(CredentialView credential) {
    return credential.registry() instanceof RegistryView.Present registry
        ? entry(credential, registry.serverAddress())
        : Optional.empty();
  }

  /** The entries that it may have written: for its Registry, and where that is gone or changed. */
  static List<EntryRequest.Put> entries(CredentialView credential) {
    var recorded = credential.lastStatus().serverAddress();
    return Stream.concat(
            entry(credential).stream(),
            recorded == null ? Stream.empty() : entry(credential, recorded).stream())
        .distinct()
        .toList();
  }

  private static Optional<EntryRequest.Put> entry(CredentialView credential, String serverAddress) {
    if (credential.spec() == null
        || !(credential.values().userName() instanceof SourceValue.Present(var userName))
        || !(credential.values().password() instanceof SourceValue.Present(var password))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new EntryRequest.Put(
              ServerAddress.parse(serverAddress),
              new DockerConfigEntry(userName, password, credential.spec().email())));
    } catch (InvalidServerAddressException e) {
      return Optional.empty();
    }
  }

  private static Optional<EntryRequest> entryRequest(
      CredentialView other, SecretSnapshot secret, Instant now) {
    var isShared = secret.isSharedBy(other);
    var unchanged = Optional.<EntryRequest>of(new EntryRequest.Keep()).filter(_ -> isShared);
    if (!other.targets(secret.name())) {
      return unchanged; // It takes its entry along, or withdraws it, by itself.
    }
    var state = other.lastStatus().state();
    if (other.id().deleting()) {
      var isRetained =
          other.spec() != null && other.spec().deletionPolicy() == DeletionPolicy.RETAIN;
      return state.isRemovingOrLater() && !isRetained ? Optional.empty() : unchanged;
    }
    return switch (CredentialChecks.declared(other, now)) {
      case CredentialGoal.Hold _ -> unchanged;
      case CredentialGoal.Activate _ -> {
        var entry = entry(other);
        yield entry.isEmpty() || other.values().admission() != Admission.PUBLISH
            ? unchanged
            : entry.map(
                e ->
                    isShared || other.id().hasFinalizer()
                        ? e
                        : new EntryRequest.Reserve(e.server()));
      }
      case CredentialGoal.Reach(var end, _) when end == LifecycleState.INACTIVE ->
          state == LifecycleState.INACTIVE || state == LifecycleState.DEACTIVATING
              ? Optional.<EntryRequest>of(new EntryRequest.Omit()).filter(_ -> isShared)
              : unchanged;
      case CredentialGoal.Reach _ -> state.isRemovingOrLater() ? Optional.empty() : unchanged;
    };
  }

  private static OwnerReference owner(Identity id) {
    return new OwnerReference(
        Labels.GROUP + "/v1alpha1", id.kind(), id.name(), id.uid(), null, null);
  }
}
