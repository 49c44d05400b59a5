package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REGISTERING;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.plan.credential.Admission.AWAIT;
import static dev.regcred.plan.credential.Admission.KEEP;
import static dev.regcred.plan.credential.Admission.WITHHOLD;
import static dev.regcred.plan.credential.CredentialFixture.NOW;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.MarkedSecrets.BOTH;
import static dev.regcred.plan.credential.MarkedSecrets.MIXED;
import static dev.regcred.plan.credential.MarkedSecrets.OTHER_SERVER;
import static dev.regcred.plan.credential.MarkedSecrets.adopted;
import static dev.regcred.plan.credential.MarkedSecrets.copy;
import static dev.regcred.plan.credential.MarkedSecrets.shared;
import static dev.regcred.plan.credential.NamespaceFixture.namespace;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.pullsecret.PullSecrets.blank;
import static dev.regcred.pullsecret.PullSecrets.ours;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What becomes of values of which the registry is asked before they are written. */
class AdmissionTest {
  private static final SourceValue NEW = new SourceValue.Present("another");
  private static final String WIDE_BLANK = "[Patch pull annotations+data {} for cluster-wide pull]";

  static final List<Row> AWAITED =
      List.of(
          row(
                  "a new one is not written until the registry has answered",
                  fresh().admission(AWAIT),
                  "- | Create > Registering | Reconciling VerificationPending | - -")
              .saying("registry.example.com is asked"),
          row(
              "it goes on waiting",
              in(REGISTERING).admission(AWAIT),
              "- | stays Registering | Reconciling VerificationPending | - -"),
          row(
              "so does one that comes back into use",
              in(INACTIVE).admission(AWAIT),
              "- | stays Inactive | Reconciling VerificationPending"),
          row(
              "while a new value is asked about the one before stays, and nothing is said",
              in(ACTIVE).password(NEW).admission(AWAIT),
              "- | stays Active | Ready Active"),
          row(
              "after a restart nothing is written either",
              in(ACTIVE).admission(AWAIT),
              "- | stays Active | Ready Active"),
          row(
              "but where it was not Ready it does not become so: what stays may be no good",
              in(ACTIVE).notReady().password(NEW).admission(AWAIT),
              "- | stays Active | Reconciling VerificationPending"),
          row(
              "where there is none that could stay, it is said",
              in(ACTIVE).target(null).admission(AWAIT),
              "- | stays Active | Reconciling VerificationPending"),
          row(
              "so it is once one was taken out",
              in(ACTIVE).target(blank("pull")).password(NEW).admission(AWAIT),
              "- | stays Active | Reconciling VerificationPending"),
          row(
              "what was declared meanwhile does not wait",
              in(ACTIVE).declared(DesiredState.INACTIVE).admission(AWAIT),
              "- | (Deactivate) > Deactivating | Reconciling Deactivating | AtOnce"));

  static final List<Row> REFUSED =
      List.of(
          row(
                  "a new one that is refused is not written",
                  fresh().admission(KEEP),
                  "- | Create, (Activate) > Activating | Stalled CredentialRefused | - -")
              .saying("registry.example.com refuses the account", "Write the right password"),
          row(
                  "nor is a new value, and the one before stays",
                  in(ACTIVE).password(NEW).admission(KEEP),
                  "- | stays Active | Stalled CredentialRefused")
              .saying("so it is not written. A pull Secret that holds another one keeps that"),
          row(
              "nor is the one before taken out where what is in use is to be",
              in(ACTIVE).password(NEW).admission(WITHHOLD),
              "- | stays Active | Stalled CredentialRefused"),
          row(
                  "one that is in use stays where nobody has said otherwise",
                  in(ACTIVE).admission(KEEP),
                  "- | stays Active | Stalled CredentialRefused")
              .saying("registry.example.com refuses the account. A pull Secret that holds it"),
          row(
              "the next one that is taken is written",
              in(ACTIVATING),
              "AddFinalizer, Create pull {robot@registry.example.com} of pull | Activate > Active |"
                  + " Ready Active"));

