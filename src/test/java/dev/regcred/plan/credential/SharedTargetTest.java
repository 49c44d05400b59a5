package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.plan.credential.CredentialFixture.NOW;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.MarkedSecrets.BOTH;
import static dev.regcred.plan.credential.MarkedSecrets.OTHER_SERVER;
import static dev.regcred.plan.credential.MarkedSecrets.keptFor;
import static dev.regcred.plan.credential.MarkedSecrets.shared;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.pullsecret.PullSecrets.ENTRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** A Secret that is not a credential's own alone: what its pass writes for the others. */
class SharedTargetTest {
  private static final PullSecret OF_BOTH =
      shared(BOTH, "pull@registry.example.com", "other@other.example.com");
  private static final PullSecret OF_ONE = shared(ENTRY, "pull@registry.example.com");
  private static final PullSecret FOR_ONE = shared(ENTRY, "pull@registry.example.com", "other");

  private static final String BOTH_STAY =
      "Patch pull data {other@other.example.com, robot@registry.example.com}";
  private static final String OTHER_LEAVES =
      "Patch pull annotations+ownerReferences+data {robot@registry.example.com} of pull";
  private static final String ALONE = "Patch pull data {robot@registry.example.com}";

  /** The credential has a new password, and another one has an entry in the same Secret. */
  static final List<Row> ENTRY_ROWS =
      List.of(
          written("the entry of another stays in it", other(), OF_BOTH, BOTH_STAY),
          written(
              "a new user name of the other is written with it",
              other().userName("newer"),
              OF_BOTH,
              "Patch pull data {newer@other.example.com, robot@registry.example.com}"),
          written(
              "while the other's source is missing its last good entry stays",
              other().sourceAbsent(),
              OF_BOTH,
              BOTH_STAY),
          written(
              "while the other's address can't be read its last good entry stays",
              other().registryAt("https://other.example.com/v2/"),
              OF_BOTH,
              BOTH_STAY),
          written(
              "while the other's Registry is absent its last good entry stays",
              other().registryAbsent(),
              OF_BOTH,
              BOTH_STAY),
          written(
              "while the other can't be read its last good entry stays",
              other().unreadable("spec.target"),
              OF_BOTH,
              "Patch pull ownerReferences+data {other@other.example.com,"
                  + " robot@registry.example.com}"),
          written(
              "one that was just declared Inactive is left to its own pass",
              other().declared(DesiredState.INACTIVE),
              OF_BOTH,
              BOTH_STAY),
          written(
              "one that is Deactivating is blanked, and stays wired",
              other().declared(DesiredState.INACTIVE).recorded(DEACTIVATING),
              OF_BOTH,
              "Patch pull annotations+data {robot@registry.example.com} of pull for other"),
          written(
              "one that is Inactive stays blank and wired",
              other().declared(DesiredState.INACTIVE).recorded(INACTIVE),
              FOR_ONE,
              ALONE),
          written(
              "an entry of it that somebody put back goes",
              other().declared(DesiredState.INACTIVE).recorded(INACTIVE),
              OF_BOTH,
              "Patch pull annotations+data {robot@registry.example.com} of pull for other"),
          written(
              "one that was just declared Removed is left to its own pass",
              other().declared(DesiredState.REMOVED),
              OF_BOTH,
              BOTH_STAY),
          written(
              "one that is Removing goes",
              other().declared(DesiredState.REMOVED).recorded(REMOVING),
              OF_BOTH,
              OTHER_LEAVES),
          written(
              "one that was just deleted is left to its own pass",
              other().deleting(),
              OF_BOTH,
              BOTH_STAY),
          written(
              "one that is deleted and Removing goes",
              other().deleting().recorded(REMOVING),
              OF_BOTH,
              OTHER_LEAVES),
          written(
              "so does one that can't be read",
              other().deleting().recorded(REMOVING).unreadable("spec.target"),
              OF_BOTH,
              OTHER_LEAVES),
          written(
              "with Retain its entry is left to its own pass",
              other().deletionPolicy(DeletionPolicy.RETAIN).deleting().recorded(REMOVING),
              OF_BOTH,
              "Patch pull ownerReferences+data {other@other.example.com,"
                  + " robot@registry.example.com}"),
          written(
              "one that names another Secret now takes its entry along by itself",
              other()
                  .targetName("elsewhere")
                  .userName("newer")
                  .labels(Map.of("team", "a"))
                  .annotations(Map.of("team", "a")),
              OF_BOTH,
              BOTH_STAY),
          written(
              "one that is not written to this namespace any more withdraws its entry by itself",
              in(ACTIVE)
                  .named("other", NOW.minusSeconds(60))
                  .registryAt(OTHER_SERVER)
                  .clusterWide()
                  .elsewhere(),
              shared(BOTH, "pull@registry.example.com", "cluster-wide other@other.example.com"),
              BOTH_STAY),
          written(
              "also while it is deleted",
              in(ACTIVE)
                  .named("other", NOW.minusSeconds(60))
                  .registryAt(OTHER_SERVER)
                  .deleting()
                  .recorded(REMOVING)
                  .clusterWide()
                  .elsewhere(),
              shared(BOTH, "pull@registry.example.com", "cluster-wide other@other.example.com"),
              BOTH_STAY));

