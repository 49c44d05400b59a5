package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.plan.credential.CredentialFixture.NOW;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.pullsecret.PullSecrets.ours;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.plan.registry.RegistryFixture;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** In a namespace that is being deleted nothing is written but deletions and the finalizer. */
class TerminatingNamespaceTest {
  private static final PullSecret SHARED = PullSecrets.keptFor(ours("pull"), "pull", "other");

  static final List<Row> ROWS =
      List.of(
          row("a new one gets nothing", fresh(), "-", "Requested"),
          row("a waiting one gets nothing", in(ACTIVATING), "-", "Activating"),
          row("a Secret that is gone stays so", in(ACTIVE).target(null), "-", "Active"),
          row(
              "one that was edited stays so",
              in(ACTIVE).target(PullSecrets.withContent(ours("pull"), "{}")),
              "-",
              "Active"),
          row(
              "one that should go out of use does not",
              in(ACTIVE).declared(DesiredState.INACTIVE),
              "-",
              "Active"),
          row(
              "a deleted one goes with its Secret",
              in(ACTIVE).deleting(),
              "Delete pull, RemoveFinalizer",
              "Active"),
          row("or after it", in(ACTIVE).deleting().target(null), "RemoveFinalizer", "Active"),
          row(
              "it does not wait for what it has left that was not looked at",
              in(ACTIVE).deleting().hasMore(),
              "Delete pull, RemoveFinalizer",
              "Active"),
          row(
              "with Retain it is left to the namespace",
              in(ACTIVE).deleting().deletionPolicy(DeletionPolicy.RETAIN),
              "RemoveFinalizer",
              "Active"),
          row(
              "a shared Secret is left to the others",
              in(ACTIVE).deleting().target(SHARED).sharedWith(other()),
              "RemoveFinalizer",
              "Active"),
          row(
              "an adopted one is not handed back",
              in(ACTIVE)
                  .deleting()
                  .target(
                      PullSecrets.withAnnotations(
                          ours("pull"), Map.of("regcred.dev/adopted", "true"))),
              "RemoveFinalizer",
              "Active"),
          row(
              "an Inactive one",
              in(INACTIVE).deleting(),
              "Delete pull, RemoveFinalizer",
              "Inactive"),
          row("a Removed one", in(REMOVED).deleting(), "RemoveFinalizer", "Removed"),
          row(
              "one that nobody can read",
              in(ACTIVE).deleting().unreadable("spec"),
              "Delete pull, RemoveFinalizer",
              "Active"),
          row("one without finalizer is not touched", fresh().deleting(), "-", "Requested"));

  static final List<Row> REGISTRY_ROWS =
      List.of(
          registry("a new Registry gets nothing", RegistryFixture.fresh(), "-"),
          registry("one that is not deleted yet stays", RegistryFixture.in(ACTIVE), "-"),
          registry("a deleted one goes", RegistryFixture.in(ACTIVE).deleting(), "RemoveFinalizer"),
          registry(
              "its credentials are left time to go",
              RegistryFixture.in(ACTIVE).deleting().credential("a", ACTIVE),
              "-"),
          registry(
              "it goes when they are out of use",
              RegistryFixture.in(ACTIVE)
                  .deleting()
                  .credential("a", INACTIVE)
                  .credential("b", REMOVED)
                  .credential("c", PURGED),
              "RemoveFinalizer"),
          registry(
              "one that nobody can read goes too",
              RegistryFixture.in(ACTIVE).deleting().unreadable("spec"),
              "RemoveFinalizer"),
          registry(
              "one without finalizer is not touched", RegistryFixture.fresh().deleting(), "-"));

  @ParameterizedTest
  @FieldSource("REGISTRY_ROWS")
  void letsARegistryGo(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("ROWS")
  void goesByItself(Row row) {
    row.check();
  }

  private static CredentialFixture other() {
    return in(ACTIVE).named("other", NOW.minusSeconds(60));
  }

  private static Row row(String situation, CredentialFixture given, String actions, String state) {
    return new Row(
        situation,
        given.terminating()::plan,
        new PlanText(
            actions,
            "stays " + state,
            "Reconciling Removing",
            placement(given.observed().self().lastStatus()),
            "GoneWithNamespace"));
  }

  private static Row registry(String situation, RegistryFixture given, String actions) {
    var lastStatus = given.terminating().observed().lastStatus();
    return new Row(
        situation,
        given::plan,
        new PlanText(
            actions,
            "stays " + lastStatus.state().value(),
            "Reconciling Removing",
            "- " + (lastStatus.serverAddress() == null ? "-" : lastStatus.serverAddress()),
            "GoneWithNamespace"));
  }

  private static String placement(CredentialView.LastStatus lastStatus) {
    return (lastStatus.secretName() == null ? "-" : lastStatus.secretName())
        + " "
        + (lastStatus.serverAddress() == null ? "-" : lastStatus.serverAddress());
  }
}
