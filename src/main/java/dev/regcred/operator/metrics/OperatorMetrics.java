package dev.regcred.operator.metrics;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.lifecycle.TransitionTable.Step;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The meters that dashboards and alerts use; their names are part of the interface. */
public final class OperatorMetrics {
  private static final List<String> KINDS =
      List.of("Registry", "RegistryCredential", "ClusterRegistry", "ClusterRegistryCredential");

  /** The reason of a failure that is the code's own. */
  private static final String UNEXPECTED = "Unexpected";

  private static final List<String> FAILURES =
      List.of(
          Reason.FORBIDDEN.value(),
          Reason.QUOTA_EXCEEDED.value(),
          Reason.API_ERROR.value(),
          UNEXPECTED);

  /** The reason of a resource that has no Ready condition yet. */
  private static final String UNKNOWN = "Unknown";

  /** How many hosts have a series of their own. */
  static final int MAX_HOSTS = 64;

  /** All others; no host has this name, since a label has no blank in it. */
  static final String OTHER_HOSTS = "all others";

  private final MeterRegistry registry;
  private final Set<String> hosts = new HashSet<>();
  private final Timer rotationDelay;
  private final Counter eventsDropped;
  private final Timer verificationDuration;

  public OperatorMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.rotationDelay =
        Timer.builder("regcred.rotation.delay")
            .description("From the watch event of a changed source to the written pull Secret")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(10))
            .register(registry);
    this.eventsDropped =
        Counter.builder("regcred.events.dropped")
            .description("Events that were not written")
            .register(registry);
    this.verificationDuration =
        Timer.builder("regcred.verification.duration")
            .description("One check of a credential at its registry, with all its requests")
            .register(registry);
    // From zero: of a counter that appears with its first event no rate is known.
    KINDS.forEach(kind -> FAILURES.forEach(reason -> failures(kind, reason)));
  }

  /**
   * The gauge {@code regcred_credentials{state}}.
   *
   * @param count how many credentials are in a state now
   */
  public void credentials(ToLongFunction<LifecycleState> count) {
    for (LifecycleState state : LifecycleState.values()) {
      Gauge.builder("regcred.credentials", () -> count.applyAsLong(state))
          .description("Credentials in each life-cycle state")
          .tag("state", state.value())
          .register(registry);
    }
  }

  /**
   * The gauge {@code regcred_leader}: 1 if this operator is the one that works, 0 if it stands by.
   */
  public void leader(BooleanSupplier isLeading) {
    Gauge.builder("regcred.leader", () -> isLeading.getAsBoolean() ? 1 : 0)
        .description("Whether this operator is the one that works")
        .register(registry);
  }

  /** The gauge {@code regcred_ready}: 1 if {@code /readyz} says so. */
  public void ready(BooleanSupplier isReady) {
    Gauge.builder("regcred.ready", () -> isReady.getAsBoolean() ? 1 : 0)
        .description("Whether all caches have synced and every watch is alive")
        .register(registry);
  }

  /**
   * The gauge {@code regcred_ignored{kind}}.
   *
   * @param count how many objects of the kind are ignored now, because they exceed a bound
   */
  public void ignored(String kind, IntSupplier count) {
    Gauge.builder("regcred.ignored", count::getAsInt)
        .description("Objects that are larger than what is served")
        .tag("kind", kind)
        .register(registry);
  }

  /**
   * The gauge {@code regcred_not_ready{reason}}.
   *
   * @param credentials all that there are now
   */
  public void notReady(Supplier<Stream<? extends LifecycleResource<?, ?>>> credentials) {
    var notReady = new NotTrue(credentials, ConditionType.READY, UNKNOWN);
    Stream.concat(Stream.of(Reason.values()).map(Reason::value), Stream.of(UNKNOWN))
        .forEach(
            reason ->
                Gauge.builder("regcred.not.ready", () -> notReady.count(reason))
                    .description("Credentials that are not ready, by the reason")
                    .tag("reason", reason)
                    .register(registry));
  }

  /**
   * The gauge {@code regcred_not_verified{reason}}.
   *
   * @param credentials all that there are now
   */
  public void notVerified(Supplier<Stream<? extends LifecycleResource<?, ?>>> credentials) {
    var notVerified = new NotTrue(credentials, ConditionType.VERIFIED, null);
    Stream.of(VerifiedReason.values())
        .filter(reason -> !reason.status().equals(Condition.TRUE))
        .map(VerifiedReason::value)
        .forEach(
            reason ->
                Gauge.builder("regcred.not.verified", () -> notVerified.count(reason))
                    .description("Credentials that their registry is not known to take")
                    .tag("reason", reason)
                    .register(registry));
  }

  /**
   * Counts and times a check of an account: {@code regcred_verification_total{host,outcome}} and
   * {@code regcred_verification_duration_seconds}.
   */
  public void verified(String host, VerifiedReason outcome, Duration duration) {
    Counter.builder("regcred.verification")
        .description("Checks of credentials at their registries")
        .tag("host", named(host))
        .tag("outcome", outcome.value())
        .register(registry)
        .increment();
    verificationDuration.record(duration);
  }

  /** The name of a host; tenants choose them, so that there is an end of it. */
  private synchronized String named(String host) {
    if (hosts.size() < MAX_HOSTS) {
      hosts.add(host);
    }
    return hosts.contains(host) ? host : OTHER_HOSTS;
  }

  /**
   * The gauge {@code regcred_stuck_pods}.
   *
   * @param credentials all that there are now
   */
  public void stuckPods(Supplier<Stream<? extends LifecycleResource<?, ?>>> credentials) {
    Gauge.builder(
            "regcred.stuck.pods",
            () -> credentials.get().mapToInt(OperatorMetrics::stuckPods).sum())
        .description("Pods that wait for an image and are older than the pull Secret's attachment")
        .register(registry);
    List.of(true, false).forEach(this::evictions);
  }

  private static int stuckPods(LifecycleResource<?, ?> resource) {
    return resource.getStatus() instanceof CredentialStatus status && status.stuckPods() != null
        ? status.stuckPods().count()
        : 0;
  }

  /** Counts an attempt to evict a Pod: {@code regcred_pod_evictions_total{result}}. */
  public void evicted(boolean isDone) {
    evictions(isDone).increment();
  }

  private Counter evictions(boolean isDone) {
    return Counter.builder("regcred.pod.evictions")
        .description("Attempts to evict a Pod that is stuck")
        .tag("result", isDone ? "evicted" : "refused")
        .register(registry);
  }

  /** Counts an attempt that failed and is made again: {@code regcred_failures_total}. */
  public void failed(String kind, Failure failure) {
    switch (failure.kind().retryClass()) {
      case RETRIED, WAITING -> failures(kind, failure.readiness().reason().value()).increment();
      case REPLANNED, TERMINAL -> {} // It is no failure.
    }
  }

  /** Counts an attempt that a fault of the code has ended: {@code regcred_failures_total}. */
  public void broken(String kind) {
    failures(kind, UNEXPECTED).increment();
  }

  private Counter failures(String kind, String reason) {
    return Counter.builder("regcred.failures")
        .description("Attempts that failed and are made again")
        .tag("kind", kind)
        .tag("reason", reason)
        .register(registry);
  }

  /** Times a reconciliation: {@code regcred_reconcile_seconds{kind}}. */
  public <V> V timed(String kind, Supplier<V> reconciliation) {
    var sample = Timer.start(registry);
    try {
      return reconciliation.get();
    } finally {
      sample.stop(
          Timer.builder("regcred.reconcile")
              .description("One reconciliation, from observing to the status")
              .tag("kind", kind)
              .register(registry));
    }
  }

  /** Counts the steps of a pass: {@code regcred_transitions_total{kind,process,result}}. */
  public void transitions(String kind, Plan plan, Outcome outcome) {
    var result = outcome instanceof Outcome.Done ? "success" : "failure";
    for (Step step : plan.progress().completed()) {
      registry
          .counter(
              "regcred.transitions",
              "kind",
              kind,
              "process",
              step.process().value(),
              "result",
              result)
          .increment();
    }
  }

  /**
   * Counts what somebody else changed and was put right: {@code
   * regcred_drift_corrections_total{kind}}.
   *
   * @param kind {@code Secret} or {@code ServiceAccount}
   */
  public void driftCorrected(String kind) {
    registry.counter("regcred.drift.corrections", "kind", kind).increment();
  }

  /** Records a rotation: {@code regcred_rotation_delay_seconds}. */
  public void rotated(Duration delay) {
    rotationDelay.record(delay);
  }

  /** Counts an Event that was not written: {@code regcred_events_dropped_total}. */
  public void eventDropped() {
    eventsDropped.increment();
  }
}
