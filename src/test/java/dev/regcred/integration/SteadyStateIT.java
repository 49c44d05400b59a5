package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.RegistryCredential;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where nothing changes, nothing is written: by the API server's own count of requests. */
class SteadyStateIT extends OperatorScenario {
  private static final int CREDENTIALS = 100;
  private static final Duration AT_REST = Duration.ofSeconds(60);
  private static final Duration AFTER_RESTART = Duration.ofSeconds(15);
  private static final Duration QUIET = Duration.ofSeconds(5);

  @Test
  void nothingIsWrittenAtRestNorByARestart() {
    activate();
    var requests = new ApiRequests(client);
    holds(QUIET, unchanged(requests));
    var versions = versions();
    var before = requests.writes();

    holds(AT_REST, () -> requests.writes() == before);
    var atRest = requests.writes() - before;
    stopOperator();
    startOperator();
    holds(AFTER_RESTART, () -> requests.writes() == before);

    System.out.printf(
        "steady state: %d credentials, %d s, %d writes; with a restart: %d writes%n",
        CREDENTIALS, AT_REST.toSeconds(), atRest, requests.writes() - before);
    assertThat(versions()).isEqualTo(versions);
    applySource(CANARY + "-rotated");
    await()
        .untilAsserted(
            () ->
                assertThat(requests.writes() - before)
                    .as("a rotation is one write of the source and one of each pull Secret")
                    .isEqualTo(1L + CREDENTIALS));
  }

  private void activate() {
    applied(REGISTRY);
    applySource(CANARY);
    var names = IntStream.range(0, CREDENTIALS).mapToObj(i -> "pull-" + i).toList();
    applied(names.stream().map(name -> credential(name, "")).collect(Collectors.joining("---\n")));
    names.forEach(name -> awaitState(name, "Active", "Active"));
  }

  /**
   * The rest of what is written at the start of a namespace is over when the count stands still.
   */
  private static Callable<Boolean> unchanged(ApiRequests requests) {
    var last = new long[] {-1};
    return () -> {
      var now = requests.writes();
      var isSame = now == last[0];
      last[0] = now;
      return isSame;
    };
  }

  private static void holds(Duration time, Callable<Boolean> condition) {
    await()
        .during(time)
        .atMost(time.plusSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .until(condition);
  }

  private Map<String, String> versions() {
    Stream<HasMetadata> resources =
        Stream.of(
                client.resources(RegistryCredential.class).inNamespace(namespace).list().getItems(),
                client.secrets().inNamespace(namespace).list().getItems())
            .flatMap(List::stream);
    return resources.collect(
        Collectors.toMap(
            resource -> resource.getKind() + "/" + resource.getMetadata().getName(),
            resource -> resource.getMetadata().getResourceVersion()));
  }
}
