package dev.regcred.api.v1alpha1;

/**
 * The types of {@code status.conditions}, with the meaning that kstatus (and so Flux, Argo CD and
 * {@code kubectl wait}) gives them.
 */
public enum ConditionType {
  /**
   * This one is always there. It is True when what is declared is there; its reason says which part
   * is not.
   */
  READY("Ready"),
  /** There only while True: something is under way, or is tried again by itself. */
  RECONCILING("Reconciling"),
  /** There only while True: nothing changes until a person changes something. */
  STALLED("Stalled"),
  /**
   * There only while True: Pods wait for their images that were created before they could get the
   * pull Secret. What is declared is there all the same.
   */
  PODS_STUCK("PodsStuck"),
  /**
   * There only on a credential whose registry is asked: whether that takes the account, Unknown
   * where it has not said so. It is another matter than Ready, and kstatus passes over it.
   */
  VERIFIED("Verified");

  private final String value;

  ConditionType(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  public String value() {
    return value;
  }
}
