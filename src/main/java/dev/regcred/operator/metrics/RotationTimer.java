package dev.regcred.operator.metrics;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.leader.Leadership;
import dev.regcred.plan.Action;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.pullsecret.SecretWrite;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A timer that measures the rotation delay: from the moment a watch brings the change of a source
 * Secret until the pull Secret has been written.
 */
public final class RotationTimer {
  /** The times at which the oldest source change that is not carried out yet was noticed. */
  private final Map<ResourceID, Long> since = new ConcurrentHashMap<>();

  private final OperatorMetrics metrics;
  private final Leadership leadership;

  /**
   * A timer that measures nothing yet.
   *
   * @param leadership without which no change is this operator's to carry out
   */
  public RotationTimer(OperatorMetrics metrics, Leadership leadership) {
    this.metrics = metrics;
    this.leadership = leadership;
  }

  public void begin(
      String secretName,
      List<? extends LifecycleResource<? extends CredentialSpec, ?>> credentials) {
    if (!leadership.isHeld()) {
      return;
    }
    for (var credential : credentials) {
      var spec = credential.getSpec();
      if (spec != null && spec.sourceSecrets().anyMatch(secretName::equals)) {
        since.putIfAbsent(ResourceID.fromResource(credential), System.nanoTime());
      }
    }
  }

  public void end(LifecycleResource<?, ?> credential, Plan plan, Outcome outcome) {
    // A namespace that fails is tried again by itself, and is no part of the rotation any more.
    // One that waits for the registry's answer is not over.
    var isAwaited = plan.verified() != null && plan.verified().isAwaited();
    if (isAwaited || outcome instanceof Outcome.Failed || plan.next() instanceof Plan.Next.AtOnce) {
      return;
    }
    var start = since.remove(ResourceID.fromResource(credential));
    if (start != null && plan.actions().stream().anyMatch(RotationTimer::isChange)) {
      metrics.rotated(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** A credential is gone, and what it had to carry out; another of its name begins anew. */
  public void forget(LifecycleResource<?, ?> credential) {
    since.remove(ResourceID.fromResource(credential));
  }

  private static boolean isChange(Action action) {
    return switch (action) {
      case Action.WriteSecret(var write) -> write instanceof SecretWrite.Patch;
      case Action.InNamespaces(var batches) ->
          batches.stream()
              .flatMap(batch -> batch.actions().stream())
              .anyMatch(RotationTimer::isChange);
      default -> false;
    };
  }
}
