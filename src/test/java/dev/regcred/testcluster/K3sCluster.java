package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** K3s in a container, through Testcontainers. */
final class K3sCluster {
  /** Another image that behaves like K3s, such as one from a mirror. */
  static final String IMAGE_PROPERTY = "regcred.k3s.image";

  /** K3s itself needs a privileged container; an image that stands in for it may not. */
  static final String PRIVILEGED_PROPERTY = "regcred.k3s.privileged";

  private static final String IMAGE = "rancher/k3s:v1.36.1-k3s1";

  private K3sCluster() {}

  static TestCluster start(String reason, Progress progress) {
    var image = System.getProperty(IMAGE_PROPERTY, IMAGE);
    progress.say(
        "Starting K3s from the image %s, which may have to be pulled first.".formatted(image));
    var container =
        new K3sContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s"));
    container.setPrivilegedMode(
        Boolean.parseBoolean(System.getProperty(PRIVILEGED_PROPERTY, "true")));
    try (var _ = progress.during("Pulling and starting K3s")) {
      container.start();
      var kubeconfig = Files.createTempFile("regcred-k3s-", ".kubeconfig");
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      return ExistingCluster.open(
          "K3s (" + image + ")", kubeconfig, reason, progress, () -> stop(container, kubeconfig));
    } catch (IOException e) {
      container.stop();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      container.stop();
      throw e;
    }
  }

  private static void stop(K3sContainer container, Path kubeconfig) {
    container.stop();
    try {
      Files.deleteIfExists(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
