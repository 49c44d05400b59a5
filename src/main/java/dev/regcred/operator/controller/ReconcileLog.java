package dev.regcred.operator.controller;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.operator.kinds.BoundedMetadata;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.plan.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The reconcile log is what the log says of passes. Each line names the resource, by its message
 * and by the keys {@code kind}, {@code namespace} and {@code name}.
 */
final class ReconcileLog {
  private static final Logger LOG = LoggerFactory.getLogger(ReconcileLog.class);

  private ReconcileLog() {}

  /** Says that a status was written. */
  static void written(LifecycleResource<?, ?> resource, LifecycleStatus status) {
    var state = status.state() == null ? null : status.state().value();
    var conditions = status.conditions();
    var reason = conditions == null || conditions.isEmpty() ? null : conditions.getFirst().reason();
    at(Level.INFO, resource)
        .addKeyValue("state", state)
        .addKeyValue("reason", reason)
        .log("{}: {} {}", name(resource), state, reason);
  }

  /** Says that a resource was left to another operator. */
  static void leftAlone(LifecycleResource<?, ?> resource) {
    at(Level.DEBUG, resource)
        .log(
            "{}: it names a ClusterRegistry, and is left to the operator that serves those",
            name(resource));
  }

  /** Says that a pass failed and is tried again. */
  static void failed(LifecycleResource<?, ?> resource, Failure failure) {
    var level =
        switch (failure.kind().retryClass()) {
          case REPLANNED, TERMINAL -> Level.DEBUG;
          case RETRIED, WAITING -> Level.WARN;
        };
    at(level, resource).log("{}: {}", name(resource), failure.message());
  }

  /** Says that a resource is gone that has left something. */
  static void forced(LifecycleResource<?, ?> gone) {
    at(Level.WARN, gone)
        .log("{}: deleted without its finalizer; what it has left is withdrawn", name(gone));
  }

  /** Says that what a resource that is gone has left is not withdrawn yet. */
  static void notWithdrawn(LifecycleResource<?, ?> gone, String why) {
    at(Level.WARN, gone).log("{}: what it has left is not withdrawn yet: {}", name(gone), why);
  }

  /** Says that a resource has no pass, as its finalizers can't be changed. */
  static void overfull(LifecycleResource<?, ?> resource) {
    at(Level.INFO, resource)
        .log(
            "{}: left as it is, for it has more than {} finalizers",
            name(resource),
            BoundedMetadata.MAX_FINALIZERS);
  }

  /** Says that a pass ended by a fault of the code. */
  static void broken(LifecycleResource<?, ?> resource, Exception fault) {
    at(Level.ERROR, resource)
        .setCause(fault)
        .log("{}: the pass ended unexpectedly and is tried again", name(resource));
  }

  private static LoggingEventBuilder at(Level level, LifecycleResource<?, ?> resource) {
    var metadata = resource.getMetadata();
    var line = LOG.atLevel(level).addKeyValue("kind", resource.getKind());
    var namespace = metadata.getNamespace();
    return (namespace == null ? line : line.addKeyValue("namespace", namespace))
        .addKeyValue("name", metadata.getName());
  }

  private static String name(LifecycleResource<?, ?> resource) {
    var metadata = resource.getMetadata();
    return resource.getKind()
        + " "
        + (metadata.getNamespace() == null
            ? metadata.getName()
            : metadata.getNamespace() + "/" + metadata.getName());
  }
}
