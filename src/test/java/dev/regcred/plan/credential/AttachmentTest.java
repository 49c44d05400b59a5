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
import static dev.regcred.plan.credential.MarkedSecrets.adopted;
import static dev.regcred.plan.credential.MarkedSecrets.shared;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.pullsecret.PullSecrets.ENTRY;
import static dev.regcred.pullsecret.PullSecrets.blank;
import static dev.regcred.pullsecret.PullSecrets.foreign;
import static dev.regcred.pullsecret.PullSecrets.ours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** To which ServiceAccounts a pull Secret is attached, and when it is detached. */
class AttachmentTest {
  private static final ServiceAccountView BARE = account("runner", List.of(), List.of());
  private static final ServiceAccountView ATTACHED =
      account("runner", List.of("pull"), List.of("pull"));
  private static final ServiceAccountView TAKEN_OUT =
      account("runner", List.of("pull"), List.of("theirs"));
  private static final ServiceAccountView FULL =
      account("crowded", List.of(), names(256, "theirs"));
  private static final Contention LATER = new Contention(7, NOW.plusSeconds(4), "rival");
  private static final Contention DUE = new Contention(7, NOW, "rival");
  private static final PullSecret OF_BOTH =
      shared(BOTH, "pull@registry.example.com", "other@other.example.com");

  static final List<Row> ACTIVE_ROWS =
      List.of(
          row(
              "it is attached once the Secret is there",
              fresh().serviceAccounts("runner").accounts(BARE, account("idle")),
              "AddFinalizer, Create pull {robot@registry.example.com} of pull, Attach runner |"
                  + " Create, Activate > Active | Ready Active"),
          row(
              "in a steady state nothing is written",
              in(ACTIVE).serviceAccounts("runner").accounts(ATTACHED),
              "- | stays Active | Ready Active"),
          row(
              "one that names it already stays as it is",
              in(ACTIVE)
                  .serviceAccounts("runner")
                  .accounts(account("runner", List.of(), List.of("pull"))),
              "- | stays Active | Ready Active"),
          row(
              "one that was changed by somebody is put right",
              in(ACTIVE).serviceAccounts("runner").accounts(TAKEN_OUT),
              "Attach runner | stays Active | Ready Active"),
          row(
              "one that it does not name any more is let go of",
              in(ACTIVE).serviceAccounts("idle").accounts(ATTACHED, account("idle")),
              "Attach idle, Detach runner | stays Active | Ready Active"),
          row(
              "an abandoned one is let go of",
              in(ACTIVE)
                  .serviceAccounts("runner")
                  .accounts(account("runner", List.of("lost", "pull"), List.of("lost", "pull")))
                  .leftoverThatIsGone("lost"),
              "Detach runner | stays Active | Ready Active"),
          row(
              "one that never had a pull Secret has none by that",
              fresh()
                  .declared(DesiredState.INACTIVE)
                  .serviceAccounts("runner")
                  .accounts(account("runner", List.of("lost"), List.of("lost")))
                  .leftoverThatIsGone("lost"),
              "- | Create, Deactivate > Inactive | Ready Inactive | - -"),
          row(
              "with the target it changes from the old Secret to the new one",
              in(ACTIVE)
                  .wiredTo("new")
                  .targetName("new")
                  .target(null)
                  .leftovers(ours("pull"))
                  .serviceAccounts("runner")
                  .accounts(ATTACHED),
              "Create new {robot@registry.example.com} of pull, Attach+Detach runner, Delete pull |"
                  + " stays Active | Ready Active | new registry.example.com"),
          row(
                  "one that is not there is said",
                  in(ACTIVE).serviceAccounts("runner", "absent").accounts(ATTACHED),
                  "- | stays Active | Reconciling ServiceAccountMissing")
              .saying("Secret pull is right, but there is no ServiceAccount absent in"),
          row(
                  "one that is full is said, and the others are attached to",
                  in(ACTIVE).serviceAccounts("crowded", "runner").accounts(FULL, BARE),
                  "Attach runner | stays Active | Stalled ServiceAccountFull")
              .saying(
                  "Secret pull is right, but ServiceAccount crowded has no room", "at most 256"),
          row(
              "a full one that names it already has what it needs",
              in(ACTIVE)
                  .serviceAccounts("crowded")
                  .accounts(account("crowded", List.of(), names(256, "pull"))),
              "- | stays Active | Ready Active"),
          row(
              "nor is a full one of concern that is not selected",
              in(ACTIVE).serviceAccounts("runner").accounts(ATTACHED, FULL),
              "- | stays Active | Ready Active"),
          row(
                  "so are several",
                  in(ACTIVE).serviceAccounts("gone", "absent"),
                  "- | stays Active | Reconciling ServiceAccountMissing")
              .saying("there is no ServiceAccount gone, absent in"),
          row(
                  "of many ten are named, for a status is kept in memory",
                  in(ACTIVE)
                      .serviceAccounts(
                          "a",
                          "b",
                          "c",
                          "d",
                          "e",
                          "f",
                          "g",
                          "h",
                          "i",
                          "j",
                          "not-named",
                          "nor-this"),
                  "- | stays Active | Reconciling ServiceAccountMissing")
              .saying("there is no ServiceAccount a, b, c, d, e, f, g, h, i, j and 2 others in"));

