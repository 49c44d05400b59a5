package dev.regcred.node;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The first process of a Pod's only container, seen from its node.
 *
 * @param handle the process
 */
record ContainerProcess(ProcessHandle handle) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  /** Finds it by the container's name in its cgroup. */
  static ContainerProcess of(KubernetesClient admin, String namespace, String pod) {
    var container =
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> containerId(admin, namespace, pod), id -> !id.isEmpty());
    return ProcessHandle.allProcesses()
        .filter(process -> read(process, "cgroup").contains(container))
        .min(Comparator.comparing(process -> process.info().startInstant().orElseThrow()))
        .map(ContainerProcess::new)
        .orElseThrow(() -> new IllegalStateException("No process of the Pod " + pod));
  }

  /** Empty as long as the kubelet has not said it. */
  private static String containerId(KubernetesClient admin, String namespace, String pod) {
    return admin
        .pods()
        .inNamespace(namespace)
        .withName(pod)
        .require()
        .getStatus()
        .getContainerStatuses()
        .stream()
        .map(ContainerStatus::getContainerID)
        .filter(Objects::nonNull)
        .map(id -> id.substring(id.lastIndexOf('/') + 1))
        .findFirst()
        .orElse("");
  }

  /** To a hundredth of a second. */
  Instant start() {
    return handle.info().startInstant().orElseThrow();
  }

  long residentBytes() {
    var resident = RESIDENT.matcher(read(handle, "status"));
    if (!resident.find()) {
      throw new IllegalStateException("No VmRSS of process " + handle.pid());
    }
    return Long.parseLong(resident.group(1)) * 1024;
  }

  /** Empty if the process has ended meanwhile. */
  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file));
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      // A process that ends while it is read from says so in this way.
      if (!process.isAlive()) {
        return "";
      }
      throw new UncheckedIOException(e);
    }
  }
}
