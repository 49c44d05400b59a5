package dev.regcred.node;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** How long an operator's Pod takes to its start, and what memory it needs then. */
final class StartChapter {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Stage stage;

  StartChapter(Stage stage) {
    this.stage = stage;
  }

  void tell() throws IOException {
    var terminal = stage.terminal();
    terminal.chapter("The operator's Pods are replaced");
    for (var old : pods()) {
      var before = pods().stream().map(StartChapter::name).collect(Collectors.toSet());
      terminal.run(
          "kubectl delete pod %s -n %s --wait=false"
              .formatted(name(old), InstallChapter.NAMESPACE));
      replacement(before);
    }
    terminal.run(
        "kubectl rollout status deployment/regcred-operator -n " + InstallChapter.NAMESPACE);
  }

  /** Polls by itself: the kubelet's probes would say it up to some seconds later. */
  private void replacement(Set<String> before) throws IOException {
    var pod =
        Awaitility.await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .until(() -> newcomer(before), Optional::isPresent)
            .orElseThrow();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> isReady(pod.getStatus().getPodIP()));
    var ready = Instant.now();
    var operator = ContainerProcess.of(stage.admin(), InstallChapter.NAMESPACE, name(pod));
    stage
        .terminal()
        .say(
            "%s: ready %d ms after the start of its container; resident %.0f MB."
                .formatted(
                    name(pod),
                    Duration.between(operator.start(), ready).toMillis(),
                    operator.residentBytes() / 1e6));
  }

  private Optional<Pod> newcomer(Set<String> before) {
    return pods().stream()
        .filter(pod -> !before.contains(name(pod)))
        .filter(pod -> podIp(pod) != null)
        .findFirst();
  }

  private static @Nullable String podIp(Pod pod) {
    return pod.getStatus().getPodIP();
  }

  private List<Pod> pods() {
    return stage
        .admin()
        .pods()
        .inNamespace(InstallChapter.NAMESPACE)
        .withLabel("app.kubernetes.io/name", "regcred")
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .sorted(Comparator.comparing(StartChapter::name))
        .toList();
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  private static boolean isReady(String ip) throws IOException, InterruptedException {
    try (var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://%s:8080/readyz".formatted(ip)))
              .timeout(Duration.ofSeconds(1))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }
  }
}
