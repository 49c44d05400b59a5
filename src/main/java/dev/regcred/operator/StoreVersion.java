package dev.regcred.operator;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The version of the store behind one kind, which only grows; unless an older copy of the store is
 * put in its place. Other kinds may be kept in another store ({@code --etcd-servers-overrides}), so
 * that versions of different kinds are not compared.
 */
final class StoreVersion {
  private final LongSupplier present;
  private final LongSupplier known;

  /** The highest version that the API server has answered. */
  private long highest;

  /**
   * A version that was not asked for yet.
   *
   * @param present asks the API server for the present one; 0 if it is no number, of which nothing
   *     follows
   * @param known one that the store has had for sure, such as that of an object in a cache; 0 if
   *     there is none
   */
  StoreVersion(LongSupplier present, LongSupplier known) {
    this.present = present;
    this.known = known;
  }

  /**
   * Asks for the present version.
   *
   * @return empty if it has grown or stayed; else a clause that says how far it went back
   * @throws RuntimeException if it is not answered
   */
  Optional<String> setback() {
    var seen =
        Math.max(highest, known.getAsLong()); // Before it is asked: what comes meanwhile is newer.
    var answered = present.getAsLong();
    if (answered > 0 && answered < seen) {
      return Optional.of("went back from version %s to %s".formatted(seen, answered));
    }
    highest = Math.max(highest, answered);
    return Optional.empty();
  }
}
