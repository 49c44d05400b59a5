package dev.regcred.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What holds of a cluster after every test, whatever the test did: the conditions of all resources
 * of all four kinds keep to their {@link ConditionInvariants}, and the password of the tests is in
 * no object ({@link LeakCheck}), no line of the log of this JVM, no log of an operator's process,
 * and no answer of an operator's own server.
 */
public final class ClusterCheck {
  private static final List<Class<? extends LifecycleResource<?, ? extends LifecycleStatus>>>
      KINDS =
          List.of(
              Registry.class,
              RegistryCredential.class,
              ClusterRegistry.class,
              ClusterRegistryCredential.class);

  private final KubernetesClient admin;
  private final Set<String> handedBack;

  private ClusterCheck(KubernetesClient admin, Set<String> handedBack) {
    this.admin = admin;
    this.handedBack = handedBack;
  }

  /**
   * Checks the cluster that all tests of this JVM share.
   *
   * @param handedBack the names of Secrets that were left to their users with the account in it
   * @throws AssertionError that names every place where something is wrong
   */
  public static void ofTheSharedCluster(Set<String> handedBack) {
    new ClusterCheck(Installation.shared().admin(), handedBack).run();
  }

  private void run() {
    var faults = new ArrayList<String>();
    for (var kind : KINDS) {
      admin.resources(kind).inAnyNamespace().list().getItems().stream()
          .flatMap(resource -> ConditionInvariants.violations(resource).stream())
          .forEach(faults::add);
    }
    faults.addAll(StatusWatch.takeViolations());
    new LeakCheck(admin, Installation.OPERATOR_FIELD_MANAGER, handedBack)
        .leaks()
        .forEach(place -> faults.add("the password is in " + place));
    TraceLog.take().stream()
        .filter(Canary::isIn)
        .forEach(line -> faults.add("the password is in the log: " + line));
    OperatorAnswers.ofAllThatRun().stream()
        .filter(answer -> Canary.isIn(answer.text()))
        .forEach(answer -> faults.add("the password is in " + answer.of()));
    OperatorProcess.takeLogs()
        .forEach(
            (file, text) -> {
              if (Canary.isIn(text)) {
                faults.add("the password is in " + file);
              }
            });
    assertThat(faults).as("what holds after every test").isEmpty();
  }
}
