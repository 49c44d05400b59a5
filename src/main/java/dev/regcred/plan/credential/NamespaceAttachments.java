package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Action;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.pullsecret.ImagePullSecrets;
import dev.regcred.pullsecret.ImagePullSecrets.Intent;
import dev.regcred.pullsecret.ServiceAccountView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The attachments of one plan in a namespace: which ServiceAccount is to name which of the pull
 * Secrets that the plan looks at, one write a ServiceAccount. What is put back by somebody each
 * time, or has no room, is told instead of written.
 */
final class NamespaceAttachments {
  private final Instant now;
  private final Map<String, ServiceAccountView> serviceAccounts = new TreeMap<>();
  private final Map<String, Map<String, Intent>> intents = new LinkedHashMap<>();
  private final Map<String, Contention> contended = new TreeMap<>();
  private Requeue handover = Requeue.never();

  /** Creates one that has nothing to write yet. */
  NamespaceAttachments(Instant now) {
    this.now = now;
  }

  /**
   * Attaches a Secret to the ServiceAccounts that one of its sharers selects, and takes it from the
   * others.
   *
   * @param isThere whether the Secret is there, or is written before its attachments are
   * @param sharers who has an entry in the Secret after the plan
   * @param otherwise what is meant for a ServiceAccount that no sharer selects
   */
  void attach(
      SecretSnapshot secret, boolean isThere, List<CredentialView> sharers, Intent otherwise) {
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
      if (isWanted && !isThere) {
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
    contended.put(serviceAccount.name(), contention);
    return true;
  }

  /** The writes, one a ServiceAccount that is not as it should be, by their names. */
  List<Action> actions() {
    return serviceAccounts.values().stream()
        .flatMap(
            serviceAccount ->
                ImagePullSecrets.write(serviceAccount, intents(serviceAccount)).stream())
        .<Action>map(Action.WriteAttachment::new)
        .toList();
  }

  private Map<String, Intent> intents(ServiceAccountView serviceAccount) {
    return intents.getOrDefault(serviceAccount.name(), Map.of());
  }

  /** A ServiceAccount whose list another writer changes each time that it is put right. */
  Optional<Readiness> contention() {
    return contended.entrySet().stream()
        .findFirst()
        .map(entry -> entry.getValue().readiness("ServiceAccount " + entry.getKey()));
  }

  /**
   * A ServiceAccount that has no room for a Secret.
   *
   * @param secret the Secret's name
   */
  Optional<Readiness> withoutRoomFor(String secret) {
    return serviceAccounts.values().stream()
        .filter(
            serviceAccount ->
                ImagePullSecrets.isLeftOut(serviceAccount, intents(serviceAccount), secret))
        .findFirst()
        .map(
            serviceAccount ->
                Readiness.stalled(
                    Reason.SERVICE_ACCOUNT_FULL,
                    ("Secret %s is right, but ServiceAccount %s has no room for it: at most %s"
                            + " imagePullSecrets are served. Take out of its list those that"
                            + " nothing needs.")
                        .formatted(
                            secret, serviceAccount.name(), ImagePullSecrets.MAX_PULL_SECRETS)));
  }

  /** The time at which the first of these lists is put right again, or is kept no longer. */
  Requeue requeue() {
    return Requeue.earliest(
        Stream.concat(
                Stream.of(handover),
                contended.values().stream().map(contention -> Requeue.at(contention.until())))
            .toArray(Requeue[]::new));
  }
}
