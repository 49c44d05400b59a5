package dev.regcred.plan;

import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.pullsecret.ServiceAccountWrite;
import java.util.List;

/** One write that a plan asks for. Actions are carried out in order; the first failure ends it. */
public sealed interface Action {
  /** Puts our finalizer on the resource, before anything is written that it has to withdraw. */
  record AddFinalizer() implements Action {}

  /** Takes our finalizer off: nothing of the resource is left to withdraw. */
  record RemoveFinalizer() implements Action {}

  /** Writes a pull Secret. */
  record WriteSecret(SecretWrite write) implements Action {}

  /** Attaches pull Secrets to a ServiceAccount, or detaches them. */
  record WriteAttachment(ServiceAccountWrite write) implements Action {}

  /**
   * Evicts a Pod, so that its controller makes another one. That it could not be evicted is no
   * failure of the plan: it is looked at again.
   *
   * @param namespace its namespace
   * @param name its name
   * @param uid the UID that it must have
   * @param resourceVersion the version that it must have
   */
  record EvictPod(String namespace, String name, String uid, String resourceVersion)
      implements Action {}

  /**
   * Writes in many namespaces at the same time. None waits for another, and one that fails keeps
   * none of the others from being written; but no action after this one is tried then.
   */
  record InNamespaces(List<NamespaceBatch> batches) implements Action {}

  /**
   * The writes in one of many namespaces.
   *
   * @param namespace the namespace
   * @param countedAs as what it is counted once they are done
   * @param actions the writes, in order
   */
  record NamespaceBatch(String namespace, CountedAs countedAs, List<Action> actions) {}
}
