package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.plan.credential.CredentialFixture.fresh;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.MarkedSecrets.BOTH;
import static dev.regcred.plan.credential.MarkedSecrets.MIXED;
import static dev.regcred.plan.credential.MarkedSecrets.THEIR_SERVER;
import static dev.regcred.plan.credential.MarkedSecrets.adopted;
import static dev.regcred.plan.credential.MarkedSecrets.offered;
import static dev.regcred.plan.credential.MarkedSecrets.shared;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.pullsecret.PullSecrets.ENTRY;
import static dev.regcred.pullsecret.PullSecrets.foreign;
import static dev.regcred.pullsecret.PullSecrets.immutable;
import static dev.regcred.pullsecret.PullSecrets.keptFor;
import static dev.regcred.pullsecret.PullSecrets.ofType;
import static dev.regcred.pullsecret.PullSecrets.ours;
import static dev.regcred.pullsecret.PullSecrets.stripped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Which Secret a credential may write, and how one that is its own is put right. */
class PullSecretOwnershipTest {
  private static final OwnerReference OWNER = owner("RegistryCredential", "pull", "uid-1");
  private static final PullSecret OTHERS =
      keptFor(foreign("pull", PullSecret.TYPE, ENTRY), "other");

  static final List<Row> NOT_OURS =
      List.of(
          row(
              "a Secret of that name that is not the operator's is left alone",
              fresh().target(foreign("pull", PullSecret.TYPE, PullSecrets.BLANK)),
              "- | Create, (Activate) > Activating | Stalled TargetNotOwned | - -"),
          row(
              "one of another type too",
              in(ACTIVATING).target(foreign("pull", "Opaque", "theirs")),
              "- | stays Activating | Stalled TargetNotOwned | - -"),
          row(
              "one with the very entry is not taken over by a credential that never wrote it",
              fresh().target(foreign("pull", PullSecret.TYPE, ENTRY)),
              "- | Create, (Activate) > Activating | Stalled TargetNotOwned | - -"),
          row(
              "a managed label alone does not make it ours",
              fresh()
                  .target(
                      PullSecrets.withLabels(
                          foreign("pull", PullSecret.TYPE, ENTRY),
                          Map.of("regcred.dev/managed", "true"))),
              "- | Create, (Activate) > Activating | Stalled TargetNotOwned | - -"),
          row(
              "a Secret that another credential holds is shared, and its entry left to it",
              fresh()
                  .target(OTHERS)
                  .sharedWith(in(ACTIVE).named("other", CredentialFixture.NOW.minusSeconds(7200))),
              "AddFinalizer, Patch pull annotations+ownerReferences of other for pull | Create,"
                  + " (Activate) > Activating | Stalled ServerClaimed | - -"),
          row(
              "it goes on by itself once the other name is free",
              in(ACTIVATING).target(null),
              "AddFinalizer, Create pull {robot@registry.example.com} of pull | Activate > Active |"
                  + " Ready Active"),
          row(
              "a Secret of a credential that is gone is taken over",
              fresh().target(OTHERS),
              "AddFinalizer, Patch pull annotations+ownerReferences of pull | Create, Activate >"
                  + " Active | Ready Active"),
          row(
              "a Secret of a restored backup is its own again, whatever the UIDs",
              fresh()
                  .target(
                      PullSecrets.withOwners(
                          ours("pull"),
                          new OwnerReference(
                              "regcred.dev/v1alpha1",
                              "RegistryCredential",
                              "pull",
                              "uid-of-old",
                              null,
                              null))),
              "AddFinalizer, Patch pull ownerReferences | Create, Activate > Active | Ready"
                  + " Active"),
          row(
              "an Active one whose Secret was replaced leaves that alone and says so",
              in(ACTIVE).target(foreign("pull", PullSecret.TYPE, PullSecrets.BLANK)),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "going out of use it does not blank a Secret that is not its own",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .target(foreign("pull", "Opaque", "theirs")),
              "- | Deactivate > Inactive | Ready Inactive"));

