package dev.regcred.testcluster;

import static dev.regcred.testcluster.ClusterProperties.CLUSTER;
import static dev.regcred.testcluster.ClusterProperties.KUBECONFIG;

import java.util.function.BooleanSupplier;

/**
 * Which cluster to take, and why.
 *
 * <p>A kubeconfig counts only when it is named for this purpose. {@code $KUBECONFIG} and {@code
 * ~/.kube/config} are never looked at: they may lead to somebody's production.
 */
record ClusterChoice(Kind kind, String reason) {

  enum Kind {
    /** A cluster that runs already; nothing is started or stopped. */
    KUBECONFIG,
    /** etcd, API server and controllers as processes, compiled by Go. */
    LOCAL,
    /** K3s in a container. */
    K3S
  }

  /**
   * Chooses.
   *
   * @param wanted what the person who runs the tests says
   * @param go whether there is one that is new enough
   * @param docker asked only where the answer matters, as asking takes a moment
   * @throws ClusterUnavailableException if the wanted kind is unknown or cannot be had
   */
  static ClusterChoice of(ClusterProperties wanted, BooleanSupplier go, DockerEngine docker) {
    var choice =
        switch (wanted.cluster()) {
          case "", "auto" -> firstAvailable(wanted, go, docker);
          case "kubeconfig" -> {
            if (wanted.kubeconfig().isEmpty()) {
              throw new ClusterUnavailableException(
                  "%s=kubeconfig needs the path of a kubeconfig in the property %s."
                      .formatted(CLUSTER, KUBECONFIG));
            }
            yield forced(Kind.KUBECONFIG, wanted);
          }
          case "k3s" -> {
            if (!docker.answers()) {
              throw new ClusterUnavailableException(
                  "%s=k3s needs a Docker engine and none answers: start one, or set %s=local."
                      .formatted(CLUSTER, CLUSTER));
            }
            yield forced(Kind.K3S, wanted);
          }
          case "local" -> forced(Kind.LOCAL, wanted);
          default ->
              throw new ClusterUnavailableException(
                  "%s=%s is unknown: it may be auto, kubeconfig, local or k3s."
                      .formatted(CLUSTER, wanted.cluster()));
        };
    return choice.withChosenKubernetes(wanted.kubernetes());
  }

  private static ClusterChoice firstAvailable(
      ClusterProperties wanted, BooleanSupplier go, DockerEngine docker) {
    if (!wanted.kubeconfig().isEmpty()) {
      return new ClusterChoice(Kind.KUBECONFIG, "because %s names it".formatted(KUBECONFIG));
    }
    if (go.getAsBoolean()) {
      return new ClusterChoice(
          Kind.LOCAL, "because %s is not set and Go is there".formatted(KUBECONFIG));
    }
    if (docker.answers()) {
      return new ClusterChoice(Kind.K3S, "because there is no Go and a Docker engine answers");
    }
    throw new ClusterUnavailableException(
        ("There is no cluster to be had: install Go 1.26 or newer from https://go.dev/dl/, or start"
                + " a Docker engine, or name a cluster of your own by %s.")
            .formatted(KUBECONFIG));
  }

  private static ClusterChoice forced(Kind kind, ClusterProperties wanted) {
    return new ClusterChoice(kind, "because %s=%s".formatted(CLUSTER, wanted.cluster()));
  }

  /** Only the local control plane is built of what somebody chooses; the others are as they are. */
  private ClusterChoice withChosenKubernetes(String kubernetes) {
    if (!kubernetes.isEmpty() && kind != Kind.LOCAL) {
      throw new ClusterUnavailableException(
          "%s=%s is for the local control plane, and the cluster would be %s, %s: set %s=local."
              .formatted(
                  KubernetesRelease.PROPERTY,
                  kubernetes,
                  kind == Kind.K3S ? "K3s" : "that of a kubeconfig",
                  reason,
                  CLUSTER));
    }
    return this;
  }
}
