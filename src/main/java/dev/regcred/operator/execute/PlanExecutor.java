package dev.regcred.operator.execute;

import dev.regcred.operator.client.FailureClassifier;
import dev.regcred.operator.client.ObjectRequests;
import dev.regcred.operator.client.Parallel;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.operator.memory.Memory;
import dev.regcred.operator.memory.NamespaceBackoffs;
import dev.regcred.operator.memory.PullSecretCache;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.plan.Action;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The executor carries out the actions of a plan, and writes statuses. Every write but a creation
 * is bound to the UID and resourceVersion that the plan was made for, so that an old plan fails
 * instead of doing harm.
 */
public final class PlanExecutor {
  private final ObjectRequests requests;
  private final PullSecretCache secrets;
  private final NamespaceBackoffs backoffs;
  private final Parallel parallel;
  private final Leadership leadership;
  private final Adoptions adoptions;
  private final ActionExecutor actionExecutor;

  /**
   * An executor that writes while it leads.
   *
   * @param width in how many namespaces is written at the same time for a cluster-wide credential
   * @param leadership without which nothing is written
   * @param adopted told, once, of each Secret of other people that was taken over, and for whom
   * @param evictions evicts Pods
   */
  public PlanExecutor(
      ObjectRequests requests,
      ClusterView cache,
      Memory memory,
      int width,
      Leadership leadership,
      BiConsumer<LifecycleResource<?, ?>, String> adopted,
      PodEvictions evictions) {
    this.requests = requests;
    this.secrets = memory.secrets();
    this.backoffs = memory.backoffs();
    this.parallel = new Parallel(width);
    this.leadership = leadership;
    this.adoptions = new Adoptions(cache, adopted);
    this.actionExecutor = new ActionExecutor(requests, cache, memory, adoptions, evictions);
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
                    .flatMap(batch -> inTurn(resource, batch)));
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
          var outcome = outcome(latest, parallel.map(batches, batch -> inTurn(resource, batch)));
          if (!(outcome instanceof Outcome.Done)) {
            return new Result<>(latest, outcome);
          }
          continue;
        }
        leadership.require();
        latest = actionExecutor.execute(latest, latest.getMetadata().getNamespace(), action);
      } catch (KubernetesClientException e) {
        return new Result<>(
            latest,
            new Outcome.Failed(
                action, FailureClassifier.classify(e, ActionExecutor.describe(latest, action))));
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
    return requests.updateStatus(withStatus);
  }

  /** All fan-outs take turns in their writes, not in what each looks at or writes before. */
  private Optional<Outcome.BatchFailure> inTurn(
      LifecycleResource<?, ?> resource, Action.NamespaceBatch batch) {
    return parallel.limited(() -> carryOut(resource, batch));
  }

  private Optional<Outcome.BatchFailure> carryOut(
      LifecycleResource<?, ?> resource, Action.NamespaceBatch batch) {
    for (Action action : batch.actions()) {
      try {
        leadership.require();
        actionExecutor.execute(resource, batch.namespace(), action);
      } catch (KubernetesClientException e) {
        if (action instanceof Action.WriteSecret(var write)) {
          secrets.forget(batch.namespace(), write.secretName());
        }
        return Optional.of(
            new Outcome.BatchFailure(
                batch, FailureClassifier.classify(e, ActionExecutor.describe(resource, action))));
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

  private static ObjectMetaBuilder identity(LifecycleResource<?, ?> resource) {
    ObjectMeta metadata = resource.getMetadata();
    return new ObjectMetaBuilder()
        .withNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .withUid(metadata.getUid())
        .withResourceVersion(metadata.getResourceVersion());
  }
}
