package dev.regcred.plan.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.credential.Situation.Found;
import dev.regcred.plan.credential.Situation.PlacePlan;
import dev.regcred.plan.credential.Situation.Planned;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.SecretWrite;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

/**
 * What holds in every situation, also in those that nobody thought of.
 *
 * <p>A property that holds in some situations only is given those alone, so that it fails where
 * there are none: jqwik gives up after ten thousand that do not fit.
 */
class CredentialPlannerPropertyTest {
  /** So many that fit are found among a thousand or two, which are planned as well. */
  private static final int FITTING = 100;

  /** While one of them is recorded, or was, something may be taken away. */
  private static final Set<LifecycleState> WITHDRAWN =
      EnumSet.of(
          LifecycleState.DEACTIVATING,
          LifecycleState.INACTIVE,
          LifecycleState.UPDATING_INACTIVE,
          LifecycleState.REMOVING,
          LifecycleState.REMOVED,
          LifecycleState.PURGING,
          LifecycleState.PURGED);

  @Property(tries = FITTING)
  void nobodyElsesSecretIsWritten(@ForAll("withAForeignSecret") Planned planned) {
    planned.placePlans().forEach(plan -> assertThat(toTarget(plan)).isEmpty());
  }

  @Provide
  Arbitrary<Planned> withAForeignSecret() {
    return Situation.with(Situation.Place.any(Found.FOREIGN, Found.FOREIGN_OF_OTHER_TYPE));
  }

  @Property(tries = FITTING)
  void whatOtherPeoplePutIntoASecretStays(@ForAll("withASecretOfOthersToo") Planned planned) {
    planned.placePlans().stream()
        .flatMap(plan -> toTarget(plan).stream())
        .filter(CredentialPlannerPropertyTest::isOfContent)
        .forEach(write -> assertThat(content(write)).contains(MarkedSecrets.THEIR_SERVER));
  }

  @Provide
  Arbitrary<Planned> withASecretOfOthersToo() {
    return Situation.with(
            Situation.Place.any(Found.OURS_ADOPTED, Found.ADOPTED_STRIPPED, Found.OFFERED))
        .filter(
            planned ->
                planned.placePlans().stream()
                    .anyMatch(
                        plan ->
                            toTarget(plan).stream()
                                .anyMatch(CredentialPlannerPropertyTest::isOfContent)));
  }

  /** Whatever becomes of the credential. */
  @Property(tries = FITTING)
  void whatOtherPeopleHandOverIsNeverDeleted(@ForAll("goingOfASecretOfOthersToo") Planned planned) {
    planned.placePlans().stream()
        .flatMap(plan -> toTarget(plan).stream())
        .forEach(write -> assertThat(write).isNotInstanceOf(SecretWrite.Delete.class));
  }

  @Provide
  Arbitrary<Planned> goingOfASecretOfOthersToo() {
    return Situation.with(
            Situation.Place.any(Found.OURS_ADOPTED, Found.ADOPTED_STRIPPED, Found.OFFERED))
        .filter(
            planned ->
                WITHDRAWN.contains(planned.situation().recorded().state())
                    || planned.situation().declared().isDeleting());
  }

  private static boolean isOfContent(SecretWrite write) {
    return !(write instanceof SecretWrite.Patch(_, var patch, _)) || patch.containsKey("data");
  }

  /** What a patch writes into the Secret; of other writes nothing stays. */
  private static String content(SecretWrite write) {
    return write instanceof SecretWrite.Patch(_, var patch, _)
            && patch.get("data") instanceof Map<?, ?> data
            && data.get(PullSecret.KEY) instanceof String base64
        ? new String(Base64.getDecoder().decode(base64), UTF_8)
        : "";
  }

  @Property(tries = FITTING)
  void nothingIsTakenAwayBeforeThatWasRecorded(@ForAll("notWithdrawn") Planned planned) {
    planned.placePlans().stream()
        .filter(plan -> plan.place().isSelected() && !plan.place().isTerminating())
        .map(CredentialPlannerPropertyTest::writes)
        .forEach(
            writes -> {
              assertThat(writes).noneMatch(CredentialPlannerPropertyTest::isBlanking);
              if (writes.stream().anyMatch(CredentialPlannerPropertyTest::isDeletionOfTarget)) {
                assertThat(writes).anyMatch(write -> write instanceof SecretWrite.Create);
              }
            });
  }

  @Provide
  Arbitrary<Planned> notWithdrawn() {
    return situations()
        .filter(
            planned ->
                !WITHDRAWN.contains(planned.situation().recorded().state())
                    && planned.placePlans().stream()
                        .anyMatch(
                            plan ->
                                plan.place().isSelected()
                                    && !plan.place().isTerminating()
                                    && !writes(plan).isEmpty()));
  }

