package dev.regcred.diagnosis;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.diagnosis.KubeletMessage.Kind;
import java.util.List;
import java.util.Optional;

/** The checks of the accounts that are tried, and of the credentials that keep them. */
final class AccountChecks {
  private AccountChecks() {}

  /**
   * Of the entries that are tried the first decides; where none is, a Secret may have lost the
   * entry that its credential is meant to keep in it.
   */
  static Optional<String> credentialNotReady(ImagePull pull) {
    return pull.tried().isEmpty()
        ? pull.pod().pullSecrets().stream()
            .flatMap(secret -> notReady(pull, pull.seen().keepers(secret)).stream())
            .findFirst()
        : notReady(pull, pull.seen().keepers(pull.tried().getFirst().secret()));
  }

  /** Of those that keep a Secret, one that is meant for this image and is not in use. */
  private static Optional<String> notReady(ImagePull pull, List<ObservedCredential> keepers) {
    return keepers.stream()
        .filter(keeper -> !keeper.hasServer() || pull.isServedBy(keeper))
        .flatMap(keeper -> notReady(keeper).stream())
        .findFirst();
  }

  /** What to do about a credential; empty where it is in use, or nothing is known of it. */
  static Optional<String> notReady(ObservedCredential credential) {
    return credential.isReady()
        ? Optional.empty()
        : credential.ready().map(ready -> notReady(credential, ready));
  }

  private static String notReady(ObservedCredential credential, Condition ready) {
    return ready.reason().equals(Reason.INACTIVE.value())
        ? "Activate %s: it is Inactive, and its Secret has no account."
            .formatted(credential.title())
        : "See %s, which is %s (%s): %s"
            .formatted(
                credential.title(),
                credential.state().orElse("new"),
                Redacted.text(ready.reason()),
                Redacted.text(ready.message()));
  }

  /** One entry after the other is tried, so one that has an account is enough. */
  static Optional<String> empty(ImagePull pull) {
    return withAccount(pull).isPresent()
        ? Optional.empty()
        : pull.tried().stream()
            .findFirst()
            .map(
                entry ->
                    "Write user name and password into the entry %s of Secret %s: kubelets find neither in it."
                        .formatted(Redacted.server(entry.server()), entry.secret()));
  }

  static Optional<String> refused(ImagePull pull) {
    return pull.isAbout(Kind.DENIED)
        ? withAccount(pull)
            .map(PodKeyring.Entry::secret)
            .or(pull::unseenSecret)
            .map(
                secret ->
                    "Renew the account for %s in %s, or have it allowed to pull %s: the registry refuses it."
                        .formatted(pull.registry(), source(pull, secret), pull.repository()))
        : Optional.empty();
  }

  /** The first entry that is tried and is not empty. */
  private static Optional<PodKeyring.Entry> withAccount(ImagePull pull) {
    return pull.tried().stream().filter(pull.seen()::hasAccount).findFirst();
  }

  /** Where the account of a Secret is changed. */
  private static String source(ImagePull pull, String secret) {
    return pull.seen().keepers(secret).stream()
        .findFirst()
        .map(keeper -> "the source of " + keeper.title())
        .orElse("Secret " + secret);
  }
}