  /** The credential has a new password, and another one names its Secret. */
  static final List<Row> JOINING_ROWS =
      List.of(
          written(
              "one with the finalizer is written with it",
              other(),
              OF_ONE,
              "Patch pull annotations+ownerReferences+data {other@other.example.com,"
                  + " robot@registry.example.com} of pull, other"),
          written(
              "nothing is written for one that has none yet",
              other().finalizer(false),
              OF_ONE,
              ALONE),
          written(
              "once its entry is there it is written, whoever took its finalizer off",
              other().finalizer(false),
              OF_BOTH,
              BOTH_STAY),
          written(
              "one whose source is missing joins by itself", other().sourceAbsent(), OF_ONE, ALONE),
          written(
              "one that is out of use joins by itself",
              other().declared(DesiredState.INACTIVE).recorded(INACTIVE),
              OF_ONE,
              ALONE),
          written(
              "one that goes does not join", other().declared(DesiredState.REMOVED), OF_ONE, ALONE),
          written(
              "nor does one that is deleted",
              other().deletionPolicy(DeletionPolicy.RETAIN).deleting().recorded(REMOVING),
              OF_ONE,
              ALONE),
          written(
              "nor does one that names another Secret, whatever its status says",
              other().targetName("elsewhere"),
              PullSecrets.withLabels(OF_ONE, Map.of()),
              ALONE));

  /** The Secret is gone, so that nothing but the status says what was in it. */
  static final List<Row> RECREATED_ROWS =
      List.of(
          row(
              "it is there again with the entries of both",
              in(ACTIVE).target(null).sharedWith(other()),
              "Create pull {other@other.example.com, robot@registry.example.com} of pull, other |"
                  + " stays Active | Ready Active"),
          row(
              "of one server it is written for the one that had it, also if that is younger",
              fresh()
                  .finalizer(true)
                  .target(null)
                  .sharedWith(in(ACTIVE).named("other", NOW.minusSeconds(60)).userName("younger")),
              "Create pull {younger@registry.example.com} of other for pull | Create, (Activate) >"
                  + " Activating | Stalled ServerClaimed | - -"),
          row(
              "but not for one that had it in another Secret",
              fresh()
                  .finalizer(true)
                  .target(null)
                  .sharedWith(
                      in(ACTIVE)
                          .named("other", NOW.minusSeconds(60))
                          .userName("younger")
                          .wiredTo("elsewhere")),
              "Create pull {robot@registry.example.com} of pull for other | Create, Activate >"
                  + " Active | Ready Active"),
          row(
              "one that is out of use is wired again with it",
              in(ACTIVE)
                  .target(null)
                  .sharedWith(other().declared(DesiredState.INACTIVE).recorded(INACTIVE)),
              "Create pull {robot@registry.example.com} of pull for other | stays Active | Ready"
                  + " Active"),
          row(
              "but not one that never was",
              in(ACTIVE)
                  .target(null)
                  .sharedWith(
                      other()
                          .declared(DesiredState.INACTIVE)
                          .recorded(INACTIVE)
                          .wiredTo("elsewhere")),
              "Create pull {robot@registry.example.com} of pull | stays Active | Ready Active"));

