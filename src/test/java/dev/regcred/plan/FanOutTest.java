package dev.regcred.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.api.v1alpha1.RegistryRef;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.api.v1alpha1.SecretValueSource;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The plan of a cluster-wide credential, which the namespaced one's planner makes. */
class FanOutTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");

  private final List<ObservedPlace> places = new ArrayList<>();
  private LifecycleState state = LifecycleState.REQUESTED;
  private DesiredState declared = DesiredState.ACTIVE;
  private boolean isDeleting;
  private boolean isReadable = true;
  private SourceReading password = new SourceReading.Value("new-password");

  @Test
  void itIsWrittenToAllAtTheSameTime() {
    wanted("a", null);
    wanted("b", null);
    var plan = plan();
    assertThat(PlanText.of(plan).actions())
        .contains("AddFinalizer", "a[Create pull] b[Create pull]");
    assertThat(plan.tally()).isEqualTo(new Tally(2, 2, 0, List.of()));
    assertThat(plan.progress().state()).isEqualTo(LifecycleState.ACTIVE);
    assertThat(plan.verdict().ready()).isTrue();
  }

  @Test
  void withoutANamespaceItIsActiveAndSaysSo() {
    var plan = plan();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.verdict().ready()).isTrue();
    assertThat(plan.verdict().reason()).isEqualTo(Reason.NO_NAMESPACE_SELECTED);
    assertThat(plan.progress().state()).isEqualTo(LifecycleState.ACTIVE);
  }

  @Test
  void aSourceThatIsMissingIsSaidAlsoWithoutANamespace() {
    password = new SourceReading.Missing("There is none.");
    assertThat(plan().verdict().reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
  }

  @Test
  void oneForeignSecretIsCountedAndTheOthersAreWritten() {
    wanted("a", null);
    wanted("b", PullSecrets.foreign("pull", "Opaque", "{}"));
    var plan = plan();
    assertThat(PlanText.of(plan).actions()).contains("a[Create pull]").doesNotContain("b[");
    var tally = Objects.requireNonNull(plan.tally());
    assertThat(tally.synced()).isEqualTo(1);
    assertThat(tally.failed()).extracting(Tally.Failed::namespace).containsExactly("b");
    assertThat(plan.verdict().reason()).isEqualTo(Reason.NAMESPACES_FAILED);
    assertThat(plan.verdict().outlook()).isEqualTo(Verdict.Outlook.STALLED);
    assertThat(plan.progress().state()).isEqualTo(LifecycleState.ACTIVE);
  }

  @Test
  void whereAllFailItIsNotActive() {
    wanted("b", PullSecrets.foreign("pull", "Opaque", "{}"));
    assertThat(plan().progress().state()).isEqualTo(LifecycleState.ACTIVATING);
  }

  @Test
  void aNamespaceThatFailedIsLeftAloneForAWhileAndTheOthersAreWritten() {
    var failure = new Failure(Failure.Kind.QUOTA, "No room.", null);
    wanted("a", null);
    places.add(
        new ObservedPlace(
            "b", true, target(null), List.of(), false, new HeldBack(failure, NOW.plusSeconds(7))));
    var plan = plan();
    assertThat(PlanText.of(plan).actions()).contains("a[Create pull]").doesNotContain("b[");
    assertThat(plan.next()).isEqualTo(new Plan.Next.At(NOW.plusSeconds(7)));
    assertThat(plan.verdict().outlook()).isEqualTo(Verdict.Outlook.RECONCILING);
  }

  @Test
  void aTerminatingNamespaceIsNeitherWrittenNorCounted() {
    wanted("a", null);
    places.add(new ObservedPlace("b", true, target(null), List.of(), true, null));
    var plan = plan();
    assertThat(PlanText.of(plan).actions()).contains("a[Create pull]").doesNotContain("b[");
    assertThat(plan.tally()).isEqualTo(new Tally(1, 1, 0, List.of()));
  }

  @Test
  void whatIsNotSelectedAnyMoreIsWithdrawn() {
    state = LifecycleState.ACTIVE;
    places.add(new ObservedPlace("a", false, target(ours()), List.of(), false, null));
    var plan = plan();
    assertThat(PlanText.of(plan).actions()).contains("a[Delete pull]");
    assertThat(plan.tally()).isEqualTo(new Tally(0, 0, 0, List.of()));
  }

  /** Which namespaces it selects is not known then. */
  @Test
  void ofASpecThatCantBeReadNothingIsWithdrawn() {
    state = LifecycleState.ACTIVE;
    isReadable = false;
    wanted("a", ours());
    places.add(new ObservedPlace("b", false, target(ours()), List.of(), false, null));
    var plan = plan();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.verdict().reason()).isEqualTo(Reason.SPEC_UNREADABLE);
  }

  @Test
  void moreThanARoundIsWrittenInRoundsWhichTheStatusCounts() {
    IntStream.range(0, Spread.ROUND + 5).forEach(i -> wanted("n%05d".formatted(i), null));
    var plan = plan();
    assertThat(plan.next()).isEqualTo(new Plan.Next.AtOnce());
    assertThat(plan.tally()).isEqualTo(new Tally(Spread.ROUND + 5, Spread.ROUND, 0, List.of()));
    assertThat(plan.verdict().reason()).isEqualTo(Reason.NAMESPACES_PENDING);
    assertThat(plan.progress().state()).isEqualTo(LifecycleState.ACTIVATING);
  }

  @Test
  void itGoesOnceEachCopyIsWithdrawnAndRecordsThatFirst() {
    state = LifecycleState.ACTIVE;
    isDeleting = true;
    wanted("a", ours());
    var first = plan();
    assertThat(first.actions()).isEmpty();
    assertThat(first.progress().state()).isEqualTo(LifecycleState.REMOVING);
    state = LifecycleState.REMOVING;
    assertThat(PlanText.of(plan()).actions()).contains("a[Delete pull]", "RemoveFinalizer");
  }

  @Test
  void itStaysAsLongAsOneNamespaceIsHeldBack() {
    state = LifecycleState.REMOVING;
    isDeleting = true;
    var failure = new Failure(Failure.Kind.FORBIDDEN, "Forbidden.", null);
    wanted("a", ours());
    places.add(
        new ObservedPlace(
            "b",
            true,
            target(ours()),
            List.of(),
            false,
            new HeldBack(failure, NOW.plusSeconds(7))));
    assertThat(PlanText.of(plan()).actions())
        .contains("a[Delete pull]")
        .doesNotContain("RemoveFinalizer");
  }

  @Test
  void failuresOfTheWritesAreTakenFromTheCount() {
    wanted("a", null);
    wanted("b", null);
    wanted("c", null);
    var plan = plan();
    var parts =
        plan.actions().stream()
            .flatMap(a -> a instanceof Action.InNamespaces(var all) ? all.stream() : Stream.of())
            .toList();
    var tally =
        Objects.requireNonNull(plan.tally())
            .after(
                List.of(
                    new Outcome.PartFailure(
                        parts.get(0), new Failure(Failure.Kind.QUOTA, "No room.", null)),
                    new Outcome.PartFailure(
                        parts.get(1),
                        new Failure(Failure.Kind.NAMESPACE_TERMINATING, "It goes.", null))));
    assertThat(tally.desired()).isEqualTo(2);
    assertThat(tally.synced()).isEqualTo(1);
    assertThat(tally.failed()).extracting(Tally.Failed::namespace).containsExactly("a");
  }

  private void wanted(String namespace, @Nullable PullSecret current) {
    places.add(new ObservedPlace(namespace, true, target(current), List.of(), false, null));
  }

  private static ObservedSecret target(@Nullable PullSecret current) {
    return new ObservedSecret("pull", current, List.of(), List.of(), null, Map.of());
  }

  private static PullSecret ours() {
    var ours = PullSecrets.ours("pull");
    return PullSecrets.withAnnotations(
        ours,
        Map.of(
            "regcred.dev/contributors",
            "[{\"kind\":\"ClusterRegistryCredential\",\"name\":\"pull\","
                + "\"server\":\"registry.example.com\"}]"));
  }

  private Plan plan() {
    return CredentialPlanner.plan(new ObservedCredential(self(), places, NOW));
  }

  private Claimant self() {
    var isRead = declared == DesiredState.ACTIVE && !isDeleting;
    return new Claimant(
        new Identity(
            "ClusterRegistryCredential",
            null,
            "pull",
            "uid-1",
            3,
            isDeleting,
            state != LifecycleState.REQUESTED),
        NOW.minusSeconds(3600),
        isReadable ? spec() : null,
        isReadable ? null : "spec.desiredState",
        new Claimant.Recorded(state, 3, null, null, null),
        new RegistryView.Present(LifecycleState.ACTIVE, false, "registry.example.com", true),
        isRead ? new SourceReading.Value("robot") : new SourceReading.NotRead(),
        isRead ? password : new SourceReading.NotRead(),
        true);
  }

  private ClusterRegistryCredentialSpec spec() {
    return new ClusterRegistryCredentialSpec(
        null,
        "robot@example.com",
        new RegistryRef(RegistryKind.CLUSTER_REGISTRY, "example"),
        "robot",
        null,
        new SecretValueSource(new SecretKeyRef("token", "password")),
        declared,
        null,
        null,
        DeletionPolicy.DELETE,
        List.of(),
        null,
        new LabelSelector(Map.of(), List.of()),
        List.of());
  }
}