  /** One that its owner hands over. */
  static final List<Row> ADOPTED =
      List.of(
          row(
              "a Secret that is handed over to it is taken over with all that is in it",
              fresh().target(offered(PullSecret.TYPE, "RegistryCredential/pull")),
              "AddFinalizer, Patch pull labels+annotations+data {robot@registry.example.com,"
                  + " them@theirs.example.com} of pull | Create, Activate > Active | Ready Active"),
          row(
                  "one of another type can't be",
                  fresh().target(offered("Opaque", "RegistryCredential/pull")),
                  "- | Create, (Activate) > Activating | Stalled AdoptionRefused | - -")
              .saying("Secret pull was handed over, but it has the type Opaque"),
          row(
                  "one that is handed over to another is not its own",
                  fresh().target(offered(PullSecret.TYPE, "RegistryCredential/other")),
                  "- | Create, (Activate) > Activating | Stalled TargetNotOwned | - -")
              .saying("regcred.dev/adopt=RegistryCredential/pull"),
          row(
              "one that was taken over stays as it is",
              in(ACTIVE).target(adopted(PullSecrets.withContent(ours("pull"), MIXED))),
              "- | stays Active | Ready Active"),
          row(
                  "one that can't be read any more is not written",
                  in(ACTIVE).target(adopted(PullSecrets.withContent(ours("pull"), "{\"auths\":"))),
                  "- | stays Active | Stalled AdoptionRefused")
              .saying("Secret pull was handed over, but it can't be read as a Docker config"),
          row(
              "one is not taken over while the password is absent",
              in(ACTIVE).sourceAbsent().target(offeredEntry("RegistryCredential/pull")),
              "- | stays Active | Reconciling SourceNotFound"),
          row(
              "nor is one that can't be changed any more, while the password is absent",
              in(ACTIVE)
                  .sourceAbsent()
                  .labels(Map.of("team", "a"))
                  .target(adopted(immutable(PullSecrets.withContent(ours("pull"), MIXED)))),
              "- | stays Active | Reconciling SourceNotFound"),
          row(
              "going out of use it takes its own entry out",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .target(adopted(PullSecrets.withContent(ours("pull"), MIXED))),
              "Patch pull annotations+data {them@theirs.example.com} for pull | Deactivate >"
                  + " Inactive | Ready Inactive"),
          row(
              "going out of use it does not take over one that is offered meanwhile",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .target(offered(PullSecret.TYPE, "RegistryCredential/pull")),
              "- | Deactivate > Inactive | Ready Inactive"),
          row(
              "nor does it delete one, be the content what it would write",
              in(REMOVING)
                  .declared(DesiredState.REMOVED)
                  .purgeAfter("Never")
                  .target(offeredEntry("RegistryCredential/pull")),
              "- | Remove > Removed | Ready Removed | - registry.example.com"),
          row(
              "nor one that is offered to another",
              in(REMOVING)
                  .declared(DesiredState.REMOVED)
                  .purgeAfter("Never")
                  .target(offeredEntry("RegistryCredential/other")),
              "- | Remove > Removed | Ready Removed | - registry.example.com"),
          row(
              "the rest of a stripped mark is put on one that was taken over",
              in(ACTIVE).target(strippedAdopted(MIXED)),
              "Patch pull labels+annotations of pull | stays Active | Ready Active"),
          row(
              "and it takes its own entry out of it",
              in(DEACTIVATING).declared(DesiredState.INACTIVE).target(strippedAdopted(MIXED)),
              "Patch pull labels+annotations+data {them@theirs.example.com} for pull | Deactivate >"
                  + " Inactive | Ready Inactive"),
          row(
              "and leaves in it what other people have for the server of one that just moves there",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .target(strippedAdopted(MIXED))
                  .sharedWith(
                      in(ACTIVE)
                          .named("other", CredentialFixture.NOW.minusSeconds(60))
                          .registryAt(THEIR_SERVER)
                          .wiredTo("elsewhere")
                          .server(THEIR_SERVER)
                          .sourceAbsent()),
              "Patch pull labels+annotations+data {them@theirs.example.com} for pull | Deactivate >"
                  + " Inactive | Ready Inactive"),
          row(
              "the mark says which entry was that of a credential that is gone, and it goes too",
              in(ACTIVE)
                  .target(
                      adopted(
                          shared(BOTH, "pull@registry.example.com", "other@other.example.com"))),
              "Patch pull annotations+data {robot@registry.example.com} of pull | stays Active |"
                  + " Ready Active"),
          row(
              "or hands it back, though nobody else has an entry in it",
              in(REMOVING)
                  .declared(DesiredState.REMOVED)
                  .purgeAfter("Never")
                  .target(strippedAdopted(ENTRY)),
              "Patch pull annotations+data {} | Remove > Removed | Ready Removed | -"
                  + " registry.example.com"),
          row(
              "but not one with another entry under its server, which somebody else wrote",
              in(REMOVING)
                  .declared(DesiredState.REMOVED)
                  .purgeAfter("Never")
                  .target(
                      strippedAdopted(
                          MIXED.replace("\"username\":\"robot\"", "\"username\":\"x\""))),
              "- | Remove > Removed | Ready Removed | - registry.example.com"),
          row(
              "after a rename the old one is handed back without its entry",
              in(ACTIVE)
                  .targetName("new")
                  .target(null)
                  .leftovers(adopted(PullSecrets.withContent(ours("pull"), MIXED))),
              "Create new {robot@registry.example.com} of pull, HandBack pull"
                  + " {them@theirs.example.com} | stays Active | Ready Active | new"
                  + " registry.example.com"));

