package dev.regcred.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperatorMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final OperatorMetrics metrics = new OperatorMetrics(registry);

  @Test
  void failuresAreThereFromZeroForEachKindAndReason() {
    var counters = registry.find("regcred.failures").counters();
    assertThat(counters).hasSize(16).allMatch(counter -> counter.count() == 0);
    assertThat(counters)
        .extracting(counter -> counter.getId().getTag("reason"))
        .containsOnly("Forbidden", "QuotaExceeded", "ApiError", "Unexpected");
  }

  @ParameterizedTest
  @EnumSource(Failure.Kind.class)
  void whatIsTriedAgainIsCountedByItsReason(Failure.Kind kind) {
    var failure = new Failure(kind, "It failed.", null);
    metrics.failed("Registry", failure);
    var isCounted =
        switch (kind.retryClass()) {
          case RETRIED, WAITING -> true;
          case REPLANNED, TERMINAL -> false;
        };
    assertThat(total("regcred.failures")).isEqualTo(isCounted ? 1 : 0);
    if (isCounted) {
      var reason = failure.readiness().reason().value();
      assertThat(count("regcred.failures", "kind", "Registry", "reason", reason)).isEqualTo(1);
    }
  }

  @Test
  void aFaultOfTheCodeIsUnexpected() {
    metrics.broken("RegistryCredential");
    assertThat(count("regcred.failures", "kind", "RegistryCredential", "reason", "Unexpected"))
        .isEqualTo(1);
    assertThat(total("regcred.failures")).isEqualTo(1);
  }

  @Test
  void eachStepThatAPassCompletesIsCountedWithItsEnd() {
    var plan = completing(LifecycleState.REQUESTED, LifecycleState.ACTIVE);
    var failure = new Failure(Failure.Kind.QUOTA, "No room.", null);
    metrics.transitions("Registry", plan, new Outcome.Done());
    metrics.transitions("Registry", plan, new Outcome.Done());
    metrics.transitions("Registry", plan, new Outcome.Failed(null, failure));
    for (String process : List.of("Create", "Activate")) {
      assertThat(transitions(process, "success")).isEqualTo(2);
      assertThat(transitions(process, "failure")).isEqualTo(1);
    }
  }

  @Test
  void aPassIsTimedAlsoWhenItFails() {
    assertThat(metrics.timed("Registry", () -> "done")).isEqualTo("done");
    assertThatThrownBy(
            () ->
                metrics.timed(
                    "Registry",
                    () -> {
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(registry.get("regcred.reconcile").tag("kind", "Registry").timer().count())
        .isEqualTo(2);
  }

  @Test
  void correctionsRotationsAndDroppedEventsAreCounted() {
    metrics.driftCorrected("Secret");
    metrics.rotated(Duration.ofMillis(7));
    metrics.eventDropped();
    assertThat(count("regcred.drift.corrections", "kind", "Secret")).isEqualTo(1);
    var rotations = registry.get("regcred.rotation.delay").timer();
    assertThat(rotations.count()).isEqualTo(1);
    assertThat(rotations.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(7);
    assertThat(count("regcred.events.dropped")).isEqualTo(1);
  }

  @Test
  void whatIsSoNowIsAskedForWithEachScrape() {
    var is = new AtomicBoolean();
    metrics.leader(is::get);
    metrics.ready(is::get);
    metrics.credentials(state -> state == LifecycleState.ACTIVE && is.get() ? 5 : 0);
    assertThat(gauge("regcred.leader")).isZero();
    assertThat(gauge("regcred.ready")).isZero();
    assertThat(gauge("regcred.credentials", "state", "Active")).isZero();
    is.set(true);
    assertThat(gauge("regcred.leader")).isEqualTo(1);
    assertThat(gauge("regcred.ready")).isEqualTo(1);
    assertThat(gauge("regcred.credentials", "state", "Active")).isEqualTo(5);
    assertThat(gauge("regcred.credentials", "state", "Inactive")).isZero();
  }

  @Test
  void whoIsNotReadyIsCountedByTheReasonOfItsReadyCondition() {
    var credentials = new ArrayList<RegistryCredential>();
    credentials.add(credential(Condition.FALSE, Reason.SOURCE_NOT_FOUND));
    credentials.add(credential(Condition.FALSE, Reason.SOURCE_NOT_FOUND));
    credentials.add(credential("Unknown", Reason.API_ERROR));
    credentials.add(credential(Condition.TRUE, Reason.ACTIVE));
    credentials.add(credential(null, Reason.SOURCE_INVALID));
    credentials.add(new RegistryCredential());
    metrics.notReady(credentials::stream);
    assertThat(gauge("regcred.not.ready", "reason", "SourceNotFound")).isEqualTo(2);
    assertThat(gauge("regcred.not.ready", "reason", "ApiError")).isEqualTo(1);
    assertThat(gauge("regcred.not.ready", "reason", "Active")).isZero();
    assertThat(gauge("regcred.not.ready", "reason", "SourceInvalid")).isZero();
    assertThat(gauge("regcred.not.ready", "reason", "Unknown")).as("yet").isEqualTo(2);
  }

  /** A scrape asks for each of some thirty reasons, and there may be 10,000 credentials. */
  @Test
  void oneScrapeGoesThroughTheCredentialsOnce() {
    var asked = new AtomicInteger();
    metrics.notReady(
        () -> {
          asked.incrementAndGet();
          return Stream.of(credential(Condition.FALSE, Reason.API_ERROR));
        });
    var before = System.nanoTime();
    registry.find("regcred.not.ready").gauges().forEach(gauge -> gauge.value());
    var seconds = Duration.ofNanos(System.nanoTime() - before).toSeconds();
    assertThat(asked.get()).as("in %s s", seconds).isBetween(1, (int) seconds + 1);
  }

  private double transitions(String process, String result) {
    return count("regcred.transitions", "kind", "Registry", "process", process, "result", result);
  }

  private double count(String meter, String... tags) {
    return registry.get(meter).tags(tags).counter().count();
  }

  private double total(String meter) {
    return registry.find(meter).counters().stream().mapToDouble(c -> c.count()).sum();
  }

  private double gauge(String meter, String... tags) {
    return registry.get(meter).tags(tags).gauge().value();
  }

  private static Plan completing(LifecycleState from, LifecycleState to) {
    return new Plan(
        List.of(),
        Plan.Progress.through(from, TransitionTable.REGISTRY.route(from, to).orElseThrow()),
        Readiness.ready(Reason.ACTIVE, "It is there."),
        Plan.PublishedTarget.none(),
        new Plan.Next.Settled());
  }

  /** Tenants choose the hosts. */
  @Test
  void hostsHaveNoSeriesWithoutEnd() {
    for (int i = 0; i < 2 * OperatorMetrics.MAX_HOSTS; i++) {
      metrics.verified("host-" + i, VerifiedReason.ACCEPTED, Duration.ofMillis(5));
    }
    metrics.verified("host-0", VerifiedReason.ACCEPTED, Duration.ofMillis(5));
    var series = registry.find("regcred.verification").counters();
    assertThat(series).hasSize(OperatorMetrics.MAX_HOSTS + 1);
    assertThat(
            registry
                .get("regcred.verification")
                .tags("host", OperatorMetrics.OTHER_HOSTS, "outcome", "Accepted")
                .counter()
                .count())
        .isEqualTo(OperatorMetrics.MAX_HOSTS);
    assertThat(registry.get("regcred.verification").tags("host", "host-0").counter().count())
        .isEqualTo(2);
  }

  /**
   * @param ready null for another condition than Ready
   */
  private static RegistryCredential credential(@Nullable String ready, Reason reason) {
    var type = ready == null ? ConditionType.STALLED : ConditionType.READY;
    var credential = new RegistryCredential();
    credential.setStatus(
        new CredentialStatusBuilder()
            .conditions(
                new Condition(
                    type.value(),
                    ready == null ? Condition.TRUE : ready,
                    1L,
                    Instant.parse("2026-03-01T12:00:00Z"),
                    reason.value(),
                    "It is so."))
            .build());
    return credential;
  }
}
