package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.UPDATING_ACTIVE;
import static dev.regcred.plan.credential.CredentialFixture.NOW;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.MarkedSecrets.adopted;
import static dev.regcred.plan.credential.MarkedSecrets.copy;
import static dev.regcred.plan.credential.MarkedSecrets.offered;
import static dev.regcred.plan.credential.MarkedSecrets.shared;
import static dev.regcred.plan.credential.NamespaceFixture.namespace;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.pullsecret.PullSecrets.ENTRY;
import static dev.regcred.pullsecret.PullSecrets.foreign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.plan.Action;
import dev.regcred.plan.CountedAs;
import dev.regcred.plan.Failure;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Outcome;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The plan of a cluster-wide credential, which the namespaced one's planner makes. */
class FanOutTest {
  private static final String CREATE =
      "[Create pull {robot@registry.example.com} of cluster-wide pull]";

  private static final PullSecret FOREIGN = foreign("pull", "Opaque", "{}");
  private static final PullSecret WITHOUT_OWNER = PullSecrets.withOwners(copy("pull"));
  private static final PullSecret WITHOUT_MARK =
      PullSecrets.withOwners(
          PullSecrets.stripped(copy("pull")), copy("pull").owners().toArray(OwnerReference[]::new));
  private static final PullSecret EDITED = PullSecrets.withContent(copy("pull"), "{}");
  private static final PullSecret OFFERED =
      offered(PullSecret.TYPE, "ClusterRegistryCredential/pull");
  private static final Contention LATER = new Contention(7, NOW.plusSeconds(4), "rival");

  private static final ServiceAccountView ATTACHED =
      new ServiceAccountView(
          "runner", "uid-r", "7", Map.of(), true, List.of("pull"), List.of("pull"));
  private static final ServiceAccountView TAKEN_OUT =
      new ServiceAccountView("runner", "uid-r", "7", Map.of(), true, List.of("pull"), List.of());

  private static final ServiceAccountView FULL =
      new ServiceAccountView(
          "runner",
          "uid-r",
          "7",
          Map.of(),
          false,
          List.of(),
          IntStream.range(0, 256).mapToObj("theirs-%s"::formatted).toList());

