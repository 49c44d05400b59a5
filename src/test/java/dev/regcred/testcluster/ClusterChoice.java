package dev.regcred.testcluster;

/**
 * Which cluster to take, and why.
 *
 * <p>A kubeconfig counts only when it is named for this purpose. {@code $KUBECONFIG} and {@code
 * ~/.kube/config} are never looked at: they may lead to somebody's production.
 */
record ClusterChoice(Kind kind, String reason) {
  static final String CLUSTER_PROPERTY = "regcred.cluster";
  static final String KUBECONFIG_PROPERTY = "regcred.kubeconfig";

  enum Kind {
    /** A cluster that runs already; nothing is started or stopped. */
    KUBECONFIG,
    /** K3s in a container. */
    K3S,
    /** etcd, API server and controllers as processes, compiled by Go. */
    LOCAL
  }

  /**
   * Chooses.
   *
   * @param wanted the value of {@value #CLUSTER_PROPERTY}; empty means auto
   * @param kubeconfig the value of {@value #KUBECONFIG_PROPERTY}; empty means none
   * @param docker asked only where the answer matters, as asking takes a moment
   * @throws ClusterUnavailableException if the wanted kind is unknown or cannot be had
   */
  static ClusterChoice of(String wanted, String kubeconfig, DockerEngine docker) {
    return switch (wanted) {
      case "", "auto" -> firstAvailable(kubeconfig, docker);
      case "kubeconfig" -> {
        if (kubeconfig.isEmpty()) {
          throw new ClusterUnavailableException(
              "%s=kubeconfig needs the path of a kubeconfig in the property %s."
                  .formatted(CLUSTER_PROPERTY, KUBECONFIG_PROPERTY));
        }
        yield new ClusterChoice(Kind.KUBECONFIG, forced(wanted));
      }
      case "k3s" -> {
        if (!docker.answers()) {
          throw new ClusterUnavailableException(
              "%s=k3s needs a Docker engine and none answers: start one, or set %s=local."
                  .formatted(CLUSTER_PROPERTY, CLUSTER_PROPERTY));
        }
        yield new ClusterChoice(Kind.K3S, forced(wanted));
      }
      case "local" -> new ClusterChoice(Kind.LOCAL, forced(wanted));
      default ->
          throw new ClusterUnavailableException(
              "%s=%s is unknown: it may be auto, kubeconfig, k3s or local."
                  .formatted(CLUSTER_PROPERTY, wanted));
    };
  }

  private static ClusterChoice firstAvailable(String kubeconfig, DockerEngine docker) {
    if (!kubeconfig.isEmpty()) {
      return new ClusterChoice(Kind.KUBECONFIG, "because " + KUBECONFIG_PROPERTY + " names it");
    }
    if (docker.answers()) {
      return new ClusterChoice(Kind.K3S, "because a Docker engine answers");
    }
    return new ClusterChoice(
        Kind.LOCAL, "because " + KUBECONFIG_PROPERTY + " is not set and no Docker engine answers");
  }

  private static String forced(String wanted) {
    return "because %s=%s".formatted(CLUSTER_PROPERTY, wanted);
  }
}
