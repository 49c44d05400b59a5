package dev.regcred.plan.credential;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.plan.Action;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Plan.PublishedTarget;
import dev.regcred.plan.Readiness;
import dev.regcred.plan.credential.NamespaceOutcome.Contended;
import dev.regcred.plan.credential.NamespaceOutcome.Written;
import dev.regcred.pullsecret.EntryRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A summary is what a status says of a credential's namespaces: the reason of the only one, or the
 * counts of many. It is all in which the plans of the two kinds of credential differ.
 */
sealed interface Summary {
  /** The summary of a fan-out. */
  static Summary of(PlannedCredential credential, FanOut fanOut) {
    return credential.isClusterWide()
        ? new Many(credential, fanOut)
        : new Single(credential, fanOut);
  }

  /** The writes of the fan-out. */
  List<Action> actions();

  /** What is said once the entry is where it shall be, or of what keeps it from there. */
  Readiness activated(EntryRequest.Put entry);

  /** The target that the status publishes then. */
  PublishedTarget published(EntryRequest.Put entry);

  /** What is said of one that stays as it is, for that reason. */
  Readiness kept(Readiness reason);

  /** What is said while it can't be withdrawn everywhere. */
  Readiness unfinished(Readiness underWay);

  /**
   * What a status says of the API server's policy, once the ServiceAccounts are as they shall be.
   */
  private static @Nullable Instant podsAttachedTime(
      PlannedCredential credential, boolean isComplete) {
    return isComplete
        ? PodAttachment.since(credential.self(), credential.now())
        : PodAttachment.kept(credential.self(), credential.now());
  }

  /** The counts that the status has; null if it has none. */
  @Nullable FanOutCounts counts();

  /** The summary of a credential's own namespace. */
  record Single(PlannedCredential credential, FanOut fanOut) implements Summary {
    /**
     * How many missing ServiceAccounts a message names. A status is kept in memory, and the schema
     * lets a credential name a hundred of 253 characters each.
     */
    private static final int NAMED = 10;

    @Override
    public List<Action> actions() {
      return fanOut.batches().stream().flatMap(batch -> batch.actions().stream()).toList();
    }

    private static String named(List<String> names) {
      return names.size() <= NAMED
          ? String.join(", ", names)
          : "%s and %s others"
              .formatted(String.join(", ", names.subList(0, NAMED)), names.size() - NAMED);
    }

    private NamespaceOutcome outcome() {
      return fanOut.outcomes().getFirst();
    }

    private String target() {
      return credential.self().secretName();
    }

    @Override
    public Readiness activated(EntryRequest.Put entry) {
      if (!(outcome() instanceof Written written)) {
        return outcome().failure().orElseThrow();
      }
      if (!written.missingServiceAccounts().isEmpty()) {
        return Readiness.reconciling(
            Reason.SERVICE_ACCOUNT_MISSING,
            ("Secret %s is right, but there is no ServiceAccount %s in this namespace yet, or none"
                    + " that is small enough to be served; create it, or correct"
                    + " spec.serviceAccounts.")
                .formatted(target(), named(written.missingServiceAccounts())));
      }
      return outcome()
          .failure()
          .or(() -> credential.self().policy().problem(target()))
          .orElseGet(
              () ->
                  Readiness.ready(
                      Reason.ACTIVE,
                      "Secret %s holds the entry for %s%s.%s"
                          .formatted(
                              target(),
                              written.server(),
                              written.overridden().isEmpty()
                                  ? ""
                                  : ", in place of that of ClusterRegistryCredential "
                                      + written.overridden(),
                              PodAttachment.said(credential.self()))));
    }

    /** A credential that waits in line keeps what it has in another Secret. */
    @Override
    public PublishedTarget published(EntryRequest.Put entry) {
      var recorded = credential.lastPublished();
      return switch (outcome()) {
        case Written written ->
            new PublishedTarget(
                target(),
                written.server(),
                Summary.podsAttachedTime(credential, written.serviceAccounts() == null));
        case NamespaceOutcome.Waiting _ when target().equals(recorded.secretName()) ->
            new PublishedTarget(null, null, recorded.podsAttachedTime());
        default -> recorded;
      };
    }

    @Override
    public Readiness kept(Readiness reason) {
      return outcome() instanceof Contended(var readiness) ? readiness : reason;
    }

    @Override
    public Readiness unfinished(Readiness underWay) {
      return outcome().failure().orElse(underWay);
    }

    @Override
    public @Nullable FanOutCounts counts() {
      return null;
    }
  }

  /** The summary of many namespaces. */
  record Many(PlannedCredential credential, FanOut fanOut) implements Summary {
    /** All namespaces are written at the same time. */
    @Override
    public List<Action> actions() {
      return fanOut.batches().isEmpty()
          ? List.of()
          : List.of(new Action.InNamespaces(fanOut.batches()));
    }

    @Override
    public Readiness activated(EntryRequest.Put entry) {
      return fanOut.isCut() ? pending() : counts().readiness(active(entry));
    }

    private Readiness pending() {
      return Readiness.reconciling(
          Reason.NAMESPACES_PENDING,
          "Secret %s is being written: %s of %s namespaces."
              .formatted(
                  credential.self().secretName(),
                  counts().synced() + counts().overridden(),
                  counts().desired()));
    }

    private Readiness active(EntryRequest.Put entry) {
      var problem = credential.self().policy().problem(credential.self().secretName());
      if (problem.isPresent()) {
        return problem.get();
      }
      var counts = counts();
      if (counts.desired() == 0) {
        return Readiness.ready(
            Reason.NO_NAMESPACE_SELECTED,
            "There is no namespace that spec.namespaceSelector selects; the credential is written"
                + " to each that is there later.");
      }
      return Readiness.ready(
          Reason.ACTIVE,
          "Secret %s holds the entry for %s in %s of %s namespaces%s.%s"
              .formatted(
                  credential.self().secretName(),
                  entry.server().value(),
                  counts.synced(),
                  counts.desired(),
                  counts.overridden() == 0
                      ? ""
                      : "; in %s a RegistryCredential has it instead"
                          .formatted(counts.overridden()),
                  PodAttachment.said(credential.self())));
    }

    @Override
    public PublishedTarget published(EntryRequest.Put entry) {
      var isComplete = !fanOut.isCut() && counts().failed().isEmpty();
      return new PublishedTarget(
          credential.self().secretName(),
          entry.server().value(),
          Summary.podsAttachedTime(credential, isComplete));
    }

    @Override
    public Readiness kept(Readiness reason) {
      return reason;
    }

    @Override
    public Readiness unfinished(Readiness underWay) {
      return counts().readiness(underWay);
    }

    @Override
    public FanOutCounts counts() {
      return fanOut.counts();
    }
  }
}
