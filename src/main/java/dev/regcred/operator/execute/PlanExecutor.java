package dev.regcred.operator.execute;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.operator.client.FailureClassifier;
import dev.regcred.operator.client.Parallel;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.operator.memory.DriftHistory;
import dev.regcred.operator.memory.NamespaceBackoffs;
import dev.regcred.operator.memory.PullSecretCache;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.Action;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.pullsecret.ServiceAccountWrite;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Preconditions;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The executor carries out the actions of a plan, and writes statuses. Every write but a creation
 * is bound to the UID and resourceVersion that the plan was made for, so that an old plan fails
 * instead of doing harm.
 */
public final class PlanExecutor {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final PatchContext JSON = PatchContext.of(PatchType.JSON);

  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final ClusterView cache;
  private final DriftHistory drift;
  private final PullSecretCache secrets;
  private final NamespaceBackoffs backoffs;
  private final Parallel parallel;
  private final Leadership leadership;
  private final Adoptions adoptions;
  private final OverriddenMetadata overridden = new OverriddenMetadata();

  /**
   * An executor that writes while it leads.
   *
   * @param width in how many namespaces is written at the same time for a cluster-wide credential
   * @param leadership without which nothing is written
   * @param adopted told, once, of each Secret of other people that was taken over, and for whom
   */
  public PlanExecutor(
      KubernetesClient client,
      ClusterView cache,
      DriftHistory drift,
      PullSecretCache secrets,
      NamespaceBackoffs backoffs,
      int width,
      Leadership leadership,
      BiConsumer<LifecycleResource<?, ?>, String> adopted) {
    this.client = client;
    this.cache = cache;
    this.drift = drift;
    this.secrets = secrets;
    this.backoffs = backoffs;
    this.parallel = new Parallel(width);
    this.leadership = leadership;
    this.adoptions = new Adoptions(cache, adopted);
  }

  /**
   * How a plan went.
   *
   * @param resource the resource in its newest known version
   * @param plan what was to be done
   * @param outcome whether all of its actions are done
   */
  public record Execution<R>(R resource, Plan plan, Outcome outcome) {}

  /** Carries out the actions in order, up to the first that fails, as long as it leads. */
  public <R extends LifecycleResource<?, ?>> Execution<R> execute(R resource, Plan plan) {
    adoptions.tellUnanswered(resource);
    var result = carryOut(resource, plan.actions());
    return new Execution<>(result.resource(), plan, result.outcome());
  }

  /**
   * Carries out a plan while it is made, namespace by namespace, as long as it leads: in each what
   * is written there as soon as that is known, and in the end what is left of the plan.
   */
  public <R extends LifecycleResource<?, ?>> Execution<R> execute(
      R resource, PlanByNamespace planned) {
    adoptions.tellUnanswered(resource);
    var preparation = new Preparation<>(resource, planned.preparation());
    var failures =
        parallel.map(
            planned.namespaces(),
            namespace ->
                planned
                    .plan(namespace)
                    .filter(_ -> preparation.succeeds())
                    .flatMap(batch -> carryOut(resource, batch)));
    var plan = planned.conclude();
    var written = preparation.result(failures);
    if (!(written.outcome() instanceof Outcome.Done)) {
      return new Execution<>(written.resource(), plan, written.outcome());
    }
    var last = carryOut(written.resource(), preparation.rest(plan.actions()));
    return new Execution<>(last.resource(), plan, last.outcome());
  }

  /** How some actions went. */
  private record Result<R>(R resource, Outcome outcome) {}

  /** What comes before the first write in a namespace, done once, by whoever comes to it first. */
  private final class Preparation<R extends LifecycleResource<?, ?>> {
    private final R resource;
    private final List<Action> actions;
    private @Nullable Result<R> result;

    Preparation(R resource, List<Action> actions) {
      this.resource = resource;
      this.actions = actions;
    }

