package dev.regcred.plan.registry;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.lifecycle.AvailableActions;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Plan.Progress;
import dev.regcred.plan.Plan.PublishedTarget;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.Requeue;
import dev.regcred.plan.registry.RegistrySnapshot.Credential;
import dev.regcred.plan.registry.RegistrySnapshot.Rival;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The planner decides what one pass over a Registry does.
 *
 * <p>It writes nothing but its own resource: its credentials watch its state and follow it. A step
 * that takes them out of use is recorded, and ends when all of them have followed.
 */
public final class RegistryPlanner {
  private static final TransitionTable TABLE = TransitionTable.REGISTRY;

  /** How many credentials a message names. */
  private static final int NAMED = 3;

  private RegistryPlanner() {}

  /** The plan for what was observed. */
  public static Plan plan(RegistrySnapshot observed) {
    if (observed.terminating()) {
      return terminating(observed);
    }
    if (observed.id().deleting()) {
      return deletion(observed);
    }
    var spec = observed.spec();
    if (spec == null) {
      return stay(observed, Readiness.unreadable(observed.unreadable()));
    }
    ServerAddress address;
    try {
      address = ServerAddress.parse(spec.serverAddress());
    } catch (InvalidServerAddressException e) {
      return stay(observed, Readiness.stalled(Reason.SERVER_ADDRESS_INVALID, e.getMessage()));
    }
    var end = end(observed, spec);
    var holder = holder(observed);
    if (holder.isPresent() && end == ACTIVE) {
      return displaced(observed, address, holder.get());
    }
    return advance(observed, end, holder.isPresent() ? null : address.value());
  }

  private static LifecycleState end(RegistrySnapshot observed, ServerSpec spec) {
    var lastStatus = observed.lastStatus();
    if (lastStatus.state().isPurgingOrLater()) {
      return PURGED;
    }
    var isDue =
        spec.desiredState() == DesiredState.REMOVED
            && lastStatus.state() == REMOVED
            && purgeTime(observed, spec).filter(time -> !time.isAfter(observed.now())).isPresent();
    return isDue ? PURGED : AvailableActions.goal(spec.desiredState());
  }

  /** Goes as far as its credentials let it. */
  private static Plan advance(
      RegistrySnapshot observed, LifecycleState end, @Nullable String address) {
    var state = observed.lastStatus().state();
    var completed = new ArrayList<Step>();
    for (Step step : TABLE.route(state, end).orElse(List.of())) {
      var inUse = end == ACTIVE ? List.<Credential>of() : inUse(observed, step);
      if (!inUse.isEmpty()) {
        return new Plan(
            withFinalizer(observed),
            Progress.into(completed, step),
            waitingFor(inUse),
            PublishedTarget.ofRegistry(address),
            new Next.Settled());
      }
      completed.add(step);
    }
    if (completed.isEmpty()
        && observed.lastStatus().observedGeneration() != observed.id().generation()) {
      TABLE.step(state, LifecycleProcess.UPDATE).ifPresent(completed::add);
    }
    return new Plan(
        withFinalizer(observed),
        Progress.through(state, completed),
        arrived(end),
        PublishedTarget.ofRegistry(end == PURGED ? null : address),
        next(observed, end));
  }

  private static Readiness arrived(LifecycleState end) {
    return switch (end) {
      case ACTIVE -> Readiness.ready(Reason.ACTIVE, "Its credentials can be used.");
      case INACTIVE ->
          Readiness.ready(
              Reason.INACTIVE, "Its credentials are out of use; declare Active to use them.");
      case PURGED -> Readiness.ready(Reason.PURGED, "Nothing is left of it but this resource.");
      default ->
          Readiness.ready(
              Reason.REMOVED, "Its credentials are out of use; declare Active to restore it.");
    };
  }

  /** The credentials that a step has to wait for. */
  private static List<Credential> inUse(RegistrySnapshot observed, Step step) {
    return switch (step.process()) {
      case DEACTIVATE, REMOVE ->
          credentials(observed, state -> !state.isWithdrawn() && state != INACTIVE);
      case PURGE -> credentials(observed, state -> !state.isWithdrawn());
      default -> List.of();
    };
  }

  private static List<Credential> credentials(
      RegistrySnapshot observed, java.util.function.Predicate<LifecycleState> which) {
    return observed.credentials().stream().filter(c -> which.test(c.state())).toList();
  }

  private static Readiness waitingFor(List<Credential> inUse) {
    return Readiness.reconciling(
        Reason.CREDENTIALS_IN_USE,
        "Waits for %s of its credentials to be withdrawn: %s%s"
            .formatted(
                inUse.size(),
                inUse.stream().limit(NAMED).map(Credential::name).collect(Collectors.joining(", ")),
                inUse.size() > NAMED ? ", ..." : "."));
  }

