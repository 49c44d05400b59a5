package dev.regcred.operator.observe;

import dev.regcred.plan.credential.PodView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is read of a Pod. */
record PodJson(
    @Nullable MetadataJson metadata, @Nullable SpecJson spec, @Nullable StatusJson status) {
  /** The annotation that the kubelet puts on the mirror of a static Pod. */
  private static final String MIRROR = "kubernetes.io/config.mirror";

  private static final Set<String> WAITING = Set.of("ErrImagePull", "ImagePullBackOff");

  /** The Pod as plans see it; empty where it waits for no image. */
  Optional<PodView> view() {
    if (metadata == null || spec == null || status == null) {
      return Optional.empty();
    }
    var waiting = status.waiting();
    var images = spec.images(waiting);
    return images.isEmpty() || metadata.creationTimestamp() == null
        ? Optional.empty()
        : Optional.of(
            new PodView(
                Objects.requireNonNullElse(metadata.namespace(), ""),
                Objects.requireNonNullElse(metadata.name(), ""),
                Objects.requireNonNullElse(metadata.uid(), ""),
                Objects.requireNonNullElse(metadata.resourceVersion(), ""),
                Instant.parse(metadata.creationTimestamp()),
                metadata.deletionTimestamp() != null,
                orEmpty(metadata.annotations()).containsKey(MIRROR),
                orEmpty(metadata.labels()),
                Objects.requireNonNullElse(spec.serviceAccountName(), ""),
                orEmpty(spec.imagePullSecrets()).stream().map(NameJson::nameOrEmpty).toList(),
                images,
                metadata.controller()));
  }

  record MetadataJson(
      @Nullable String namespace,
      @Nullable String name,
      @Nullable String uid,
      @Nullable String resourceVersion,
      @Nullable String creationTimestamp,
      @Nullable String deletionTimestamp,
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> annotations,
      @Nullable List<OwnerJson> ownerReferences) {

    PodView.@Nullable Owner controller() {
      return orEmpty(ownerReferences).stream()
          .filter(owner -> Boolean.TRUE.equals(owner.controller()))
          .findFirst()
          .map(
              owner ->
                  new PodView.Owner(
                      Objects.requireNonNullElse(owner.apiVersion(), ""),
                      Objects.requireNonNullElse(owner.kind(), ""),
                      Objects.requireNonNullElse(owner.name(), "")))
          .orElse(null);
    }
  }

  record OwnerJson(
      @Nullable String apiVersion,
      @Nullable String kind,
      @Nullable String name,
      @Nullable Boolean controller) {}

  record NameJson(@Nullable String name) {
    String nameOrEmpty() {
      return name == null ? "" : name;
    }
  }

  record SpecJson(
      @Nullable String serviceAccountName,
      @Nullable List<NameJson> imagePullSecrets,
      @Nullable List<ContainerJson> initContainers,
      @Nullable List<ContainerJson> containers) {

    /** The images of the containers of these names. */
    List<String> images(List<String> waiting) {
      var all = new ArrayList<>(orEmpty(initContainers));
      all.addAll(orEmpty(containers));
      return all.stream()
          .filter(container -> container.name() != null && waiting.contains(container.name()))
          .map(ContainerJson::image)
          .filter(Objects::nonNull)
          .toList();
    }
  }

  record ContainerJson(@Nullable String name, @Nullable String image) {}

  record StatusJson(
      @Nullable List<ContainerStatusJson> initContainerStatuses,
      @Nullable List<ContainerStatusJson> containerStatuses) {

    /** The names of the containers that wait for their image. */
    List<String> waiting() {
      var all = new ArrayList<>(orEmpty(initContainerStatuses));
      all.addAll(orEmpty(containerStatuses));
      return all.stream()
          .filter(ContainerStatusJson::isWaiting)
          .map(ContainerStatusJson::name)
          .filter(Objects::nonNull)
          .toList();
    }
  }

  record ContainerStatusJson(@Nullable String name, @Nullable StateJson state) {
    boolean isWaiting() {
      return state != null
          && state.waiting() != null
          && state.waiting().reason() != null
          && WAITING.contains(state.waiting().reason());
    }
  }

  record StateJson(@Nullable WaitingJson waiting) {}

  record WaitingJson(@Nullable String reason) {}

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