    /** Does it unless it was done, and says whether the namespaces may be written. */
    synchronized boolean succeeds() {
      if (result == null) {
        result = carryOut(resource, actions);
      }
      return result.outcome() instanceof Outcome.Done;
    }

    /** How it and then the writes in the namespaces went. */
    synchronized Result<R> result(List<Optional<Outcome.BatchFailure>> failures) {
      if (result == null) {
        return new Result<>(resource, new Outcome.Done());
      }
      return result.outcome() instanceof Outcome.Done
          ? new Result<>(result.resource(), outcome(result.resource(), failures))
          : result;
    }

    /** What is left of a plan after the writes in the namespaces. */
    synchronized List<Action> rest(List<Action> planned) {
      return planned.stream()
          .filter(action -> !(action instanceof Action.InNamespaces))
          .filter(action -> result == null || !actions.contains(action))
          .toList();
    }
  }

  private <R extends LifecycleResource<?, ?>> Result<R> carryOut(R resource, List<Action> actions) {
    var latest = resource;
    for (Action action : actions) {
      try {
        if (action instanceof Action.InNamespaces(var batches)) {
          var outcome = outcome(latest, parallel.map(batches, batch -> carryOut(resource, batch)));
          if (!(outcome instanceof Outcome.Done)) {
            return new Result<>(latest, outcome);
          }
          continue;
        }
        latest = carryOut(latest, latest.getMetadata().getNamespace(), action);
      } catch (KubernetesClientException e) {
        return new Result<>(
            latest,
            new Outcome.Failed(action, FailureClassifier.classify(e, attempt(latest, action))));
      }
    }
    return new Result<>(latest, new Outcome.Done());
  }

  /** Forgets what is remembered of a resource that is gone, however it went. */
  public void forget(LifecycleResource<?, ?> resource) {
    backoffs.forget(resource.getMetadata().getUid());
    adoptions.forget(resource);
  }

  /**
   * Writes a status, bound to the version of the resource that it speaks of.
   *
   * @param withStatus a new object of the kind that has nothing but a status
   * @return the resource as it is stored
   * @throws KubernetesClientException as the API server answers
   * @throws dev.regcred.operator.leader.NotLeadingException if it may not write any more
   */
  public <R extends LifecycleResource<?, ?>> R writeStatus(R resource, R withStatus) {
    leadership.require();
    withStatus.setMetadata(identity(resource).build());
    return client.resource(withStatus).updateStatus();
  }

  private Optional<Outcome.BatchFailure> carryOut(
      LifecycleResource<?, ?> resource, Action.NamespaceBatch batch) {
    for (Action action : batch.actions()) {
      try {
        carryOut(resource, batch.namespace(), action);
      } catch (KubernetesClientException e) {
        if (action instanceof Action.WriteSecret(var write)) {
          secrets.forget(batch.namespace(), write.secretName());
        }
        return Optional.of(
            new Outcome.BatchFailure(
                batch, FailureClassifier.classify(e, attempt(resource, action))));
      }
    }
    backoffs.recordSuccess(resource.getMetadata().getUid(), batch.namespace());
    return Optional.empty();
  }

  /** A namespace that changed meanwhile is looked at again at once; others wait. */
  private Outcome outcome(
      LifecycleResource<?, ?> resource, List<Optional<Outcome.BatchFailure>> inNamespaces) {
    var failures = inNamespaces.stream().flatMap(Optional::stream).toList();
    if (failures.isEmpty()) {
      return new Outcome.Done();
    }
    var metadata = resource.getMetadata();
    var again = Instant.MAX;
    for (Outcome.BatchFailure failure : failures) {
      var until =
          failure.isConflict()
              ? Instant.EPOCH
              : backoffs
                  .recordFailure(
                      metadata.getUid(),
                      metadata.getGeneration(),
                      failure.batch().namespace(),
                      failure.failure())
                  .until();
      again = until.isBefore(again) ? until : again;
    }
    return new Outcome.Partial(failures, again);
  }