  static final List<Row> WITHHELD =
      List.of(
          row(
                  "one that is in use is taken out, and the Secret stays",
                  in(ACTIVE).admission(WITHHOLD),
                  "Patch pull annotations+data {} for pull | stays Active | Stalled Withheld")
              .saying("is in no pull Secret"),
          row(
              "with another e-mail address it is the same account",
              in(ACTIVE)
                  .target(
                      PullSecrets.withContent(
                          ours("pull"),
                          PullSecrets.ENTRY.replace("robot@example.com", "old@example.com")))
                  .admission(WITHHOLD),
              "Patch pull annotations+data {} for pull | stays Active | Stalled Withheld"),
          row(
              "then nothing is written any more",
              in(ACTIVE).target(blank("pull")).admission(WITHHOLD),
              "- | stays Active | Stalled Withheld"),
          row(
              "whoever puts it back has it taken out again",
              in(ACTIVE).target(PullSecrets.keptFor(ours("pull"), "pull")).admission(WITHHOLD),
              "Patch pull annotations+data {} for pull | stays Active | Stalled Withheld"),
          row(
              "whoever deletes the Secret finds it back, without an entry",
              in(ACTIVE).target(null).admission(WITHHOLD),
              "Create pull {} for pull | stays Active | Stalled Withheld"),
          row(
              "the next one that is taken is put in, in the same Secret",
              in(ACTIVE).target(blank("pull")).password(NEW),
              "Patch pull annotations+data {robot@registry.example.com} of pull | stays Active |"
                  + " Ready Active"),
          row(
              "so is the same one where the registry is not asked any more",
              in(ACTIVE).target(blank("pull")),
              "Patch pull annotations+data {robot@registry.example.com} of pull | stays Active |"
                  + " Ready Active"),
          row(
              "where the entry is to stay, what was taken out does not come back",
              in(ACTIVE).target(blank("pull")).admission(KEEP),
              "- | stays Active | Stalled CredentialRefused"),
          row(
              "a new one has nothing to take out",
              fresh().admission(WITHHOLD),
              "- | Create, (Activate) > Activating | Stalled Withheld | - -"),
          row(
              "it is taken out of a Secret that is not the target any more, which goes",
              in(ACTIVE)
                  .targetName("newer")
                  .target(null)
                  .leftovers(ours("pull"))
                  .admission(WITHHOLD),
              "Create newer {} for pull, Delete pull | stays Active | Stalled Withheld | newer"
                  + " registry.example.com"),
          row(
              "what is wired without an entry goes along to another target",
              in(ACTIVE)
                  .targetName("newer")
                  .target(null)
                  .leftovers(blank("pull"))
                  .admission(WITHHOLD),
              "Create newer {} for pull, Delete pull | stays Active | Stalled Withheld | newer"
                  + " registry.example.com"),
          row(
              "but another account stays where it is, and the target is as it was",
              in(ACTIVE)
                  .password(NEW)
                  .targetName("newer")
                  .target(null)
                  .leftovers(ours("pull"))
                  .admission(WITHHOLD),
              "- | stays Active | Stalled Withheld"),
          row(
              "a mark that was stripped is put back",
              in(ACTIVE).target(PullSecrets.stripped(blank("pull"))).admission(WITHHOLD),
              "Patch pull labels+annotations+ownerReferences for pull | stays Active | Stalled Withheld"),
          row(
              "where another account is in it, that stays",
              in(ACTIVE)
                  .password(NEW)
                  .target(
                      PullSecrets.withOwners(
                          PullSecrets.stripped(ours("pull")), ours("pull").owners().getFirst()))
                  .admission(WITHHOLD),
              "Patch pull labels+annotations of pull | stays Active | Stalled CredentialRefused"),
          row(
              "a ServiceAccount that is new is attached",
              in(ACTIVE)
                  .target(blank("pull"))
                  .serviceAccounts("runner")
                  .accounts(runner())
                  .admission(WITHHOLD),
              "Attach runner | stays Active | Stalled Withheld"),
          row(
              "of a Secret of other people's the rest stays",
              in(ACTIVE)
                  .target(adopted(PullSecrets.withContent(ours("pull"), MIXED)))
                  .admission(WITHHOLD),
              "Patch pull annotations+data {them@theirs.example.com} for pull | stays Active |"
                  + " Stalled Withheld"),
          row(
              "a step that was recorded before is finished",
              in(DEACTIVATING).admission(WITHHOLD),
              "Patch pull annotations+data {} for pull | Deactivate > Inactive | Stalled Withheld"),
          row(
              "one that is withheld can be withdrawn",
              in(ACTIVE).target(blank("pull")).declared(DesiredState.REMOVED),
              "- | Deactivate, (Remove) > Removing | Reconciling Removing | AtOnce"),
          row(
              "deleted, it leaves nothing, though its entry were to stay",
              in(ACTIVE)
                  .recorded(REMOVING)
                  .target(blank("pull"))
                  .deletionPolicy(DeletionPolicy.RETAIN)
                  .deleting(),
              "Delete pull, RemoveFinalizer | stays Removing | Reconciling Removing | Gone"));

