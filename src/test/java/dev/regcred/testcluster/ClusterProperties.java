package dev.regcred.testcluster;

/**
 * What the person who runs the tests says of the cluster; each is empty where nothing is said.
 *
 * @param cluster the value of {@value #CLUSTER}
 * @param kubeconfig the value of {@value #KUBECONFIG}
 * @param kubernetes the value of {@value KubernetesRelease#PROPERTY}
 */
record ClusterProperties(String cluster, String kubeconfig, String kubernetes) {
  static final String CLUSTER = "regcred.cluster";
  static final String KUBECONFIG = "regcred.kubeconfig";

  static ClusterProperties ofThisJvm() {
    return new ClusterProperties(
        value(CLUSTER), value(KUBECONFIG), value(KubernetesRelease.PROPERTY));
  }

  private static String value(String property) {
    return System.getProperty(property, "").strip();
  }
}
