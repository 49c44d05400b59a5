package dev.regcred.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.operator.kinds.LifecycleResource;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules that every status keeps to at any time, whatever happened before. */
public final class ConditionInvariants {
  private ConditionInvariants() {}

  /**
   * What a resource breaks, in words; empty if it keeps to all of them. A status without the
   * operator's finalizer beside it is a test's own, and nothing is asked of it.
   */
  static List<String> violations(LifecycleResource<?, ? extends LifecycleStatus> resource) {
    if (!resource.getMetadata().getFinalizers().contains(Labels.FINALIZER)) {
      return List.of();
    }
    try {
      check(resource);
      return List.of();
    } catch (AssertionError e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks one.
   *
   * @throws AssertionError that says what it breaks
   */
  public static void check(LifecycleResource<?, ? extends LifecycleStatus> resource) {
    var metadata = resource.getMetadata();
    var name =
        metadata.getNamespace() == null
            ? resource.getKind() + " " + metadata.getName()
            : "%s %s/%s".formatted(resource.getKind(), metadata.getNamespace(), metadata.getName());
    var status = resource.getStatus();
    if (status == null || status.conditions() == null) {
      return; // Not yet seen by the operator.
    }
    var conditions = status.conditions();
    var types = conditions.stream().map(Condition::type).toList();
    assertThat(new HashSet<>(types)).as("%s: one condition a type", name).hasSameSizeAs(types);
    assertThat(types).as("%s: Ready is always there", name).contains("Ready");
    var ready = find(conditions, ConditionType.READY);
    var reconciling = find(conditions, ConditionType.RECONCILING);
    var stalled = find(conditions, ConditionType.STALLED);
    assertThat(reconciling != null && stalled != null)
        .as("%s: never both Reconciling and Stalled", name)
        .isFalse();
    if (ready != null && ready.status().equals(Condition.TRUE)) {
      assertThat(types)
          .as("%s: a ready one is at rest", name)
          .startsWith("Ready")
          .isSubsetOf("Ready", "PodsStuck", "Verified");
    }
    conditions.forEach(condition -> check(name, resource, condition));
    var last = status.lastTransition();
    if (last != null) {
      assertThat(last.to())
          .as("%s: lastTransition leads to the state", name)
          .isEqualTo(status.state());
    }
    var history = status.history();
    assertThat(history == null ? 0 : history.size()).as("%s: history", name).isLessThanOrEqualTo(5);
  }

  private static void check(String name, LifecycleResource<?, ?> resource, Condition condition) {
    var what = "%s: condition %s".formatted(name, condition.type());
    var isVerified = condition.type().equals("Verified");
    if (!condition.type().equals("Ready") && !isVerified) {
      assertThat(condition.status()).as("%s is there only while True", what).isEqualTo("True");
    }
    assertThat(condition.observedGeneration())
        .as("%s: observedGeneration", what)
        .isNotNull()
        .isLessThanOrEqualTo(resource.getMetadata().getGeneration());
    assertThat(condition.lastTransitionTime())
        .as("%s: time", what)
        .isAfterOrEqualTo(Instant.parse(resource.getMetadata().getCreationTimestamp()));
    var reasons =
        isVerified
            ? Arrays.stream(VerifiedReason.values()).map(VerifiedReason::value)
            : Arrays.stream(Reason.values()).map(Reason::value);
    assertThat(reasons).as("%s: a documented reason", what).contains(condition.reason());
    assertThat(condition.message()).as("%s: message", what).isNotBlank();
  }

  private static @Nullable Condition find(List<Condition> conditions, ConditionType type) {
    return conditions.stream()
        .filter(condition -> condition.type().equals(type.value()))
        .findFirst()
        .orElse(null);
  }
}
