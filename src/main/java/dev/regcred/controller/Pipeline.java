package dev.regcred.controller;

import dev.regcred.cluster.DriftHistory;
import dev.regcred.cluster.EventRecorder;
import dev.regcred.cluster.Leadership;
import dev.regcred.cluster.PlanExecutor;
import dev.regcred.cluster.StateObserver;
import dev.regcred.metrics.OperatorMetrics;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What every reconciler works with.
 *
 * @param observer observes
 * @param executor carries out, and writes statuses
 * @param drift what was right before
 * @param metrics counts and times
 * @param events tells what happened; null to tell nobody
 * @param leadership without which no pass is begun
 * @param clock the time
 * @param resync when a resource is looked at again at the latest
 */
public record Pipeline(
    StateObserver observer,
    PlanExecutor executor,
    DriftHistory drift,
    OperatorMetrics metrics,
    @Nullable EventRecorder events,
    Leadership leadership,
    Clock clock,
    Duration resync) {}
