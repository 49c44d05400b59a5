package dev.regcred.testkit;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Every status that is written while the tests of this JVM run, also one that is passed through at
 * once or whose resource is deleted by the test: a look at the end would never see it.
 */
final class StatusWatch {
  private static final AtomicBoolean HAS_BEGUN = new AtomicBoolean();
  private static final Queue<String> VIOLATIONS = new ConcurrentLinkedQueue<>();

  private StatusWatch() {}

  /** Begins to watch all four kinds; a second call changes nothing. It ends with the JVM. */
  static void begin(KubernetesClient admin) {
    if (!HAS_BEGUN.getAndSet(true)) {
      watch(admin, Registry.class);
      watch(admin, RegistryCredential.class);
      watch(admin, ClusterRegistry.class);
      watch(admin, ClusterRegistryCredential.class);
    }
  }

  private static <R extends LifecycleResource<?, ? extends LifecycleStatus>> void watch(
      KubernetesClient admin, Class<R> kind) {
    admin.resources(kind).inAnyNamespace().inform(new Looking<>());
  }

  /** What was wrong since the last call. */
  static List<String> takeViolations() {
    var violations = new ArrayList<String>();
    for (var next = VIOLATIONS.poll(); next != null; next = VIOLATIONS.poll()) {
      violations.add("for a moment: " + next);
    }
    return violations;
  }

  private static final class Looking<R extends LifecycleResource<?, ? extends LifecycleStatus>>
      implements ResourceEventHandler<R> {
    @Override
    public void onAdd(R resource) {
      look(resource);
    }

    @Override
    public void onUpdate(R before, R resource) {
      look(resource);
    }

    @Override
    public void onDelete(R resource, boolean isUnknown) {
      look(resource);
    }

    private void look(R resource) {
      VIOLATIONS.addAll(ConditionInvariants.violations(resource));
      if (Canary.isIn(Serialization.asJson(resource))) {
        VIOLATIONS.add("the password is in " + Serialization.asJson(resource));
      }
    }
  }
}
