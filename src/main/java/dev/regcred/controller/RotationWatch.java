package dev.regcred.controller;

import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.metrics.OperatorMetrics;
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
 * Measures the rotation delay: from the moment a watch brings the change of a source Secret until
 * the pull Secret has been written.
 */
final class RotationWatch {
  /** When the oldest source change that is not carried out yet was noticed. */
  private final Map<ResourceID, Long> since = new ConcurrentHashMap<>();

  private final OperatorMetrics metrics;

  RotationWatch(OperatorMetrics metrics) {
    this.metrics = metrics;
  }

  void changed(String namespace, String secretName, List<RegistryCredential> credentials) {
    for (RegistryCredential credential : credentials) {
      var spec = credential.getSpec();
      if (spec != null && spec.sources().anyMatch(source -> source.name().equals(secretName))) {
        since.putIfAbsent(
            new ResourceID(credential.getMetadata().getName(), namespace), System.nanoTime());
      }
    }
  }

  void executed(RegistryCredential credential, Plan plan, Outcome outcome) {
    if (!(outcome instanceof Outcome.Done)) {
      return;
    }
    var start = since.remove(ResourceID.fromResource(credential));
    var isRotation =
        plan.actions().stream()
            .anyMatch(
                action ->
                    action instanceof Action.WriteSecret(var write)
                        && write instanceof SecretWrite.Patch);
    if (start != null && isRotation) {
      metrics.rotated(Duration.ofNanos(System.nanoTime() - start));
    }
  }
}
