package dev.regcred.operator.execute;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.operator.memory.DriftHistory;
import dev.regcred.operator.memory.Memory;
import dev.regcred.operator.memory.PullSecretCache;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.Action;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.pullsecret.ServiceAccountWrite;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Preconditions;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The executor of single actions: each is one write to the API server, bound to the version that it
 * was planned for, after which the caches and what is remembered between passes know of it.
 */
final class ActionExecutor {
  private static final int UNPROCESSABLE = 422;

  private final ObjectRequests requests;
  private final ClusterView cache;
  private final DriftHistory drift;
  private final PullSecretCache secrets;
  private final Adoptions adoptions;
  private final PodEvictions evictions;
  private final OverriddenMetadata overridden = new OverriddenMetadata();

  ActionExecutor(
      ObjectRequests requests,
      ClusterView cache,
      Memory memory,
      Adoptions adoptions,
      PodEvictions evictions) {
    this.requests = requests;
    this.cache = cache;
    this.drift = memory.drift();
    this.secrets = memory.secrets();
    this.adoptions = adoptions;
    this.evictions = evictions;
  }

  /**
   * Carries out an action.
   *
   * @param namespace where a pull Secret or ServiceAccount is written
   * @return the resource as it is stored after the action
   * @throws KubernetesClientException as the API server answers
   */
  <R extends LifecycleResource<?, ?>> R execute(R resource, String namespace, Action action) {
    return switch (action) {
      case Action.AddFinalizer _ -> addFinalizer(resource);
      case Action.RemoveFinalizer _ -> removeFinalizer(resource);
      case Action.WriteSecret(var write) -> {
        write(resource, namespace, write);
        yield resource;
      }
      case Action.WriteAttachment(var write) -> {
        attach(namespace, write);
        yield resource;
      }
      case Action.EvictPod eviction -> {
        evictions.evict(eviction);
        yield resource;
      }
      case Action.InNamespaces _ ->
          throw new IllegalArgumentException("It is not for one namespace");
    };
  }

  private <R extends LifecycleResource<?, ?>> R addFinalizer(R resource) {
    return patchFinalizers(
        resource,
        finalizers -> {
          var more = new ArrayList<>(finalizers);
          more.add(Labels.FINALIZER);
          return more;
        });
  }

