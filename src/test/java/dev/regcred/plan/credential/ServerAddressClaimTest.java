package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.plan.registry.RegistryFixture.fresh;
import static dev.regcred.plan.registry.RegistryFixture.in;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Which of several Registries of one namespace has a server address. */
class ServerAddressClaimTest {
  private static final Duration OLDER = Duration.ofDays(1);
  private static final Duration YOUNGER = Duration.ofDays(-1);
  private static final Duration OF_THE_SAME_SECOND = Duration.ZERO;

  static final List<Row> ROWS =
      List.of(
          row(
              "of two new ones the older gets it",
              fresh().rival("other", YOUNGER, false),
              "AddFinalizer | Create, Activate > Active | Ready Active"),
          row(
              "and the younger does not",
              fresh().rival("other", OLDER, false),
              "AddFinalizer | Create, (Activate) > Activating | Stalled ServerAddressUsed | - -"),
          row(
              "of two of the same second the one whose name sorts first gets it",
              fresh().rival("zzz", OF_THE_SAME_SECOND, false),
              "AddFinalizer | Create, Activate > Active | Ready Active"),
          row(
              "and the other does not",
              fresh().rival("aaa", OF_THE_SAME_SECOND, false),
              "AddFinalizer | Create, (Activate) > Activating | Stalled ServerAddressUsed | - -"),
          row(
              "who has it keeps it, also from an older one",
              in(ACTIVE).rival("other", OLDER, false),
              "- | stays Active | Ready Active"),
          row(
              "and an older one that comes later does not get it",
              fresh().rival("other", YOUNGER, true),
              "AddFinalizer | Create, (Activate) > Activating | Stalled ServerAddressUsed | - -"),
          row(
              "who does not have it goes on waiting",
              in(ACTIVATING).rival("other", OLDER, true),
              "- | stays Activating | Stalled ServerAddressUsed | - -"),
          row(
              "and takes over when the other is gone",
              in(ACTIVATING),
              "- | Activate > Active | Ready Active"),
          row(
              "or Purged",
              in(ACTIVATING).rival("other", OLDER, PURGED, true),
              "- | Activate > Active | Ready Active"),
          row(
              "but not when it is Removed only",
              in(ACTIVATING).rival("other", OLDER, REMOVED, true),
              "- | stays Activating | Stalled ServerAddressUsed | - -"),
          row(
              "an Inactive one keeps it too",
              in(INACTIVE).declared(DesiredState.INACTIVE).rival("other", OLDER, false),
              "- | stays Inactive | Ready Inactive"),
          row(
              "an Inactive one without it stays out of use when Active is declared",
              in(INACTIVE).notHolding().rival("other", OLDER, true),
              "- | stays Inactive | Stalled ServerAddressUsed | - -"),
          row(
              "one without it can be Inactive, but does not get the address by that",
              fresh().declared(DesiredState.INACTIVE).rival("other", OLDER, true),
              "AddFinalizer | Create, Deactivate > Inactive | Ready Inactive | - -"),
          row(
              "one without it can be removed",
              in(ACTIVATING).declared(DesiredState.REMOVED).rival("other", OLDER, true),
              "- | Deactivate, Remove > Removed | Ready Removed | - -"),
          row(
              "a restored one waits for an address that another has got meanwhile",
              in(REMOVED).notHolding().rival("other", YOUNGER, true),
              "- | Restore, (Activate) > Activating | Stalled ServerAddressUsed | - -"),
          row(
              "of two Active ones the younger steps down",
              in(ACTIVE).rival("other", OLDER, true),
              "- | Deactivate > Inactive | Stalled ServerAddressUsed | - -"),
          row(
              "its credentials are taken out of use first",
              in(ACTIVE).rival("other", OLDER, true).credential("a", ACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling CredentialsInUse | - -"),
          row(
              "it goes on waiting for them",
              in(DEACTIVATING).notHolding().rival("other", OLDER, true).credential("a", ACTIVE),
              "- | (Deactivate) > Deactivating | Reconciling CredentialsInUse | - -"),
          row(
              "and says why once they are",
              in(DEACTIVATING).notHolding().rival("other", OLDER, true).credential("a", INACTIVE),
              "- | Deactivate > Inactive | Stalled ServerAddressUsed | - -"));

  @ParameterizedTest
  @FieldSource("ROWS")
  void isDecided(Row row) {
    row.check();
  }

  @Test
  void aMessageNamesWhoHasTheAddress() {
    assertThat(fresh().rival("other", OLDER, true).plan().readiness().message())
        .startsWith(
            "Registry other has the server address registry.example.com in this namespace;");
    assertThat(fresh().clusterWide().rival("other", OLDER, true).plan().readiness().message())
        .startsWith("ClusterRegistry other has the server address registry.example.com;");
  }
}
