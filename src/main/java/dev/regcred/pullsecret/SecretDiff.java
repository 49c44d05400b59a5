package dev.regcred.pullsecret;

import dev.regcred.api.v1alpha1.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The writes that lead from a Secret as it is to the one that should be; none if it is right. */
public final class SecretDiff {
  /** The annotation in which {@code kubectl apply} keeps what was applied. */
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private SecretDiff() {}

  /**
   * Brings a Secret that is ours, or not there, to what is desired. Other people's labels,
   * annotations and owners stay as they are.
   */
  public static List<SecretWrite> writes(DesiredSecret desired, @Nullable PullSecret current) {
    if (current == null) {
      return List.of(new SecretWrite.Create(desired));
    }
    if (!desired.isAdopted() && (!current.type().equals(PullSecret.TYPE) || current.immutable())) {
      // The API server lets neither be changed.
      return List.of(delete(current), new SecretWrite.Create(desired));
    }
    var metadata = new LinkedHashMap<String, Object>();
    var applied = OwnershipMark.applied(current.annotations());
    putIfNotEmpty(
        metadata, "labels", changes(current.labels(), desired.labels(), applied.labels()));
    putIfNotEmpty(
        metadata,
        "annotations",
        changes(
            current.annotations(),
            desired.annotations(),
            Stream.concat(applied.annotations().stream(), removedWith(current))
                .collect(Collectors.toSet())));
    if (!Set.copyOf(desired.owners()).equals(Set.copyOf(current.owners()))) {
      metadata.put("ownerReferences", owners(desired.owners()));
    }
    var removable = desired.isAdopted() ? Set.<String>of() : current.data().keySet();
    var isAdoption = desired.isAdopted() && !current.isAdopted();
    return patch(current, metadata, changes(current.data(), desired.data(), removable), isAdoption);
  }

  /**
   * Annotations of ours that are no longer desired go; and, with the handing over of a Secret, the
   * annotation that did it and the copy of the old content that {@code kubectl apply} keeps.
   */
  private static Stream<String> removedWith(PullSecret current) {
    return current.markEntries().isEmpty()
        ? Stream.of(Labels.APPLIED, Labels.ADOPT, LAST_APPLIED)
        : Stream.of(Labels.APPLIED, Labels.ADOPTED);
  }

  /**
   * Takes the mark and our owners off, so that the Secret is left to other people: without our
   * entries.
   */
  public static List<SecretWrite> handBackWithoutEntries(PullSecret current) {
    var content = current.document().merge(Map.of(), current.servers());
    return handBack(current, Map.of(PullSecret.KEY, DesiredSecret.base64(content.toBytes())));
  }

  /** Takes the mark and our owners off, so that the Secret is left to other people as it is. */
  public static List<SecretWrite> handBack(PullSecret current) {
    return handBack(current, Map.of());
  }

  private static List<SecretWrite> handBack(PullSecret current, Map<String, String> data) {
    var metadata = new LinkedHashMap<String, Object>();
    putIfNotEmpty(metadata, "labels", changes(current.labels(), Map.of(), Set.of(Labels.MANAGED)));
    putIfNotEmpty(
        metadata,
        "annotations",
        changes(
            current.annotations(),
            Map.of(),
            Set.of(Labels.CONTRIBUTORS, Labels.APPLIED, Labels.ADOPTED)));
    var others = current.owners().stream().filter(owner -> !DesiredSecret.isOurs(owner)).toList();
    if (others.size() != current.owners().size()) {
      metadata.put("ownerReferences", owners(others));
    }
    return patch(current, metadata, changes(current.data(), data, Set.of()), false);
  }

  /** Deletes a Secret that is kept for nobody any more. */
  public static SecretWrite delete(PullSecret current) {
    return new SecretWrite.Delete(current.name(), current.uid(), current.resourceVersion());
  }

  private static List<SecretWrite> patch(
      PullSecret current,
      Map<String, Object> metadata,
      Map<String, @Nullable Object> data,
      boolean isAdoption) {
    if (metadata.isEmpty() && data.isEmpty()) {
      return List.of();
    }
    metadata.put("uid", current.uid());
    metadata.put("resourceVersion", current.resourceVersion());
    var patch = new LinkedHashMap<String, Object>();
    patch.put("metadata", metadata);
    putIfNotEmpty(patch, "data", data);
    return List.of(new SecretWrite.Patch(current.name(), patch, isAdoption));
  }

  /**
   * What differs, as a merge patch has it.
   *
   * @param ours the keys that may be taken away when they are no longer desired
   */
  private static Map<String, @Nullable Object> changes(
      Map<String, String> current, Map<String, String> desired, Set<String> ours) {
    var changes = new TreeMap<String, @Nullable Object>();
    desired.forEach(
        (key, value) -> {
          if (!value.equals(current.get(key))) {
            changes.put(key, value);
          }
        });
    for (String key : ours) {
      if (current.containsKey(key) && !desired.containsKey(key)) {
        changes.put(key, null);
      }
    }
    return changes;
  }

  private static List<Map<String, Object>> owners(List<OwnerReference> owners) {
    return owners.stream().map(SecretDiff::owner).toList();
  }

  private static Map<String, Object> owner(OwnerReference owner) {
    var json = new LinkedHashMap<String, Object>();
    json.put("apiVersion", owner.apiVersion());
    json.put("kind", owner.kind());
    json.put("name", owner.name());
    json.put("uid", owner.uid());
    if (Objects.nonNull(owner.controller())) {
      json.put("controller", owner.controller());
    }
    if (Objects.nonNull(owner.blockOwnerDeletion())) {
      json.put("blockOwnerDeletion", owner.blockOwnerDeletion());
    }
    return json;
  }

  private static void putIfNotEmpty(
      Map<String, Object> target, String key, Map<String, @Nullable Object> value) {
    if (!value.isEmpty()) {
      target.put(key, value);
    }
  }
}