  private <R extends LifecycleResource<?, ?>> R removeFinalizer(R resource) {
    try {
      return patchFinalizers(
          resource,
          finalizers -> finalizers.stream().filter(f -> !f.equals(Labels.FINALIZER)).toList());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return resource; // It is gone, which is what this is for.
      }
      throw e;
    }
  }

  private <R extends LifecycleResource<?, ?>> R patchFinalizers(
      R resource, Function<List<String>, List<String>> change) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("uid", resource.getMetadata().getUid());
    metadata.put("resourceVersion", resource.getMetadata().getResourceVersion());
    metadata.put("finalizers", change.apply(resource.getMetadata().getFinalizers()));
    return requests.mergePatch(resource, Map.of("metadata", metadata));
  }

  private void write(LifecycleResource<?, ?> writer, String namespace, SecretWrite write) {
    switch (write) {
      case SecretWrite.Create(var desired) ->
          write(
              writer,
              namespace,
              desired.name(),
              null,
              () -> {
                var created = requests.create(Secrets.of(namespace, desired));
                overridden.logOverridden(writer, created, desired.labels(), desired.annotations());
                return created;
              });
      case SecretWrite.Patch(var name, var mergePatch, var isAdoption) ->
          write(
              writer,
              namespace,
              name,
              version(mergePatch),
              () -> {
                var patched = patch(writer, namespace, name, mergePatch, isAdoption);
                overridden.logOverridden(
                    writer,
                    patched,
                    metadata(mergePatch, "labels"),
                    metadata(mergePatch, "annotations"));
                return patched;
              });
      case SecretWrite.Delete delete -> {
        delete(namespace, delete);
        secrets.forget(namespace, delete.secretName());
        drift.recordWrite(namespace, delete.secretName(), delete.resourceVersion(), null);
      }
    }
    drift.sweep(
        (inNamespace, name) ->
            cache
                .secret(inNamespace, name)
                .filter(secret -> !secret.markEntries().isEmpty())
                .isPresent());
  }

  private Secret patch(
      LifecycleResource<?, ?> writer,
      String namespace,
      String name,
      Map<String, Object> mergePatch,
      boolean isAdoption) {
    var attempt =
        new Adoptions.Attempt(namespace, name, identity(mergePatch, "uid"), version(mergePatch));
    Secret patched;
    try {
      patched = requests.mergePatch(Secrets.named(namespace, name), mergePatch);
    } catch (KubernetesClientException e) {
      if (isAdoption) {
        adoptions.recordFailed(writer, attempt, e);
      }
      throw e;
    }
    if (isAdoption) {
      adoptions.recordDone(writer, attempt);
    }
    return patched;
  }

  /** What is remembered of a Secret is, before anybody hears of it. */
  private void write(
      LifecycleResource<?, ?> writer,
      String namespace,
      String name,
      @Nullable String before,
      Supplier<Secret> request) {
    cache.write(
        namespace,
        name,
        before,
        new CredentialRef(writer.getKind(), writer.getMetadata().getName()),
        () -> {
          var secret = request.get();
          if (writer.getMetadata().getNamespace() == null) {
            secrets.put(secret, cache);
          }
          drift.recordWrite(namespace, name, before, secret.getMetadata().getResourceVersion());
          return secret;
        });
  }

  private void delete(String namespace, SecretWrite.Delete delete) {
    requests.delete(
        Secret.class,
        namespace,
        delete.secretName(),
        new Preconditions(delete.resourceVersion(), delete.uid()));
  }

  private void attach(String namespace, ServiceAccountWrite write) {
    var serviceAccount = new ServiceAccountMetadata();
    serviceAccount.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace).withName(write.serviceAccount()).build());
    cache.write(
        namespace,
        write.serviceAccount(),
        write.resourceVersion(),
        () -> patch(serviceAccount, write));
    if (write.isCorrection()) {
      drift.recordAttachment(namespace, write.serviceAccount());
    }
  }

  /**
   * The API server applies the patch before it compares versions: a place in the list that is not
   * there any more is answered by 422, though it is a conflict.
   */
  private ServiceAccountMetadata patch(
      ServiceAccountMetadata serviceAccount, ServiceAccountWrite write) {
    try {
      return requests.jsonPatch(serviceAccount, write.jsonPatch());
    } catch (KubernetesClientException e) {
      throw e.getCode() == UNPROCESSABLE
          ? new KubernetesClientException(
              e.getMessage(), HttpURLConnection.HTTP_CONFLICT, e.getStatus())
          : e;
    }
  }

  /** What a patch writes of the labels or annotations; none where it leaves them as they are. */
  @SuppressWarnings("unchecked") // Drift writes them so.
  private static Map<String, @Nullable Object> metadata(
      Map<String, Object> mergePatch, String field) {
    return mergePatch.get("metadata") instanceof Map<?, ?> metadata
            && metadata.get(field) instanceof Map<?, ?> written
        ? (Map<String, @Nullable Object>) written
        : Map.of();
  }

  private static String version(Map<String, Object> mergePatch) {
    return identity(mergePatch, "resourceVersion");
  }

  private static String identity(Map<String, Object> mergePatch, String field) {
    return mergePatch.get("metadata") instanceof Map<?, ?> metadata
        ? String.valueOf(metadata.get(field))
        : "";
  }

  /** What an action does, to go on after <i>could not</i>. */
  static String describe(LifecycleResource<?, ?> resource, Action action) {
    return switch (action) {
      case Action.AddFinalizer _ -> "add the finalizer to " + resource.getKind();
      case Action.RemoveFinalizer _ -> "remove the finalizer from " + resource.getKind();
      case Action.WriteSecret(SecretWrite.Create create) -> "create Secret " + create.secretName();
      case Action.WriteSecret(SecretWrite.Patch patch) -> "change Secret " + patch.secretName();
      case Action.WriteSecret(SecretWrite.Delete delete) -> "delete Secret " + delete.secretName();
      case Action.WriteAttachment(var write) -> "change ServiceAccount " + write.serviceAccount();
      case Action.EvictPod(_, var pod, _, _) -> "evict Pod " + pod;
      case Action.InNamespaces _ -> "write to many namespaces";
    };
  }
}
