package dev.regcred.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.ObservedCredential;
import dev.regcred.diagnosis.ObservedPod;
import dev.regcred.diagnosis.ObservedPod.Container;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.diagnosis.PodObservation;
import dev.regcred.dockerconfig.ImageName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is read to explain a Pod: as much at the same time as can be. */
final class PodReader {
  /** The reasons for which a container waits whose image the kubelet failed to get. */
  private static final Set<String> FAILURES =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "ImageInspectError",
          "RegistryUnavailable",
          "SignatureValidationFailed");

  /** The message that says nothing; Kubernetes 1.31 and newer add what went wrong. */
  private static final Pattern SAYS_NOTHING = Pattern.compile("Back-off pulling image \"[^\"]*\"");

  private static final String FAILED = "Failed";
  private static final String FAILED_TO_PULL = "Failed to pull image";

  private final ClusterReader cluster;

  PodReader(ClusterReader cluster) {
    this.cluster = cluster;
  }

  /**
   * Reads a Pod and what it needs to get its images.
   *
   * @param container the container that is looked at; null for all
   * @throws CommandException if there is no such Pod or container, or it may not be looked at
   */
  PodObservation read(String namespace, String name, @Nullable String container) {
    var credentials =
        Background.run(
            () ->
                ClusterReader.map(
                    cluster.credentials(namespace),
                    all -> all.getOrDefault(namespace, List.<ObservedCredential>of())));
    var clusterCredentials = Background.run(cluster::clusterCredentials);
    var json =
        switch (cluster.pod(namespace, name)) {
          case Lookup.Found<JsonNode>(var found) -> found;
          case Lookup.Absent<JsonNode> _ ->
              throw CommandException.usage(
                  "There is no Pod %s in namespace %s.".formatted(name, namespace));
          case Lookup.Forbidden<JsonNode> _ ->
              throw CommandException.notSeen(
                  "You may not get Pod %s in namespace %s.".formatted(name, namespace));
        };
    var pod = pod(json, namespace, container);
    var ofServiceAccount =
        Background.run(() -> cluster.serviceAccountSecrets(namespace, pod.serviceAccount()));
    var secrets = new LinkedHashMap<String, CompletableFuture<Lookup<ObservedSecret>>>();
    Consumer<List<String>> ask =
        names ->
            names.forEach(
                secret ->
                    secrets.computeIfAbsent(
                        secret, _ -> Background.run(() -> cluster.secret(namespace, secret))));
    ask.accept(pod.pullSecrets());
    ask.accept(Background.join(ofServiceAccount).found().orElse(List.of()));
    ask.accept(keptFor(pod, Background.join(credentials), Background.join(clusterCredentials)));
    var found = new HashMap<String, Lookup<ObservedSecret>>();
    secrets.forEach((secret, lookup) -> found.put(secret, Background.join(lookup)));
    return new PodObservation(
        pod,
        Background.join(ofServiceAccount),
        Map.copyOf(found),
        Background.join(credentials),
        Background.join(clusterCredentials));
  }

  /** The Secrets that credentials keep for the registries of its images. */
  private static List<String> keptFor(
      ObservedPod pod,
      Lookup<List<ObservedCredential>> credentials,
      Lookup<List<ObservedCredential>> clusterCredentials) {
    var images =
        pod.containers().stream().flatMap(one -> ImageName.parse(one.image()).stream()).toList();
    return Stream.of(credentials, clusterCredentials)
        .flatMap(list -> list.found().stream().flatMap(List::stream))
        .filter(credential -> images.stream().anyMatch(credential::isFor))
        .flatMap(
            credential ->
                Optional.ofNullable(credential.status())
                    .map(status -> status.secretName())
                    .stream())
        .toList();
  }

  private ObservedPod pod(JsonNode json, String namespace, @Nullable String container) {
    var metadata = json.path("metadata");
    var containers = containers(json, namespace);
    var chosen =
        containers.stream()
            .filter(one -> container == null || one.name().equals(container))
            .toList();
    if (chosen.isEmpty()) {
      throw CommandException.usage(
          "Pod %s has no container %s, but %s."
              .formatted(
                  metadata.path("name").asText(),
                  container,
                  String.join(", ", containers.stream().map(Container::name).toList())));
    }
    return new ObservedPod(
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        json.at("/spec/serviceAccountName").asText("default"),
        isControlled(metadata.path("ownerReferences")),
        ClusterReader.pullSecrets(json.path("spec")),
        chosen);
  }

  private static boolean isControlled(JsonNode owners) {
    for (JsonNode owner : owners) {
      if (owner.path("controller").asBoolean()) {
        return true;
      }
    }
    return false;
  }

  private List<Container> containers(JsonNode pod, String namespace) {
    var statuses = new HashMap<String, JsonNode>();
    for (String list :
        List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")) {
      pod.path("status")
          .path(list)
          .forEach(status -> statuses.put(status.path("name").asText(), status));
    }
    var containers = new ArrayList<Container>();
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      pod.path("spec")
          .path(list)
          .forEach(
              spec ->
                  containers.add(
                      container(spec, statuses.get(spec.path("name").asText()), pod, namespace)));
    }
    return List.copyOf(containers);
  }

  private Container container(
      JsonNode spec, @Nullable JsonNode status, JsonNode pod, String namespace) {
    var name = spec.path("name").asText();
    var image = spec.path("image").asText();
    if (status == null) {
      return new Container(name, image, ImageState.NOT_ASKED, null, null);
    }
    var waiting = status.at("/state/waiting");
    var reason = text(waiting.path("reason"));
    var message = text(waiting.path("message"));
    if (reason != null && FAILURES.contains(reason)) {
      return new Container(
          name,
          image,
          ImageState.FAILED,
          reason,
          message == null || SAYS_NOTHING.matcher(message).matches()
              ? lastFailure(pod, namespace, name).orElse(message)
              : message);
    }
    var isPulled =
        status.at("/state/running").isObject()
            || status.at("/state/terminated").isObject()
            || !status.path("imageID").asText().isEmpty();
    return new Container(
        name, image, isPulled ? ImageState.PULLED : ImageState.NOT_ASKED, reason, message);
  }

  /** The newest Event of the kubelet that says why an image was not pulled. */
  private Optional<String> lastFailure(JsonNode pod, String namespace, String container) {
    return cluster
        .events(namespace, pod.at("/metadata/uid").asText(), FAILED)
        .found()
        .flatMap(
            events ->
                events.stream()
                    .filter(
                        event ->
                            event
                                .at("/involvedObject/fieldPath")
                                .asText()
                                .endsWith("{" + container + "}"))
                    .filter(event -> event.path("message").asText().startsWith(FAILED_TO_PULL))
                    .max(Comparator.comparing(PodReader::time))
                    .map(event -> event.path("message").asText()));
  }

  /** The time at which it was last seen; the texts of times sort as they do. */
  private static String time(JsonNode event) {
    return Stream.of("/series/lastObservedTime", "/lastTimestamp", "/eventTime")
        .map(event::at)
        .map(PodReader::text)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("");
  }

  private static @Nullable String text(JsonNode json) {
    return json.isTextual() ? json.textValue() : null;
  }
}
