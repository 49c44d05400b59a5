package dev.regcred.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.api.v1alpha1.StuckPodsStatus;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.plan.Action;
import dev.regcred.plan.Plan;
import dev.regcred.plan.credential.CredentialPlanner;
import dev.regcred.plan.credential.CredentialSnapshot;
import dev.regcred.plan.credential.StuckPodsSnapshots;
import dev.regcred.testkit.LocalHttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When it is looked for stuck Pods, and how many are evicted, over hours in which time is set. */
class StuckPodLooksTest {
  private final Time time = new Time();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<StuckPod> pods = new CopyOnWriteArrayList<>();
  private final Set<String> forbidden = new HashSet<>();
  private final HttpServer server = LocalHttpServer.start(this::answer);
  private final KubernetesClient client =
      KubernetesClients.create(
          new ConfigBuilder()
              .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/")
              .build());
  private final StuckPodLooks looks = new StuckPodLooks(client, forbidden::contains, time);

  private @Nullable StuckPodsStatus status;
  private int pages = 1;
  private boolean isAllWithoutEnd;

  @AfterEach
  void close() {
    client.close();
    server.stop(0);
  }

  private record StuckPod(String namespace, String name, String owner) {
    String json() {
      return """
      {"metadata": {"name": "%1$s", "namespace": "%2$s", "uid": "uid-%1$s", "resourceVersion": "7",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "ownerReferences": [%3$s]},
       "spec": {"serviceAccountName": "default",
        "containers": [{"name": "app", "image": "registry.example.com/app:1"}]},
       "status": {"phase": "Pending", "containerStatuses": [
        {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}}
      """
          .formatted(
              name,
              namespace,
              owner.isEmpty()
                  ? ""
                  : "{\"apiVersion\": \"%s\", \"kind\": \"%s\", \"name\": \"x\", \"controller\": true}"
                      .formatted((Object[]) owner.split(" ")));
    }
  }

  @Test
  void afterAChangeItIsLookedFourTimesAndThenNoMore() {
    change(StuckPodsPolicy.REPORT);
    assertThat(asked).as("in the pass that attaches").isEmpty();
    pass(StuckPodsPolicy.REPORT, Duration.ofHours(24));
    assertThat(asked)
        .as("of a day")
        .containsExactly("1 s pods", "30 s pods", "120 s pods", "600 s pods");
  }

  @Test
  void atRestNothingIsAskedFor() {
    run(StuckPodsPolicy.EVICT, false);
    pass(StuckPodsPolicy.EVICT, Duration.ofHours(24));
    assertThat(asked).isEmpty();
  }

  @Test
  void whoeverIsToIgnoreThemAsksForNothing() {
    stuck("team", 3, "apps/v1 ReplicaSet");
    change(StuckPodsPolicy.IGNORE);
    pass(StuckPodsPolicy.IGNORE, Duration.ofHours(24));
    assertThat(asked).isEmpty();
  }

  @Test
  void oneThatOnlyReportsAsksForNoJobAndEvictsNothing() {
    stuck("team", 3, "batch/v1 Job");
    change(StuckPodsPolicy.REPORT);
    assertThat(pass(StuckPodsPolicy.REPORT, Duration.ofHours(1))).isEmpty();
    assertThat(asked).isNotEmpty().allMatch(request -> request.endsWith(" pods"));
    assertThat(recorded().count()).isEqualTo(3);
  }

  /** Each is tried within its turn, also if the API server lets none of them go. */
  @Test
  void inAMinuteFiveAreEvictedAndOnesThatAreRefusedKeepNoOtherFromIt() {
    stuck("team", 12, "apps/v1 ReplicaSet");
    change(StuckPodsPolicy.EVICT);
    assertThat(pass(StuckPodsPolicy.EVICT, Duration.ofSeconds(29))).isEmpty();
    assertThat(pass(StuckPodsPolicy.EVICT, Duration.ofSeconds(31))).hasSize(5);
    var all = new ArrayList<String>();
    all.addAll(pass(StuckPodsPolicy.EVICT, Duration.ofSeconds(60)));
    assertThat(all).hasSize(5);
    all.addAll(pass(StuckPodsPolicy.EVICT, Duration.ofSeconds(60)));
    assertThat(all.stream().distinct().toList()).as("of the twelve").hasSizeGreaterThanOrEqualTo(7);
  }

  @Test
  void noneIsEvictedThatNobodyReplaces() {
    stuck("team", 3, "");
    stuck("team", 3, "example.com/v1 Gang");
    change(StuckPodsPolicy.EVICT);
    assertThat(pass(StuckPodsPolicy.EVICT, Duration.ofHours(1))).isEmpty();
    assertThat(recorded().count()).isEqualTo(6);
  }

  /** Who changes a credential without end has the Pods listed no more often than that. */
  @Test
  void howeverOftenACredentialIsChangedNoMoreOfANamespaceIsRead() {
    pages = PendingPods.MAX_PAGES;
    for (int i = 0; i < 120; i++) {
      change(StuckPodsPolicy.EVICT);
      pass(StuckPodsPolicy.EVICT, Duration.ofSeconds(1));
    }
    assertThat(asked.size()).isLessThanOrEqualTo(2 * (60 + pages)).isGreaterThan(pages);
    asked.clear();
    pass(StuckPodsPolicy.EVICT, Duration.ofHours(1));
    assertThat(asked).as("it is made up for, and ends").hasSizeBetween(3 * pages, 5 * pages);
  }

