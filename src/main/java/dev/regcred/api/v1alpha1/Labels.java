package dev.regcred.api.v1alpha1;

/** The names that the operator writes on objects. */
public final class Labels {
  /** The API group, and the prefix of every name here. */
  public static final String GROUP = "regcred.dev";

  /** On our resources while something has to be withdrawn before they may go. */
  public static final String FINALIZER = GROUP + "/finalizer";

  /** Label of a pull Secret that the operator keeps; its value is {@code true}. */
  public static final String MANAGED = GROUP + "/managed";

  /**
   * Annotation of a pull Secret: the credentials whose entries it holds, as a JSON list of {@code
   * {"kind","name"}}. With {@link #MANAGED} it is the mark by which a Secret is ours; it names no
   * UID, because a restored backup has new ones.
   */
  public static final String CONTRIBUTORS = GROUP + "/contributors";

  /**
   * Annotation of a pull Secret: the keys of the labels and annotations that were written for its
   * contributors, as JSON {@code {"labels":[..],"annotations":[..]}}. It tells those that are no
   * longer asked for from other people's, which stay.
   */
  public static final String APPLIED = GROUP + "/applied";

  private Labels() {}
}
