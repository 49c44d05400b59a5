package dev.regcred.operator.execute;

import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * A plan that is made namespace by namespace while what it says of the first ones is carried out
 * already.
 */
public interface PlanByNamespace {
  /** The actions that come before the first write in a namespace. */
  List<Action> preparation();

  /** The namespaces, in the order in which they are begun. */
  List<String> namespaces();

  /** The writes in a namespace, if there are any. Several threads ask at the same time. */
  Optional<Action.NamespaceBatch> plan(String namespace);

  /** The whole plan; asked for once no write in a namespace is under way any more. */
  Plan conclude();
}
