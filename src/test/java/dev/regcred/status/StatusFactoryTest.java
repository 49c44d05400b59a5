package dev.regcred.status;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVING;
import static dev.regcred.api.v1alpha1.LifecycleState.REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.LifecycleStatus;
import dev.regcred.api.v1alpha1.NamespaceCounts;
import dev.regcred.api.v1alpha1.NamespaceFailure;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.Removal;
import dev.regcred.lifecycle.TransitionTable;
import dev.regcred.plan.Action;
import dev.regcred.plan.CountedAs;
import dev.regcred.plan.Failure;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The status as a whole. */
class StatusFactoryTest {
  private static final Instant THIRD_PASS = Instant.parse("2026-03-01T12:03:00Z");

  @Test
  void afterTheFirstPassItSaysWhatWasReached() {
    var status = new Passes().to(ACTIVE).status();
    assertThat(status.state()).isEqualTo(ACTIVE);
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.secretName()).isEqualTo("pull");
    assertThat(status.serverAddress()).isEqualTo("registry.example.com");
    assertThat(status.availableActions())
        .containsExactly(
            LifecycleProcess.DEACTIVATE, LifecycleProcess.REMOVE, LifecycleProcess.PURGE);
    assertThat(status.removedTime()).isNull();
    assertThat(status.purgeTime()).isNull();
  }

  @Test
  void aPassThatChangesNothingLeavesAnEqualStatusSoThatNoneIsWritten() {
    var passes = new Passes().to(ACTIVE);
    var before = passes.status();
    assertThat(passes.stays().status()).isEqualTo(before);
    var removed = passes.into(REMOVED).to(REMOVED).status();
    assertThat(passes.stays().status()).isEqualTo(removed);
  }

  @Test
  void aFailureThatRepeatsIsWrittenOnce() {
    var passes = new Passes().to(ACTIVE).failsTo(INACTIVE, Failure.Kind.API);
    var before = passes.status();
    assertThat(passes.failsTo(INACTIVE, Failure.Kind.API).status()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "FORBIDDEN, Forbidden",
    "NAMESPACE_TERMINATING, NamespaceTerminating",
    "QUOTA, QuotaExceeded",
    "API, ApiError",
    "REFUSED, ApiError",
    "CONFLICT, ApiError"
  })
  void aFailureSaysWhyAndLeavesTheRestAsItWas(Failure.Kind kind, String reason) {
    var before = new Passes().to(ACTIVE).status();
    var status = new Passes().to(ACTIVE).failsTo(PURGED, kind).status();
    assertThat(status).usingRecursiveComparison().ignoringFields("conditions").isEqualTo(before);
    assertThat(status.conditions())
        .extracting(Condition::type, Condition::status, Condition::reason, Condition::message)
        .containsExactly(
            tuple("Ready", "False", reason, "The API server said no."),
            tuple("Reconciling", "True", reason, "The API server said no."));
  }

  @Test
  void aFirstPassThatFailsNamesNoSecretThatItDidNotWrite() {
    var status = new Passes().failsTo(ACTIVE, Failure.Kind.QUOTA).status();
    assertThat(status.state()).isEqualTo(REQUESTED);
    assertThat(status.secretName()).isNull();
    assertThat(status.serverAddress()).isNull();
  }

  @Test
  void neitherDoesOneWhoseStatusCouldNotBeRead() {
    var plan = plan(Plan.Progress.none(REQUESTED), "pull", "registry.example.com");
    var status = StatusFactory.credential(null, null, 3, plan, failed(), THIRD_PASS);
    assertThat(status.secretName()).isNull();
    assertThat(status.serverAddress()).isNull();
    assertThat(StatusFactory.registry(null, null, 3, plan, failed(), THIRD_PASS).serverAddress())
        .isNull();
  }

  @Test
  void removedTimeIsSetOnceAndPurgeTimeFollowsThePresentSpec() {
    var passes = new Passes().to(ACTIVE).into(REMOVED);
    assertThat(passes.status().removedTime()).isNull();
    assertThat(passes.status().purgeTime()).isNull();
    var removed = passes.to(REMOVED).status();
    assertThat(removed.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(removed.purgeTime()).isEqualTo(THIRD_PASS.plusSeconds(60));

    var later = passes.purgeAfter("1h").stays().status();
    assertThat(later.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(later.purgeTime()).isEqualTo(THIRD_PASS.plusSeconds(3600));
    assertThat(passes.purgeAfter("Never").stays().status().purgeTime()).isNull();

    var purged = passes.to(PURGED).status();
    assertThat(purged.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(purged.purgeTime()).isNull();
    assertThat(purged.availableActions()).isEmpty();
  }

  @Test
  void aRemovalAndAPurgeInOnePassHaveOneTime() {
    var status = new Passes().to(ACTIVE).into(REMOVED).to(PURGED).status();
    assertThat(status.removedTime()).isEqualTo(THIRD_PASS);
  }

  @Test
  void aRestoredRegistryForgetsItsRemoval() {
    var removed = registry(null, Plan.Progress.none(REMOVED), "60s");
    assertThat(removed.removedTime()).isEqualTo(THIRD_PASS);
    assertThat(removed.purgeTime()).isEqualTo(THIRD_PASS.plusSeconds(60));
    assertThat(removed.availableActions()).contains(LifecycleProcess.RESTORE);
    var restored =
        registry(
            removed,
            Plan.Progress.through(
                REMOVED, TransitionTable.REGISTRY.route(REMOVED, INACTIVE).orElseThrow()),
            "60s");
    assertThat(restored.state()).isEqualTo(INACTIVE);
    assertThat(restored.removedTime()).isNull();
    assertThat(restored.purgeTime()).isNull();
  }

  @Test
  void aRegistryThatIsBeingRemovedHasNoTimeYet() {
    var removing = registry(null, Plan.Progress.none(REMOVING), "60s");
    assertThat(removing.removedTime()).isNull();
    assertThat(removing.purgeTime()).isNull();
  }

  @Test
  void timesHaveNoFractionsWhichTheApiWouldNotKeep() {
    var status = new Passes().to(ACTIVE).into(REMOVED).to(REMOVED).status();
    assertThat(status.toString()).doesNotContainPattern("\\d\\.\\d+Z");
  }

  enum Kind {
    REGISTRY,
    CREDENTIAL,
    CLUSTER_WIDE_CREDENTIAL
  }

  @ParameterizedTest
  @EnumSource
  void whatIsDeclaredIsNotOfferedAgain(Kind kind) {
    var active = plan(Plan.Progress.none(ACTIVE), null, "registry.example.com");
    assertThat(first(kind, DesiredState.ACTIVE, active).availableActions())
        .containsExactly(
            LifecycleProcess.DEACTIVATE, LifecycleProcess.REMOVE, LifecycleProcess.PURGE);
    assertThat(first(kind, DesiredState.INACTIVE, active).availableActions())
        .containsExactly(
            LifecycleProcess.ACTIVATE, LifecycleProcess.REMOVE, LifecycleProcess.PURGE);
    assertThat(first(kind, null, active).availableActions())
        .as("where the spec can't be read")
        .isEqualTo(first(kind, DesiredState.ACTIVE, active).availableActions());
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatRestsAsRemovedIsPurgedByItself(Kind kind) {
    var removed = plan(Plan.Progress.none(REMOVED), null, "registry.example.com");
    assertThat(first(kind, DesiredState.REMOVED, removed).purgeTime())
        .isEqualTo(THIRD_PASS.plusSeconds(60));
    assertThat(first(kind, null, removed).purgeTime())
        .as("not what nobody can read the rest of")
        .isNull();
    var purged = plan(Plan.Progress.none(PURGED), null, "registry.example.com");
    assertThat(first(kind, DesiredState.REMOVED, purged).purgeTime()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void theAddressIsSaidOnceThePassIsDoneAndNotForgottenByOneThatFails(Kind kind) {
    var plan = plan(Plan.Progress.none(ACTIVE), "pull", "registry.example.com");
    var status = first(kind, DesiredState.ACTIVE, plan);
    assertThat(status.serverAddress()).isEqualTo("registry.example.com");
    var other = plan(Plan.Progress.none(ACTIVE), "other", "other.example.com");
    assertThat(next(kind, status, DesiredState.ACTIVE, other, failed()).serverAddress())
        .isEqualTo("registry.example.com");
  }

  /**
   * @param tally desired, synced and overridden namespaces, and those that can't be written as it
   *     was planned; {@code +} before one that holds the entry all the same
   * @param failing the namespaces whose writes fail
   * @param counts desired, synced, overridden and failed namespaces in the status
   * @param failures the namespaces that it names
   * @param state where it is, having been Requested; Active names the pull Secret, too
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          all are written           | 3 3 0   |         | 3 3 0 0 |     | ACTIVE
          one has the entry already | 3 2 1   |         | 3 2 1 0 |     | ACTIVE
          one can't be written      | 3 2 0 c |         | 3 2 0 1 | c   | ACTIVE
          it selects none           | 0 0 0   |         | 0 0 0 0 |     | ACTIVE
          one write fails           | 3 3 0   | b       | 3 2 0 1 | b   | ACTIVE
          all but the entry of one  | 2 1 1   | b       | 2 0 1 1 | b   | ACTIVE
          one beside a planned one  | 3 2 0 c | b       | 3 1 0 2 | b c | ACTIVE
          one has a full account    | 2 1 0 +c | b      | 2 0 0 2 | b c | ACTIVE
          that one is not written   | 1 0 0 +c | +c     | 1 0 0 1 | c   | REQUESTED
          all writes fail           | 2 2 0   | a b     | 2 0 0 2 | a b | REQUESTED
          one can't be withdrawn    | 0 0 0   | -x      | 0 0 0 1 | x   | REQUESTED
          """)
  void aClusterWideCredentialSaysHowManyNamespacesItHasReached(
      String name,
      String tally,
      @Nullable String failing,
      String counts,
      @Nullable String failures,
      LifecycleState state) {
    var status =
        wide(
            null,
            fanOut(tally(tally)),
            failing == null ? new Outcome.Done() : partial(words(failing)));

    var namespaces = Objects.requireNonNull(status.namespaces());
    assertThat(
            "%d %d %d %d"
                .formatted(
                    namespaces.desired(),
                    namespaces.synced(),
                    namespaces.overridden(),
                    namespaces.failed()))
        .isEqualTo(counts);
    assertThat(status.failures())
        .isEqualTo(failures == null ? null : words(failures).map(ns -> failure(ns)).toList());
    assertThat(status.state()).isEqualTo(state);
    assertThat(status.secretName()).isEqualTo(state == ACTIVE ? "pull" : null);
    assertThat(status.serverAddress()).isEqualTo(state == ACTIVE ? "registry.example.com" : null);
  }

  @Test
  void aClusterWideCredentialWithAFailedNamespaceSaysSoInsteadOfBeingReady() {
    assertThat(wide(null, fanOut(tally("2 2 0")), partial(Stream.of("b"))).conditions())
        .extracting(Condition::type, Condition::status, Condition::reason, Condition::message)
        .contains(
            tuple(
                "Ready", "False", "NamespacesFailed", "1 of its namespaces failed: b: b is full."));
  }

  /** Where a namespace failed, its ServiceAccounts may be without, and its new Pods would be. */
  @ParameterizedTest
  @CsvSource({
    "2026-03-01T12:02:00Z,  , 2026-03-01T12:02:00Z",
    "                    ,  ,                     ",
    "2026-03-01T12:02:00Z, b, 2026-03-01T12:02:00Z",
    "                    , b, 2026-03-01T12:01:00Z",
  })
  void podsGoOnUntilTheServiceAccountsOfAllNamespacesHaveThePullSecret(
      @Nullable Instant planned, @Nullable String failing, @Nullable Instant attached) {
    var before =
        wide(
            null,
            fanOut(tally("2 2 0"), Instant.parse("2026-03-01T12:01:00Z")),
            new Outcome.Done());
    var outcome = failing == null ? new Outcome.Done() : partial(Stream.of(failing));
    assertThat(wide(before, fanOut(tally("2 2 0"), planned), outcome).podsAttachedTime())
        .isEqualTo(attached);
  }

  @Test
  void tenFailedNamespacesAreNamedAndAllAreCounted() {
    var eleven = "k j i h g f e d c b a";
    var status = wide(null, fanOut(tally("11 0 0 " + eleven)), new Outcome.Done());
    assertThat(status.namespaces()).isEqualTo(new NamespaceCounts(11, 0, 0, 11));
    assertThat(status.failures())
        .extracting(NamespaceFailure::namespace)
        .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  }

  @Test
  void whereNoNamespaceWasLookedAtTheNumbersStayWhatTheyWere() {
    var before = wide(null, fanOut(tally("3 2 0 c")), new Outcome.Done());
    for (var after :
        List.of(
            wide(before, fanOut(tally("1 1 0")), failed()),
            wide(before, fanOut(null), new Outcome.Done()))) {
      assertThat(after.namespaces()).isEqualTo(new NamespaceCounts(3, 2, 0, 1));
      assertThat(after.failures()).containsExactly(failure("c"));
    }
    assertThat(wide(null, fanOut(null), new Outcome.Done()).namespaces()).isNull();
    assertThat(wide(null, fanOut(null), new Outcome.Done()).failures()).isNull();
  }

  /** The first status of one of that kind; without a declared end its spec can't be read. */
  private static LifecycleStatus first(Kind kind, @Nullable DesiredState declared, Plan plan) {
    return next(kind, null, declared, plan, new Outcome.Done());
  }

  private static LifecycleStatus next(
      Kind kind,
      @Nullable LifecycleStatus previous,
      @Nullable DesiredState declared,
      Plan plan,
      Outcome outcome) {
    var credential = declared == null ? null : Passes.spec(declared, "60s");
    return switch (kind) {
      case REGISTRY ->
          StatusFactory.registry(
              (RegistryStatus) previous,
              declared == null ? null : registrySpec(declared, "60s"),
              3,
              plan,
              outcome,
              THIRD_PASS);
      case CREDENTIAL ->
          StatusFactory.credential(
              (RegistryCredentialStatus) previous, credential, 3, plan, outcome, THIRD_PASS);
      case CLUSTER_WIDE_CREDENTIAL ->
          StatusFactory.clusterCredential(
              (ClusterRegistryCredentialStatus) previous, credential, 3, plan, outcome, THIRD_PASS);
    };
  }

  private static ClusterRegistryCredentialStatus wide(
      @Nullable ClusterRegistryCredentialStatus previous, Plan plan, Outcome outcome) {
    return (ClusterRegistryCredentialStatus)
        next(Kind.CLUSTER_WIDE_CREDENTIAL, previous, DesiredState.ACTIVE, plan, outcome);
  }

  private static Plan fanOut(@Nullable FanOutCounts counts) {
    return fanOut(counts, null);
  }

  private static Plan fanOut(@Nullable FanOutCounts counts, @Nullable Instant podsAttached) {
    var single =
        plan(
            Plan.Progress.through(
                REQUESTED, TransitionTable.CREDENTIAL.route(REQUESTED, ACTIVE).orElseThrow()),
            "pull",
            "registry.example.com");
    return new Plan(
        single.actions(),
        single.progress(),
        single.readiness(),
        new Plan.PublishedTarget("pull", "registry.example.com", podsAttached),
        single.next(),
        counts,
        single.contended());
  }

  private static FanOutCounts tally(String text) {
    var words = words(text).toList();
    return new FanOutCounts(
        Integer.parseInt(words.get(0)),
        Integer.parseInt(words.get(1)),
        Integer.parseInt(words.get(2)),
        (int) words.stream().filter(word -> word.startsWith("+")).count(),
        words.stream()
            .skip(3)
            .map(word -> word.replace("+", ""))
            .map(
                namespace ->
                    new FanOutCounts.FailedNamespace(namespace, full(namespace).readiness()))
            .toList());
  }

  /**
   * The writes in these namespaces fail.
   *
   * @param namespaces {@code -} before one that is not to hold the entry, {@code +} before one that
   *     can't be written as it was planned
   */
  private static Outcome partial(Stream<String> namespaces) {
    return new Outcome.Partial(
        namespaces
            .map(
                word -> {
                  var name = word.substring(word.startsWith("-") || word.startsWith("+") ? 1 : 0);
                  var counted =
                      switch (word.charAt(0)) {
                        case '-' -> CountedAs.OUTSIDE;
                        case '+' -> CountedAs.UNATTACHED;
                        default -> CountedAs.SYNCED;
                      };
                  return new Outcome.BatchFailure(
                      new Action.NamespaceBatch(name, counted, List.of()), full(name));
                })
            .toList(),
        THIRD_PASS);
  }

  private static Failure full(String namespace) {
    return new Failure(Failure.Kind.QUOTA, namespace + " is full.", null);
  }

  private static NamespaceFailure failure(String namespace) {
    return new NamespaceFailure(namespace, "QuotaExceeded", namespace + " is full.");
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.split(" +"));
  }

  private static RegistrySpec registrySpec(DesiredState declared, String purgeAfter) {
    return new RegistrySpec(
        "registry.example.com", null, declared, new Removal(new PurgeAfter(purgeAfter)), null);
  }

  private static RegistryStatus registry(
      @Nullable RegistryStatus previous, Plan.Progress progress, String purgeAfter) {
    return StatusFactory.registry(
        previous,
        registrySpec(DesiredState.ACTIVE, purgeAfter),
        3,
        plan(progress, null, "registry.example.com"),
        new Outcome.Done(),
        THIRD_PASS);
  }

  private static Plan plan(
      Plan.Progress progress, @Nullable String secretName, String serverAddress) {
    return new Plan(
        List.of(),
        progress,
        Readiness.ready(Reason.ACTIVE, "It is there."),
        new Plan.PublishedTarget(secretName, serverAddress, null),
        new Plan.Next.Settled());
  }

  private static Outcome failed() {
    return new Outcome.Failed(
        new Action.AddFinalizer(), new Failure(Failure.Kind.API, "The API server said no.", null));
  }
}