  private <R extends LifecycleResource<?, ?>> R carryOut(
      R resource, String namespace, Action action) {
    leadership.require();
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
    return client.resource(resource).patch(MERGE, json(Map.of("metadata", metadata)));
  }

  private void write(LifecycleResource<?, ?> writer, String namespace, SecretWrite write) {
    switch (write) {
      case SecretWrite.Create(var desired) -> {
        var created = client.resource(Secrets.of(namespace, desired)).create();
        overridden.logOverridden(writer, created, desired.labels(), desired.annotations());
        rememberWritten(created, null, writer);
      }
      case SecretWrite.Patch(var name, var mergePatch, var isAdoption) -> {
        Secret patched;
        try {
          patched = client.resource(Secrets.named(namespace, name)).patch(MERGE, json(mergePatch));
        } catch (KubernetesClientException e) {
          if (isAdoption) {
            adoptions.recordFailed(writer, namespace, name, e);
          }
          throw e;
        }
        if (isAdoption) {
          adoptions.recordDone(writer, namespace, name);
        }
        overridden.logOverridden(
            writer, patched, metadata(mergePatch, "labels"), metadata(mergePatch, "annotations"));
        rememberWritten(patched, version(mergePatch), writer);
      }
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

  private void rememberWritten(
      Secret secret, @Nullable String before, LifecycleResource<?, ?> writer) {
    var metadata = secret.getMetadata();
    if (writer.getMetadata().getNamespace() == null) {
      secrets.put(secret, cache);
    }
    drift.recordWrite(
        metadata.getNamespace(), metadata.getName(), before, metadata.getResourceVersion());
    cache.addWritten(
        secret,
        Optional.ofNullable(before),
        new CredentialRef(writer.getKind(), writer.getMetadata().getName()));
  }

  private void delete(String namespace, SecretWrite.Delete delete) {
    var preconditions = new Preconditions(delete.resourceVersion(), delete.uid());
    client.raw(
        "/api/v1/namespaces/%s/secrets/%s".formatted(namespace, delete.secretName()),
        "DELETE",
        json(
            Map.of(
                "apiVersion", "v1",
                "kind", "DeleteOptions",
                "preconditions", preconditions)));
  }

  private void attach(String namespace, ServiceAccountWrite write) {
    var serviceAccount = new ServiceAccountMetadata();
    serviceAccount.setMetadata(
        new ObjectMetaBuilder().withNamespace(namespace).withName(write.serviceAccount()).build());
    var patched = patch(serviceAccount, write);
    cache.addWritten(patched, write.resourceVersion());
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
      return client.resource(serviceAccount).patch(JSON, json(write.jsonPatch()));
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
    return mergePatch.get("metadata") instanceof Map<?, ?> metadata
        ? String.valueOf(metadata.get("resourceVersion"))
        : "";
  }

  private static ObjectMetaBuilder identity(LifecycleResource<?, ?> resource) {
    ObjectMeta metadata = resource.getMetadata();
    return new ObjectMetaBuilder()
        .withNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .withUid(metadata.getUid())
        .withResourceVersion(metadata.getResourceVersion());
  }

  private String json(Object value) {
    return client.getKubernetesSerialization().asJson(value);
  }

  private static String attempt(LifecycleResource<?, ?> resource, Action action) {
    return switch (action) {
      case Action.AddFinalizer _ -> "add the finalizer to " + resource.getKind();
      case Action.RemoveFinalizer _ -> "remove the finalizer from " + resource.getKind();
      case Action.WriteSecret(SecretWrite.Create create) -> "create Secret " + create.secretName();
      case Action.WriteSecret(SecretWrite.Patch patch) -> "change Secret " + patch.secretName();
      case Action.WriteSecret(SecretWrite.Delete delete) -> "delete Secret " + delete.secretName();
      case Action.WriteAttachment(var write) -> "change ServiceAccount " + write.serviceAccount();
      case Action.InNamespaces _ -> "write to many namespaces";
    };
  }
}
