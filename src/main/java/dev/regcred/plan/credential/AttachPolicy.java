package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Readiness;
import java.util.Optional;

/**
 * An attach policy's state says whether the API server gives pull Secrets to Pods when they are
 * created: whether the MutatingAdmissionPolicy of a kind of credentials, and its binding, are as
 * the operator ships them.
 */
public sealed interface AttachPolicy {
  /** The oldest Kubernetes that has the kind in {@code admissionregistration.k8s.io/v1}. */
  String OLDEST_KUBERNETES = "1.36";

  /** Nobody has asked, as the credential is attached to ServiceAccounts. */
  record NotAsked() implements AttachPolicy {}

  /**
   * Both are there and as they were shipped.
   *
   * @param older how many older credentials of the same kind are attached to Pods, too, of the
   *     namespace where they have one: the API server goes through all of them for each Pod
   */
  record InForce(int older) implements AttachPolicy {
    /**
     * How many credentials of a kind hold up a Pod's creation by no more than some 50 ms; {@code
     * AttachCostIT} measures it, and docs/attach.md has its table.
     */
    public static final int MANY = 20;

    /** The policy of a credential that is the only one. */
    public InForce() {
      this(0);
    }

    /** Whether a credential is one too many for Pods to be created in a moment. */
    boolean isCostly() {
      return older >= MANY;
    }
  }

  /**
   * One of the two is not there.
   *
   * @param object its kind and name
   */
  record Missing(String object) implements AttachPolicy {}

  /**
   * One of the two is not as it was shipped.
   *
   * @param object its kind and name
   */
  record Differs(String object) implements AttachPolicy {}

  /** The API server does not know the kind. */
  record Unsupported() implements AttachPolicy {}

  /**
   * The operator may not read one of the two.
   *
   * @param object its kind and name
   */
  record Unreadable(String object) implements AttachPolicy {}

  /**
   * What is to be said of a credential that depends on it; empty where it is in force.
   *
   * @param secret the pull Secret, which is right all the same
   */
  default Optional<Readiness> problem(String secret) {
    return switch (this) {
      case NotAsked _, InForce _ -> Optional.empty();
      case Missing(var object) ->
          Optional.of(
              Readiness.stalled(
                  Reason.ATTACH_POLICY_MISSING,
                  ("Secret %s is right, but new Pods do not get it: there is no %s. Apply"
                          + " deploy/optional/attach.yaml, or set attachPolicy.enabled in the"
                          + " chart.")
                      .formatted(secret, object)));
      case Unsupported() ->
          Optional.of(
              Readiness.stalled(
                  Reason.ATTACH_POLICY_MISSING,
                  ("Secret %s is right, but new Pods do not get it: this API server has no"
                          + " MutatingAdmissionPolicy in admissionregistration.k8s.io/v1, as"
                          + " Kubernetes %s has. Set spec.attach to ServiceAccounts, and"
                          + " spec.serviceAccounts.")
                      .formatted(secret, OLDEST_KUBERNETES)));
      case Differs(var object) ->
          Optional.of(
              Readiness.stalled(
                  Reason.ATTACH_POLICY_DIFFERS,
                  ("Secret %s is right, but new Pods may not get it: %s is not the one that this"
                          + " version of the operator ships. Apply its deploy/optional/attach.yaml,"
                          + " or upgrade the release of the chart.")
                      .formatted(secret, object)));
      case Unreadable(var object) ->
          Optional.of(
              Readiness.reconciling(
                  Reason.FORBIDDEN,
                  ("Secret %s is right, but whether new Pods get it is not known: the operator may"
                          + " not read %s. Apply deploy/rbac.yaml, or set attachPolicy.enabled in"
                          + " the chart.")
                      .formatted(secret, object)));
    };
  }
}
