package dev.regcred.operator.kinds;

import dev.regcred.pullsecret.DesiredSecret;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The conversions between the client's Secret and ours. */
public final class Secrets {
  /** The field manager of our writes. */
  public static final String FIELD_MANAGER = "regcred";

  /** What a key and a value cost in memory besides their characters. */
  private static final long OVERHEAD = 128;

  private Secrets() {}

  public static PullSecret pullSecret(Secret secret) {
    var metadata = secret.getMetadata();
    return new PullSecret(
        metadata.getName(),
        metadata.getUid(),
        metadata.getResourceVersion(),
        secret.getType() == null ? "Opaque" : secret.getType(),
        Boolean.TRUE.equals(secret.getImmutable()),
        orEmpty(metadata.getLabels()),
        orEmpty(metadata.getAnnotations()),
        owners(metadata),
        orEmpty(secret.getData()),
        otherManager(metadata));
  }

  /** The Secret to create, of type {@link PullSecret#TYPE}. */
  public static Secret of(String namespace, DesiredSecret desired) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(desired.name())
        .withLabels(desired.labels())
        .withAnnotations(desired.annotations())
        .withOwnerReferences(desired.owners().stream().map(Secrets::owner).toList())
        .endMetadata()
        .withType(PullSecret.TYPE)
        .withData(desired.data())
        .build();
  }

  /** A Secret that is but named, to be patched. */
  public static Secret named(String namespace, String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .build();
  }

  private static io.fabric8.kubernetes.api.model.OwnerReference owner(OwnerReference owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.apiVersion())
        .withKind(owner.kind())
        .withName(owner.name())
        .withUid(owner.uid())
        .withController(owner.controller())
        .withBlockOwnerDeletion(owner.blockOwnerDeletion())
        .build();
  }

  /** The field manager, other than ours, that wrote last; null if there is none. */
  static @Nullable String otherManager(ObjectMeta metadata) {
    return metadata.getManagedFields().stream()
        .filter(entry -> entry.getManager() != null && entry.getTime() != null)
        .filter(entry -> !entry.getManager().equals(FIELD_MANAGER))
        .max(Comparator.comparing(ManagedFieldsEntry::getTime))
        .map(ManagedFieldsEntry::getManager)
        .orElse(null);
  }

  /** How much of it is in memory, in characters, roughly. */
  public static long size(Secret secret) {
    var metadata = secret.getMetadata();
    return Stream.of(metadata.getLabels(), metadata.getAnnotations(), secret.getData())
        .flatMap(map -> orEmpty(map).entrySet().stream())
        .mapToLong(entry -> OVERHEAD + entry.getKey().length() + entry.getValue().length())
        .sum();
  }

  public static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }

  private static List<OwnerReference> owners(ObjectMeta metadata) {
    return metadata.getOwnerReferences().stream()
        .map(
            owner ->
                new OwnerReference(
                    owner.getApiVersion(),
                    owner.getKind(),
                    owner.getName(),
                    owner.getUid(),
                    owner.getController(),
                    owner.getBlockOwnerDeletion()))
        .toList();
  }
}
