package dev.regcred.testcluster;

import java.io.IOException;

/** A JVM that starts a cluster and keeps it until it is killed; see LocalControlPlaneIT. */
final class LocalControlPlaneHolder {
  private LocalControlPlaneHolder() {}

  public static void main(String[] args) throws IOException {
    var cluster = LocalControlPlane.start("because a test asks for it", Progress.onConsole());
    System.out.println("{\"directory\": \"%s\"}".formatted(cluster.kubeconfig().getParent()));
    var _ = System.in.read();
  }
}
