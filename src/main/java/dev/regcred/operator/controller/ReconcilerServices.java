package dev.regcred.operator.controller;

import dev.regcred.operator.events.EventRecorder;
import dev.regcred.operator.execute.PlanExecutor;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.operator.memory.DriftHistory;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.operator.observe.StateObserver;
import dev.regcred.operator.observe.StuckPodLooks;
import dev.regcred.operator.verify.AccountChecks;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The services are what every reconciler works with.
 *
 * @param observer observes
 * @param stuckPods looks for Pods that are older than the attachment
 * @param executor carries out, and writes statuses
 * @param drift what was right before
 * @param metrics counts and times
 * @param events tells what happened; null to tell nobody
 * @param accounts asks registries about accounts
 * @param leadership without which no pass is begun
 * @param clock the time
 * @param resync when a resource is looked at again at the latest
 */
public record ReconcilerServices(
    StateObserver observer,
    StuckPodLooks stuckPods,
    PlanExecutor executor,
    DriftHistory drift,
    OperatorMetrics metrics,
    @Nullable EventRecorder events,
    AccountChecks accounts,
    Leadership leadership,
    Clock clock,
    Duration resync) {}
