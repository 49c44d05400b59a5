package dev.regcred.diagnosis;

import dev.regcred.diagnosis.KubeletMessage.Kind;
import java.util.Optional;

/** The checks that go by the name of the image, and by what the kubelet said. */
final class MessageChecks {
  private MessageChecks() {}

  static Optional<String> imageUnreadable(ImagePull pull) {
    return pull.image().isPresent()
        ? Optional.empty()
        : Optional.of(
            "Correct the image of container %s: kubelets can't read \"%s\" as the name of an image."
                .formatted(pull.container().name(), Redacted.text(pull.container().image())));
  }

  static Optional<String> neverPulled(ImagePull pull) {
    return "ErrImageNeverPull".equals(pull.container().reason())
        ? Optional.of(
            "Bring %s onto the node, or set another imagePullPolicy: with Never it is not pulled."
                .formatted(pull.name()))
        : Optional.empty();
  }

  static Optional<String> rateLimited(ImagePull pull) {
    return ifAbout(
        pull,
        Kind.RATE_LIMITED,
        "Wait, or pull with an account that has a higher limit: %s counts pulls, and has had too many.",
        pull.host());
  }

  static Optional<String> platform(ImagePull pull) {
    return ifAbout(
        pull,
        Kind.PLATFORM,
        "Use an image that is built for the platform of the node: %s is not, and no account helps.",
        pull.name());
  }

  static Optional<String> plainHttp(ImagePull pull) {
    return ifAbout(
        pull,
        Kind.PLAIN_HTTP,
        "Tell the container runtime of the node that %s speaks HTTP, or give it a certificate; no account helps.",
        pull.host());
  }

  static Optional<String> certificate(ImagePull pull) {
    return ifAbout(
        pull,
        Kind.CERTIFICATE,
        "Have the node trust the certificate of %s; no account helps.",
        pull.host());
  }

  static Optional<String> network(ImagePull pull) {
    return ifAbout(
        pull, Kind.NETWORK, "See why the node does not reach %s; no account helps.", pull.host());
  }

  static Optional<String> disk(ImagePull pull) {
    return ifAbout(pull, Kind.DISK, "Make room on the disk of the node; no account helps.");
  }

  static Optional<String> notFound(ImagePull pull) {
    return ifAbout(
        pull,
        Kind.NOT_FOUND,
        "Correct the name or the tag of %s: %s has no such image%s.",
        pull.name(),
        pull.registry(),
        pull.isTried() ? "" : ", or hides it from who has no account");
  }

  /**
   * Whatever no other check knows; a public image needs no account, so the lack of one is no fault.
   */
  static Optional<String> unknown(ImagePull pull) {
    var message = pull.container().message();
    return Optional.of(
        (message == null || KubeletMessage.saysNothing(message)
                ? "Look into the log of the kubelet: the Pod has %s for %s, and neither its status nor an Event says what went wrong."
                : "Read the kubelet's message: the Pod has %s for %s, and it is not known what went wrong.")
            .formatted(pull.isTried() ? "an account" : "no account", pull.registry()));
  }

  private static Optional<String> ifAbout(
      ImagePull pull, Kind kind, String advice, String... parts) {
    return pull.isAbout(kind) ? Optional.of(advice.formatted((Object[]) parts)) : Optional.empty();
  }
}
