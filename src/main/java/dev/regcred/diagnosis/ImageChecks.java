package dev.regcred.diagnosis;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.diagnosis.KubeletMessage.Kind;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import dev.regcred.diagnosis.ObservedSecret.Broken;
import dev.regcred.diagnosis.ObservedSecret.PassedOver;
import dev.regcred.dockerconfig.ImageName;
import dev.regcred.dockerconfig.Keyring;
import dev.regcred.dockerconfig.Mismatch;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.PullSecret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checks find what keeps a container from its image. They are asked in the order of their list,
 * and the first that finds something is right.
 */
final class ImageChecks {
  /** What was found, and a sentence that says what to do about it. */
  record Finding(Fault fault, String advice) {}

  /** A check for one fault. */
  private interface Check {
    Optional<Finding> find(ImageChecks image);
  }

  /** These need no failure to be seen: the image can't be pulled. */
  private static final List<Check> ALWAYS =
      List.of(ImageChecks::imageUnreadable, ImageChecks::secretBroken);

  private static final List<Check> OF_A_FAILURE =
      List.of(
          ImageChecks::neverPulled,
          // What no account would change, before anything that is about accounts.
          ImageChecks::noMatterOfAccounts,
          ImageChecks::notFound,
          // An entry is tried; a kubelet never pulls without an account then.
          ImageChecks::triedCredentialNotReady,
          ImageChecks::accountEmpty,
          ImageChecks::accountRefused,
          ImageChecks::triedAndUnknown,
          // None is tried: first what may be meant for it, then where one could come from.
          ImageChecks::serverMisspelt,
          ImageChecks::keeperNotReady,
          ImageChecks::secretAbsent,
          ImageChecks::secretPassedOver,
          ImageChecks::secretAmbiguous,
          ImageChecks::notAllowedToLook,
          ImageChecks::podTooOld,
          ImageChecks::podHasOwnList,
          ImageChecks::notAttached,
          ImageChecks::noPullSecret,
          ImageChecks::noAccount);

  private final PodObservation seen;
  private final ObservedPod pod;
  private final ObservedPod.Container container;
  private final Optional<ImageName> image;
  private final List<PodKeyring.Entry> tried;

  ImageChecks(PodObservation seen, ObservedPod.Container container) {
    this.seen = seen;
    this.pod = seen.pod();
    this.container = container;
    this.image = ImageName.parse(container.image());
    this.tried = image.map(seen.keyring(pod.pullSecrets())::lookup).orElse(List.of());
  }

  /** What keeps the container from its image; empty if nothing does, or nothing is known to. */
  Optional<Finding> find() {
    if (container.state() == ImageState.PULLED) {
      return Optional.empty();
    }
    return Stream.concat(
            ALWAYS.stream(),
            container.state() == ImageState.FAILED ? OF_A_FAILURE.stream() : Stream.empty())
        .flatMap(check -> check.find(this).stream())
        .findFirst();
  }

  /** The image as kubelets read it. */
  Optional<ImageName> image() {
    return image;
  }

  /** The entries that are tried. */
  List<PodKeyring.Entry> tried() {
    return tried;
  }

  /** The kind of the kubelet's last message; empty if it said nothing. */
  Optional<Kind> messageKind() {
    return Optional.ofNullable(container.message())
        .map(message -> KubeletMessage.kind(message, container.image()));
  }

  private Optional<Finding> imageUnreadable() {
    return image.isPresent()
        ? Optional.empty()
        : found(
            Fault.IMAGE_UNREADABLE,
            "Correct the image of container %s: kubelets can't read \"%s\" as the name of an image.",
            container.name(),
            Redacted.text(container.image()));
  }

  private Optional<Finding> secretBroken() {
    return first(
        pod.pullSecrets(),
        name ->
            content(name) instanceof Broken(var reason, var kubeletsMayRead) && !kubeletsMayRead
                ? found(
                    Fault.SECRET_BROKEN,
                    "Write Secret %s anew: its content %s, and kubelets refuse every image of the Pod for it.",
                    name,
                    reason)
                : Optional.empty());
  }