  /** A namespaced credential has a server before a cluster-wide one, else who has it keeps it. */
  static final List<Row> PLACES_IN_LINE =
      List.of(
          row(
              "once the Registry of both is back the oldest has the entry, whosever turn comes"
                  + " first",
              in(INACTIVE)
                  .target(shared(PullSecrets.BLANK, "other", "pull"))
                  .sharedWith(in(INACTIVE).named("other", NOW.minusSeconds(7200))),
              "Patch pull annotations+data {robot@registry.example.com} of other for pull |"
                  + " (Activate) > Activating | Stalled ServerClaimed | - -"),
          row(
                  "it takes the place of a ClusterRegistryCredential, and says so",
                  fresh()
                      .target(shared(ENTRY, "cluster-wide everywhere@registry.example.com"))
                      .sharedWith(everywhere("everywhere")),
                  "AddFinalizer, Patch pull annotations+ownerReferences of pull for cluster-wide"
                      + " everywhere | Create, Activate > Active | Ready Active")
              .saying(
                  "Secret pull holds the entry for registry.example.com, in place of that of"
                      + " ClusterRegistryCredential everywhere."),
          row(
                  "of several it names each",
                  in(ACTIVE)
                      .target(
                          shared(
                              ENTRY,
                              "cluster-wide wider",
                              "cluster-wide everywhere",
                              "pull@registry.example.com"))
                      .sharedWith(everywhere("wider"))
                      .sharedWith(everywhere("everywhere")),
                  "Patch pull annotations of pull for cluster-wide everywhere, cluster-wide wider |"
                      + " stays Active | Ready Active")
              .saying("ClusterRegistryCredential everywhere, wider."),
          row(
                  "one of another server is not in its place",
                  in(ACTIVE)
                      .target(
                          shared(
                              BOTH,
                              "cluster-wide everywhere@other.example.com",
                              "pull@registry.example.com"))
                      .sharedWith(everywhere("everywhere").registryAt(OTHER_SERVER)),
                  "Patch pull data {robot@other.example.com, robot@registry.example.com} | stays"
                      + " Active | Ready Active")
              .saying("Secret pull holds the entry for registry.example.com."),
          row(
                  "nor is one that waits behind another",
                  in(ACTIVE)
                      .target(
                          shared(
                              BOTH,
                              "cluster-wide everywhere",
                              "pull@registry.example.com",
                              "other@other.example.com"))
                      .sharedWith(everywhere("everywhere").registryAt(OTHER_SERVER))
                      .sharedWith(other()),
                  "- | stays Active | Ready Active")
              .saying("Secret pull holds the entry for registry.example.com."),
          row(
                  "another RegistryCredential that waits behind it is not named",
                  in(ACTIVE)
                      .target(shared(ENTRY, "pull@registry.example.com", "other"))
                      .sharedWith(other().registryAt(CredentialFixture.SERVER)),
                  "- | stays Active | Ready Active")
              .saying("Secret pull holds the entry for registry.example.com."),
          row(
              "one that lost its entry to another says that it has none",
              in(ACTIVE)
                  .target(shared(ENTRY, "pull", "other@registry.example.com"))
                  .sharedWith(other().registryAt(CredentialFixture.SERVER).userName("robot")),
              "- | stays Active | Stalled ServerClaimed | - -"),
          row(
              "one that waits in a new Secret keeps its entry in the old one",
              in(ACTIVE)
                  .targetName("shared")
                  .target(keptFor("shared", ENTRY, "pull", "other@registry.example.com"))
                  .leftovers(PullSecrets.ours("pull"))
                  .sharedWith(
                      other()
                          .registryAt(CredentialFixture.SERVER)
                          .userName("robot")
                          .targetName("shared")),
              "- | stays Active | Stalled ServerClaimed"));

  /** The credential leaves, and the Secret is kept for another. */
  static final List<Row> LEAVING_ROWS =
      List.of(
          row(
              "its entry goes, that of the other stays",
              in(REMOVING).target(OF_BOTH).sharedWith(other()).deleting(),
              "Patch pull annotations+ownerReferences+data {other@other.example.com} of other,"
                  + " RemoveFinalizer | stays Removing | Reconciling Removing | Gone"),
          row(
              "with Retain its entry stays as other people's",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .target(OF_BOTH)
                  .sharedWith(other())
                  .deleting(),
              "Patch pull annotations+ownerReferences of other, RemoveFinalizer | stays Removing |"
                  + " Reconciling Removing | Gone"),
          row(
              "nothing is written for one that has no finalizer yet: the Secret goes",
              in(REMOVING).target(OF_ONE).sharedWith(other().finalizer(false)).deleting(),
              "Delete pull, RemoveFinalizer | stays Removing | Reconciling Removing | Gone"));

