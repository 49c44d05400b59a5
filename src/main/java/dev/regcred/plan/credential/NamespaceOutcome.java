package dev.regcred.plan.credential;

import dev.regcred.plan.CountedAs;
import dev.regcred.plan.Readiness;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An outcome says how a credential stands in one of its namespaces, once what is planned there is
 * done.
 */
sealed interface NamespaceOutcome {
  /**
   * The pull Secret holds the entry.
   *
   * @param server under which server
   * @param overridden the cluster-wide credentials that do without theirs for it; empty if none
   * @param missingServiceAccounts the ServiceAccounts that the spec names and that are not there
   * @param serviceAccounts why a ServiceAccount can't be attached for now; null if none is held up
   */
  record Written(
      String server,
      String overridden,
      List<String> missingServiceAccounts,
      @Nullable Readiness serviceAccounts)
      implements NamespaceOutcome {}

  /** A namespaced credential has the server's entry, as it should, and this one does without. */
  record Overridden() implements NamespaceOutcome {}

  /** The credential waits in line for the entry, or for room in the pull Secret. */
  record Waiting(Readiness readiness) implements NamespaceOutcome {}

  /** The pull Secret may not be written until a person changes something. */
  record Blocked(Readiness readiness) implements NamespaceOutcome {}

  /** The last write there failed; it is tried again later. */
  record BackedOff(Readiness readiness) implements NamespaceOutcome {}

  /** Another writer changes the pull Secret each time; it is put right later. */
  record Contended(Readiness readiness) implements NamespaceOutcome {}

  /** The registry is asked about the account, and there is no entry of before that could stay. */
  record Awaiting(Readiness readiness) implements NamespaceOutcome {}

  /** The credential stays as it is there. */
  record Kept(Holding holding) implements NamespaceOutcome {}

  /** What the pull Secret of a credential that stays as it is holds of it. */
  enum Holding {
    /** The last good entry. */
    GOOD,
    /** The entry that the registry refuses. */
    REFUSED,
    /** No entry, but it is wired to the credential. */
    BLANK,
    /** Nothing, or it is not there. */
    NOTHING;

    /** Whether there is an entry. */
    boolean isEntry() {
      return this == GOOD || this == REFUSED;
    }
  }

  /** The credential has no part in the namespace. */
  record WithoutEntry() implements NamespaceOutcome {}

  /** Whether what is planned is carried out now; nothing is planned where it is tried later. */
  default boolean isCarriedOut() {
    return !(this instanceof Blocked);
  }

  /** What is not as it should be there, and why. */
  default Optional<Readiness> failure() {
    return switch (this) {
      case Written written -> Optional.ofNullable(written.serviceAccounts());
      case Waiting(var readiness) -> Optional.of(readiness);
      case Blocked(var readiness) -> Optional.of(readiness);
      case BackedOff(var readiness) -> Optional.of(readiness);
      case Contended(var readiness) -> Optional.of(readiness);
      case Awaiting(var readiness) -> Optional.of(readiness);
      case Overridden _, Kept _, WithoutEntry _ -> Optional.empty();
    };
  }

  /** The part that the namespace has in the counts of a status. */
  default CountedAs countedAs() {
    return switch (this) {
      case Overridden _ -> CountedAs.OVERRIDDEN;
      case WithoutEntry _ -> CountedAs.OUTSIDE;
      case Kept(var holding) -> holding.isEntry() ? CountedAs.SYNCED : CountedAs.FAILED;
      case Written _ -> failure().isEmpty() ? CountedAs.SYNCED : CountedAs.UNATTACHED;
      case Waiting _, Blocked _, BackedOff _, Contended _, Awaiting _ -> CountedAs.FAILED;
    };
  }
}