  private Optional<Finding> neverPulled() {
    return "ErrImageNeverPull".equals(container.reason())
        ? found(
            Fault.NEVER_PULLED,
            "Bring %s onto the node, or set another imagePullPolicy: with Never it is not pulled.",
            name())
        : Optional.empty();
  }

  private Optional<Finding> noMatterOfAccounts() {
    return messageKind()
        .flatMap(
            kind ->
                switch (kind) {
                  case RATE_LIMITED ->
                      found(
                          Fault.RATE_LIMITED,
                          "Wait, or pull with an account that has a higher limit: %s counts pulls, and has had too many.",
                          host());
                  case PLATFORM ->
                      found(
                          Fault.PLATFORM,
                          "Use an image that is built for the platform of the node: %s is not, and no account helps.",
                          name());
                  case PLAIN_HTTP ->
                      found(
                          Fault.PLAIN_HTTP,
                          "Tell the container runtime of the node that %s speaks HTTP, or give it a certificate; no account helps.",
                          host());
                  case CERTIFICATE ->
                      found(
                          Fault.CERTIFICATE,
                          "Have the node trust the certificate of %s; no account helps.",
                          host());
                  case NETWORK ->
                      found(
                          Fault.NETWORK,
                          "See why the node does not reach %s; no account helps.",
                          host());
                  case DISK ->
                      found(Fault.DISK, "Make room on the disk of the node; no account helps.");
                  case DENIED, NOT_FOUND, OTHER -> Optional.empty();
                });
  }

  private Optional<Finding> notFound() {
    return messageKind().filter(kind -> kind == Kind.NOT_FOUND).isPresent()
        ? found(
            Fault.NOT_FOUND,
            "Correct the name or the tag of %s: %s has no such image%s.",
            name(),
            registry(),
            tried.isEmpty() ? ", or hides it from who has no account" : "")
        : Optional.empty();
  }

  private Optional<Finding> triedCredentialNotReady() {
    return tried.stream().findFirst().flatMap(entry -> notReady(keepers(entry.secret())));
  }

  private Optional<Finding> accountEmpty() {
    return tried.stream()
        .findFirst()
        .filter(
            entry ->
                seen.secret(entry.secret())
                    .found()
                    .flatMap(ObservedSecret::config)
                    .filter(config -> !config.hasAccount(entry.server()))
                    .isPresent())
        .flatMap(
            entry ->
                found(
                    Fault.ACCOUNT_EMPTY,
                    "Write user name and password into the entry %s of Secret %s: kubelets find neither in it.",
                    Redacted.server(entry.server()),
                    entry.secret()));
  }

  private Optional<Finding> accountRefused() {
    if (messageKind().filter(kind -> kind == Kind.DENIED).isEmpty()) {
      return Optional.empty();
    }
    return tried.stream()
        .findFirst()
        .map(PodKeyring.Entry::secret)
        .or(this::unseenSecret)
        .flatMap(
            secret ->
                found(
                    Fault.ACCOUNT_REFUSED,
                    "Renew the account for %s in %s, or have it allowed to pull %s: the registry refuses it.",
                    registry(),
                    keepers(secret).stream()
                        .findFirst()
                        .map(keeper -> "the source of " + keeper.title())
                        .orElse("Secret " + secret),
                    repository()));
  }

  /** A Secret that can't be seen, and that a credential keeps for this registry. */
  private Optional<String> unseenSecret() {
    return pod.pullSecrets().stream()
        .filter(secret -> image.flatMap(name -> seen.unseenKeeper(secret, name)).isPresent())
        .findFirst();
  }

  private Optional<Finding> triedAndUnknown() {
    return tried.isEmpty()
        ? Optional.empty()
        : found(
            Fault.UNKNOWN,
            "Read the kubelet's message: the Pod has an account for %s, and it is not known what went wrong.",
            registry());
  }

