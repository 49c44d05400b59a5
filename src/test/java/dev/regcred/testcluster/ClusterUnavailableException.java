package dev.regcred.testcluster;

/**
 * There is no cluster to be had. The message is one sentence for the person at the keyboard: what
 * is missing, and what to install or to set.
 */
public final class ClusterUnavailableException extends RuntimeException {
  ClusterUnavailableException(String message) {
    super(message);
  }
}