  @ParameterizedTest
  @FieldSource("ENTRY_ROWS")
  void keepsTheEntriesOfOthers(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("JOINING_ROWS")
  void isJoined(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("RECREATED_ROWS")
  void isThereAgain(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("PLACES_IN_LINE")
  void hasOneEntryForAServer(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("LEAVING_ROWS")
  void isLeftToTheOthers(Row row) {
    row.check();
  }

  private static final PullSecret WITH_WIDE =
      shared(BOTH, "pull@registry.example.com", "cluster-wide wide@other.example.com");

  /** What another operator serves, which knows of all; this one is limited to some namespaces. */
  static final List<Row> UNSERVED_ROWS =
      List.of(
          row(
              "the entry of another operator's credential stays",
              in(ACTIVE)
                  .password(new SourceValue.Present("another"))
                  .target(WITH_WIDE)
                  .unserved("wide"),
              BOTH_STAY + " | stays Active | Ready Active"),
          row(
              "and in a steady state nothing is written",
              in(ACTIVE).target(WITH_WIDE).unserved("wide"),
              "- | stays Active | Ready Active"),
          row(
              "not even what was put on it for that one",
              in(ACTIVE)
                  .target(
                      PullSecrets.withAnnotations(
                          PullSecrets.withLabels(WITH_WIDE, Map.of("team", "blue")),
                          Map.of(
                              "note",
                              "wide",
                              "regcred.dev/applied",
                              "{\"labels\":[\"team\"],\"annotations\":[\"note\"]}")))
                  .labels(Map.of("team", "blue"))
                  .unserved("wide"),
              "- | stays Active | Ready Active"),
          row(
              "what an older one of that operator put on it is not put on anew by turns",
              in(ACTIVE)
                  .target(
                      PullSecrets.withAnnotations(
                          PullSecrets.withLabels(
                              shared(
                                  BOTH,
                                  "cluster-wide wide@other.example.com",
                                  "pull@registry.example.com"),
                              Map.of("team", "blue")),
                          Map.of(
                              "regcred.dev/applied", "{\"labels\":[\"team\"],\"annotations\":[]}")))
                  .labels(Map.of("team", "red"))
                  .unserved("wide"),
              "- | stays Active | Ready Active"),
          row(
              "nor is the order of the mark changed, which goes by their ages",
              in(ACTIVE)
                  .target(
                      shared(
                          BOTH, "cluster-wide wide@other.example.com", "pull@registry.example.com"))
                  .unserved("wide"),
              "- | stays Active | Ready Active"),
          row(
              "whoever of this operator's stands between them in it",
              in(ACTIVE)
                  .target(
                      shared(
                          BOTH,
                          "pull@registry.example.com",
                          "other@other.example.com",
                          "cluster-wide wide"))
                  .sharedWith(other())
                  .unserved("wide"),
              "- | stays Active | Ready Active"),
          row(
              "nor the owner of another one of that operator",
              in(ACTIVE)
                  .target(
                      shared(
                          BOTH,
                          "pull@registry.example.com",
                          "cluster-wide wide@other.example.com",
                          "cluster-wide wider"))
                  .unserved("wide")
                  .unserved("wider"),
              "- | stays Active | Ready Active"),
          row(
              "nor the owner of one that has this one's name",
              in(ACTIVE)
                  .target(
                      shared(
                          BOTH, "pull@registry.example.com", "cluster-wide pull@other.example.com"))
                  .unserved("pull"),
              "- | stays Active | Ready Active"),
          row(
              "nor what belongs to another API's resource of that kind and name",
              in(ACTIVE).target(ownedByAnotherApiToo(WITH_WIDE)).unserved("wide"),
              "- | stays Active | Ready Active"),
          row(
              "one of its own operator that is gone is not kept",
              in(ACTIVE).target(WITH_WIDE),
              "Patch pull annotations+ownerReferences+data {robot@registry.example.com} of pull |"
                  + " stays Active | Ready Active"),
          row(
              "going, it leaves the Secret to the other's",
              in(REMOVING).target(WITH_WIDE).unserved("wide").deleting(),
              "Patch pull annotations+ownerReferences+data {other@other.example.com} of"
                  + " cluster-wide wide, RemoveFinalizer | stays Removing | Reconciling Removing |"
                  + " Gone"),
          row(
              "going out of use too",
              in(DEACTIVATING).declared(DesiredState.INACTIVE).target(WITH_WIDE).unserved("wide"),
              "Patch pull annotations+data {other@other.example.com} of cluster-wide wide for pull"
                  + " | Deactivate > Inactive | Ready Inactive"),
          row(
              "a server of a cluster-wide one is taken over, as that operator would have it",
              in(ACTIVE)
                  .target(shared(ENTRY, "pull", "cluster-wide wide@registry.example.com"))
                  .unserved("wide"),
              "Patch pull annotations of pull for cluster-wide wide | stays Active | Ready Active"),
          row(
              "while the password is absent all stays as it is",
              in(ACTIVE).sourceAbsent().target(WITH_WIDE).unserved("wide"),
              "- | stays Active | Reconciling SourceNotFound"));

  @ParameterizedTest
  @FieldSource("UNSERVED_ROWS")
  void isSharedWithAnotherOperator(Row row) {
    row.check();
  }

  private static final PullSecret OF_ANOTHER =
      PullSecrets.keptFor(
          PullSecrets.foreign("shared", PullSecret.TYPE, PullSecrets.ENTRY), "other");

  private static final ServiceAccountView RUNNER =
      new ServiceAccountView("runner", "uid-r", "7", Map.of(), false, null, List.of());

  /** Pods that name the Secret must find it wired however it got there. */
  @Test
  void anInactiveOneThatMovesToTheSecretOfOthersJoinsThemAndIsAttached() {
    var plan =
        PlanText.of(
            in(INACTIVE)
                .declared(DesiredState.INACTIVE)
                .targetName("shared")
                .target(OF_ANOTHER)
                .leftovers(PullSecrets.blank("pull"))
                .serviceAccounts("runner")
                .accounts(RUNNER)
                .plan());
    assertThat(plan.actions())
        .startsWith("Patch shared annotations")
        .contains("Attach runner")
        .endsWith("Delete pull");
    assertThat(plan.published()).startsWith("shared ");
  }

  /** What others put into an adopted Secret is not lost to what can't be read in it. */
  @ParameterizedTest
  @EnumSource(names = {"ACTIVE", "DEACTIVATING"})
  void anAdoptedOneThatCannotBeReadIsNotWrittenToTakeTheEntryOut(LifecycleState state) {
    var garbled =
        PullSecrets.withAnnotations(
            PullSecrets.withContent(PullSecrets.ours("pull"), "{\"auths\":"),
            Map.of("regcred.dev/adopted", "true"));
    var plan = PlanText.of(in(state).declared(DesiredState.INACTIVE).target(garbled).plan());
    assertThat(plan.actions()).isEqualTo("-");
    assertThat(plan.readiness()).isEqualTo("Stalled AdoptionRefused");
    assertThat(plan.progress()).isEqualTo("stays " + state.value());
  }

  @Test
  void norDoesItsDeletionBegin() {
    var garbled =
        MarkedSecrets.adopted(PullSecrets.withContent(PullSecrets.ours("pull"), "{\"auths\":"));
    var plan = PlanText.of(in(ACTIVE).target(garbled).deleting().plan());
    assertThat(plan.actions()).isEqualTo("-");
    assertThat(plan.readiness()).isEqualTo("Stalled AdoptionRefused");
    assertThat(plan.progress()).isEqualTo("stays Active");
  }

  @Test
  void aForeignOneIsNotJoined() {
    var plan =
        PlanText.of(
            in(ACTIVE)
                .declared(DesiredState.INACTIVE)
                .recorded(INACTIVE)
                .targetName("theirs")
                .target(PullSecrets.foreign("theirs", PullSecret.TYPE, PullSecrets.BLANK))
                .plan());
    assertThat(plan.actions()).isEqualTo("-");
  }

  @Test
  void anInactiveOneThatIsRefusedItsNewSecretIsRecordedBeforeItsOldOneGoes() {
    var garbled =
        MarkedSecrets.adopted(PullSecrets.withContent(PullSecrets.ours("shared"), "{\"auths\":"));
    var given =
        in(ACTIVE)
            .declared(DesiredState.INACTIVE)
            .targetName("shared")
            .target(garbled)
            .leftovers(PullSecrets.ours("pull"));
    assertThat(PlanText.of(given.plan()).progress()).isEqualTo("(Deactivate) > Deactivating");
  }

  /** It has an entry of its own, at another server. */
  private static CredentialFixture other() {
    return in(ACTIVE)
        .named("other", NOW.minusSeconds(60))
        .userName("other")
        .registryAt(OTHER_SERVER);
  }

  /** As its first owner, which Kubernetes takes for any other. */
  private static PullSecret ownedByAnotherApiToo(PullSecret secret) {
    var foreign =
        new OwnerReference(
            "example.com/v1", "ClusterRegistryCredential", "wide", "uid-x", null, null);
    return PullSecrets.withOwners(
        secret,
        Stream.concat(Stream.of(foreign), secret.owners().stream()).toArray(OwnerReference[]::new));
  }

  private static CredentialFixture everywhere(String name) {
    return in(ACTIVE).named(name, NOW.minusSeconds(7200)).clusterWide();
  }

  private static Row written(
      String situation, CredentialFixture other, PullSecret target, String actions) {
    return row(
        situation,
        in(ACTIVE).password(new SourceValue.Present("another")).target(target).sharedWith(other),
        actions + " | stays Active | Ready Active");
  }
}