  static final List<Row> DRIFT =
      List.of(
          row(
              "a Secret that somebody deleted is there again",
              in(ACTIVE).target(null),
              "Create pull {robot@registry.example.com} of pull | stays Active | Ready Active"),
          row(
              "a stripped mark is put on again",
              in(ACTIVE).target(stripped(ours("pull"))),
              "Patch pull labels+annotations+ownerReferences of pull | stays Active | Ready"
                  + " Active"),
          row(
              "an edited content is put right, and nothing else is written",
              in(ACTIVE).target(PullSecrets.withContent(ours("pull"), "{}")),
              "Patch pull data {robot@registry.example.com} | stays Active | Ready Active"),
          row(
              "a key that somebody added is taken away",
              in(ACTIVE)
                  .target(
                      PullSecrets.withData(
                          ours("pull"),
                          Map.of(PullSecret.KEY, PullSecrets.base64(ENTRY), "more", "bW9yZQ=="))),
              "Patch pull data | stays Active | Ready Active"),
          row(
              "a missing label is put on",
              in(ACTIVE).labels(Map.of("team", "a")),
              "Patch pull labels+annotations | stays Active | Ready Active"),
          row(
              "a missing annotation is put on",
              in(ACTIVE).annotations(Map.of("team", "a")),
              "Patch pull annotations | stays Active | Ready Active"),
          row(
              "while the password is absent all but the entry is put right",
              in(ACTIVE).sourceAbsent().target(PullSecrets.withOwners(ours("pull"))),
              "Patch pull ownerReferences | stays Active | Reconciling SourceNotFound"),
          row(
              "while the spec can't be read nothing is: it says what the Secret carries",
              in(ACTIVE)
                  .unreadable("spec.target")
                  .target(
                      PullSecrets.withData(
                          ours("pull"),
                          Map.of(PullSecret.KEY, PullSecrets.base64(ENTRY), "more", "bW9yZQ=="))),
              "- | stays Active | Stalled SpecUnreadable"),
          row(
              "nor is a Secret where another has the entry, while the password is absent",
              in(ACTIVE)
                  .sourceAbsent()
                  .target(
                      PullSecrets.withOwners(shared(ENTRY, "pull", "other@registry.example.com")))
                  .sharedWith(in(ACTIVE).named("other", CredentialFixture.NOW.minusSeconds(60))),
              "- | stays Active | Reconciling SourceNotFound"),
          row(
              "nor is the mark put on one with another content, while the password is absent",
              in(ACTIVE).sourceAbsent().target(stripped(ours("pull"))),
              "- | stays Active | Reconciling SourceNotFound"),
          row(
              "but a stripped mark is put on again while the Registry is absent",
              in(ACTIVE).registryAbsent().target(stripped(ours("pull"))),
              "Patch pull labels+annotations+ownerReferences of pull | stays Active | Reconciling"
                  + " RegistryNotFound"),
          row(
              "also where the Registry does not allow it any more",
              in(ACTIVE).registryNotAllowed().target(stripped(ours("pull"))),
              "Patch pull labels+annotations+ownerReferences of pull | stays Active | Stalled"
                  + " RegistryNotAllowed"),
          row(
              "and while the password is absent, where its owner says whose it is",
              in(ACTIVE).sourceAbsent().target(owned(ours("pull"), OWNER)),
              "Patch pull labels+annotations of pull | stays Active | Reconciling SourceNotFound"),
          row(
              "its owner says so whatever the content",
              in(ACTIVE).target(owned(PullSecrets.withContent(ours("pull"), "{}"), OWNER)),
              "Patch pull labels+annotations+data {robot@registry.example.com} of pull | stays"
                  + " Active | Ready Active"),
          row(
              "an Inactive one that lost its mark and was declared Active at once is known by its"
                  + " owner",
              in(INACTIVE).target(owned(PullSecrets.blank("pull"), OWNER)),
              "Patch pull labels+annotations+data {robot@registry.example.com} of pull | Activate >"
                  + " Active | Ready Active"),
          row(
              "one that got stuck there too",
              in(ACTIVATING)
                  .finalizer(true)
                  .wiredTo("pull")
                  .target(owned(PullSecrets.blank("pull"), OWNER)),
              "Patch pull labels+annotations+data {robot@registry.example.com} of pull | Activate >"
                  + " Active | Ready Active"),
          row(
              "and by being blank, where it has none",
              in(INACTIVE).target(stripped(PullSecrets.blank("pull"))),
              "Patch pull labels+annotations+ownerReferences+data {robot@registry.example.com} of"
                  + " pull | Activate > Active | Ready Active"),
          row(
              "a credential of that name that is gone is not its owner",
              in(INACTIVE)
                  .target(
                      owned(
                          PullSecrets.withContent(PullSecrets.blank("pull"), "{}"),
                          owner("RegistryCredential", "pull", "uid-of-old"))),
              "- | (Activate) > Activating | Stalled TargetNotOwned"),
          row(
              "nor is one of another kind",
              in(ACTIVE)
                  .target(
                      owned(
                          PullSecrets.withContent(ours("pull"), "{}"),
                          owner("ClusterRegistryCredential", "pull", "uid-1"))),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "nor one of another name",
              in(ACTIVE)
                  .target(
                      owned(
                          PullSecrets.withContent(ours("pull"), "{}"),
                          owner("RegistryCredential", "other", "uid-1"))),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "nor one of another API's kind",
              in(ACTIVE)
                  .target(
                      owned(
                          PullSecrets.withContent(ours("pull"), "{}"),
                          new OwnerReference(
                              "example.com/v1",
                              "RegistryCredential",
                              "pull",
                              "uid-1",
                              null,
                              null))),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "nor does an owner say so of a Secret that is other people's too",
              in(ACTIVE).target(PullSecrets.withOwners(strippedAdopted("{}"), OWNER)),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "nor is one of another type its own, which it can't have written",
              in(ACTIVE).target(owned(PullSecrets.ofType(ours("pull"), "Opaque"), OWNER)),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "nor one that the status does not name",
              fresh().target(owned(ours("pull"), OWNER)),
              "- | Create, (Activate) > Activating | Stalled TargetNotOwned | - -"),
          row(
              "going for good it deletes one that it owns, whatever the content",
              in(REMOVING)
                  .declared(DesiredState.REMOVED)
                  .purgeAfter("Never")
                  .target(owned(PullSecrets.withContent(ours("pull"), "{}"), OWNER)),
              "Delete pull | Remove > Removed | Ready Removed | - registry.example.com"),
          row(
              "a blank one that was stripped of its mark is not that of an Active one",
              in(ACTIVE).target(stripped(PullSecrets.blank("pull"))),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "unless that one goes out of use, which is recorded first",
              in(ACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .target(stripped(PullSecrets.blank("pull"))),
              "- | (Deactivate) > Deactivating | Reconciling Deactivating | AtOnce"),
          row(
              "one is known by its content also where the status names no server",
              in(ACTIVE).server(null).target(stripped(ours("pull"))),
              "Patch pull labels+annotations+ownerReferences of pull | stays Active | Ready"
                  + " Active"),
          row(
              "but it is that of an Inactive one",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .target(stripped(PullSecrets.blank("pull"))),
              "Patch pull labels+annotations+ownerReferences for pull | stays Inactive | Ready"
                  + " Inactive"),
          row(
              "also where its Registry is gone",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .registryAbsent()
                  .target(stripped(PullSecrets.blank("pull"))),
              "Patch pull labels+annotations+ownerReferences for pull | stays Inactive | Ready"
                  + " Inactive"),
          row(
              "a reference that garbage collection goes by is put right",
              in(ACTIVE).target(PullSecrets.withOwners(ours("pull"))),
              "Patch pull ownerReferences | stays Active | Ready Active"),
          row(
              "with Retain there is none",
              in(ACTIVE).deletionPolicy(DeletionPolicy.RETAIN),
              "Patch pull ownerReferences | stays Active | Ready Active"),
          row(
              "an immutable one of ours is recreated",
              in(ACTIVE).target(immutable(ours("pull"))),
              "Delete pull, Create pull {robot@registry.example.com} of pull | stays Active | Ready"
                  + " Active"),
          row(
              "one of ours of the wrong type is recreated",
              in(ACTIVE).target(ofType(ours("pull"), "Opaque")),
              "Delete pull, Create pull {robot@registry.example.com} of pull | stays Active | Ready"
                  + " Active"),
          row(
              "one that is to be blanked is recreated too",
              in(DEACTIVATING).declared(DesiredState.INACTIVE).target(immutable(ours("pull"))),
              "Delete pull, Create pull {} for pull | Deactivate > Inactive | Ready Inactive"));

  static final List<Row> RENAMED =
      List.of(
          row(
              "a renamed target is written before the old one is deleted",
              in(ACTIVE)
                  .observedGeneration(2)
                  .targetName("new")
                  .target(null)
                  .leftovers(ours("pull")),
              "Create new {robot@registry.example.com} of pull, Delete pull | Update > Active |"
                  + " Ready Active | new registry.example.com"),
          row(
              "a restart between the two goes on",
              in(ACTIVE).targetName("new").target(ours("new")).leftovers(ours("pull")),
              "Delete pull | stays Active | Ready Active | new registry.example.com"),
          row(
              "two names are cleared up after two renames",
              in(ACTIVE).targetName("new").target(null).leftovers(ours("pull"), ours("between")),
              "Create new {robot@registry.example.com} of pull, Delete pull, Delete between | stays"
                  + " Active | Ready Active | new registry.example.com"),
          row(
              "the old one stays while the new name is taken",
              in(ACTIVE)
                  .targetName("new")
                  .target(foreign("new", "Opaque", "theirs"))
                  .leftovers(ours("pull")),
              "- | stays Active | Stalled TargetNotOwned"),
          row(
              "for that the finalizer comes back, whoever took it off",
              in(ACTIVE)
                  .finalizer(false)
                  .targetName("new")
                  .target(foreign("new", "Opaque", "theirs"))
                  .leftovers(ours("pull")),
              "AddFinalizer | stays Active | Stalled TargetNotOwned"),
          row(
              "the old one stays while the password is absent",
              in(ACTIVE).targetName("new").target(null).sourceAbsent().leftovers(ours("pull")),
              "- | stays Active | Reconciling SourceNotFound"),
          row(
              "an Inactive one moves too",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .targetName("new")
                  .target(null)
                  .leftovers(PullSecrets.blank("pull")),
              "Create new {} for pull, Delete pull | stays Inactive | Ready Inactive | new"
                  + " registry.example.com"),
          row(
              "going out of use it leaves the entry nowhere, even while the new name is taken",
              in(DEACTIVATING)
                  .declared(DesiredState.INACTIVE)
                  .targetName("new")
                  .target(foreign("new", "Opaque", "theirs"))
                  .leftovers(ours("pull")),
              "Delete pull | Deactivate > Inactive | Ready Inactive | new registry.example.com"));

  @ParameterizedTest
  @FieldSource("NOT_OURS")
  void isWrittenOnlyIfItIsOurs(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("ADOPTED")
  void isTakenOver(Row row) {
    row.check();
  }

  /** So that one finds out who to talk to. */
  @Test
  void aMessageNamesWhoseItIs() {
    var theirs = foreign("pull", PullSecret.TYPE, ENTRY);
    assertThat(refusalOf(theirs)).contains("is not the operator's, and");
    assertThat(refusalOf(writtenBy(theirs, "kubectl-edit")))
        .contains("is not the operator's (kubectl-edit wrote it), and");
    var labelled =
        PullSecrets.withLabels(
            writtenBy(theirs, "helm"), Map.of("app.kubernetes.io/managed-by", "Helm"));
    assertThat(refusalOf(labelled)).contains("is not the operator's (it is managed by Helm), and");
    var owner = new OwnerReference("v1", "ConfigMap", "tokens", "uid-o", null, null);
    assertThat(refusalOf(PullSecrets.withOwners(labelled, owner)))
        .contains("is not the operator's (it belongs to ConfigMap tokens), and");
  }

  private static String refusalOf(PullSecret secret) {
    return fresh().target(secret).plan().readiness().message();
  }

  private static PullSecret writtenBy(PullSecret secret, String manager) {
    return new PullSecret(
        secret.name(),
        secret.uid(),
        secret.resourceVersion(),
        secret.type(),
        secret.immutable(),
        secret.labels(),
        secret.annotations(),
        secret.owners(),
        secret.data(),
        manager);
  }

  @ParameterizedTest
  @FieldSource("DRIFT")
  void isPutRight(Row row) {
    row.check();
  }

  @ParameterizedTest
  @FieldSource("RENAMED")
  void isMoved(Row row) {
    row.check();
  }

  @Test
  void anOlderOneThatWasNotPlannedYetIsNotForestalled() {
    var older = fresh().named("older", CredentialFixture.NOW.minusSeconds(7200));
    var younger = fresh().named("younger", CredentialFixture.NOW.minusSeconds(1800));

    assertThat(fresh().sharedWith(older).plan().readiness().message())
        .contains("RegistryCredential older has the entry");
    assertThat(fresh().sharedWith(younger).plan().readiness().reason()).isEqualTo(Reason.ACTIVE);
    assertThat(in(ACTIVE).sharedWith(older).plan().readiness().reason())
        .as("who has the entry keeps it")
        .isEqualTo(Reason.ACTIVE);
  }

  @Test
  void aMessageNamesTheHolder() {
    assertThat(
            fresh()
                .target(OTHERS)
                .sharedWith(in(ACTIVE).named("other", CredentialFixture.NOW.minusSeconds(7200)))
                .plan()
                .readiness()
                .message())
        .contains("Secret pull")
        .contains("RegistryCredential other")
        .contains("target.secretName");
  }

  private static OwnerReference owner(String kind, String name, String uid) {
    return new OwnerReference("regcred.dev/v1alpha1", kind, name, uid, null, null);
  }

  /** Without its mark, but with that owner. */
  private static PullSecret owned(PullSecret secret, OwnerReference owner) {
    return PullSecrets.withOwners(stripped(secret), owner);
  }

  private static PullSecret strippedAdopted(String content) {
    return adopted(stripped(PullSecrets.withContent(ours("pull"), content)));
  }

  /** A Secret with just our entry that its owner offers to a credential. */
  private static PullSecret offeredEntry(String to) {
    return PullSecrets.withAnnotations(
        foreign("pull", PullSecret.TYPE, ENTRY), Map.of("regcred.dev/adopt", to));
  }
}