  /** Another writer takes it out each time that it was put back. */
  static final List<Row> CONTESTED_ROWS =
      List.of(
          row(
                  "it is not put back before its time",
                  in(ACTIVE)
                      .serviceAccounts("runner")
                      .accounts(TAKEN_OUT)
                      .contestedAccount("runner", LATER),
                  "- | stays Active | Reconciling Contested | At 12:00:04.500")
              .saying("ServiceAccount runner was put right 7 times in a row", "by rival"),
          row(
                  "of two the first is told, and the earlier time counts",
                  in(ACTIVE)
                      .serviceAccounts("runner", "worker")
                      .accounts(account("worker", List.of("pull"), List.of()), TAKEN_OUT)
                      .contestedAccount("worker", new Contention(9, NOW.plusSeconds(2), null))
                      .contestedAccount("runner", LATER),
                  "- | stays Active | Reconciling Contested | At 12:00:02.500")
              .saying("ServiceAccount runner was put right 7 times"),
          row(
              "it is put back when its time has come",
              in(ACTIVE)
                  .serviceAccounts("runner")
                  .accounts(TAKEN_OUT)
                  .contestedAccount("runner", DUE),
              "Attach runner | stays Active | Ready Active"),
          row(
              "nor is its time forgotten while the credential is out of use",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .serviceAccounts("runner")
                  .accounts(TAKEN_OUT)
                  .contestedAccount("runner", LATER),
              "- | stays Inactive | Ready Inactive | At 12:00:04.500"),
          row(
              "it is over once it stays",
              in(ACTIVE)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED)
                  .contestedAccount("runner", LATER),
              "- | stays Active | Ready Active"),
          row(
              "a Secret that was never attached is no part of it",
              in(ACTIVE)
                  .serviceAccounts("runner")
                  .accounts(account("runner", List.of("before"), List.of()))
                  .contestedAccount("runner", LATER),
              "Attach runner | stays Active | Ready Active"),
          row(
              "a ServiceAccount that it lets go of does not wait",
              in(ACTIVE)
                  .accounts(account("runner", List.of("pull"), List.of()))
                  .contestedAccount("runner", LATER),
              "Release runner | stays Active | Ready Active"),
          row(
              "nor does another ServiceAccount",
              in(ACTIVE)
                  .serviceAccounts("runner", "worker")
                  .accounts(TAKEN_OUT, account("worker"))
                  .contestedAccount("worker", LATER),
              "Attach runner, Attach worker | stays Active | Ready Active"));

  static final List<Row> WITHDRAWAL_ROWS =
      List.of(
          row(
              "out of use it stays attached",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Ready Inactive"),
          gone(
              "it is detached before its Secret goes",
              in(REMOVING).serviceAccounts("runner").accounts(ATTACHED),
              "Detach runner, Delete pull, RemoveFinalizer"),
          gone(
              "also where its Secret is gone already",
              in(REMOVING).target(null).serviceAccounts("runner").accounts(ATTACHED),
              "Detach runner, RemoveFinalizer"),
          gone(
              "with Retain it stays, and is the operator's no longer",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED),
              "Release runner, HandBack pull, RemoveFinalizer"),
          gone(
              "with Retain a blank one of other people's stays, too",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .target(adopted(blank("pull")))
                  .serviceAccounts("runner")
                  .accounts(ATTACHED),
              "Release runner, HandBack pull, RemoveFinalizer"),
          gone(
              "with Retain one that somebody has replaced is let go of",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .targetName("new")
                  .target(foreign("new", "Opaque", "theirs"))
                  .leftovers(foreign("pull", "Opaque", "theirs"))
                  .serviceAccounts("runner")
                  .accounts(ATTACHED),
              "Detach runner, RemoveFinalizer"),
          gone(
              "with Retain a blank Secret stays nowhere",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .target(blank("pull"))
                  .serviceAccounts("runner")
                  .accounts(ATTACHED),
              "Detach runner, Delete pull, RemoveFinalizer"));

  /** Another credential names the same Secret and the same ServiceAccount. */
  static final List<Row> SHARED_ROWS =
      List.of(
          row(
              "another that shares the Secret has its ServiceAccounts attached with it",
              in(ACTIVE).target(OF_BOTH).accounts(BARE).sharedWith(other()),
              "Attach runner | stays Active | Ready Active"),
          row(
              "for one that has another target by now it is not attached",
              in(ACTIVE).target(OF_BOTH).accounts(BARE).sharedWith(other().targetName("new")),
              "- | stays Active | Ready Active"),
          row(
              "nor detached: that one does it, with its entry",
              in(ACTIVE).target(OF_BOTH).accounts(ATTACHED).sharedWith(other().targetName("new")),
              "- | stays Active | Ready Active"),
          row(
              "of one that can't be read that is not known",
              in(ACTIVE)
                  .target(OF_BOTH)
                  .accounts(BARE)
                  .sharedWith(other().unreadable("spec.serviceAccounts")),
              "Patch pull ownerReferences | stays Active | Ready Active"),
          row(
              "what is known to be asked for is attached all the same",
              in(ACTIVE)
                  .target(OF_BOTH)
                  .serviceAccounts("runner")
                  .accounts(BARE)
                  .sharedWith(other().unreadable("spec.serviceAccounts")),
              "Patch pull ownerReferences, Attach runner | stays Active | Ready Active"),
          row(
              "so nothing that it may have named is detached",
              in(ACTIVE)
                  .target(OF_BOTH)
                  .accounts(ATTACHED)
                  .sharedWith(other().unreadable("spec.serviceAccounts")),
              "Patch pull ownerReferences | stays Active | Ready Active"),
          gone(
              "not by one that goes either",
              in(REMOVING)
                  .target(OF_BOTH)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED)
                  .sharedWith(other().unreadable("spec.serviceAccounts")),
              "Patch pull annotations+ownerReferences+data {other@other.example.com} of other,"
                  + " RemoveFinalizer"),
          row(
              "nor what one of another operator may have named",
              in(ACTIVE)
                  .target(
                      shared(
                          BOTH, "pull@registry.example.com", "cluster-wide wide@other.example.com"))
                  .accounts(ATTACHED)
                  .unserved("wide"),
              "- | stays Active | Ready Active"),
          row(
              "one that leaves has not",
              in(ACTIVE)
                  .target(shared(ENTRY, "pull@registry.example.com"))
                  .accounts(ATTACHED)
                  .sharedWith(other().deleting().recorded(REMOVING)),
              "Detach runner | stays Active | Ready Active"),
          gone(
              "it stays attached for the other",
              in(REMOVING)
                  .target(OF_BOTH)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED)
                  .sharedWith(other()),
              "Patch pull annotations+ownerReferences+data {other@other.example.com} of other,"
                  + " RemoveFinalizer"),
          gone(
              "with Retain too, and stays the operator's",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .target(OF_BOTH)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED)
                  .sharedWith(other()),
              "Patch pull annotations+ownerReferences of other, RemoveFinalizer"),
          gone(
              "it is not for one that leaves as well",
              in(REMOVING)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED)
                  .sharedWith(other().deleting().recorded(REMOVING)),
              "Detach runner, Delete pull, RemoveFinalizer"),
          gone(
              "with Retain its attachment is its own then",
              in(REMOVING)
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .serviceAccounts("runner")
                  .accounts(ATTACHED)
                  .sharedWith(other().deleting().recorded(REMOVING)),
              "Release runner, HandBack pull, RemoveFinalizer"),
          gone(
              "a Secret that is gone is not attached for the other: that one creates it first",
              in(REMOVING).target(null).accounts(BARE).sharedWith(other()),
              "RemoveFinalizer"),
          row(
              "nor is an old Secret that is gone, whatever is written of the new one",
              in(ACTIVE)
                  .wiredTo("new")
                  .targetName("new")
                  .target(null)
                  .leftoverThatIsGone("pull")
                  .accounts(BARE)
                  .sharedWith(other()),
              "Create new {robot@registry.example.com} of pull | stays Active | Ready Active | new"
                  + " registry.example.com"));

  @ParameterizedTest
  @FieldSource("ACTIVE_ROWS")
  void isAttached(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("CONTESTED_ROWS")
  void isNoRace(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("WITHDRAWAL_ROWS")
  void isDetached(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("SHARED_ROWS")
  void isAttachedForAll(Row row) {
    row.check();
  }

  /** A Pod has the pull Secrets that its ServiceAccount had when it was created. */
  @Test
  void whereItIsAttachedToServiceAccountsItSaysThatOlderPodsGoWithout() {
    var without = " Pods that are older than their ServiceAccount's entry for it go without;";
    assertThat(in(ACTIVE).plan().readiness().message())
        .isEqualTo("Secret pull holds the entry for registry.example.com.");
    assertThat(in(ACTIVE).serviceAccounts("runner").accounts(ATTACHED).plan().readiness().message())
        .contains(without);
    assertThat(
            in(ACTIVE)
                .serviceAccountSelector(new LabelSelector(Map.of("pulls", "true"), List.of()))
                .plan()
                .readiness()
                .message())
        .contains(without);
  }

  /** It pulls by the same ServiceAccount from another server. */
  private static CredentialFixture other() {
    return in(ACTIVE)
        .named("other", NOW.minusSeconds(60))
        .userName("other")
        .registryAt(OTHER_SERVER)
        .serviceAccounts("runner");
  }

  private static ServiceAccountView account(String name) {
    return account(name, List.of(), List.of());
  }

  /** So many, the last of them that one. */
  private static List<String> names(int count, String last) {
    return Stream.concat(
            IntStream.range(1, count).mapToObj("theirs-%s"::formatted), Stream.of(last))
        .toList();
  }

  private static ServiceAccountView account(String name, List<String> ours, List<String> all) {
    return new ServiceAccountView(name, "uid-r", "7", Map.of(), !ours.isEmpty(), ours, all);
  }

  private static Row gone(String situation, CredentialFixture given, String actions) {
    return row(
        situation, given.deleting(), actions + " | stays Removing | Reconciling Removing | Gone");
  }
}
