package dev.regcred.operator.controller;

import dev.regcred.operator.execute.PlanByNamespace;
import dev.regcred.operator.execute.PlanExecutor.Execution;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.observe.FanOutObserver;
import dev.regcred.operator.observe.StuckPodLooks;
import dev.regcred.plan.Action;
import dev.regcred.plan.Failure;
import dev.regcred.plan.Outcome;
import dev.regcred.plan.Plan;
import dev.regcred.plan.credential.CredentialPlanner;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.FanOutPlanner;
import dev.regcred.plan.credential.NamespaceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pass over a cluster-wide credential observes, plans and writes each of its namespaces by
 * itself, so that none waits until the others have been looked at.
 */
final class FanOutPass implements PlanByNamespace {
  private final FanOutObserver observer;
  private final FanOutPlanner planner;
  private final ReconcilerServices services;
  private final ClusterRegistryCredential credential;
  private final boolean isAboutPods;
  private final List<NamespaceSnapshot> observed = new ArrayList<>();
  private List<String> namespaces;

  /** Ends a pass whose plan nobody asks for any more. */
  private static final class OutdatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private FanOutPass(
      ReconcilerServices services,
      ClusterRegistryCredential credential,
      FanOutObserver observer,
      FanOutPlanner planner) {
    this.services = services;
    this.credential = credential;
    this.observer = observer;
    this.planner = planner;
    this.isAboutPods = StuckPodLooks.isAskedFor(observer.credential().self());
    this.namespaces = observer.names();
  }

  /** Observes, plans and carries out. */
  static Execution<ClusterRegistryCredential> run(
      ReconcilerServices services, ClusterRegistryCredential credential) {
    var observer = services.observer().fanOut(credential);
    return CredentialPlanner.byNamespace(observer.credential())
        .map(
            planner ->
                run(services, credential, new FanOutPass(services, credential, observer, planner)))
        .orElseGet(() -> run(services, credential, observer.all()));
  }

  /** What is written in a namespace depends on the others. */
  private static Execution<ClusterRegistryCredential> run(
      ReconcilerServices services,
      ClusterRegistryCredential credential,
      CredentialSnapshot observed) {
    var plan = CredentialPlanner.plan(observed);
    services.drift().recordPlan(observed, plan);
    return AccountVerification.after(
        services,
        observed.self(),
        services
            .executor()
            .execute(
                credential, services.stuckPods().plan(observed, credential.getStatus(), plan)));
  }

  private static Execution<ClusterRegistryCredential> run(
      ReconcilerServices services, ClusterRegistryCredential credential, FanOutPass pass) {
    try {
      pass.lookAhead();
      return AccountVerification.after(
          services,
          pass.observer.credential().self(),
          services.executor().execute(credential, pass));
    } catch (OutdatedException e) {
      var conflict =
          new Failure(Failure.Kind.CONFLICT, "It was declared otherwise meanwhile.", null);
      return new Execution<>(
          credential,
          Plan.unread(credential.stateOrRequested()),
          new Outcome.Failed(null, conflict));
    }
  }

  /**
   * Looks at the first namespace alone where a step is to be recorded first: as a rule it says that
   * there is something to take away, and no other has to be looked at.
   */
  private void lookAhead() {
    if (planner.recordsFirst() && !namespaces.isEmpty()) {
      plan(namespaces.getFirst());
      namespaces = planner.isDecided() ? List.of() : namespaces.subList(1, namespaces.size());
    }
  }

  @Override
  public List<Action> preparation() {
    return planner.preparation();
  }

  @Override
  public List<String> namespaces() {
    return namespaces;
  }

  @Override
  public Optional<Action.NamespaceBatch> plan(String namespace) {
    if (observer.isOutdated()) {
      throw new OutdatedException();
    }
    synchronized (planner) {
      if (planner.isDecided()) {
        return Optional.empty();
      }
    }
    var there = observer.namespace(namespace);
    FanOutPlanner.Turn turn;
    synchronized (planner) {
      turn = planner.plan(there);
      if (isAboutPods) {
        observed.add(there);
      }
    }
    if (turn.isTargetRight()) {
      services.drift().recordRight(there);
    }
    return turn.batch();
  }

  @Override
  public Plan conclude() {
    Plan plan;
    List<NamespaceSnapshot> all;
    synchronized (planner) {
      plan = planner.conclude();
      all = List.copyOf(observed);
    }
    var self = observer.credential();
    return services
        .stuckPods()
        .plan(new CredentialSnapshot(self.self(), all, self.now()), credential.getStatus(), plan);
  }
}