  static final List<Row> SHARED =
      List.of(
          row(
              "what another one may write is left to its own pass",
              in(ACTIVE)
                  .password(NEW)
                  .target(shared(BOTH, "pull@registry.example.com", "other@other.example.com"))
                  .sharedWith(other().userName("newer").admission(AWAIT)),
              "Patch pull data {other@other.example.com, robot@registry.example.com} | stays Active |"
                  + " Ready Active"),
          row(
              "so it is where its entry was taken out",
              in(ACTIVE)
                  .password(NEW)
                  .target(shared(PullSecrets.ENTRY, "pull@registry.example.com", "other"))
                  .sharedWith(other().admission(AWAIT)),
              "Patch pull data {robot@registry.example.com} | stays Active | Ready Active"),
          row(
              "one is taken out alone",
              in(ACTIVE)
                  .target(shared(BOTH, "pull@registry.example.com", "other@other.example.com"))
                  .sharedWith(other())
                  .admission(WITHHOLD),
              "Patch pull annotations+data {other@other.example.com} of other for pull | stays"
                  + " Active | Stalled Withheld"));

  static final List<Row> WIDE =
      List.of(
          row(
              "it is taken out of each copy that holds it",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")), namespace("b").target(copy("pull")))
                  .admission(WITHHOLD),
              "a" + WIDE_BLANK + " b" + WIDE_BLANK + " | stays Active | Stalled Withheld | 0 of 2"),
          row(
              "where a copy holds another account, that stays, and that is said",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")),
                      namespace("b")
                          .target(
                              PullSecrets.withContent(
                                  copy("pull"),
                                  PullSecrets.ENTRY.replace(
                                      "cm9ib3Q6Y2FuYXJ5LXMzY3JldA==", "cm9ib3Q6b3RoZXI="))))
                  .admission(WITHHOLD),
              "a" + WIDE_BLANK + " | stays Active | Stalled CredentialRefused | 1 of 2"),
          row(
              "a new namespace waits for the answer, and nothing is written",
              in(ACTIVE)
                  .clusterWide(namespace("a").target(copy("pull")), namespace("b"))
                  .admission(AWAIT),
              "- | stays Active | Reconciling VerificationPending | 1 of 2; b Reconciling"
                  + " VerificationPending"),
          row(
              "a namespace that is not selected any more loses its copy",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")).notSelected(),
                      namespace("b").target(copy("pull")))
                  .admission(KEEP),
              "a[Delete pull] | stays Active | Stalled CredentialRefused | 1 of 1"),
          row(
              "where no namespace is selected nothing is said to stay",
              in(ACTIVE).clusterWide().admission(WITHHOLD),
              "- | stays Active | Stalled Withheld | 0 of 0"),
          row(
              "what is published is what is there, until a new target is written",
              in(ACTIVE)
                  .targetName("newer")
                  .clusterWide(namespace("a").leftovers(copy("pull")))
                  .admission(AWAIT),
              "- | stays Active | Reconciling VerificationPending | 0 of 1; a Reconciling"
                  + " VerificationPending"),
          row(
              "while a new value is asked about the copies stay, and nothing is said",
              in(ACTIVE)
                  .clusterWide(
                      namespace("a").target(copy("pull")), namespace("b").target(copy("pull")))
                  .password(NEW)
                  .admission(AWAIT),
              "- | stays Active | Ready Active | 2 of 2"));

  @ParameterizedTest
  @FieldSource({"AWAITED", "REFUSED", "WITHHELD", "SHARED", "WIDE"})
  void isHeldBackOrTakenOut(Row row) {
    row.check();
  }

  private static ServiceAccountView runner() {
    return new ServiceAccountView("runner", "uid-r", "7", Map.of(), false, List.of(), List.of());
  }

  private static CredentialFixture other() {
    return in(ACTIVE)
        .named("other", NOW.minusSeconds(60))
        .userName("other")
        .registryAt(OTHER_SERVER);
  }
}