  @Property(tries = FITTING)
  void whatIsRecordedAheadIsNotCarriedOutInThatPass(@ForAll("recordedAhead") Planned planned) {
    var plan = planned.plan();
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.progress().underWay()).isNotNull();
  }

  @Provide
  Arbitrary<Planned> recordedAhead() {
    return where(plan -> plan.next() instanceof Plan.Next.AtOnce);
  }

  @Property(tries = FITTING)
  void aSecretIsWrittenOnlyUnderTheFinalizer(@ForAll("writingWithoutFinalizer") Planned planned) {
    assertThat(planned.plan().actions()).first().isInstanceOf(Action.AddFinalizer.class);
  }

  /** The API server lets no finalizer be added to what is being deleted. */
  @Provide
  Arbitrary<Planned> writingWithoutFinalizer() {
    return situations()
        .filter(
            planned ->
                !planned.situation().recorded().hasFinalizer()
                    && !planned.situation().declared().isDeleting())
        .filter(planned -> planned.placePlans().stream().anyMatch(plan -> !writes(plan).isEmpty()));
  }

  @Property
  void theFinalizerIsAddedOnceAndNotToWhatIsBeingDeleted(@ForAll("situations") Planned planned) {
    var isThere =
        planned.situation().recorded().hasFinalizer()
            || planned.situation().declared().isDeleting();
    assertThat(planned.plan().actions())
        .filteredOn(Action.AddFinalizer.class::isInstance)
        .hasSizeLessThanOrEqualTo(isThere ? 0 : 1);
  }

  @Property(tries = FITTING)
  void theFinalizerGoesOnlyWithADeletionAndLast(@ForAll("lettingGo") Planned planned) {
    assertThat(planned.situation().declared().isDeleting()).isTrue();
    assertThat(planned.plan().actions()).last().isInstanceOf(Action.RemoveFinalizer.class);
  }

  @Provide
  Arbitrary<Planned> lettingGo() {
    return where(plan -> plan.actions().contains(new Action.RemoveFinalizer()));
  }

  @Property(tries = FITTING)
  void aNamespaceThatGoesIsOnlyLeft(@ForAll("terminating") Planned planned) {
    planned.placePlans().stream()
        .filter(plan -> plan.place().isTerminating())
        .flatMap(plan -> plan.actions().stream())
        .filter(action -> !(action instanceof Action.RemoveFinalizer))
        .forEach(
            action ->
                assertThat(action)
                    .matches(
                        a -> a instanceof Action.WriteSecret(SecretWrite.Delete _), "a deletion"));
  }

  @Provide
  Arbitrary<Planned> terminating() {
    return situations()
        .filter(
            planned ->
                planned.placePlans().stream()
                    .anyMatch(plan -> plan.place().isTerminating() && !plan.actions().isEmpty()));
  }

  @Property(tries = FITTING)
  void aNamespaceThatIsHeldBackIsLeftAlone(@ForAll("heldBack") Planned planned) {
    planned.placePlans().stream()
        .filter(plan -> plan.place().isHeldBack() && !plan.place().isTerminating())
        .forEach(plan -> assertThat(plan.actions()).isEmpty());
  }

  @Provide
  Arbitrary<Planned> heldBack() {
    return situations()
        .filter(planned -> any(planned, place -> place.isHeldBack() && !place.isTerminating()));
  }

  @Property(tries = FITTING)
  void anActiveOneDoesNotRaceWithAnotherWriter(@ForAll("contested") Planned planned) {
    planned.placePlans().stream()
        .filter(plan -> isContested(plan.place()))
        .forEach(plan -> assertThat(toTarget(plan)).isEmpty());
  }

  @Provide
  Arbitrary<Planned> contested() {
    return Situation.active(Situation.Place.any(Found.values()))
        .filter(planned -> any(planned, CredentialPlannerPropertyTest::isContested));
  }

  /** What it only joins, waiting in line, it has not put right before. */
  private static boolean isContested(Situation.Place place) {
    return place.isContested() && place.isSelected() && place.found() != Found.OF_ANOTHER;
  }

  @Property(tries = FITTING)
  void onlyWhatWeAttachedIsDetached(@ForAll("detaching") Planned planned) {
    var serviceAccount = Situation.ATTACHED;
    removals(planned)
        .map(path -> path.substring("/imagePullSecrets/".length()))
        .map(
            index ->
                Objects.requireNonNull(serviceAccount.pullSecrets()).get(Integer.parseInt(index)))
        .forEach(secret -> assertThat(serviceAccount.attached()).contains(secret));
  }

  @Provide
  Arbitrary<Planned> detaching() {
    return situations().filter(planned -> removals(planned).findAny().isPresent());
  }

  private static Stream<String> removals(Planned planned) {
    return planned.placePlans().stream()
        .flatMap(plan -> plan.actions().stream())
        .flatMap(
            action ->
                action instanceof Action.WriteAttachment(var write)
                    ? write.jsonPatch().stream()
                    : Stream.<Map<String, Object>>of())
        .filter(operation -> "remove".equals(operation.get("op")))
        .map(operation -> String.valueOf(operation.get("path")))
        .filter(path -> path.startsWith("/imagePullSecrets/"));
  }

  @Property(tries = FITTING)
  void noMoreAreCountedThanAreDesired(@ForAll("counted") Planned planned) {
    var counts = Objects.requireNonNull(planned.plan().counts());
    assertThat(counts.synced() + counts.overridden()).isLessThanOrEqualTo(counts.desired());
    assertThat(counts.desired()).isLessThanOrEqualTo(planned.situation().places().size());
  }

  @Provide
  Arbitrary<Planned> counted() {
    return where(plan -> plan.counts() != null);
  }

  @Property
  void noPasswordIsPrinted(@ForAll("situations") Planned planned) {
    var printed = planned.plan().toString() + planned.observed();
    assertThat(printed)
        .doesNotContain(PullSecrets.PASSWORD)
        .doesNotContain(PullSecrets.base64("robot:" + PullSecrets.PASSWORD))
        .doesNotContain(PullSecrets.base64(PullSecrets.ENTRY));
  }

  @Property
  void theStateIsTheEndOfTheStepsTaken(@ForAll("situations") Planned planned) {
    var progress = planned.plan().progress();
    var at = planned.situation().recorded().state();
    for (var step : progress.completed()) {
      assertThat(step.from()).isEqualTo(at);
      at = step.to();
    }
    if (progress.underWay() != null) {
      assertThat(progress.underWay().from()).isEqualTo(at);
      at = progress.underWay().through();
    }
    assertThat(progress.state()).isEqualTo(at);
  }

  @Property(tries = FITTING)
  void nothingLeavesPurged(@ForAll("purged") Planned planned) {
    assertThat(planned.plan().progress().state()).isEqualTo(LifecycleState.PURGED);
  }

  @Provide
  Arbitrary<Planned> purged() {
    return situations()
        .filter(planned -> planned.situation().recorded().state() == LifecycleState.PURGED);
  }

  /** Each part of the planner is reached, and by enough of them. */
  @Property
  @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
  void theSituationsAreOfAllKinds(@ForAll("situations") Planned planned) {
    collect("cluster-wide", planned.situation().isClusterWide());
    collect("deleted", planned.situation().declared().isDeleting());
    collect("unreadable", planned.situation().declared().isUnreadable());
    collect("terminating", any(planned, Situation.Place::isTerminating));
    collect("contested", any(planned, Situation.Place::isContested));
    collect("held back", any(planned, Situation.Place::isHeldBack));
    collect("attached", any(planned, Situation.Place::isAttached));
    collect("moved", any(planned, Situation.Place::hasLeftover));
    for (var found : Found.values()) {
      collect("found " + found, any(planned, place -> place.found() == found));
    }
    var plan = planned.plan();
    collect("writes", !plan.actions().isEmpty());
    collect("records ahead", plan.next() instanceof Plan.Next.AtOnce);
    collect("ready", plan.readiness().ready());
    collect("stalled", plan.readiness().convergence() == Readiness.Convergence.STALLED);
  }

  private static boolean any(Planned planned, Predicate<Situation.Place> which) {
    return planned.situation().places().stream().anyMatch(which);
  }

  /**
   * One in a hundred is of that kind at least; of a few tries, as of mutants, that says nothing.
   */
  private static void collect(String label, boolean value) {
    Statistics.label(label)
        .collect(value)
        .coverage(
            coverage -> coverage.check(true).count((of, all) -> all < 500 || of * 100 >= all));
  }

  @Provide
  Arbitrary<Planned> situations() {
    return Situation.any();
  }

  private Arbitrary<Planned> where(Predicate<Plan> which) {
    return situations().filter(planned -> which.test(planned.plan()));
  }

  private static List<SecretWrite> writes(PlacePlan plan) {
    return plan.actions().stream()
        .flatMap(
            action ->
                action instanceof Action.WriteSecret(var write) ? Stream.of(write) : Stream.empty())
        .toList();
  }

  private static List<SecretWrite> toTarget(PlacePlan plan) {
    return writes(plan).stream().filter(write -> write.secretName().equals("pull")).toList();
  }

  private static boolean isDeletionOfTarget(SecretWrite write) {
    return write instanceof SecretWrite.Delete delete && delete.secretName().equals("pull");
  }

  private static boolean isBlanking(SecretWrite write) {
    return switch (write) {
      case SecretWrite.Create(var desired) ->
          desired.data().containsValue(PullSecrets.base64(PullSecrets.BLANK));
      case SecretWrite.Patch(_, var patch, _) -> PlanText.isBlanking(patch);
      case SecretWrite.Delete _ -> false;
    };
  }
}
