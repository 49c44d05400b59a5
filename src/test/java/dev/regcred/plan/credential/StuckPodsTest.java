package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.PodFixture.ATTACHED;
import static dev.regcred.plan.credential.PodFixture.IMAGE;
import static dev.regcred.plan.credential.PodFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.dockerconfig.Keyring;
import dev.regcred.plan.credential.StuckPods.Attachment;
import dev.regcred.plan.credential.StuckPods.JobView;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StuckPodsTest {
  private static final Keyring KEYRING = Keyring.of(List.of("ghcr.io/team"));

  private static final Attachment BY_ACCOUNT =
      new Attachment("ns", "pull", KEYRING, Map.of("default", List.of("other", "pull")), null);

  private static final Attachment BY_POLICY =
      new Attachment(
          "ns", "pull", KEYRING, null, new LabelSelector(Map.of("team", "a"), List.of()));

  @Test
  void onesThatAreOlderThanTheAttachmentAreStuck() {
    assertThat(isStuck(pod().created(-3_600))).isTrue();
    assertThat(isStuck(pod().created(10))).as("an API server that has not heard of it").isTrue();
    assertThat(isStuck(pod().created(11))).isFalse();
  }

  /** Else it would be evicted as well, if it can't pull either. */
  @Test
  void aSuccessorIsNeverStuck() {
    assertThat(StuckPods.EVICTION_DELAY).isGreaterThan(StuckPods.SPREAD.multipliedBy(2));
    assertThat(isStuck(pod().created(StuckPods.EVICTION_DELAY.toSeconds()))).isFalse();
  }

  @Test
  void onesThatTheSecretWouldNotHelpAreNotStuck() {
    assertThat(isStuck(pod())).isTrue();
    assertThat(isStuck(pod().pullSecrets("pull"))).as("they have it").isFalse();
    assertThat(isStuck(pod().images())).as("they wait for no image").isFalse();
    assertThat(isStuck(pod().images("ghcr.io/other/app:1"))).as("of another account").isFalse();
    assertThat(isStuck(pod().images("nginx", IMAGE))).as("one of several").isTrue();
    assertThat(isStuck(pod().images("NOT an image"))).isFalse();
    assertThat(isStuck(pod().deleting())).isFalse();
    assertThat(isStuck(pod().serviceAccount("robot"))).as("of another ServiceAccount").isFalse();
    assertThat(isStuck(pod().pullSecrets("other"))).as("of their ServiceAccount").isTrue();
    assertThat(isStuck(pod().pullSecrets("own"))).as("a list of their own").isFalse();
  }

  @Test
  void wherePodsAreGivenItByTheApiServerTheirLabelsDecide() {
    assertThat(isStuck(pod().labels(Map.of("team", "a")), BY_POLICY)).isTrue();
    assertThat(isStuck(pod().labels(Map.of("team", "b")), BY_POLICY)).isFalse();
    assertThat(isStuck(pod().labels(Map.of()), BY_POLICY)).isFalse();
    assertThat(isStuck(pod().labels(Map.of("team", "a")).pullSecrets("own"), BY_POLICY)).isTrue();
    assertThat(isStuck(pod().labels(Map.of("team", "a")).mirror(), BY_POLICY)).isFalse();
    assertThat(BY_POLICY.onlyServiceAccount()).isEmpty();
    assertThat(BY_ACCOUNT.onlyServiceAccount()).contains("default");
  }

  /** Each kind of owner. */
  @ParameterizedTest
  @CsvSource({
    "apps/v1, ReplicaSet, true",
    "apps/v1, StatefulSet, true",
    "apps/v1, DaemonSet, true",
    "v1, ReplicationController, true",
    "batch/v1, Job, true",
    "v1, Node, false",
    "batch/v1, CronJob, false",
    "apps/v1, Deployment, false",
    "v1, ReplicaSet, false",
    "example.com/v1, ReplicaSet, false",
    "argoproj.io/v1alpha1, Workflow, false",
  })
  void onlyThoseThatAControllerReplacesAreEvicted(
      String apiVersion, String kind, boolean isReplaced) {
    assertThat(isReplaced(pod().owner(apiVersion, kind), new JobView(0, 6, false)))
        .isEqualTo(isReplaced);
  }

  @Test
  void barePodsMirrorsAndThoseOfTheClusterItselfAreNeverEvicted() {
    assertThat(isReplaced(pod(), null)).isFalse();
    assertThat(isReplaced(pod().owner("apps/v1", "ReplicaSet").mirror(), null)).isFalse();
    assertThat(isReplaced(pod().owner("apps/v1", "ReplicaSet").in("kube-system"), null)).isFalse();
  }

  /** Nobody checks the name of an owner, and a Job is asked for by it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../../api/v1/namespaces/kube-system/secrets",
        "..",
        "job?watch=true",
        "job/status",
        "job#",
        "Job",
        ""
      })
  void anOwnerThatCanNotBeIsNotAskedFor(String name) {
    var asked = new ArrayList<String>();
    var pod = pod().owner("batch/v1", "Job", name).view();
    assertThat(
            StuckPods.isReplaced(
                pod,
                job -> {
                  asked.add(job);
                  return Optional.of(new JobView(0, 6, false));
                }))
        .isFalse();
    assertThat(asked).isEmpty();
  }

  /** To a Job it is a Pod that failed. */
  @ParameterizedTest
  @CsvSource({
    "0, 6, false, true",
    "5, 6, false, true",
    "6, 6, false, false",
    "0, 0, false, false",
    "0, 6, true, false",
  })
  void aJobThatWouldFailByItLosesNoPod(
      int failed, int limit, boolean hasOtherRules, boolean isReplaced) {
    assertThat(
            isReplaced(pod().owner("batch/v1", "Job"), new JobView(failed, limit, hasOtherRules)))
        .isEqualTo(isReplaced);
    assertThat(isReplaced(pod().owner("batch/v1", "Job"), null)).as("unknown").isFalse();
  }

  @Test
  void itIsAttachedWhereAServiceAccountGetsItOrTheSpecIsNew() {
    assertThat(attachedNow(account(List.of(), List.of("theirs")), 0)).isNotEmpty();
    assertThat(attachedNow(account(List.of("pull"), List.of("pull")), 0)).isEmpty();
    assertThat(attachedNow(account(List.of("pull"), List.of("pull")), -1)).isNotEmpty();
  }

  /** It would be looked again and again. */
  @Test
  void oneThatHasNoRoomForItIsNotAttached() {
    var full = IntStream.range(0, 256).mapToObj(i -> "theirs-" + i).toList();
    assertThat(attachedNow(account(List.of(), full), 0)).isEmpty();
  }

  /** Who takes it out again and again would have Pods evicted again and again. */
  @Test
  void whatSomebodyTookOutAndIsPutBackIsNoNewAttachment() {
    assertThat(attachedNow(account(List.of("pull"), List.of("theirs")), 0)).isEmpty();
  }

  private static List<String> attachedNow(ServiceAccountView account, int generations) {
    var fixture =
        CredentialFixture.in(LifecycleState.ACTIVE).serviceAccounts("runner").accounts(account);
    var observed = fixture.observed();
    var changed =
        generations == 0
            ? observed
            : fixture
                .observedGeneration(observed.self().id().generation() + generations)
                .observed();
    return StuckPods.attachedNow(changed, CredentialPlanner.plan(changed));
  }

  private static ServiceAccountView account(List<String> attached, List<String> pullSecrets) {
    return new ServiceAccountView("runner", "uid", "1", Map.of(), true, attached, pullSecrets);
  }

  private static boolean isStuck(PodFixture pod) {
    return isStuck(pod, BY_ACCOUNT);
  }

  private static boolean isStuck(PodFixture pod, Attachment attachment) {
    return StuckPods.isStuck(pod.view(), attachment, ATTACHED);
  }

  private static boolean isReplaced(PodFixture pod, @Nullable JobView job) {
    return StuckPods.isReplaced(pod.view(), _ -> Optional.ofNullable(job));
  }
}
