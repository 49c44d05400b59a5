package dev.regcred.diagnosis;

import dev.regcred.api.v1alpha1.Attach;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.diagnosis.KubeletMessage.Kind;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The checks of where the Pod's list of pull Secrets comes from, and what is not in it. */
final class AttachmentChecks {
  /** The most names that {@code spec.serviceAccounts} takes. */
  private static final int MAX_SERVICE_ACCOUNTS = 100;

  private AttachmentChecks() {}

  static Optional<String> podTooOld(ImagePull pull) {
    return isListGiven(pull)
        ? secretOfServiceAccount(pull)
            .map(
                secret ->
                    "%s: ServiceAccount %s has Secret %s, but got it only after the Pod was created."
                        .formatted(makeAnew(pull), pull.pod().serviceAccount(), secret))
            .or(() -> olderThanPolicy(pull))
        : olderThanPolicy(pull);
  }

  private static Optional<String> olderThanPolicy(ImagePull pull) {
    return unnamed(pull)
        .filter(credential -> credential.isReady() && credential.isGivenToPods())
        .findFirst()
        .map(
            credential ->
                "%s: %s gives Secret %s to new Pods, and this one is older, or not selected."
                    .formatted(makeAnew(pull), credential.title(), credential.secret()));
  }

  /** Whether all that the Pod names came from its ServiceAccount, or from the policy. */
  private static boolean isListGiven(ImagePull pull) {
    return pull.pod().pullSecrets().stream()
        .allMatch(
            name ->
                pull.seen().inServiceAccount().contains(name) || pull.seen().isGivenByPolicy(name));
  }

  static Optional<String> podHasOwnList(ImagePull pull) {
    return secretOfServiceAccount(pull)
        .map(
            secret ->
                "Add Secret %s to imagePullSecrets of the Pod: it has a list of its own, and so takes none of ServiceAccount %s."
                    .formatted(secret, pull.pod().serviceAccount()));
  }

  /** A Secret of the ServiceAccount that would help. */
  private static Optional<String> secretOfServiceAccount(ImagePull pull) {
    return pull.seen().inServiceAccount().stream()
        .filter(name -> !pull.pod().pullSecrets().contains(name))
        .filter(
            name -> pull.image().filter(wanted -> pull.seen().hasAccount(name, wanted)).isPresent())
        .findFirst();
  }

  static Optional<String> notAttached(ImagePull pull) {
    return unnamed(pull).findFirst().map(credential -> notAttached(pull, credential));
  }

  private static String notAttached(ImagePull pull, ObservedCredential credential) {
    return AccountChecks.notReady(credential)
        .map(
            first ->
                "%s Its Secret %s is not given to this Pod either."
                    .formatted(first, credential.secret()))
        .orElseGet(() -> attach(pull.pod().serviceAccount(), credential));
  }

  /** How a credential comes to the Pod, in a way that the API server accepts. */
  private static String attach(String account, ObservedCredential credential) {
    var secret = credential.secret();
    return switch (wayOf(credential.spec(), account)) {
      case NAMED ->
          "Name ServiceAccount %s in spec.serviceAccounts of %s, whose Secret %s has the account, and make the Pod anew."
              .formatted(account, credential.title(), secret);
      case SELECTED ->
          "Give ServiceAccount %s the labels that spec.serviceAccountSelector of %s selects, whose Secret %s has the account, and make the Pod anew."
              .formatted(account, credential.title(), secret);
      case BY_POD ->
          "Name Secret %s in imagePullSecrets of the Pod, and make it anew: %s keeps an account in it."
              .formatted(secret, credential.title());
    };
  }

  /** The ways in which a credential may come to a Pod. */
  private enum Way {
    NAMED,
    SELECTED,
    BY_POD
  }

  private static Way wayOf(@Nullable CredentialSpec spec, String account) {
    if (spec == null || spec.attach() == Attach.PODS || spec.serviceAccounts().contains(account)) {
      return Way.BY_POD;
    }
    if (spec.serviceAccountSelector() != null) {
      return Way.SELECTED;
    }
    return spec.serviceAccounts().size() < MAX_SERVICE_ACCOUNTS ? Way.NAMED : Way.BY_POD;
  }

  /** The credentials that keep an account for the image in a Secret that the Pod does not name. */
  private static Stream<ObservedCredential> unnamed(ImagePull pull) {
    return pull.seen()
        .allCredentials()
        .filter(pull::isServedBy)
        .filter(credential -> isHere(pull, credential))
        .filter(credential -> !pull.pod().pullSecrets().contains(credential.secret()));
  }

  /** Whether it has a Secret in this namespace, which of a cluster-wide one is not told. */
  private static boolean isHere(ImagePull pull, ObservedCredential credential) {
    var secret = credential.secret();
    return !secret.isEmpty()
        && !(credential.ref().isClusterWide() && pull.seen().secret(secret).found().isEmpty());
  }

  static Optional<String> noPullSecret(ImagePull pull) {
    return pull.pod().pullSecrets().isEmpty() && pull.isAbout(Kind.DENIED)
        ? Optional.of(
            "Make a pull Secret for %s, name it in imagePullSecrets of ServiceAccount %s, and make the Pod anew: it names none."
                .formatted(pull.registry(), pull.pod().serviceAccount()))
        : Optional.empty();
  }

  static Optional<String> noAccount(ImagePull pull) {
    return pull.isAbout(Kind.DENIED)
        ? Optional.of(
            "Add an account for %s to one of the pull Secrets of the Pod, or name another one: none of them has one."
                .formatted(pull.registry()))
        : Optional.empty();
  }

  private static String makeAnew(ImagePull pull) {
    return pull.pod().isControlled()
        ? "Delete Pod %s, so that its controller makes it anew".formatted(pull.pod().name())
        : "Make Pod %s anew".formatted(pull.pod().name());
  }
}
