package dev.regcred.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.diagnosis.KubeletMessage;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.ObservedPod.Container;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reader of a Pod's containers: whether each has its image, and what the kubelet said last
 * about that. The Pod's Events are asked for once, and only if the status of a container leaves it
 * open.
 */
final class ContainerReader {
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

  /**
   * The reasons for which a container waits that are later than the image: {@code startContainer}
   * in {@code pkg/kubelet/kuberuntime} pulls first.
   */
  private static final Set<String> LATER =
      Set.of(
          "CrashLoopBackOff",
          "CreateContainerConfigError",
          "CreateContainerError",
          "PreCreateHookError",
          "PreStartHookError",
          "PostStartHookError",
          "RunContainerError");

  private static final String FAILED = "Failed";
  private static final String FAILED_TO_PULL = "Failed to pull image";

  private final ClusterReader cluster;
  private final String namespace;
  private final JsonNode pod;
  private @Nullable Lookup<List<JsonNode>> events;

  /**
   * @param pod the Pod, in JSON
   */
  ContainerReader(ClusterReader cluster, String namespace, JsonNode pod) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.pod = pod;
  }

  /** The containers, those that start first before the others. */
  List<Container> read() {
    var statuses = new HashMap<String, JsonNode>();
    for (String list :
        List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")) {
      pod.path("status")
          .path(list)
          .forEach(status -> statuses.put(status.path("name").asText(), status));
    }
    return Stream.of("initContainers", "containers", "ephemeralContainers")
        .flatMap(list -> specs(list).stream())
        .map(spec -> container(spec, statuses))
        .toList();
  }

  private List<JsonNode> specs(String list) {
    var specs = new ArrayList<JsonNode>();
    pod.path("spec").path(list).forEach(specs::add);
    return specs;
  }

  /** Whether Events were asked for, and may not be listed. */
  boolean isWithoutEvents() {
    return events != null && events.isForbidden();
  }

  private Container container(JsonNode spec, Map<String, JsonNode> statuses) {
    var name = spec.path("name").asText();
    var image = spec.path("image").asText();
    var status = statuses.get(name);
    if (status == null) {
      return new Container(name, image, ImageState.NOT_ASKED, null, null);
    }
    var waiting = status.at("/state/waiting");
    var reason = text(waiting.path("reason"));
    var state = state(status, reason);
    // Of a container that has its image the message is about something else.
    return state == ImageState.FAILED
        ? new Container(name, image, state, reason, said(name, text(waiting.path("message"))))
        : new Container(name, image, state, reason, null);
  }

  private static ImageState state(JsonNode status, @Nullable String reason) {
    if (reason != null && FAILURES.contains(reason)) {
      return ImageState.FAILED;
    }
    var isPulled =
        (reason != null && LATER.contains(reason))
            || status.at("/state/running").isObject()
            || status.at("/state/terminated").isObject()
            || !status.path("imageID").asText().isEmpty();
    return isPulled ? ImageState.PULLED : ImageState.NOT_ASKED;
  }

  private @Nullable String said(String container, @Nullable String message) {
    return message == null || KubeletMessage.saysNothing(message)
        ? lastFailure(container).orElse(message)
        : message;
  }

  /** The newest Event of the kubelet that says why an image was not pulled. */
  private Optional<String> lastFailure(String container) {
    var known = events;
    if (known == null) {
      known = cluster.events(namespace, pod.at("/metadata/uid").asText(), FAILED);
      events = known;
    }
    return known.found().stream()
        .flatMap(List::stream)
        .filter(
            event -> event.at("/involvedObject/fieldPath").asText().endsWith("{" + container + "}"))
        .filter(event -> event.path("message").asText().startsWith(FAILED_TO_PULL))
        .max(Comparator.comparing(ContainerReader::time))
        .map(event -> event.path("message").asText());
  }

  /** The time at which it was last seen; the texts of times sort as they do. */
  private static String time(JsonNode event) {
    return Stream.of("/series/lastObservedTime", "/lastTimestamp", "/eventTime")
        .map(event::at)
        .map(ContainerReader::text)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("");
  }

  private static @Nullable String text(JsonNode json) {
    return json.isTextual() ? json.textValue() : null;
  }
}
