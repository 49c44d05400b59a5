package dev.regcred.plan.credential;

import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * A planner plans a cluster-wide credential namespace by namespace, so that one can be written
 * before the next has been looked at. The plan is that which {@link CredentialPlanner#plan} makes
 * of all of them, in whatever order they come; of more than a round takes, the first that come are
 * written.
 *
 * <pre>
 * observe a --&gt; plan --&gt; write a
 *   observe b --&gt; plan --&gt; write b         --&gt; conclude --&gt; status
 *     observe c --&gt; plan, nothing to write
 * </pre>
 *
 * <p>It is to be used by one thread at a time.
 */
public final class FanOutPlanner {
  private final PlannedCredential credential;
  private final FanOutStrategy strategy;
  private final Optional<Plan> recordedFirst;
  private final FanOut fanOut;

  FanOutPlanner(PlannedCredential credential, FanOutStrategy strategy) {
    this.credential = credential;
    this.strategy = strategy;
    this.recordedFirst = strategy.recordedFirst();
    this.fanOut = new FanOut(credential.self());
  }

  /**
   * The plan of a namespace.
   *
   * @param batch what is written there now, if anything
   * @param isTargetRight whether the target is left as it is, because it is as it should be
   */
  public record Turn(Optional<Action.NamespaceBatch> batch, boolean isTargetRight) {}

  /** The actions that are carried out before anything is written in a namespace. */
  public List<Action> preparation() {
    return CredentialSteps.missingFinalizer(credential);
  }

  /** Adds a namespace, each once. */
  public Turn plan(NamespaceSnapshot namespace) {
    var plan = strategy.plan(namespace);
    var batch = fanOut.add(namespace, plan);
    return new Turn(
        recordedFirst.isPresent() ? Optional.empty() : batch,
        plan.map(there -> there.leavesRight(namespace.target().name())).orElse(true));
  }

  /**
   * Whether the pass writes in no namespace, since what it finds to take away is recorded before
   * that is done.
   */
  public boolean recordsFirst() {
    return recordedFirst.isPresent();
  }

  /** Whether all is known that the plan depends on, whatever is found in other namespaces. */
  public boolean isDecided() {
    return recordedFirst.isPresent() && !fanOut.isEmpty();
  }

  /** The plan of all namespaces; nothing is to be added after it. */
  public Plan conclude() {
    if (isDecided()) {
      return recordedFirst.orElseThrow();
    }
    var plan = strategy.conclude(fanOut);
    return fanOut.hasMore() && plan.progress().underWay() == null
        ? CredentialSteps.withMoreToCome(credential, plan)
        : plan;
  }
}
