package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.NamespaceFixture.namespace;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.plan.Action;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Plan;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * A situation that a credential may be in: what it declares, what its status says, what is at hand,
 * and what is found in its namespaces.
 *
 * @param places one for a namespaced credential, any number for a cluster-wide one
 */
record Situation(
    boolean isClusterWide, Declared declared, Recorded recorded, World world, List<Place> places) {
  /** In its spec. */
  record Declared(
      DesiredState end,
      DeletionPolicy policy,
      String purgeAfter,
      boolean isUnreadable,
      boolean isDeleting) {
    static Arbitrary<Declared> any() {
      return Combinators.combine(
              Arbitraries.of(DesiredState.class),
              Arbitraries.of(DeletionPolicy.class),
              Arbitraries.of("60s", "0s", "Never"),
              sometimes(8),
              sometimes(4))
          .as(Declared::new);
    }
  }

  /** In its metadata and status. */
  record Recorded(LifecycleState state, boolean isObserved, boolean hasFinalizer) {
    static Arbitrary<Recorded> any() {
      return Combinators.combine(
              Arbitraries.of(LifecycleState.class)
                  .filter(state -> state != LifecycleState.RESTORING),
              Arbitraries.of(true, false),
              sometimes(4).map(lost -> !lost))
          .as(Recorded::new);
    }
  }

  /** What it refers to: its Registry, if there is one, and its password. */
  record World(
      boolean hasRegistry,
      LifecycleState registry,
      boolean isRegistryDeleting,
      SourceValue password) {
    static Arbitrary<World> any() {
      return Combinators.combine(
              sometimes(8).map(absent -> !absent),
              Arbitraries.frequencyOf(
                  Tuple.of(1, Arbitraries.just(LifecycleState.ACTIVE)),
                  Tuple.of(1, Arbitraries.of(LifecycleState.class))),
              sometimes(8),
              Arbitraries.of(
                  new SourceValue.Present(PullSecrets.PASSWORD),
                  new SourceValue.Missing("absent"),
                  new SourceValue.Invalid("invalid")))
          .as(World::new);
    }
  }

  /** What is found in a namespace. */
  record Place(
      Found found,
      boolean isSelected,
      boolean isTerminating,
      boolean isContested,
      boolean isHeldBack,
      boolean isAttached,
      boolean hasLeftover) {
    /** Any where one of these is found. */
    static Arbitrary<Place> any(Found... found) {
      return Combinators.combine(
              Arbitraries.of(found),
              sometimes(5).map(gone -> !gone),
              sometimes(6),
              sometimes(3),
              sometimes(5),
              Arbitraries.of(false, true),
              Arbitraries.of(false, true))
          .as(Place::new);
    }

    /** That of a namespaced credential is always selected, and never left alone. */
    Place own() {
      return new Place(found, true, isTerminating, isContested, false, isAttached, hasLeftover);
    }

    NamespaceFixture observed(String name, boolean isClusterWide) {
      var place = namespace(name).target(found.secret(isClusterWide));
      if (!isSelected) {
        place.notSelected();
      }
      if (isTerminating) {
        place.terminating();
      }
      if (isContested) {
        place.contest(new Contention(7, ResourceFixture.NOW.plusSeconds(4), "rival"));
      }
      if (isHeldBack) {
        place.heldBack(Failure.Kind.FORBIDDEN, 7);
      }
      if (isAttached) {
        place.accounts(ATTACHED);
      }
      if (hasLeftover) {
        place.leftovers(Found.OURS.named("before", isClusterWide));
      }
      if (found == Found.OF_ANOTHER) {
        place.sharedWith(
            CredentialFixture.in(LifecycleState.ACTIVE)
                .named("other", ResourceFixture.NOW.minusSeconds(7200)));
      }
      return place;
    }
  }

  /** The ServiceAccount of each namespace, with a pull Secret of its own beside ours. */
  static final ServiceAccountView ATTACHED =
      new ServiceAccountView(
          "runner", "uid-r", "7", Map.of(), true, List.of("pull"), List.of("theirs", "pull"));

  /** What is found under the target's name. */
  enum Found {
    NOTHING,
    OURS,
    OURS_BLANK,
    OURS_EDITED,
    OURS_IMMUTABLE,
    OURS_STRIPPED,
    OURS_ADOPTED,
    ADOPTED_STRIPPED,
    OF_ONE_THAT_IS_GONE,
    OF_ANOTHER,
    OFFERED,
    FOREIGN,
    FOREIGN_OF_OTHER_TYPE;

    @Nullable PullSecret secret(boolean isClusterWide) {
      return this == NOTHING ? null : named("pull", isClusterWide);
    }

    PullSecret named(String name, boolean isClusterWide) {
      var mark = isClusterWide ? "cluster-wide pull" : "pull";
      var kind = isClusterWide ? "ClusterRegistryCredential" : "RegistryCredential";
      var holds = mark + "@" + ResourceFixture.SERVER;
      var ours = MarkedSecrets.keptFor(name, PullSecrets.ENTRY, holds);
      var foreign = PullSecrets.foreign(name, PullSecret.TYPE, MarkedSecrets.THEIRS);
      return switch (this) {
        case NOTHING, OURS -> ours;
        case OURS_BLANK -> MarkedSecrets.keptFor(name, PullSecrets.BLANK, mark);
        case OURS_EDITED -> PullSecrets.withContent(ours, "{}");
        case OURS_IMMUTABLE -> PullSecrets.immutable(ours);
        case OURS_STRIPPED -> PullSecrets.stripped(ours);
        case OURS_ADOPTED ->
            MarkedSecrets.adopted(PullSecrets.withContent(ours, MarkedSecrets.MIXED));
        case ADOPTED_STRIPPED ->
            MarkedSecrets.adopted(
                PullSecrets.stripped(PullSecrets.withContent(ours, MarkedSecrets.MIXED)));
        case OF_ONE_THAT_IS_GONE, OF_ANOTHER ->
            MarkedSecrets.keptFor(name, PullSecrets.ENTRY, "other@" + ResourceFixture.SERVER);
        case OFFERED -> MarkedSecrets.offered(PullSecret.TYPE, kind + "/pull");
        case FOREIGN -> foreign;
        case FOREIGN_OF_OTHER_TYPE -> PullSecrets.ofType(foreign, "Opaque");
      };
    }
  }

  /** All that there may be. */
  static Arbitrary<Planned> any() {
    return any(Declared.any(), Recorded.any(), World.any(), Place.any(Found.values()));
  }

  /** With nothing else in its namespaces than that. */
  static Arbitrary<Planned> with(Arbitrary<Place> places) {
    return any(Declared.any(), Recorded.any(), World.any(), places)
        .filter(planned -> !planned.placePlans.isEmpty());
  }

  /** Of a credential that is Active and has all that it needs. */
  static Arbitrary<Planned> active(Arbitrary<Place> places) {
    return any(
        Arbitraries.just(
            new Declared(DesiredState.ACTIVE, DeletionPolicy.DELETE, "60s", false, false)),
        Recorded.any()
            .map(any -> new Recorded(LifecycleState.ACTIVE, any.isObserved, any.hasFinalizer)),
        Arbitraries.just(
            new World(
                true, LifecycleState.ACTIVE, false, new SourceValue.Present(PullSecrets.PASSWORD))),
        places);
  }

  private static Arbitrary<Planned> any(
      Arbitrary<Declared> declared,
      Arbitrary<Recorded> recorded,
      Arbitrary<World> world,
      Arbitrary<Place> place) {
    var namespaced = place.map(Place::own).list().ofSize(1);
    var clusterWide = place.list().ofMaxSize(4);
    return Arbitraries.oneOf(
            Combinators.combine(declared, recorded, world, namespaced)
                .as((d, r, w, places) -> new Situation(false, d, r, w, places)),
            Combinators.combine(declared, recorded, world, clusterWide)
                .as((d, r, w, places) -> new Situation(true, d, r, w, places)))
        .withoutEdgeCases() // They are more than the tries.
        .map(Situation::planned);
  }

  private static Arbitrary<Boolean> sometimes(int oneIn) {
    return Arbitraries.frequency(Tuple.of(oneIn - 1, false), Tuple.of(1, true));
  }

  private CredentialSnapshot observed() {
    var fixture =
        CredentialFixture.in(recorded.state)
            .declared(declared.end)
            .deletionPolicy(declared.policy)
            .purgeAfter(declared.purgeAfter)
            .observedGeneration(recorded.isObserved ? 3 : 2)
            .finalizer(recorded.hasFinalizer)
            .password(world.password)
            .serviceAccounts("runner");
    if (!world.hasRegistry) {
      fixture.registryAbsent();
    } else if (world.isRegistryDeleting) {
      fixture.registryDeleting(world.registry);
    } else {
      fixture.registry(world.registry);
    }
    if (declared.isDeleting) {
      fixture.deleting();
    }
    if (declared.isUnreadable) {
      fixture.unreadable("spec.target");
    }
    var there =
        IntStream.range(0, places.size())
            .mapToObj(i -> places.get(i).observed(name(i), isClusterWide))
            .toArray(NamespaceFixture[]::new);
    return isClusterWide ? fixture.clusterWide(there).observed() : fixture.own(there[0]).observed();
  }

  private Planned planned() {
    var observed = observed();
    var plan = CredentialPlanner.plan(observed);
    var there =
        IntStream.range(0, places.size())
            .mapToObj(
                i ->
                    new PlacePlan(
                        places.get(i),
                        isClusterWide ? in(name(i), plan.actions()) : plan.actions()))
            .toList();
    return new Planned(this, observed, plan, there);
  }

  /**
   * A situation with its plan.
   *
   * @param placePlans what is done in each namespace
   */
  record Planned(
      Situation situation, CredentialSnapshot observed, Plan plan, List<PlacePlan> placePlans) {
    /** What a failure is told with. */
    @Override
    public String toString() {
      return situation.toString();
    }
  }

  /** What is done in a namespace. */
  record PlacePlan(Place place, List<Action> actions) {}

  private static List<Action> in(String namespace, List<Action> actions) {
    return actions.stream()
        .flatMap(
            a -> a instanceof Action.InNamespaces(var batches) ? batches.stream() : Stream.of())
        .filter(batch -> batch.namespace().equals(namespace))
        .flatMap(batch -> batch.actions().stream())
        .toList();
  }

  private static String name(int index) {
    return "namespace-" + index;
  }
}
