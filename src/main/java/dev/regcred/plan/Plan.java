package dev.regcred.plan;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.lifecycle.TransitionTable.Step;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A plan is what one pass does: the actions, and what the status says once all of them are done.
 *
 * @param actions the writes, in order
 * @param progress how far along the life cycle the pass gets
 * @param readiness what the conditions say
 * @param published what the status publishes of the pull Secret
 * @param next when to look again
 * @param counts how far a cluster-wide credential is in its namespaces; null for all other kinds
 * @param contended the namespaces whose target is left as another writer has made it, for now
 * @param stuckPods the Pods that the pull Secret came too late for; null where nobody has looked
 * @param verified what the registry says of the account; null where it is not asked
 */
public record Plan(
    List<Action> actions,
    Progress progress,
    Readiness readiness,
    PublishedTarget published,
    Next next,
    @Nullable FanOutCounts counts,
    Set<String> contended,
    @Nullable StuckPodsReport stuckPods,
    @Nullable VerifiedClaim verified) {

  /** A plan that says nothing of Pods, nor of the account. */
  public Plan(
      List<Action> actions,
      Progress progress,
      Readiness readiness,
      PublishedTarget published,
      Next next,
      @Nullable FanOutCounts counts,
      Set<String> contended) {
    this(actions, progress, readiness, published, next, counts, contended, null, null);
  }

  /** A plan for one namespace. */
  public Plan(
      List<Action> actions,
      Progress progress,
      Readiness readiness,
      PublishedTarget published,
      Next next) {
    this(actions, progress, readiness, published, next, null, Set.of());
  }

  /** The plan of a resource whose dependencies could not be read: it stays where it is. */
  public static Plan unread(LifecycleState state) {
    return new Plan(
        List.of(),
        Progress.none(state),
        Readiness.reconciling(Reason.API_ERROR, "What it depends on could not be read."),
        PublishedTarget.none(),
        new Next.Settled());
  }

  /** This plan, with another time at which the resource is looked at again. */
  public Plan next(Next other) {
    return new Plan(
        actions, progress, readiness, published, other, counts, contended, stuckPods, verified);
  }

  /** This plan, with what is known of stuck Pods, and the evictions of some after its actions. */
  public Plan stuckPods(@Nullable StuckPodsReport report, List<Action.EvictPod> evictions) {
    return new Plan(
        Stream.concat(actions.stream(), evictions.stream()).toList(),
        progress,
        readiness,
        published,
        next,
        counts,
        contended,
        report,
        verified);
  }

  /** This plan, with what is known of the account, and a look no later than when more is. */
  public Plan verified(VerifiedClaim claim) {
    var again = claim.again().time();
    return new Plan(
        actions,
        progress,
        readiness,
        published,
        next instanceof Next.Settled && again != null ? next.noLaterThan(again) : next,
        counts,
        contended,
        stuckPods,
        claim);
  }

  /**
   * The way along the life cycle.
   *
   * @param completed the steps that are finished once the actions are done
   * @param underWay the step that is begun and only recorded; null if none
   * @param state the state then
   */
  public record Progress(List<Step> completed, @Nullable Step underWay, LifecycleState state) {
    /** The progress of a resource that stays where it is. */
    public static Progress none(LifecycleState state) {
      return new Progress(List.of(), null, state);
    }

    /** The progress of these steps to their end. */
    public static Progress through(LifecycleState from, List<Step> steps) {
      return new Progress(steps, null, steps.isEmpty() ? from : steps.getLast().to());
    }

    /** The progress of these steps to their end, and the beginning of another. */
    public static Progress into(List<Step> completed, Step underWay) {
      return new Progress(completed, underWay, underWay.through());
    }
  }

  /**
   * The place at which the entry is to be found.
   *
   * @param secretName the pull Secret; null for none
   * @param serverAddress the canonical address; null if not known
   * @param podsAttachedTime since when the API server gives the pull Secret to Pods; null if it
   *     does not
   */
  public record PublishedTarget(
      @Nullable String secretName,
      @Nullable String serverAddress,
      @Nullable Instant podsAttachedTime) {

    /** Nowhere. */
    public static PublishedTarget none() {
      return new PublishedTarget(null, null, null);
    }

    /** The placement of a registry, which has no pull Secret. */
    public static PublishedTarget ofRegistry(@Nullable String serverAddress) {
      return new PublishedTarget(null, serverAddress, null);
    }
  }

  /** What comes after the pass. */
  public sealed interface Next {
    /** This, but with a look no later than at a time: something of the plan is tried again then. */
    default Next noLaterThan(Instant time) {
      return switch (this) {
        case AtOnce atOnce -> atOnce;
        case Settled(var requeue) -> new Settled(Requeue.earliest(requeue, Requeue.at(time)));
        default -> new Settled(Requeue.at(time));
      };
    }

    /** Nothing, until something changes or the time has come. */
    record Settled(Requeue requeue) implements Next {
      /** Nothing until something changes. */
      public Settled() {
        this(Requeue.never());
      }
    }

    /** Another pass at once: this one only recorded what the next one carries out. */
    record AtOnce() implements Next {}

    /** It is gone after this pass; there is no status to write. */
    record Gone() implements Next {}

    /**
     * Another operator serves it, and has answered for this version of its spec: nothing is
     * written, no status either.
     */
    record LeftAlone() implements Next {}

    /** It goes with its namespace, where neither a status nor an Event is of any use. */
    record GoneWithNamespace() implements Next {}
  }
}
