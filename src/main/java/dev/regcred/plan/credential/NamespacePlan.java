package dev.regcred.plan.credential;

import dev.regcred.plan.Action;
import dev.regcred.plan.Requeue;
import java.util.List;

/**
 * A plan is what is done in one of the namespaces of a credential.
 *
 * @param namespace the namespace
 * @param isDesired whether the credential shall be there
 * @param outcome how it stands there once the actions are done
 * @param actions the writes, in order; not carried out where the outcome says so
 * @param isContended whether the target is left as another writer has made it, for now
 * @param requeue when something of the plan is tried again there
 */
record NamespacePlan(
    String namespace,
    boolean isDesired,
    NamespaceOutcome outcome,
    List<Action> actions,
    boolean isContended,
    Requeue requeue) {
  /** The actions, as far as they are carried out. */
  List<Action> writes() {
    return outcome.isCarriedOut() ? actions : List.of();
  }

  /** Whether a Secret is left as it is there, because that is as it should be. */
  boolean leavesRight(String secretName) {
    return !isContended
        && writes().stream()
            .noneMatch(
                action ->
                    action instanceof Action.WriteSecret(var write)
                        && write.secretName().equals(secretName));
  }
}
