package dev.regcred.plan;

/** The part that a namespace has in the counts of a status. */
public enum CountedAs {
  /** The namespace's pull Secret holds the entry. */
  SYNCED,
  /** A namespaced credential has the server's entry. */
  OVERRIDDEN,
  /** Its pull Secret holds the entry, but it is among the failed ones for a ServiceAccount. */
  UNATTACHED,
  /** The namespace can't be written; it is among the failed ones already. */
  FAILED,
  /** The namespace is not to hold the entry. */
  OUTSIDE;

  /** Whether it is among the failed ones, be it written or not. */
  boolean isFailed() {
    return this == FAILED || this == UNATTACHED;
  }
}
