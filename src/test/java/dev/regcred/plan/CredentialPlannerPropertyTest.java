package dev.regcred.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.SecretWrite;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds in every situation, also in those that nobody thought of. */
class CredentialPlannerPropertyTest {
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

  private static final PullSecret[] NOTHING_LEFT = {};
  private static final PullSecret[] LEFT = {PullSecrets.ours("before")};

  /** What is found under the target's name. */
  enum Found {
    NOTHING(true),
    OURS(true),
    OURS_BLANK(true),
    OURS_EDITED(true),
    OURS_IMMUTABLE(true),
    OURS_STRIPPED(true),
    OF_ONE_THAT_IS_GONE(true),
    OF_ANOTHER(true),
    FOREIGN(false),
    FOREIGN_OF_OTHER_TYPE(false);

    private final boolean mayBeWritten;

    Found(boolean mayBeWritten) {
      this.mayBeWritten = mayBeWritten;
    }

    CredentialFixture in(CredentialFixture fixture) {
      var foreign = PullSecrets.foreign("pull", PullSecret.TYPE, "{\"auths\":{\"a.example\":{}}}");
      var ours = PullSecrets.ours("pull");
      if (this == OF_ANOTHER) {
        fixture.sharedWith(
            CredentialFixture.in(LifecycleState.ACTIVE)
                .named("other", CredentialFixture.NOW.minusSeconds(7200)));
      }
      return fixture.target(
          switch (this) {
            case NOTHING -> null;
            case OURS -> ours;
            case OURS_BLANK -> PullSecrets.blank("pull");
            case OURS_EDITED -> PullSecrets.withContent(ours, "{}");
            case OURS_IMMUTABLE -> PullSecrets.immutable(ours);
            case OURS_STRIPPED -> PullSecrets.stripped(ours);
            case OF_ONE_THAT_IS_GONE, OF_ANOTHER -> PullSecrets.keptFor(foreign, "other");
            case FOREIGN -> foreign;
            case FOREIGN_OF_OTHER_TYPE -> PullSecrets.ofType(foreign, "Opaque");
          });
    }
  }

  /** What the credential's Secret with the password gave. */
  private static final List<SourceReading> READINGS =
      List.of(
          new SourceReading.Value(PullSecrets.PASSWORD),
          new SourceReading.Missing("absent"),
          new SourceReading.Invalid("invalid"));

  /** A situation, and what was found under the target's name in it. */
  record Situation(ObservedCredential observed, Found found) {
    static Situation any(Random random) {
      var state = pick(random, states());
      var fixture =
          CredentialFixture.in(state)
              .declared(pick(random, List.of(DesiredState.values())))
              .deletionPolicy(pick(random, List.of(DeletionPolicy.values())))
              .purgeAfter(pick(random, List.of("0s", "60s", "Never")))
              .observedGeneration(pick(random, List.of(2L, 3L)))
              .finalizer(random.nextInt(4) > 0)
              .password(pick(random, READINGS))
              .leftovers(random.nextBoolean() ? NOTHING_LEFT : LEFT);
      switch (random.nextInt(4)) {
        case 0 -> fixture.registryAbsent();
        case 1 -> fixture.registryDeleting(pick(random, List.of(LifecycleState.values())));
        case 2 -> fixture.registry(pick(random, List.of(LifecycleState.values())));
        default -> {}
      }
      if (random.nextInt(4) == 0) {
        fixture.deleting();
      }
      if (random.nextInt(8) == 0) {
        fixture.unreadable("spec.target");
      }
      var found = pick(random, List.of(Found.values()));
      return new Situation(found.in(fixture).observed(), found);
    }

    private static List<LifecycleState> states() {
      return Arrays.stream(LifecycleState.values())
          .filter(state -> state != LifecycleState.RESTORING)
          .toList();
    }

    private static <T> T pick(Random random, List<T> values) {
      return values.get(random.nextInt(values.size()));
    }

    Plan plan() {
      return CredentialPlanner.plan(observed);
    }
  }

  @Property
  void nobodyElsesSecretIsWritten(@ForAll("situations") Situation situation) {
    if (!situation.found.mayBeWritten) {
      assertThat(writes(situation.plan())).noneMatch(write -> write.secretName().equals("pull"));
    }
  }

  @Property
  void nothingIsTakenAwayBeforeThatWasRecorded(@ForAll("situations") Situation situation) {
    var plan = situation.plan();
    if (!WITHDRAWN.contains(situation.observed.recorded().state()) && !writes(plan).isEmpty()) {
      assertThat(writes(plan)).noneMatch(CredentialPlannerPropertyTest::isBlanking);
      if (writes(plan).stream().anyMatch(CredentialPlannerPropertyTest::isDeletionOfTarget)) {
        assertThat(writes(plan)).anyMatch(write -> write instanceof SecretWrite.Create);
      }
    }
  }

  @Property
  void whatIsRecordedAheadIsNotCarriedOutInThatPass(@ForAll("situations") Situation situation) {
    var plan = situation.plan();
    if (plan.next() instanceof Plan.Next.AtOnce) {
      assertThat(plan.actions()).isEmpty();
      assertThat(plan.progress().underWay()).isNotNull();
    }
  }

  @Property
  void aSecretIsWrittenOnlyUnderTheFinalizer(@ForAll("situations") Situation situation) {
    var id = situation.observed.id();
    var plan = situation.plan();
    // The API server lets no finalizer be added to what is being deleted.
    if (!writes(plan).isEmpty() && !id.hasFinalizer() && !id.deleting()) {
      assertThat(plan.actions()).first().isInstanceOf(Action.AddFinalizer.class);
    }
    assertThat(plan.actions())
        .filteredOn(Action.AddFinalizer.class::isInstance)
        .hasSizeLessThanOrEqualTo(id.hasFinalizer() || id.deleting() ? 0 : 1);
  }

  @Property
  void theFinalizerGoesOnlyWithADeletionAndLast(@ForAll("situations") Situation situation) {
    var actions = situation.plan().actions();
    if (actions.contains(new Action.RemoveFinalizer())) {
      assertThat(situation.observed.id().deleting()).isTrue();
      assertThat(actions).last().isInstanceOf(Action.RemoveFinalizer.class);
    }
  }

  @Property
  void noPasswordIsPrinted(@ForAll("situations") Situation situation) {
    var encoded = PullSecrets.base64(PullSecrets.ENTRY);
    assertThat(situation.plan().toString() + situation.observed)
        .doesNotContain(PullSecrets.PASSWORD)
        .doesNotContain(PullSecrets.base64("robot:" + PullSecrets.PASSWORD))
        .doesNotContain(encoded);
  }

  @Property
  void theStateIsTheEndOfTheStepsTaken(@ForAll("situations") Situation situation) {
    var progress = situation.plan().progress();
    var at = situation.observed.recorded().state();
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

  @Property
  void nothingLeavesPurged(@ForAll("situations") Situation situation) {
    if (situation.observed.recorded().state() == LifecycleState.PURGED) {
      assertThat(situation.plan().progress().state()).isEqualTo(LifecycleState.PURGED);
    }
  }

  @Provide
  Arbitrary<Situation> situations() {
    return Arbitraries.randomValue(Situation::any);
  }

  private static List<SecretWrite> writes(Plan plan) {
    return plan.actions().stream()
        .flatMap(
            action ->
                action instanceof Action.WriteSecret(var write) ? Stream.of(write) : Stream.empty())
        .toList();
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
