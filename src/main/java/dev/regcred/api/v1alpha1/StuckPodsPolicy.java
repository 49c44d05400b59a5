package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The policy for Pods that can't pull their image because they were created before the pull Secret
 * could be given to them.
 */
public enum StuckPodsPolicy {
  /** Nothing, and nobody looks. The default. */
  IGNORE("Ignore"),
  /** They are counted and named in the status. */
  REPORT("Report"),
  /** The same, and those that a controller replaces are evicted. */
  EVICT("Evict");

  private final String value;

  StuckPodsPolicy(String value) {
    this.value = value;
  }

  /** The word used in the API. */
  @JsonValue
  public String value() {
    return value;
  }
}
