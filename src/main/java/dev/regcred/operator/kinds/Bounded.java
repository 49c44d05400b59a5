package dev.regcred.operator.kinds;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A watched object that whoever may edit its namespace can make large. What is kept of it can be
 * measured, and given up.
 */
public interface Bounded {
  /** The field of an object that is ignored; the API server has none of that name. */
  String IGNORED = "ignored";

  /** How much of it is kept besides which object it is, in characters, roughly. */
  long size();

  /**
   * Gives up all that is kept of it, but for which object it is. To be called before anybody sees
   * it.
   *
   * @param reason a sentence that says why
   */
  void ignore(String reason);

  /** Why nothing more is kept of it, as a sentence; empty if it is. */
  Optional<String> ignored();

  /**
   * Shares what it has in common with others, before it is kept.
   *
   * @param same gives of what is equal always the same instance, as long as that comes again
   */
  default void share(UnaryOperator<Object> same) {}
}