  static final List<Row> ACTIVE_ROWS =
      List.of(
          row(
                  "it is written to all namespaces at the same time",
                  fresh().clusterWide(namespace("a"), namespace("b")),
                  "AddFinalizer, a"
                      + CREATE
                      + " b"
                      + CREATE
                      + " | Create, Activate > Active | Ready Active | 2 of 2")
              .saying("holds the entry for registry.example.com in 2 of 2 namespaces."),
          row(
              "in a steady state nothing is written",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")), namespace("b").target(copy("pull"))),
              "- | stays Active | Ready Active | 2 of 2"),
          row(
              "without a namespace it is Active and says so",
              fresh().clusterWide(),
              "- | Create, Activate > Active | Ready NoNamespaceSelected | 0 of 0"),
          row(
              "without a namespace there is nothing to finish before it is in use again",
              in(DEACTIVATING).clusterWide(),
              "- | Deactivate, Activate > Active | Ready NoNamespaceSelected | 0 of 0"),
          row(
              "a source that is missing is said also without a namespace",
              fresh().sourceAbsent().clusterWide(),
              "- | Create > Registering | Reconciling SourceNotFound | - - | 0 of 0"),
          row(
                  "a Secret that is not the operator's is counted, and the others are written",
                  fresh().clusterWide(namespace("a"), namespace("b").target(FOREIGN)),
                  "AddFinalizer, a"
                      + CREATE
                      + " | Create, Activate > Active | Stalled NamespacesFailed | 1 of 2; b"
                      + " Stalled TargetNotOwned")
              .saying("1 of its namespaces failed: b: A Secret pull exists", "-n b "),
          row(
              "where all fail it is not Active",
              fresh().clusterWide(namespace("b").target(FOREIGN)),
              "- | Create, (Activate) > Activating | Stalled NamespacesFailed | 0 of 1; b Stalled"
                  + " TargetNotOwned"),
          row(
              "a namespace that failed is left alone for a while, and the others are written",
              fresh().clusterWide(namespace("a"), namespace("b").heldBack(Failure.Kind.QUOTA, 7)),
              "AddFinalizer, a"
                  + CREATE
                  + " | Create, Activate > Active | Reconciling NamespacesFailed | At 12:00:07.500"
                  + " | 1 of 2; b Reconciling QuotaExceeded"),
          row(
              "what is held back was not looked at, and a finalizer that was taken off comes back",
              in(ACTIVE)
                  .finalizer(false)
                  .clusterWide(namespace("a").heldBack(Failure.Kind.QUOTA, 7)),
              "AddFinalizer | stays Active | Reconciling NamespacesFailed | At 12:00:07.500 | 0 of"
                  + " 1; a Reconciling QuotaExceeded"),
          row(
              "so does that of one that never got anywhere",
              in(ACTIVATING).clusterWide(namespace("a").heldBack(Failure.Kind.QUOTA, 7)),
              "AddFinalizer | stays Activating | Reconciling NamespacesFailed | At 12:00:07.500 | 0"
                  + " of 1; a Reconciling QuotaExceeded"),
          row(
              "it is looked at again when the first of them may be written",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").heldBack(Failure.Kind.QUOTA, 7),
                      namespace("b").heldBack(Failure.Kind.FORBIDDEN, 3),
                      namespace("c").heldBack(Failure.Kind.API, 5)),
              "- | stays Active | Reconciling NamespacesFailed | At 12:00:03.500 | 0 of 3; a"
                  + " Reconciling QuotaExceeded; b Reconciling Forbidden; c Reconciling ApiError"),
          row(
              "a namespace that failed is written when its time has come",
              in(ACTIVE).clusterWide(namespace("a").heldBack(Failure.Kind.QUOTA, 0)),
              "a" + CREATE + " | stays Active | Ready Active | 1 of 1"),
          row(
              "each copy is made of what is there",
              in(ACTIVE).clusterWide(namespace("a"), namespace("b").target(OFFERED)),
              "a"
                  + CREATE
                  + " b[Patch pull labels+annotations+data {robot@registry.example.com,"
                  + " them@theirs.example.com} of cluster-wide pull] | stays Active | Ready Active"
                  + " | 2 of 2"),
          row(
              "a finalizer that somebody took off comes back",
              in(ACTIVE)
                  .finalizer(false)
                  .clusterWide(namespace("a"), namespace("b").target(copy("pull"))),
              "AddFinalizer, a" + CREATE + " | stays Active | Ready Active | 2 of 2"),
          row(
              "a terminating namespace is neither written nor counted",
              fresh().clusterWide(namespace("a"), namespace("b").terminating()),
              "AddFinalizer, a" + CREATE + " | Create, Activate > Active | Ready Active | 1 of 1"),
          row(
              "a namespace that is not selected any more loses its copy",
              in(ACTIVE).clusterWide(namespace("a").notSelected().target(copy("pull"))),
              "a[Delete pull] | stays Active | Ready NoNamespaceSelected | 0 of 0"),
          row(
              "in one that goes anyway that is all that is done",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a")
                          .notSelected()
                          .terminating()
                          .target(copy("pull"))
                          .accounts(ATTACHED)),
              "a[Delete pull] | stays Active | Ready NoNamespaceSelected | 0 of 0"),
          row(
              "in one that stays its ServiceAccount is let go of as well",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").notSelected().target(copy("pull")).accounts(ATTACHED)),
              "a[Detach runner, Delete pull] | stays Active | Ready NoNamespaceSelected | 0 of 0"));

  /** Of one server a namespaced credential has the entry before a cluster-wide one. */
  static final List<Row> OVERRIDDEN_ROWS =
      List.of(
          row(
                  "where a RegistryCredential has the server it does without, as it should",
                  fresh()
                      .clusterWide(
                          namespace("a")
                              .target(shared(ENTRY, "theirs@registry.example.com"))
                              .sharedWith(theirs())),
                  "AddFinalizer, a[Patch pull annotations+ownerReferences of theirs for"
                      + " cluster-wide pull] | Create, Activate > Active | Ready Active | 0 of 1, 1"
                      + " overridden")
              .saying("in 0 of 1 namespaces; in 1 a RegistryCredential has it instead."),
          row(
              "one copy and one that is overridden are in use",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b")
                          .target(shared(ENTRY, "cluster-wide pull", "theirs@registry.example.com"))
                          .sharedWith(theirs()))
                  .observedGeneration(2),
              "- | Update > Active | Ready Active | 1 of 2, 1 overridden"),
          row(
              "where another ClusterRegistryCredential has the server it fails",
              fresh()
                  .clusterWide(
                      namespace("a")
                          .target(shared(ENTRY, "cluster-wide older@registry.example.com"))
                          .sharedWith(
                              in(ACTIVE).named("older", NOW.minusSeconds(7200)).clusterWide()),
                      namespace("b")),
              "AddFinalizer, a[Patch pull annotations+ownerReferences of cluster-wide older for"
                  + " cluster-wide pull] b"
                  + CREATE
                  + " | Create, Activate > Active | Stalled NamespacesFailed | 1 of 2; a Stalled"
                  + " ServerClaimed"),
          row(
              "it has the entry again when the RegistryCredential has left",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a")
                          .target(
                              shared(ENTRY, "cluster-wide pull", "theirs@registry.example.com"))),
              "a[Patch pull annotations+ownerReferences of cluster-wide pull] | stays Active |"
                  + " Ready Active | 1 of 1"));

  /** A ServiceAccount has no room for one more. */
  static final List<Row> FULL_ROWS =
      List.of(
          row(
                  "a namespace with a full ServiceAccount is named, and has its copy",
                  in(ACTIVE)
                      .serviceAccounts("runner")
                      .clusterWide(
                          namespace("a").target(WITHOUT_OWNER).accounts(FULL),
                          namespace("b").target(copy("pull"))),
                  "a[Patch pull ownerReferences] | stays Active | Stalled NamespacesFailed | 1 of"
                      + " 2; a Stalled ServiceAccountFull")
              .saying("a: Secret pull is right, but ServiceAccount runner has no room for it"),
          row(
              "where all of them are full it is Active all the same: its Secrets are there",
              fresh().serviceAccounts("runner").clusterWide(namespace("a").accounts(FULL)),
              "AddFinalizer, a"
                  + CREATE
                  + " | Create, Activate > Active | Stalled NamespacesFailed | 0 of 1; a Stalled"
                  + " ServiceAccountFull"));

  /** Another writer changes a copy, or takes it out of a ServiceAccount, again and again. */
  static final List<Row> CONTESTED_ROWS =
      List.of(
          row(
                  "what the other writer left is not touched before its time",
                  in(ACTIVE)
                      .clusterWide(
                          namespace("a").target(EDITED).contest(LATER),
                          namespace("b").target(copy("pull"))),
                  "- | stays Active | Reconciling NamespacesFailed | At 12:00:04.500 | 1 of 2; a"
                      + " Reconciling Contested")
              .saying("1 of its namespaces failed: a: Secret pull was put right 7 times"),
          row(
              "it is put right when its time has come",
              in(ACTIVE)
                  .clusterWide(namespace("a").target(EDITED).contest(new Contention(7, NOW, null))),
              "a[Patch pull data {robot@registry.example.com}] | stays Active | Ready Active | 1 of"
                  + " 1"),
          row(
                  "what is put back in a namespace that is not selected is withdrawn later",
                  in(ACTIVE)
                      .clusterWide(
                          namespace("a").target(copy("pull")),
                          namespace("b")
                              .notSelected()
                              .target(copy("pull"))
                              .contest(new Contention(7, LATER.until(), "rival", true))),
                  "- | stays Active | Reconciling NamespacesFailed | At 12:00:04.500 | 1 of 1; b"
                      + " Reconciling Contested")
              .saying("b: Secret pull was withdrawn 7 times in a row and is put back by rival"),
          row(
              "also where the password is missing",
              in(ACTIVE)
                  .sourceAbsent()
                  .clusterWide(
                      namespace("b")
                          .notSelected()
                          .target(copy("pull"))
                          .contest(new Contention(7, LATER.until(), "rival", true))),
              "- | stays Active | Reconciling SourceNotFound | At 12:00:04.500 | 0 of 0; b Reconciling"
                  + " Contested"),
          row(
              "when its time has come, and where it is not selected only now, it is withdrawn",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a")
                          .notSelected()
                          .target(copy("pull"))
                          .contest(new Contention(7, NOW, "rival", true)),
                      namespace("b").notSelected().target(copy("pull")).contest(LATER)),
              "a[Delete pull] b[Delete pull] | stays Active | Ready NoNamespaceSelected | 0 of 0"),
          row(
                  "nor is it attached again to a ServiceAccount before its time",
                  in(ACTIVE)
                      .serviceAccounts("runner")
                      .clusterWide(
                          namespace("a")
                              .target(WITHOUT_OWNER)
                              .accounts(TAKEN_OUT)
                              .contestedAccount("runner", LATER),
                          namespace("b").target(copy("pull")).accounts(TAKEN_OUT)),
                  "a[Patch pull ownerReferences] b[Attach runner] | stays Active | Reconciling"
                      + " NamespacesFailed | At 12:00:04.500 | 1 of 2; a Reconciling Contested")
              .saying("a: ServiceAccount runner was put right 7 times"),
          row(
              "what is declared does not wait: into use, in spite of a fight",
              in(ACTIVATING).clusterWide(namespace("a").target(EDITED).contest(LATER)),
              "AddFinalizer, a[Patch pull data {robot@registry.example.com}] | Activate > Active |"
                  + " Ready Active | 1 of 1"),
          row(
              "nor is what a RegistryCredential has in it put right for that one meanwhile",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a")
                          .target(
                              PullSecrets.withContent(
                                  shared(ENTRY, "cluster-wide pull", "theirs@registry.example.com"),
                                  "{}"))
                          .sharedWith(theirs())
                          .contest(LATER)),
              "- | stays Active | Ready Active | At 12:00:04.500 | 0 of 1, 1 overridden"));

  /** It can't go on, and each of its namespaces keeps its last good entry. */
  static final List<Row> HOLD_ROWS =
      List.of(
          row(
              "a step that was recorded is finished where no copy may be written",
              in(DEACTIVATING).clusterWide(namespace("a").target(FOREIGN).leftovers(copy("old"))),
              "a[Delete old] | Deactivate > Inactive | Stalled NamespacesFailed | 0 of 0"),
          row(
              "be it that one more is not selected any more",
              in(DEACTIVATING)
                  .clusterWide(
                      namespace("a").target(FOREIGN),
                      namespace("b").notSelected().target(copy("pull"))),
              "b[Delete pull] | Deactivate > Inactive | Stalled NamespacesFailed | 0 of 0"),
          row(
              "a ServiceAccount that is fought for is looked at again in its time",
              in(ACTIVE)
                  .sourceAbsent()
                  .serviceAccounts("runner")
                  .clusterWide(
                      namespace("a")
                          .target(WITHOUT_OWNER)
                          .accounts(TAKEN_OUT)
                          .contestedAccount("runner", LATER)),
              "a[Patch pull ownerReferences] | stays Active | Reconciling SourceNotFound | At"
                  + " 12:00:04.500 | 1 of 1"),
          row(
              "nor while its source is missing is a copy touched that another writer edits",
              in(ACTIVE)
                  .sourceAbsent()
                  .clusterWide(
                      namespace("a").target(WITHOUT_OWNER).contest(LATER),
                      namespace("b").target(WITHOUT_OWNER)),
              "b[Patch pull ownerReferences] | stays Active | Reconciling SourceNotFound | At"
                  + " 12:00:04.500 | 1 of 2; a Reconciling Contested"),
          row(
              "while its source is missing each namespace keeps what it has, put right",
              in(ACTIVE)
                  .sourceAbsent()
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b").target(WITHOUT_OWNER),
                      namespace("c")),
              "b[Patch pull ownerReferences] | stays Active | Reconciling SourceNotFound | 2 of 3"),
          row(
              "also a copy that lost its mark, which counts as one that it has",
              in(ACTIVE).sourceAbsent().clusterWide(namespace("a").target(WITHOUT_MARK)),
              "a[Patch pull labels+annotations of cluster-wide pull] | stays Active | Reconciling"
                  + " SourceNotFound | 1 of 1"),
          row(
              "the entry of another is not counted as its own",
              in(ACTIVE)
                  .sourceAbsent()
                  .clusterWide(
                      namespace("a")
                          .target(shared(ENTRY, "cluster-wide pull", "theirs@registry.example.com"))
                          .sharedWith(theirs())),
              "- | stays Active | Reconciling SourceNotFound | 0 of 1"),
          row(
              "a namespace that failed is left alone all the same",
              in(ACTIVE)
                  .sourceAbsent()
                  .clusterWide(
                      namespace("a").target(WITHOUT_OWNER).heldBack(Failure.Kind.FORBIDDEN, 7)),
              "- | stays Active | Reconciling SourceNotFound | At 12:00:07.500 | 0 of 1; a"
                  + " Reconciling Forbidden"),
          row(
              "which namespaces a spec selects that can't be read is not known: none is left",
              in(ACTIVE)
                  .unreadable("spec.desiredState")
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b").notSelected().target(copy("pull"))),
              "- | stays Active | Stalled SpecUnreadable | 2 of 2"));

  static final List<Row> WITHDRAWAL_ROWS =
      List.of(
          row(
              "out of use, it is recorded as Deactivating before anything is written",
              in(ACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(namespace("a").target(copy("pull"))),
              "- | (Deactivate) > Deactivating | Reconciling Deactivating | AtOnce | 0 of 0"),
          row(
              "then each copy is blanked, and deleted where it is not selected any more",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b").notSelected().target(copy("pull"))),
              "a[Patch pull annotations+data {} for cluster-wide pull] b[Delete pull] | Deactivate"
                  + " > Inactive | Ready Inactive | 0 of 0"),
          row(
              "it stays Deactivating as long as one namespace is held back",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b").target(copy("pull")).heldBack(Failure.Kind.FORBIDDEN, 7)),
              "a[Patch pull annotations+data {} for cluster-wide pull] | stays Deactivating |"
                  + " Reconciling NamespacesFailed | At 12:00:07.500 | 0 of 0; b Reconciling"
                  + " Forbidden"),
          row(
              "a finalizer that was taken off comes back all the same",
              in(DEACTIVATING)
                  .finalizer(false)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(
                      namespace("b").target(copy("pull")).heldBack(Failure.Kind.FORBIDDEN, 7)),
              "AddFinalizer | stays Deactivating | Reconciling NamespacesFailed | At 12:00:07.500 |"
                  + " 0 of 0; b Reconciling Forbidden"),
          row(
              "a blank copy that the other writer edits each time waits, and no other does",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")).contest(LATER),
                      namespace("b").target(copy("pull"))),
              "b[Patch pull annotations+data {} for cluster-wide pull] | stays Inactive |"
                  + " Reconciling NamespacesFailed | At 12:00:04.500 | 0 of 0; a Reconciling"
                  + " Contested"),
          row(
              "a ServiceAccount that is fought for is looked at again in its time",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .serviceAccounts("runner")
                  .clusterWide(
                      namespace("a")
                          .target(PullSecrets.withContent(copy("pull"), "{}"))
                          .accounts(TAKEN_OUT)
                          .contestedAccount("runner", LATER)),
              "a[Patch pull annotations+data {} for cluster-wide pull] | stays Inactive | Ready"
                  + " Inactive | At 12:00:04.500 | 0 of 0"),
          row(
              "it is blanked when its time has come",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")).contest(new Contention(7, NOW, null))),
              "a[Patch pull annotations+data {} for cluster-wide pull] | stays Inactive | Ready"
                  + " Inactive | 0 of 0"),
          row(
              "one in a namespace that is being deleted is no fight",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(namespace("a").terminating().target(copy("pull")).contest(LATER)),
              "- | stays Inactive | Ready Inactive | 0 of 0"),
          row(
              "what is declared does not wait: out of use, in spite of a fight",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .clusterWide(namespace("a").target(copy("pull")).contest(LATER)),
              "a[Patch pull annotations+data {} for cluster-wide pull] | Deactivate > Inactive |"
                  + " Ready Inactive | 0 of 0"),
          row(
              "Removed, no copy is left",
              in(REMOVING)
                  .declared(DesiredState.REMOVED)
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b").terminating().target(copy("pull")).accounts(ATTACHED)),
              "a[Delete pull] b[Delete pull] | Remove > Removed | Ready Removed | -"
                  + " registry.example.com | At 12:01:00.500 | 0 of 0"),
          row(
              "a copy that came back with a backup is taken away from a Removed one",
              in(REMOVED)
                  .declared(DesiredState.REMOVED)
                  .clusterWide(namespace("a").target(copy("pull"))),
              "a[Delete pull] | stays Removed | Ready Removed | - registry.example.com | At"
                  + " 12:00:50.500 | 0 of 0"),
          row(
              "while one is held back for longer than until its purge, it is looked at for that",
              in(REMOVED)
                  .declared(DesiredState.REMOVED)
                  .clusterWide(
                      namespace("a").target(copy("pull")).heldBack(Failure.Kind.FORBIDDEN, 70)),
              "- | stays Removed | Reconciling NamespacesFailed | - registry.example.com | At"
                  + " 12:00:50.500 | 0 of 0; a Reconciling Forbidden"));

  static final List<Row> DELETION_ROWS =
      List.of(
          row(
              "its deletion is recorded first",
              in(ACTIVE).deleting().clusterWide(namespace("a").target(copy("pull"))),
              "- | Deactivate, (Remove) > Removing | Reconciling Removing | AtOnce | 0 of 0"),
          row(
              "it goes once each copy is withdrawn",
              in(REMOVING).deleting().clusterWide(namespace("a").target(copy("pull"))),
              "a[Delete pull], RemoveFinalizer | stays Removing | Reconciling Removing | Gone | 0"
                  + " of 0"),
          row(
              "it stays as long as one namespace is held back",
              in(REMOVING)
                  .deleting()
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b").target(copy("pull")).heldBack(Failure.Kind.FORBIDDEN, 7)),
              "a[Delete pull] | stays Removing | Reconciling NamespacesFailed | At 12:00:07.500 | 0"
                  + " of 0; b Reconciling Forbidden"),
          row(
              "the finalizer can't be put on any more by then",
              in(REMOVING)
                  .finalizer(false)
                  .deleting()
                  .clusterWide(
                      namespace("b").target(copy("pull")).heldBack(Failure.Kind.FORBIDDEN, 7)),
              "- | stays Removing | Reconciling NamespacesFailed | At 12:00:07.500 | 0 of 0; b"
                  + " Reconciling Forbidden"),
          row(
              "with Retain its entries stay where it is selected, and nowhere else",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .deleting()
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b").notSelected().target(copy("pull"))),
              "a[HandBack pull] b[Delete pull], RemoveFinalizer | stays Removing | Reconciling"
                  + " Removing | Gone | 0 of 0"),
          row(
              "one that can't be read is not let go of a Secret that is other people's too",
              in(REMOVING)
                  .deleting()
                  .clusterWide(
                      namespace("a")
                          .target(adopted(PullSecrets.withContent(copy("pull"), "{\"auths\":")))),
              "- | stays Removing | Stalled NamespacesFailed | 0 of 0; a Stalled AdoptionRefused"),
          row(
              "nor is anything else of it taken away there, before a person has corrected that",
              in(REMOVING)
                  .deleting()
                  .clusterWide(
                      namespace("a")
                          .target(adopted(PullSecrets.withContent(copy("pull"), "{\"auths\":")))
                          .leftovers(copy("before"))
                          .accounts(ATTACHED),
                      namespace("b").target(copy("pull"))),
              "b[Delete pull] | stays Removing | Stalled NamespacesFailed | 0 of 0; a Stalled"
                  + " AdoptionRefused"));

  @ParameterizedTest
  @FieldSource("ACTIVE_ROWS")
  void goesActive(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("OVERRIDDEN_ROWS")
  void givesWay(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("FULL_ROWS")
  void saysWhereThereIsNoRoom(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("CONTESTED_ROWS")
  void isNoRace(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("HOLD_ROWS")
  void keepsWhatItHas(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("WITHDRAWAL_ROWS")
  void isWithdrawn(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("DELETION_ROWS")
  void isDeleted(Row row) {
    row.check();
  }

  @Test
  void moreThanARoundIsWrittenInRoundsWhichTheStatusCounts() {
    var places = new ArrayList<NamespaceFixture>();
    places.add(
        namespace("a")
            .target(shared(ENTRY, "cluster-wide pull", "theirs@registry.example.com"))
            .sharedWith(theirs()));
    IntStream.range(0, FanOut.ROUND + 5).forEach(i -> places.add(namespace("n%05d".formatted(i))));
    var plan = fresh().clusterWide(places.toArray(NamespaceFixture[]::new)).plan();
    var text = PlanText.of(plan);
    assertThat(text.progress()).isEqualTo("Create, (Activate) > Activating");
    assertThat(text.readiness()).isEqualTo("Reconciling NamespacesPending");
    assertThat(text.next()).isEqualTo("AtOnce");
    assertThat(text.counts()).isEqualTo("1000 of 1006, 1 overridden");
    assertThat(plan.readiness().message()).endsWith("is being written: 1001 of 1006 namespaces.");
  }

  @Test
  void whatNeedsNoWriteNeedsNoOtherRound() {
    var places = new ArrayList<NamespaceFixture>();
    IntStream.range(0, FanOut.ROUND).forEach(i -> places.add(namespace("n%05d".formatted(i))));
    places.add(namespace("z").target(copy("pull")));
    var text = PlanText.of(in(ACTIVE).clusterWide(places.toArray(NamespaceFixture[]::new)).plan());
    assertThat(text.next()).isEqualTo("Settled");
    assertThat(text.counts()).isEqualTo("1001 of 1001");
  }

  @Test
  void aMessageNamesThreeOfTheNamespacesThatFailed() {
    var failed = in(ACTIVE);
    for (String name : List.of("c", "a", "b")) {
      failed.clusterWide(namespace(name).heldBack(Failure.Kind.QUOTA, 7));
    }
    assertThat(failed.plan().readiness().message())
        .isEqualTo("3 of its namespaces failed: a: It failed. b: It failed. c: It failed.");
    assertThat(
            failed
                .clusterWide(namespace("d").heldBack(Failure.Kind.QUOTA, 7))
                .plan()
                .readiness()
                .message())
        .isEqualTo(
            "4 of its namespaces failed: a: It failed. b: It failed. c: It failed. See"
                + " status.failures for more.");
  }

  /** A correction of them is not looked for before its time. */
  @Test
  void theNamespacesWhereAnotherWriterHasItsWayAreNamed() {
    var edited = PullSecrets.withContent(shared(ENTRY, "theirs@registry.example.com"), "{}");
    var plan =
        in(ACTIVE)
            .clusterWide(
                namespace("a").target(EDITED).contest(LATER),
                namespace("b").target(EDITED),
                namespace("c").target(edited).sharedWith(theirs()).contest(LATER),
                namespace("d").target(copy("pull")).contest(LATER),
                namespace("e").target(FOREIGN),
                namespace("f").heldBack(Failure.Kind.QUOTA, 7))
            .plan();
    assertThat(plan.contended()).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void aWithdrawalOfMoreThanARoundIsNotOverAfterIt() {
    var places =
        IntStream.range(0, FanOut.ROUND + 1)
            .mapToObj(i -> namespace("n%05d".formatted(i)).target(copy("pull")))
            .toArray(NamespaceFixture[]::new);
    var text = PlanText.of(in(REMOVING).deleting().clusterWide(places).plan());
    assertThat(text.actions()).startsWith("n00000[Delete pull] ").endsWith("n00999[Delete pull]");
    assertThat(text.next()).isEqualTo("AtOnce");
  }

  @Test
  void oneThatIsActiveStaysSoWhileARoundIsWritten() {
    var places =
        IntStream.range(0, FanOut.ROUND + 1)
            .mapToObj(i -> namespace("n%05d".formatted(i)))
            .toArray(NamespaceFixture[]::new);
    assertThat(PlanText.of(in(ACTIVE).clusterWide(places).plan()).progress())
        .isEqualTo("stays Active");
    assertThat(PlanText.of(in(UPDATING_ACTIVE).clusterWide(places).plan()).progress())
        .isEqualTo("stays UpdatingActive");
  }

  @Test
  void noneOfItsNamespacesIsItsOwn() {
    var observed = in(ACTIVE).clusterWide(namespace("a")).observed();
    assertThatIllegalStateException().isThrownBy(observed::namespace);
  }

  /** What is counted once some of the writes have failed. */
  @Test
  void failuresOfTheWritesAreTakenFromTheCount() {
    var written = fresh().clusterWide(namespace("a"), namespace("b"), namespace("c"));
    assertThat(after(written, Map.of("a", Failure.Kind.QUOTA)))
        .isEqualTo("2 of 3; a Reconciling QuotaExceeded");
    assertThat(
            after(
                written, Map.of("a", Failure.Kind.QUOTA, "b", Failure.Kind.NAMESPACE_TERMINATING)))
        .isEqualTo("1 of 2; a Reconciling QuotaExceeded");
  }

  @Test
  void soAreThoseWhereItIsOverriddenOrBehind() {
    var mixed =
        fresh()
            .clusterWide(
                namespace("a")
                    .target(shared(ENTRY, "theirs@registry.example.com"))
                    .sharedWith(theirs()),
                namespace("b")
                    .target(shared(ENTRY, "cluster-wide older@registry.example.com"))
                    .sharedWith(in(ACTIVE).named("older", NOW.minusSeconds(7200)).clusterWide()),
                namespace("c"));
    assertThat(after(mixed, Map.of("a", Failure.Kind.API)))
        .isEqualTo("1 of 3; a Reconciling ApiError; b Stalled ServerClaimed");
    assertThat(after(mixed, Map.of("b", Failure.Kind.API)))
        .as("why it failed before is what counts")
        .isEqualTo("1 of 3, 1 overridden; b Stalled ServerClaimed");
    assertThat(after(mixed, Map.of("b", Failure.Kind.NAMESPACE_TERMINATING)))
        .as("a namespace that goes has not failed")
        .isEqualTo("1 of 2, 1 overridden");
  }

  /** Else it would stay Registering for as long as the other namespace can't be written. */
  @Test
  void aCopyWithAFullServiceAccountIsInUseAlsoWhereNoOtherIsWritten() {
    var full =
        fresh()
            .serviceAccounts("runner")
            .clusterWide(namespace("a").accounts(FULL), namespace("b"));
    assertThat(tallyAfter(full, Map.of("b", Failure.Kind.FORBIDDEN)).isInUse()).isTrue();
    assertThat(after(full, Map.of("b", Failure.Kind.FORBIDDEN)))
        .isEqualTo("0 of 2; a Stalled ServiceAccountFull; b Reconciling Forbidden");
    var none = Map.of("a", Failure.Kind.FORBIDDEN, "b", Failure.Kind.FORBIDDEN);
    assertThat(tallyAfter(full, none).isInUse()).isFalse();
    assertThat(after(full, none))
        .as("why it failed before is what counts")
        .isEqualTo("0 of 2; a Stalled ServiceAccountFull; b Reconciling Forbidden");
  }

  @Test
  void oneThatIsNotSelectedWasNeverCounted() {
    var left =
        in(ACTIVE)
            .clusterWide(
                namespace("a").target(copy("pull")),
                namespace("b").notSelected().target(copy("pull")));
    assertThat(after(left, Map.of("b", Failure.Kind.NAMESPACE_TERMINATING))).isEqualTo("1 of 1");
    assertThat(after(left, Map.of("b", Failure.Kind.FORBIDDEN)))
        .isEqualTo("1 of 1; b Reconciling Forbidden");
  }

  @ParameterizedTest
  @EnumSource
  void onlyAConflictIsPlannedAnew(Failure.Kind kind) {
    var batch = new Action.NamespaceBatch("a", CountedAs.SYNCED, List.of());
    assertThat(new Outcome.BatchFailure(batch, new Failure(kind, "It failed.", null)).isConflict())
        .isEqualTo(kind == Failure.Kind.CONFLICT);
  }

  private static String after(CredentialFixture given, Map<String, Failure.Kind> failures) {
    return PlanText.counts(tallyAfter(given, failures));
  }

  private static FanOutCounts tallyAfter(
      CredentialFixture given, Map<String, Failure.Kind> failures) {
    var plan = given.plan();
    var parts =
        plan.actions().stream()
            .flatMap(a -> a instanceof Action.InNamespaces(var all) ? all.stream() : Stream.of())
            .filter(batch -> failures.containsKey(batch.namespace()))
            .map(
                batch ->
                    new Outcome.BatchFailure(
                        batch,
                        new Failure(
                            Objects.requireNonNull(failures.get(batch.namespace())),
                            "It failed.",
                            null)))
            .toList();
    assertThat(parts).hasSameSizeAs(failures.keySet());
    return Objects.requireNonNull(plan.counts()).after(parts);
  }

  private static CredentialFixture theirs() {
    return in(ACTIVE).named("theirs", NOW.minusSeconds(60));
  }
}
