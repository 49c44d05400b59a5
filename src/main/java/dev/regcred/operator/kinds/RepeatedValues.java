package dev.regcred.operator.kinds;

/**
 * A table of values that come again and again, of which one instance each is kept. It has a fixed
 * size, and a newer value takes the place of an older one: what is rare is soon pushed out, and
 * what is frequent is soon back. So nobody can make it grow. It needs no lock: a lost value costs
 * one more instance. Not for secret values, which would be kept.
 */
public final class RepeatedValues {
  private final Object[] seen;

  /**
   * A table that keeps none yet.
   *
   * @param slots how many values are kept at the most; a power of two
   */
  public RepeatedValues(int slots) {
    seen = new Object[slots];
  }

  /**
   * The instance that is kept and equals {@code value}; else {@code value}, which is kept now.
   *
   * @param hash the hash code of the value, which is another one in each run for what has none of
   *     its own
   */
  public <T> T same(T value, int hash) {
    var slot = (hash ^ (hash >>> 16)) & (seen.length - 1);
    var known = seen[slot];
    if (value.equals(known)) {
      @SuppressWarnings("unchecked") // What is equal is of one type here: texts, maps and lists.
      var same = (T) known;
      return same;
    }
    seen[slot] = value;
    return value;
  }
}
