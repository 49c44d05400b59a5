package dev.regcred.diagnosis;

import dev.regcred.diagnosis.KubeletMessage.Kind;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import dev.regcred.diagnosis.ObservedSecret.Content;
import dev.regcred.dockerconfig.ImageName;
import java.util.List;
import java.util.Optional;

/**
 * The pull of a container's image: what its Pod has for it, what is tried, and what the kubelet
 * said last. The checks ask it, and take their words from it.
 */
final class ImagePull {
  private final PodObservation seen;
  private final ObservedPod.Container container;
  private final Optional<ImageName> image;
  private final List<PodKeyring.Entry> tried;

  ImagePull(PodObservation seen, ObservedPod.Container container) {
    this.seen = seen;
    this.container = container;
    this.image = ImageName.parse(container.image());
    this.tried = image.map(seen.keyring(seen.pod().pullSecrets())::lookup).orElse(List.of());
  }

  PodObservation seen() {
    return seen;
  }

  ObservedPod pod() {
    return seen.pod();
  }

  ObservedPod.Container container() {
    return container;
  }

  /** The image as kubelets read it; empty where they can't. */
  Optional<ImageName> image() {
    return image;
  }

  /** The entries that are tried, in that order. */
  List<PodKeyring.Entry> tried() {
    return tried;
  }

  /**
   * Whether an entry is tried, as far as that is known; a kubelet never pulls without an account
   * then.
   */
  boolean isTried() {
    return !tried.isEmpty() || unseenSecret().isPresent();
  }

  /** A Secret that can't be seen, and that a credential keeps for this registry. */
  Optional<String> unseenSecret() {
    return pod().pullSecrets().stream()
        .filter(secret -> image.flatMap(name -> seen.unseenKeeper(secret, name)).isPresent())
        .findFirst();
  }

  /** What the kubelet's last message is about; empty where it has not failed, or said nothing. */
  Optional<Kind> messageKind() {
    return container.state() == ImageState.FAILED
        ? Optional.ofNullable(container.message())
            .map(message -> KubeletMessage.kind(message, container.image()))
        : Optional.empty();
  }

  boolean isAbout(Kind kind) {
    return messageKind().equals(Optional.of(kind));
  }

  /** Whether the account of a credential is for the registry of the image. */
  boolean isServedBy(ObservedCredential credential) {
    return image.filter(credential::isFor).isPresent();
  }

  /** What a kubelet makes of a Secret; empty where it can't be seen. */
  Optional<Content> content(String secret) {
    return seen.secret(secret).found().map(ObservedSecret::content);
  }

  /** The whole name of the image; empty where it can't be read, as in those below. */
  String name() {
    return image.map(ImageName::toString).orElse("");
  }

  /** Its name without tag and digest. */
  String repository() {
    return image.map(ImageName::repository).orElse("");
  }

  /** The host that it is pulled from. */
  String registry() {
    return image.map(ImageName::registry).orElse("");
  }

  /** The key under which an account for it is found by every kubelet. */
  String server() {
    return image.map(ImageName::server).orElse("");
  }

  /** The host that the message is about: the registry, unless it names another one. */
  String host() {
    return image
        .flatMap(
            wanted ->
                Optional.ofNullable(container.message())
                    .flatMap(message -> KubeletMessage.otherHost(message, wanted)))
        .orElseGet(this::registry);
  }
}