  @Test
  void ofTenNamespacesAllAreListedAtOnce() {
    var names = IntStream.range(0, 10).mapToObj(i -> "ns-" + i).toArray(String[]::new);
    stuck("ns-3", 1, "apps/v1 ReplicaSet");
    stuck("elsewhere", 1, "apps/v1 ReplicaSet");
    run(StuckPodsSnapshots.clusterWide(StuckPodsPolicy.REPORT, true, names));
    time.now = time.now.plusSeconds(1);
    run(StuckPodsSnapshots.clusterWide(StuckPodsPolicy.REPORT, false, names));
    assertThat(asked).containsExactly("1 s all pods");
    assertThat(recorded().pods()).containsExactly("ns-3/pod-0");
  }

  /** Somebody has so many Pods that those of others do not come in one list. */
  @Test
  void whereTheListOfAllHasNoEndEachNamespaceIsListedByItself() {
    var names = IntStream.range(0, 150).mapToObj(i -> "ns-" + i).toArray(String[]::new);
    stuck("ns-3", 1, "apps/v1 ReplicaSet");
    isAllWithoutEnd = true;
    run(StuckPodsSnapshots.clusterWide(StuckPodsPolicy.REPORT, true, names));
    var byItself = new ArrayList<Integer>();
    for (int second : List.of(1, 21, 41, 61)) {
      asked.clear();
      time.now = time.start.plusSeconds(second);
      run(StuckPodsSnapshots.clusterWide(StuckPodsPolicy.REPORT, false, names));
      byItself.add((int) asked.stream().filter(request -> !request.contains("all")).count());
      assertThat(asked.size() - byItself.getLast())
          .as("of all, in second %s", second)
          .isEqualTo(second == 1 ? PendingPods.MAX_PAGES_OF_ALL : 0);
      assertThat(recorded().pods()).containsExactly("ns-3/pod-0");
    }
    assertThat(byItself)
        .as("by itself, no more than a hundred in a pass")
        .containsExactly(100, 50, 100, 50);
  }

  /** That one may not is told where it is so, and not to others. */
  @Test
  void whatIsForbiddenInAnotherNamespaceIsNotSaid() {
    stuck("team", 1, "apps/v1 ReplicaSet");
    forbidden.add("other");
    change(StuckPodsPolicy.EVICT);
    pass(StuckPodsPolicy.EVICT, Duration.ofSeconds(40));
    assertThat(message()).contains("are evicted").doesNotContain("Forbidden");
    forbidden.add("team");
    assertThat(message()).contains("(Forbidden)");
  }

  /** What the status says of stuck Pods. */
  private StuckPodsStatus recorded() {
    return Objects.requireNonNull(status);
  }

  private String message() {
    var report = run(StuckPodsPolicy.EVICT, false).stuckPods();
    return report == null ? "" : report.message();
  }

  private void stuck(String namespace, int count, String owner) {
    IntStream.range(0, count).forEach(i -> pods.add(new StuckPod(namespace, "pod-" + i, owner)));
  }

  /** A pass over a credential whose spec is new. */
  private void change(StuckPodsPolicy policy) {
    run(policy, true);
  }

  private Plan run(StuckPodsPolicy policy, boolean isChanged) {
    return run(StuckPodsSnapshots.namespaced(policy, isChanged));
  }

  private Plan run(CredentialSnapshot observed) {
    var last = new CredentialStatusBuilder().stuckPods(status).build();
    var plan = looks.plan(observed, last, CredentialPlanner.plan(observed));
    var report = plan.stuckPods();
    status =
        report == null || !report.isStuck()
            ? null
            : new StuckPodsStatus(report.count(), report.pods(), report.attached());
    return plan;
  }

  /** A pass each second; returns the UIDs of the Pods that are evicted in it. */
  private List<String> pass(StuckPodsPolicy policy, Duration duration) {
    var evicted = new ArrayList<String>();
    for (var end = time.now.plus(duration); time.now.isBefore(end); ) {
      // Of hours at rest not each second.
      time.now = time.now.plusSeconds(duration.toHours() > 1 && time.sinceStart() > 3_600 ? 60 : 1);
      run(policy, false).actions().stream()
          .flatMap(
              action ->
                  action instanceof Action.EvictPod eviction
                      ? Stream.of(eviction.uid())
                      : Stream.empty())
          .forEach(evicted::add);
    }
    return evicted;
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var namespace = path.contains("/namespaces/") ? path.split("/", -1)[4] : "";
    var what = path.substring(path.lastIndexOf('/') + 1);
    asked.add(time.sinceStart() + " s " + (namespace.isEmpty() ? "all " : "") + what);
    var items =
        pods.stream()
            .filter(
                pod -> namespace.isEmpty() ? !isAllWithoutEnd : pod.namespace().equals(namespace))
            .map(StuckPod::json)
            .collect(Collectors.joining(","));
    var isLast = asked.size() % pages == 0 && !(namespace.isEmpty() && isAllWithoutEnd);
    var more = isLast ? "" : ", \"metadata\": {\"continue\": \"x\"}";
    var body = "{\"items\": [%s]%s}".formatted(items, more).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** A clock that a test sets. */
  private static final class Time extends Clock {
    private final Instant start = Instant.parse("2026-03-01T12:00:00Z");
    private Instant now = start;

    long sinceStart() {
      return Duration.between(start, now).toSeconds();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
