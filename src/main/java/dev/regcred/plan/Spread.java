package dev.regcred.plan;

import dev.regcred.plan.Plan.Next;
import dev.regcred.plan.Tally.Counted;
import java.util.ArrayList;
import java.util.List;

/**
 * What a plan writes in each of the namespaces of a credential, how they are counted, and where it
 * can't be done for now. None of them waits for another.
 */
final class Spread {
  /**
   * The most namespaces that are written in one pass. After it the status says how far it is, and a
   * namespace that has appeared meanwhile is not kept waiting longer than that.
   */
  static final int ROUND = 1_000;

  private final ObservedCredential observed;
  private final List<Action.Part> parts = new ArrayList<>();
  private final List<Tally.Failed> failed = new ArrayList<>();
  private int desired;
  private int synced;
  private int overridden;
  private Requeue requeue = Requeue.never();
  private boolean isCut;
  private boolean isObstructed;

  Spread(ObservedCredential observed) {
    this.observed = observed;
  }

  /** A namespace that shall hold the entry. */
  void desire() {
    desired++;
  }

  /** Writes there, as far as it is this round's turn. */
  void add(ObservedPlace place, Counted counted, Writes writes) {
    add(place, counted, writes.actions());
  }

  private void add(ObservedPlace place, Counted counted, List<Action> actions) {
    if (!actions.isEmpty()) {
      if (parts.size() == ROUND) {
        isCut = true;
        return;
      }
      parts.add(new Action.Part(place.namespace(), counted, actions));
    }
    synced += counted == Counted.SYNCED ? 1 : 0;
    overridden += counted == Counted.OVERRIDDEN ? 1 : 0;
  }

  /** It is not as it should be there. */
  void fail(ObservedPlace place, Verdict verdict) {
    failed.add(new Tally.Failed(place.namespace(), verdict));
  }

  /** It is to be looked at again then. */
  void requeue(Requeue other) {
    requeue = Requeue.earliest(requeue, other);
  }

  /** Whether nothing may be written there for now, because the last write failed. */
  boolean isHeldBack(ObservedPlace place) {
    var heldBack = place.heldBack();
    if (heldBack == null || !heldBack.until().isAfter(observed.now())) {
      return false;
    }
    fail(place, heldBack.failure().verdict());
    requeue(Requeue.at(heldBack.until()));
    return true;
  }

  /** Whether another writer changes the target each time; then it is put right later. */
  boolean isContested(ObservedPlace place, Writes writes) {
    var contest = writes.contest();
    contest.ifPresent(
        fight -> {
          fail(place, Writes.contested("Secret " + place.target().name(), fight));
          requeue(Requeue.at(fight.until()));
        });
    return contest.isPresent();
  }

  /**
   * Keeps the target right where what was to be taken away is gone already.
   *
   * @param writes see {@link #withdraw}
   */
  void rest(ObservedPlace place, Writes writes) {
    if (place.terminating() || !isContested(place, writes)) {
      withdraw(place, writes);
    }
  }

  /** Takes all that there is of it away from a namespace, in as far as that is possible. */
  void withdraw(ObservedPlace place, Writes writes) {
    if (place.terminating()) {
      add(place, Counted.OUTSIDE, writes.deletions()); // The namespace takes the rest with it.
    } else if (!isHeldBack(place)) {
      var obstacle = writes.obstacle();
      if (obstacle.isPresent()) {
        fail(place, obstacle.get());
        isObstructed |= !writes.isEmpty();
      } else {
        add(place, Counted.OUTSIDE, writes);
      }
    }
  }

  /** Whether there is something to write, be it that it can't be written now. */
  boolean isEmpty() {
    return parts.isEmpty() && !isObstructed;
  }

  /** Whether after this round something remains to be done. */
  boolean isUnfinished() {
    return isCut || !failed.isEmpty();
  }

  boolean isCut() {
    return isCut;
  }

  Tally tally() {
    return new Tally(desired, synced, overridden, failed);
  }

  /** What stands in the way in the namespace of a namespaced credential. */
  Verdict obstacle() {
    return failed.getFirst().verdict();
  }

  /** In all namespaces at the same time; in a namespaced credential's own one after the other. */
  List<Action> actions() {
    if (parts.isEmpty()) {
      return List.of();
    }
    return observed.isClusterWide()
        ? List.of(new Action.InNamespaces(List.copyOf(parts)))
        : parts.getFirst().actions();
  }

  Next next() {
    return next(Requeue.never());
  }

  /**
   * What comes after the round.
   *
   * @param other when the credential is looked at again for another reason
   */
  Next next(Requeue other) {
    return isCut ? new Next.AtOnce() : new Next.Settled(Requeue.earliest(requeue, other));
  }
}