  private Optional<Finding> serverMisspelt() {
    return first(
        seen.keyring(pod.pullSecrets()).entries(),
        entry ->
            image
                .flatMap(name -> Keyring.mismatch(entry.server(), name))
                .filter(why -> why != Mismatch.HOST)
                .filter(why -> why != Mismatch.UNREADABLE || resembles(entry.server()))
                .flatMap(
                    why ->
                        found(
                            Fault.SERVER_MISSPELT,
                            "Write the entry %s of Secret %s under %s, if it is meant for %s: %s.",
                            Redacted.server(entry.server()),
                            entry.secret(),
                            server(),
                            repository(),
                            why.explanation())));
  }

  /** Of a key that can't be read it is only known what it looks like. */
  private boolean resembles(String server) {
    return image.filter(name -> server.contains(name.registry())).isPresent();
  }

  private Optional<Finding> keeperNotReady() {
    return first(pod.pullSecrets(), name -> notReady(keepers(name)));
  }

  /** Of those that keep a Secret, one that is meant for this image and is not in use. */
  private Optional<Finding> notReady(List<ObservedCredential> keepers) {
    return first(
        keepers,
        keeper ->
            keeper.isReady() || (keeper.hasServer() && !isForImage(keeper))
                ? Optional.empty()
                : keeper.ready().flatMap(ready -> notReady(keeper, ready)));
  }

  private static Optional<Finding> notReady(ObservedCredential keeper, Condition ready) {
    return ready.reason().equals(Reason.INACTIVE.value())
        ? found(
            Fault.CREDENTIAL_NOT_READY,
            "Activate %s: it is Inactive, and its Secret has no account.",
            keeper.title())
        : found(
            Fault.CREDENTIAL_NOT_READY,
            "See %s, which is %s (%s): %s",
            keeper.title(),
            keeper.state().orElse("new"),
            Redacted.text(ready.reason()),
            Redacted.text(ready.message()));
  }

  private Optional<Finding> secretAbsent() {
    return first(
        pod.pullSecrets(),
        name ->
            seen.secret(name) instanceof Lookup.Absent
                ? found(
                    Fault.SECRET_ABSENT,
                    CredentialRef.isName(name)
                        ? "Make Secret %s in namespace %s, or correct imagePullSecrets: there is no such Secret."
                        : "Correct the template that imagePullSecrets come from: no Secret can have the name \"%s\".",
                    Redacted.text(name),
                    pod.namespace())
                : Optional.empty());
  }

  private Optional<Finding> secretPassedOver() {
    return first(
        pod.pullSecrets(),
        name ->
            seen.secret(name)
                .found()
                .filter(secret -> secret.content() instanceof PassedOver)
                .flatMap(
                    secret ->
                        found(
                            Fault.SECRET_PASSED_OVER,
                            "Make Secret %s anew as one of type %s: kubelets pass over it, as it is of type %s.",
                            name,
                            PullSecret.TYPE,
                            Redacted.text(secret.type()))));
  }

  private Optional<Finding> secretAmbiguous() {
    return first(
        pod.pullSecrets(),
        name ->
            content(name) instanceof Broken(var reason, var kubeletsMayRead) && kubeletsMayRead
                ? found(
                    Fault.SECRET_AMBIGUOUS,
                    "Write Secret %s anew: its content %s, and what kubelets make of that is not known here.",
                    name,
                    reason)
                : Optional.empty());
  }

  private Optional<Finding> notAllowedToLook() {
    return pod.pullSecrets().stream().anyMatch(name -> seen.secret(name).isForbidden())
        ? found(
            Fault.NOT_ALLOWED_TO_LOOK,
            "Have somebody ask who may get Secrets in namespace %s: without them it can't be said whether one has an account for %s.",
            pod.namespace(),
            registry())
        : Optional.empty();
  }

  private Optional<Finding> podTooOld() {
    if (!seen.inServiceAccount().containsAll(pod.pullSecrets())) {
      return Optional.empty();
    }
    return secretOfServiceAccount()
        .flatMap(
            secret ->
                found(
                    Fault.POD_TOO_OLD,
                    "%s: ServiceAccount %s has Secret %s, but got it only after the Pod was created.",
                    makeAnew(),
                    pod.serviceAccount(),
                    secret));
  }

