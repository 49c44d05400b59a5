package dev.regcred.operator.memory;

import java.time.Clock;
import java.util.function.Consumer;

/**
 * The memory between two passes, of which nothing is needed for a right result: after a restart it
 * is empty.
 *
 * @param drift who has changed what the operator has written
 * @param secrets the pull Secrets of cluster-wide credentials as they were last read or written
 * @param backoffs when namespaces that have failed are tried again
 */
public record Memory(DriftHistory drift, PullSecretCache secrets, NamespaceBackoffs backoffs) {
  /**
   * An empty memory.
   *
   * @param corrected is told of each kind of drift that was corrected
   */
  public static Memory empty(Clock clock, Consumer<String> corrected) {
    return new Memory(
        new DriftHistory(clock, corrected), new PullSecretCache(), new NamespaceBackoffs(clock));
  }

  /** Forgets a namespace that is gone, but for its Secrets, which go one by one. */
  public void forgetNamespace(String namespace) {
    drift.forget(namespace);
    backoffs.forgetNamespace(namespace);
  }
}
