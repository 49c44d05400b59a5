package dev.regcred.api.v1alpha1;

/** The names that the operator writes on objects. */
public final class Labels {
  /** The API group, and the prefix of every name here. */
  public static final String GROUP = "regcred.dev";

  /** The finalizer of our resources while something has to be withdrawn before they may go. */
  public static final String FINALIZER = GROUP + "/finalizer";

  /** The label of a pull Secret that the operator keeps; its value is {@code true}. */
  public static final String MANAGED = GROUP + "/managed";

  /**
   * The annotation of a pull Secret: the credentials that it is kept for, as a JSON list of {@code
   * {"kind","name","server"}}; the server is there only for the one whose entry stands under it.
   * With {@link #MANAGED} it is the mark by which a Secret is ours; it names no UID, because a
   * restored backup has new ones.
   */
  public static final String CONTRIBUTORS = GROUP + "/contributors";

  /**
   * The annotation of a pull Secret: the keys of the labels and annotations that were written for
   * its contributors, as JSON {@code {"labels":[..],"annotations":[..]}}. It tells those that are
   * no longer asked for from other people's, which stay.
   */
  public static final String APPLIED = GROUP + "/applied";

  /**
   * The annotation by which the owner of a Secret hands it over to a credential; its value is
   * {@code <kind>/<name>}, such as {@code RegistryCredential/pull}. It is taken off when that has
   * happened.
   */
  public static final String ADOPT = GROUP + "/adopt";

  /**
   * The annotation of a pull Secret that was handed over, or that holds an entry of a deleted
   * credential; its value is {@code true}. What is not ours in it is kept, and it is handed back
   * instead of deleted.
   */
  public static final String ADOPTED = GROUP + "/adopted";

  /**
   * The annotation of a ServiceAccount: the names of the pull Secrets that the operator added to
   * its {@code imagePullSecrets}, as a JSON list. Nothing else is ever taken out of that list.
   */
  public static final String ATTACHED = GROUP + "/attached";

  /**
   * The label of a Secret in the operator's source namespace that ClusterRegistryCredentials may
   * read; its value is {@code true}. Whoever may write one of those can copy no other Secret by it.
   */
  public static final String SOURCE = GROUP + "/source";

  /**
   * The most characters of {@link #CONTRIBUTORS} or {@link #ATTACHED} that are written, and read.
   * The API server takes 256 KiB of all annotations of an object ({@code
   * TotalAnnotationSizeLimitB}), so that the others find room.
   */
  public static final int MAX_RECORD = 32_768;

  private Labels() {}
}