  private Optional<Finding> podHasOwnList() {
    return secretOfServiceAccount()
        .flatMap(
            secret ->
                found(
                    Fault.POD_HAS_OWN_LIST,
                    "Add Secret %s to imagePullSecrets of the Pod: it has a list of its own, and so takes none of ServiceAccount %s.",
                    secret,
                    pod.serviceAccount()));
  }

  /** A Secret of the ServiceAccount that would help. */
  private Optional<String> secretOfServiceAccount() {
    return seen.inServiceAccount().stream()
        .filter(name -> !pod.pullSecrets().contains(name))
        .filter(name -> image.filter(wanted -> seen.hasAccount(name, wanted)).isPresent())
        .findFirst();
  }

  private Optional<Finding> notAttached() {
    return first(
        seen.allCredentials().filter(this::isForImage).toList(),
        credential -> {
          var secret = credential.status() == null ? null : credential.status().secretName();
          if (secret == null
              || (credential.ref().isClusterWide() && seen.secret(secret).found().isEmpty())) {
            return Optional.empty();
          }
          if (!credential.isReady()) {
            return notReady(List.of(credential));
          }
          return credential.isGivenToPods()
              ? found(
                  Fault.POD_TOO_OLD,
                  "%s: %s gives Secret %s to new Pods, and this one is older, or not selected.",
                  makeAnew(),
                  credential.title(),
                  secret)
              : found(
                  Fault.NOT_ATTACHED,
                  "Name ServiceAccount %s in spec.serviceAccounts of %s, whose Secret %s has the account, and make the Pod anew.",
                  pod.serviceAccount(),
                  credential.title(),
                  secret);
        });
  }

  private boolean isForImage(ObservedCredential credential) {
    return image.filter(credential::isFor).isPresent();
  }

  private Optional<Finding> noPullSecret() {
    return pod.pullSecrets().isEmpty()
        ? found(
            Fault.NO_PULL_SECRET,
            "Make a pull Secret for %s, name it in imagePullSecrets of ServiceAccount %s, and make the Pod anew: it names none.",
            registry(),
            pod.serviceAccount())
        : Optional.empty();
  }

  private Optional<Finding> noAccount() {
    return found(
        Fault.NO_ACCOUNT,
        "Add an account for %s to one of the pull Secrets of the Pod, or name another one: none of them has one.",
        registry());
  }

  private String makeAnew() {
    return pod.isControlled()
        ? "Delete Pod %s, so that its controller makes it anew".formatted(pod.name())
        : "Make Pod %s anew".formatted(pod.name());
  }

  private List<ObservedCredential> keepers(String secret) {
    return seen.keepers(secret);
  }

  private ObservedSecret.Content content(String secret) {
    return seen.secret(secret)
        .found()
        .map(ObservedSecret::content)
        .orElseGet(ObservedSecret.PassedOver::new);
  }

  private String name() {
    return image.map(ImageName::toString).orElse("");
  }

  private String repository() {
    return image.map(ImageName::repository).orElse("");
  }

  private String registry() {
    return image.map(ImageName::registry).orElse("");
  }

  private String server() {
    return image.map(ImageName::server).orElse("");
  }

  /** The host that the message is about: the registry, unless it names another one. */
  private String host() {
    return image
        .flatMap(
            wanted ->
                Optional.ofNullable(container.message())
                    .flatMap(message -> KubeletMessage.otherHost(message, wanted)))
        .orElseGet(this::registry);
  }

  private static Optional<Finding> found(Fault fault, String advice, String... parts) {
    return Optional.of(new Finding(fault, advice.formatted((Object[]) parts)));
  }

  private interface Search<T> {
    Optional<Finding> of(T one);
  }

  private static <T> Optional<Finding> first(List<T> all, Search<T> search) {
    return all.stream().flatMap(one -> search.of(one).stream()).findFirst();
  }
}
