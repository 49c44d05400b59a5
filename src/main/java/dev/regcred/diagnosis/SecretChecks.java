package dev.regcred.diagnosis;

import dev.regcred.diagnosis.ObservedSecret.Ambiguous;
import dev.regcred.diagnosis.ObservedSecret.Broken;
import dev.regcred.diagnosis.ObservedSecret.PassedOver;
import dev.regcred.dockerconfig.Keyring;
import dev.regcred.dockerconfig.Mismatch;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.PullSecret;
import java.util.Optional;
import java.util.function.Function;

/** The checks of the pull Secrets that the Pod names, and of the keys in them. */
final class SecretChecks {
  private SecretChecks() {}

  static Optional<String> broken(ImagePull pull) {
    return first(
        pull,
        name ->
            pull.content(name).orElse(null) instanceof Broken(var reason)
                ? Optional.of(
                    "Write Secret %s anew: its content %s, and kubelets refuse every image of the Pod for it."
                        .formatted(name, reason))
                : Optional.empty());
  }

  static Optional<String> serverMisspelt(ImagePull pull) {
    return pull.seen().keyring(pull.pod().pullSecrets()).entries().stream()
        .flatMap(entry -> misspelt(pull, entry).stream())
        .findFirst();
  }

  private static Optional<String> misspelt(ImagePull pull, PodKeyring.Entry entry) {
    return pull.image()
        .flatMap(name -> Keyring.mismatch(entry.server(), name))
        .filter(why -> why != Mismatch.HOST)
        .filter(why -> why != Mismatch.UNREADABLE || resembles(pull, entry.server()))
        .map(
            why ->
                "Write the entry %s of Secret %s under %s, if it is meant for %s: %s."
                    .formatted(
                        Redacted.server(entry.server()),
                        entry.secret(),
                        pull.server(),
                        pull.repository(),
                        why.explanation()));
  }

  /** Of a key that can't be read it is only known what it looks like. */
  private static boolean resembles(ImagePull pull, String server) {
    return pull.image().filter(name -> server.contains(name.registry())).isPresent();
  }

  static Optional<String> absent(ImagePull pull) {
    return first(
        pull,
        name ->
            pull.seen().secret(name) instanceof Lookup.Absent
                ? Optional.of(
                    (CredentialRef.isName(name)
                            ? "Make Secret %s in namespace %s, or correct imagePullSecrets: there is no such Secret."
                            : "Correct the template that imagePullSecrets come from: no Secret can have the name \"%s\".")
                        .formatted(Redacted.text(name), pull.pod().namespace()))
                : Optional.empty());
  }

  static Optional<String> passedOver(ImagePull pull) {
    return first(
        pull,
        name ->
            pull.seen()
                .secret(name)
                .found()
                .filter(secret -> secret.content() instanceof PassedOver)
                .map(SecretChecks::passedOver));
  }

  private static String passedOver(ObservedSecret secret) {
    return secret.isPullSecret()
        ? "Write an account into Secret %s: kubelets pass over it, as there is nothing in it under the key of its type."
            .formatted(secret.name())
        : "Make Secret %s anew as one of type %s: kubelets pass over it, as it is of type %s."
            .formatted(secret.name(), PullSecret.TYPE, Redacted.text(secret.type()));
  }

  static Optional<String> ambiguous(ImagePull pull) {
    return first(
        pull,
        name ->
            pull.content(name).orElse(null) instanceof Ambiguous(var reason)
                ? Optional.of(
                    "Write Secret %s anew: its content %s, and what kubelets make of that is not known here."
                        .formatted(name, reason))
                : Optional.empty());
  }

  static Optional<String> notAllowedToLook(ImagePull pull) {
    return pull.pod().pullSecrets().stream()
            .anyMatch(name -> pull.seen().secret(name).isForbidden())
        ? Optional.of(
            "Have somebody ask who may get Secrets in namespace %s: without them it can't be said whether one has an account for %s."
                .formatted(pull.pod().namespace(), pull.registry()))
        : Optional.empty();
  }

  /** The first of the Pod's Secrets of which something is to be said. */
  private static Optional<String> first(ImagePull pull, Function<String, Optional<String>> search) {
    return pull.pod().pullSecrets().stream()
        .flatMap(name -> search.apply(name).stream())
        .findFirst();
  }
}