  /** Another one has the address: Activating if it never had it, else out of use again. */
  private static Plan displaced(RegistrySnapshot observed, ServerAddress address, Rival holder) {
    var readiness =
        Readiness.stalled(
            Reason.SERVER_ADDRESS_USED,
            "%s %s has the server address %s%s; purge or delete one of the two."
                .formatted(
                    observed.id().kind(),
                    holder.name(),
                    address.value(),
                    observed.id().namespace() == null ? "" : " in this namespace"));
    var state = observed.lastStatus().state();
    if (state == ACTIVE || state == DEACTIVATING) {
      var plan = advance(observed, INACTIVE, null);
      return plan.progress().underWay() == null
          ? new Plan(plan.actions(), plan.progress(), readiness, plan.published(), plan.next())
          : plan;
    }
    var route = TABLE.route(state, ACTIVE).orElseThrow();
    var progress =
        state == LifecycleState.ACTIVATING || state == INACTIVE
            ? Progress.none(state)
            : Progress.into(route.subList(0, route.size() - 1), route.getLast());
    return new Plan(
        withFinalizer(observed), progress, readiness, PublishedTarget.none(), new Next.Settled());
  }

  /**
   * The registry that comes before this one: who has the address keeps it, else the oldest gets it,
   * of two of the same second the one whose name sorts first. One that is Purged has given it up.
   */
  private static Optional<Rival> holder(RegistrySnapshot observed) {
    var order =
        Comparator.comparing((Rival rival) -> !rival.holds())
            .thenComparing(Rival::created)
            .thenComparing(Rival::name);
    var self =
        new Rival(
            observed.id().name(),
            observed.created(),
            observed.lastStatus().state(),
            observed.lastStatus().serverAddress() != null);
    return observed.rivals().stream()
        .filter(rival -> rival.state() != PURGED)
        .min(order)
        .filter(rival -> order.compare(rival, self) < 0);
  }

  private static Plan deletion(RegistrySnapshot observed) {
    var inUse = credentials(observed, state -> !state.isWithdrawn() && state != INACTIVE);
    var state = observed.lastStatus().state();
    var published = PublishedTarget.ofRegistry(observed.lastStatus().serverAddress());
    if (inUse.isEmpty()) {
      return new Plan(
          observed.id().hasFinalizer() ? List.of(new Action.RemoveFinalizer()) : List.of(),
          Progress.none(state),
          Readiness.reconciling(Reason.REMOVING, "It is being deleted."),
          published,
          new Next.Gone());
    }
    var route = TABLE.route(state, REMOVED).orElse(List.of());
    return new Plan(
        List.of(),
        state == REMOVING || route.isEmpty()
            ? Progress.none(state)
            : Progress.into(route.subList(0, route.size() - 1), route.getLast()),
        waitingFor(inUse),
        published,
        new Next.Settled());
  }

  /** The namespace goes with all that is in it: nothing but the finalizer is of any interest. */
  private static Plan terminating(RegistrySnapshot observed) {
    var inUse = credentials(observed, state -> !state.isWithdrawn() && state != INACTIVE);
    var isFree = observed.id().deleting() && observed.id().hasFinalizer() && inUse.isEmpty();
    return new Plan(
        isFree ? List.of(new Action.RemoveFinalizer()) : List.of(),
        Progress.none(observed.lastStatus().state()),
        Readiness.reconciling(Reason.REMOVING, "The namespace is being deleted."),
        PublishedTarget.ofRegistry(observed.lastStatus().serverAddress()),
        new Next.GoneWithNamespace());
  }

  private static Plan stay(RegistrySnapshot observed, Readiness readiness) {
    return new Plan(
        isRegistered(observed) ? withFinalizer(observed) : List.of(),
        Progress.none(observed.lastStatus().state()),
        readiness,
        PublishedTarget.ofRegistry(observed.lastStatus().serverAddress()),
        new Next.Settled());
  }

  /** Whether credentials may have made use of it. */
  private static boolean isRegistered(RegistrySnapshot observed) {
    return observed.lastStatus().state() != LifecycleState.REQUESTED;
  }

  /** The finalizer is on it from the start, so that a deletion waits for the credentials. */
  private static List<Action> withFinalizer(RegistrySnapshot observed) {
    return observed.id().hasFinalizer() ? List.of() : List.of(new Action.AddFinalizer());
  }

  private static Optional<Instant> purgeTime(RegistrySnapshot observed, ServerSpec spec) {
    var removedTime = observed.lastStatus().removedTime();
    return spec.purgeAfter().after(removedTime == null ? observed.now() : removedTime);
  }

  private static Next next(RegistrySnapshot observed, LifecycleState end) {
    if (end != REMOVED || observed.spec() == null) {
      return new Next.Settled();
    }
    return new Next.Settled(Requeue.at(purgeTime(observed, observed.spec())));
  }
}
