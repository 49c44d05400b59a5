package dev.regcred.status;

import dev.regcred.api.v1alpha1.CredentialSpecBuilder;
import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.plan.Action;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Passes over a credential, one after the other, and the status that each of them leaves. */
final class Passes {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static final Plan.PublishedTarget WIRED =
      new Plan.PublishedTarget("pull", "registry.example.com", null);

  private @Nullable RegistryCredentialStatus status;
  private String purgeAfter = "60s";
  private Instant now = START;

  /** The status now; the CRD's default before the first pass. */
  RegistryCredentialStatus status() {
    return status == null
        ? new CredentialStatusBuilder().state(LifecycleState.REQUESTED, -1).build()
        : status;
  }

  LifecycleState state() {
    return Objects.requireNonNull(status().state());
  }

  Passes purgeAfter(String duration) {
    purgeAfter = duration;
    return this;
  }

  /** A pass that goes all the way. */
  Passes to(LifecycleState end) {
    return done(Plan.Progress.through(state(), route(end)), WIRED);
  }

  /** A pass that records the last step of the way and stops there. */
  Passes into(LifecycleState end) {
    var route = route(end);
    return done(Plan.Progress.into(route.subList(0, route.size() - 1), route.getLast()), WIRED);
  }

  /** A pass that stays where it is. */
  Passes stays() {
    return done(Plan.Progress.none(state()), WIRED);
  }

  /** A pass that would go all the way but fails. */
  Passes failsTo(LifecycleState end, Failure.Kind kind) {
    return pass(
        Plan.Progress.through(state(), route(end)),
        new Plan.PublishedTarget("other", "other.example.com", null),
        new Outcome.Failed(
            new Action.AddFinalizer(), new Failure(kind, "The API server said no.", null)));
  }

  private Passes done(Plan.Progress progress, Plan.PublishedTarget published) {
    return pass(progress, published, new Outcome.Done());
  }

  private Passes pass(Plan.Progress progress, Plan.PublishedTarget published, Outcome outcome) {
    var plan =
        new Plan(
            List.of(),
            progress,
            Readiness.ready(Reason.ACTIVE, "It is there."),
            published,
            new Plan.Next.Settled());
    // Not a whole second: the API stores no fractions, so none may make a difference.
    now = now.plusMillis(60_123);
    status =
        StatusFactory.credential(
            status(), spec(DesiredState.ACTIVE, purgeAfter), 3, plan, outcome, now);
    return this;
  }

  private List<Step> route(LifecycleState end) {
    return TransitionTable.CREDENTIAL.route(state(), end).orElseThrow();
  }

  static RegistryCredentialSpec spec(DesiredState declared, String purgeAfter) {
    return new CredentialSpecBuilder("example")
        .secretValueFrom("token", "password")
        .desiredState(declared)
        .purgeAfter(purgeAfter)
        .build();
  }
}
