package dev.regcred.diagnosis;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import dev.regcred.diagnosis.ObservedSecret.Accounts;
import dev.regcred.diagnosis.ObservedSecret.Ambiguous;
import dev.regcred.diagnosis.ObservedSecret.Broken;
import dev.regcred.diagnosis.ObservedSecret.PassedOver;
import dev.regcred.diagnosis.PodReport.NamedBy;
import dev.regcred.diagnosis.PodReport.NotTried;
import dev.regcred.diagnosis.PodReport.OfContainer;
import dev.regcred.diagnosis.PodReport.OfCredential;
import dev.regcred.diagnosis.PodReport.OfSecret;
import dev.regcred.diagnosis.PodReport.SecretState;
import dev.regcred.diagnosis.PodReport.Tried;
import dev.regcred.dockerconfig.ImageName;
import dev.regcred.dockerconfig.Keyring;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The explanation of a Pod, made of what was read. */
public final class PodExplainer {
  private final PodObservation seen;
  private final ObservedPod pod;

  private PodExplainer(PodObservation seen) {
    this.seen = seen;
    this.pod = seen.pod();
  }

  /**
   * Explains a Pod.
   *
   * @param seen what was read
   */
  public static PodReport explain(PodObservation seen) {
    return new PodExplainer(seen).report();
  }

  private PodReport report() {
    var containers = pod.containers().stream().map(this::container).toList();
    var worst =
        containers.stream()
            .flatMap(
                container ->
                    container.fault() == null || container.advice() == null
                        ? Stream.empty()
                        : Stream.of(new Finding(container.fault(), container.advice())))
            .min(Comparator.comparing(Finding::fault));
    return new PodReport(
        pod.namespace(),
        pod.name(),
        pod.serviceAccount(),
        pod.pullSecrets().stream().map(this::secret).toList(),
        containers,
        notes(),
        worst.map(Finding::fault).orElse(null),
        worst.map(Finding::advice).orElseGet(this::noAdvice));
  }

  private String noAdvice() {
    if (pod.containers().stream().anyMatch(one -> one.state() != ImageState.PULLED)) {
      return "Nothing is known to be wrong: no image was refused so far.";
    }
    return pod.containers().stream()
        .filter(one -> one.reason() != null)
        .findFirst()
        .map(
            one ->
                "See why container %s waits (%s): all images are there."
                    .formatted(one.name(), shown(one.reason())))
        .orElse("Nothing is to be done: all images are there.");
  }

  private OfContainer container(ObservedPod.Container container) {
    var pull = new ImagePull(seen, container);
    var finding = ImageChecks.find(pull);
    return new OfContainer(
        container.name(),
        Redacted.text(container.image()),
        pull.image().map(ImageName::toString).orElse(null),
        container.state(),
        shown(container.reason()),
        shown(container.message()),
        pull.messageKind().orElse(null),
        pull.tried().stream()
            .map(entry -> new Tried(entry.secret(), Redacted.server(entry.server())))
            .toList(),
        pull.image().map(this::notTried).orElse(List.of()),
        finding.map(Finding::fault).orElse(null),
        finding.map(Finding::advice).orElse(null));
  }

  private static @Nullable String shown(@Nullable String text) {
    return text == null ? null : Redacted.text(text);
  }

  private List<NotTried> notTried(ImageName image) {
    return seen.keyring(pod.pullSecrets()).entries().stream()
        .flatMap(
            entry ->
                Keyring.mismatch(entry.server(), image).stream()
                    .map(why -> new NotTried(entry.secret(), Redacted.server(entry.server()), why)))
        .toList();
  }

  private OfSecret secret(String name) {
    var credentials = seen.keepers(name).stream().map(PodExplainer::credential).toList();
    var shown = Redacted.text(name);
    return switch (seen.secret(name)) {
      case Lookup.Absent<ObservedSecret> _ ->
          new OfSecret(
              shown, namedBy(name), SecretState.ABSENT, null, null, List.of(), credentials);
      case Lookup.Forbidden<ObservedSecret> _ ->
          new OfSecret(
              shown, namedBy(name), SecretState.UNKNOWN, null, null, List.of(), credentials);
      case Lookup.Found<ObservedSecret>(var found) ->
          switch (found.content()) {
            case Accounts(var config) ->
                of(
                    found,
                    SecretState.READ,
                    null,
                    config.servers().stream().map(Redacted::server).toList(),
                    credentials);
            case PassedOver _ -> of(found, SecretState.PASSED_OVER, null, List.of(), credentials);
            case Broken(var reason) ->
                of(found, SecretState.BROKEN, "the content " + reason, List.of(), credentials);
            case Ambiguous(var reason) ->
                of(found, SecretState.AMBIGUOUS, "the content " + reason, List.of(), credentials);
          };
    };
  }

  private OfSecret of(
      ObservedSecret secret,
      SecretState state,
      @Nullable String problem,
      List<String> servers,
      List<OfCredential> credentials) {
    return new OfSecret(
        secret.name(),
        namedBy(secret.name()),
        state,
        Redacted.text(secret.type()),
        problem,
        servers,
        credentials);
  }

  private NamedBy namedBy(String secret) {
    if (seen.inServiceAccount().contains(secret)) {
      return NamedBy.SERVICE_ACCOUNT;
    }
    return seen.isGivenByPolicy(secret) ? NamedBy.POLICY : NamedBy.POD;
  }

  private static OfCredential credential(ObservedCredential credential) {
    var ready = credential.ready();
    return new OfCredential(
        credential.ref().kind(),
        credential.ref().name(),
        credential.state().orElse(null),
        ready.map(Condition::status).map(Redacted::text).orElse(null),
        ready.map(Condition::reason).map(Redacted::text).orElse(null),
        ready.map(Condition::message).map(Redacted::text).orElse(null));
  }

  private List<String> notes() {
    var notes = new ArrayList<String>();
    pod.containers().stream()
        .flatMap(container -> mirror(container).stream())
        .distinct()
        .forEach(notes::add);
    if (pod.pullSecrets().stream().anyMatch(name -> seen.secret(name).isForbidden())) {
      notes.add(
          "You may not get Secrets in namespace %s: what is in them, and whether they are there, is not known."
              .formatted(pod.namespace()));
    }
    if (seen.serviceAccountSecrets().isForbidden()) {
      notes.add(
          "You may not get ServiceAccount %s: what it gives to new Pods is not known."
              .formatted(pod.serviceAccount()));
    }
    if (seen.credentials().isForbidden()) {
      notes.add(
          "You may not list RegistryCredentials: those that keep a Secret are not looked at.");
    }
    if (seen.clusterCredentials().isForbidden()) {
      notes.add(
          "You may not list ClusterRegistryCredentials: those that keep a Secret are not looked at.");
    }
    if (seen.isWithoutEvents()) {
      notes.add(
          "You may not list Events in namespace %s: what the kubelet said there is not known."
              .formatted(pod.namespace()));
    }
    return List.copyOf(notes);
  }

  private static Optional<String> mirror(ObservedPod.Container container) {
    var message = container.message();
    return message == null
        ? Optional.empty()
        : ImageName.parse(container.image())
            .flatMap(image -> KubeletMessage.otherHost(message, image))
            .map(
                host ->
                    "The message about container %s is of %s: a mirror of the node, or who gives out tokens for the registry."
                        .formatted(container.name(), host));
  }
}
