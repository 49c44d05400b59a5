package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.NamespaceFixture.namespace;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What is observed of a credential that is Active and attached to the ServiceAccount default. */
public final class StuckPodsSnapshots {
  private static final ServiceAccountView ACCOUNT =
      new ServiceAccountView(
          "default", "uid", "1", Map.of(), true, List.of("pull"), List.of("pull"));

  private StuckPodsSnapshots() {}

  /**
   * A namespaced one, in the namespace {@code team}.
   *
   * @param isChanged whether its spec is another than its status speaks of
   */
  public static CredentialSnapshot namespaced(StuckPodsPolicy policy, boolean isChanged) {
    return fixture(policy, isChanged).accounts(ACCOUNT).observed();
  }

  /** A cluster-wide one in these namespaces. */
  public static CredentialSnapshot clusterWide(
      StuckPodsPolicy policy, boolean isChanged, String... namespaces) {
    return fixture(policy, isChanged)
        .clusterWide(
            Arrays.stream(namespaces)
                .map(name -> namespace(name).target(MarkedSecrets.copy("pull")).accounts(ACCOUNT))
                .toArray(NamespaceFixture[]::new))
        .observed();
  }

  private static CredentialFixture fixture(StuckPodsPolicy policy, boolean isChanged) {
    var fixture =
        CredentialFixture.in(LifecycleState.ACTIVE).serviceAccounts("default").stuckPods(policy);
    return isChanged ? fixture.observedGeneration(0) : fixture;
  }
}
