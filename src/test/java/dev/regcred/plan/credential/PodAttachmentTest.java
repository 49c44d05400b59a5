package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.plan.credential.CredentialFixture.NOW;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.plan.credential.MarkedSecrets.BOTH;
import static dev.regcred.plan.credential.MarkedSecrets.shared;
import static dev.regcred.plan.credential.NamespaceFixture.namespace;
import static dev.regcred.plan.credential.Row.row;
import static dev.regcred.pullsecret.PullSecrets.ours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Plan;
import dev.regcred.pullsecret.ServiceAccountView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** How a credential is attached to Pods, and changes over between them and ServiceAccounts. */
class PodAttachmentTest {
  private static final AttachPolicy IN_FORCE = new AttachPolicy.InForce();
  private static final AttachPolicy MISSING =
      new AttachPolicy.Missing("MutatingAdmissionPolicy regcred-pods");
  private static final ServiceAccountView BARE = account(List.of());
  private static final ServiceAccountView ATTACHED = account(List.of("pull"));
  private static final Duration SINCE = Duration.ofSeconds(4);
  private static final Duration LONG_SINCE = Duration.ofSeconds(10);

  static final List<Row> ROWS =
      List.of(
          row(
                  "where the policy is in force, all is there",
                  in(ACTIVE).attachedToPods(IN_FORCE).podsAttached(SINCE).accounts(BARE),
                  "- | stays Active | Ready Active")
              .saying("Every new Pod gets it."),
          row(
                  "not every Pod may be selected",
                  in(ACTIVE)
                      .attachedToPods(IN_FORCE)
                      .podSelector(new LabelSelector(Map.of("team", "a"), List.of())),
                  "- | stays Active | Ready Active")
              .saying("Every new Pod that spec.podSelector selects gets it."),
          row(
                  "the next one says what they cost",
                  in(ACTIVE).attachedToPods(new AttachPolicy.InForce(20)),
                  "- | stays Active | Ready Active")
              .saying(
                  "20 or more older RegistryCredentials of this namespace",
                  "more than 50 ms longer"),
          row(
                  "so does a cluster-wide one",
                  in(ACTIVE)
                      .clusterWide(namespace("a").target(ours("pull")))
                      .attachedToPods(new AttachPolicy.InForce(20)),
                  "a[Patch pull annotations+ownerReferences of cluster-wide pull] | stays Active |"
                      + " Ready Active | 1 of 1")
              .saying("20 or more older ClusterRegistryCredentials"),
          row(
                  "without the policy that is said, and the Secret is written all the same",
                  in(ACTIVE).target(null).attachedToPods(MISSING),
                  "Create pull {robot@registry.example.com} of pull | stays Active |"
                      + " Stalled AttachPolicyMissing")
              .saying("there is no MutatingAdmissionPolicy regcred-pods", "attach.yaml"),
          row(
              "so is one that somebody has edited",
              in(ACTIVE).attachedToPods(new AttachPolicy.Differs("MutatingAdmissionPolicy x")),
              "- | stays Active | Stalled AttachPolicyDiffers"),
          row(
                  "an API server without the kind can't have it",
                  in(ACTIVE).attachedToPods(new AttachPolicy.Unsupported()),
                  "- | stays Active | Stalled AttachPolicyMissing")
              .saying("Kubernetes 1.36", "Set spec.attach to ServiceAccounts"),
          row(
              "one that may not be read may be there",
              in(ACTIVE).attachedToPods(new AttachPolicy.Unreadable("MutatingAdmissionPolicy x")),
              "- | stays Active | Reconciling Forbidden"),
          row(
              "ServiceAccounts keep it while there is no policy",
              in(ACTIVE).attachedToPods(MISSING).accounts(ATTACHED),
              "- | stays Active | Stalled AttachPolicyMissing"),
          row(
              "and for a while beside it",
              in(ACTIVE).attachedToPods(IN_FORCE).accounts(ATTACHED),
              "- | stays Active | Ready Active | At 12:00:10"),
          row(
              "which is counted from when the status has said it",
              in(ACTIVE).attachedToPods(IN_FORCE).podsAttached(SINCE).accounts(ATTACHED),
              "- | stays Active | Ready Active | At 12:00:06.500"),
          row(
              "then they lose it",
              in(ACTIVE).attachedToPods(IN_FORCE).podsAttached(LONG_SINCE).accounts(ATTACHED),
              "Detach runner | stays Active | Ready Active"),
          row(
              "but not what another credential of the Secret is attached to",
              in(ACTIVE)
                  .attachedToPods(IN_FORCE)
                  .podsAttached(LONG_SINCE)
                  .accounts(ATTACHED)
                  .sharedWith(
                      in(ACTIVE)
                          .named("other", NOW)
                          .registryAt("other.example.com")
                          .serviceAccounts("runner")),
              "Patch pull annotations+ownerReferences+data {robot@other.example.com,"
                  + " robot@registry.example.com} of pull, other | stays Active | Ready Active"),
          row(
              "one that asks for a ServiceAccount has it at once, whatever another changes over to",
              in(ACTIVE)
                  .serviceAccounts("runner")
                  .accounts(BARE)
                  .target(shared(BOTH, "pull@registry.example.com", "other@other.example.com"))
                  .sharedWith(
                      in(ACTIVE)
                          .named("other", NOW.minusSeconds(60))
                          .userName("other")
                          .registryAt("other.example.com")
                          .attachedToPods(IN_FORCE)),
              "Attach runner | stays Active | Ready Active"),
          row(
              "one that is out of use changes over in the same way",
              in(INACTIVE)
                  .declared(DesiredState.INACTIVE)
                  .attachedToPods(IN_FORCE)
                  .podsAttached(SINCE)
                  .accounts(ATTACHED),
              "- | stays Inactive | Ready Inactive | At 12:00:06.500"),
          row(
                  "of a cluster-wide one its own policy counts",
                  in(ACTIVE)
                      .clusterWide(namespace("a").target(ours("pull")))
                      .attachedToPods(MISSING),
                  "a[Patch pull annotations+ownerReferences of cluster-wide pull] | stays Active |"
                      + " Stalled AttachPolicyMissing | 1 of 1")
              .saying("new Pods do not get it"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("ROWS")
  void attachesToPods(Row row) {
    row.check();
  }

  @Test
  void ofTwentyNothingIsSaid() {
    assertThat(in(ACTIVE).attachedToPods(new AttachPolicy.InForce(19)).plan().readiness().message())
        .endsWith("Every new Pod gets it.");
  }

  @Test
  void theStatusSaysSinceWhenTheApiServerGivesItToPods() {
    assertThat(in(ACTIVE).attachedToPods(IN_FORCE).plan().published().podsAttachedTime())
        .isEqualTo(NOW.truncatedTo(ChronoUnit.SECONDS));
    assertThat(
            in(ACTIVE)
                .attachedToPods(IN_FORCE)
                .podsAttached(SINCE)
                .plan()
                .published()
                .podsAttachedTime())
        .isEqualTo(NOW.minus(SINCE));
    assertThat(in(ACTIVE).attachedToPods(MISSING).podsAttached(SINCE).plan().published())
        .extracting(Plan.PublishedTarget::podsAttachedTime)
        .isNull();
    assertThat(
            in(INACTIVE)
                .declared(DesiredState.INACTIVE)
                .attachedToPods(IN_FORCE)
                .podsAttached(SINCE)
                .plan()
                .published()
                .podsAttachedTime())
        .as("Pods refer to the blank Secret as well")
        .isEqualTo(NOW.minus(SINCE));
    assertThat(
            in(REMOVING)
                .declared(DesiredState.REMOVED)
                .attachedToPods(IN_FORCE)
                .podsAttached(SINCE)
                .plan()
                .published()
                .podsAttachedTime())
        .as("there is nothing that they could be given")
        .isNull();
  }

  /** The policy goes by the status, too, and must not let go before the ServiceAccounts have it. */
  @Test
  void theStatusGoesOnSayingItUntilTheServiceAccountsHaveIt() {
    var full =
        new ServiceAccountView(
            "runner", "uid-runner", "1", Map.of(), false, null, Collections.nCopies(256, "x"));
    assertThat(
            in(ACTIVE)
                .serviceAccounts("runner")
                .podsAttached(SINCE)
                .accounts(full)
                .plan()
                .published()
                .podsAttachedTime())
        .isEqualTo(NOW.minus(SINCE));
    assertThat(
            in(ACTIVE)
                .serviceAccounts("runner")
                .podsAttached(SINCE)
                .accounts(BARE)
                .plan()
                .published()
                .podsAttachedTime())
        .isNull();
  }

  /** Of a cluster-wide one: in every namespace. */
  @Test
  void theStatusGoesOnSayingItUntilTheServiceAccountsOfAllNamespacesHaveIt() {
    var everywhere = new ArrayList<NamespaceFixture>();
    IntStream.range(0, FanOut.ROUND).forEach(i -> everywhere.add(namespace("n" + i)));
    assertThat(podsAttachedTime(everywhere)).isNull();

    var moreThanARound = new ArrayList<>(everywhere);
    moreThanARound.add(namespace("z"));
    assertThat(podsAttachedTime(moreThanARound)).isEqualTo(NOW.minus(SINCE));

    assertThat(
            podsAttachedTime(
                List.of(namespace("a"), namespace("b").heldBack(Failure.Kind.FORBIDDEN, 7))))
        .isEqualTo(NOW.minus(SINCE));
  }

  private static @Nullable Instant podsAttachedTime(List<NamespaceFixture> places) {
    return in(ACTIVE)
        .podsAttached(SINCE)
        .clusterWide(places.toArray(NamespaceFixture[]::new))
        .plan()
        .published()
        .podsAttachedTime();
  }

  private static ServiceAccountView account(List<String> attached) {
    return new ServiceAccountView(
        "runner", "uid-runner", "1", Map.of(), !attached.isEmpty(), attached, attached);
  }
}
