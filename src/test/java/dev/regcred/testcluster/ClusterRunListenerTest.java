package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class ClusterRunListenerTest {
  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicInteger stops = new AtomicInteger();
  private final List<Integer> stopsAfterEachPlan = new ArrayList<>();
  private final SharedCluster cluster = new SharedCluster(this::started);
  @TempDir private Path directory;

  @Test
  void leavesWhatRanOnTheClusterAndStopsItAtTheEndOfAllPlans() {
    assertThat(cluster.start()).isSameAs(cluster.start());
    run(List.of(Mixed.class, NeverStarts.class), List.of(Off.class));

    // Ran: passes, fails, and the nested one. Failed: fails, and the class that never started.
    var record = RunRecord.readFrom(file());
    assertThat(record.cluster()).isEqualTo("a cluster, Kubernetes v1.2.3 (127.0.0.1:1), because");
    assertThat(List.of(record.ran(), record.failed(), record.skipped())).containsExactly(3, 2, 3);
    assertThat(record.classes())
        .containsOnlyKeys(Mixed.class.getName(), NeverStarts.class.getName());
    assertThat(record.classes().get(Mixed.class.getName()))
        .isBetween(Duration.ofMillis(Mixed.LASTS_MILLIS), Duration.ofMinutes(1));
    assertThat(starts).hasValue(1);
    assertThat(stopsAfterEachPlan).containsExactly(0, 0);
    assertThat(stops).hasValue(1);
  }

  @Test
  void aRunWithoutAClusterNamesNone() {
    run(List.of(Mixed.class));
    assertThat(RunRecord.readFrom(file()).cluster()).isEmpty();
  }

  @Test
  void aClusterThatDoesNotStartIsTriedOnce() {
    var broken =
        new SharedCluster(
            () -> {
              starts.incrementAndGet();
              throw new ClusterUnavailableException("none");
            });
    assertThatThrownBy(broken::start).hasMessage("none");
    assertThatThrownBy(broken::start).hasMessage("none");
    assertThat(starts).hasValue(1);
  }

  private TestCluster started() {
    starts.incrementAndGet();
    var nothing = Path.of("/dev/null");
    return new RunningCluster(
        "a cluster",
        "v1.2.3",
        "127.0.0.1:1",
        "because",
        nothing,
        new Kubectl(List.of(), nothing, nothing),
        stops::incrementAndGet);
  }

  private Path file() {
    return directory.resolve("integration-1");
  }

  /** Without the listeners that Maven's own run has: they would stop the cluster of this JVM. */
  @SafeVarargs
  private void run(List<Class<?>>... plans) {
    var config =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .addLauncherSessionListeners(new ClusterRunListener(cluster, Optional.of(file())))
            .build();
    try (var session = LauncherFactory.openSession(config)) {
      for (var plan : plans) {
        var request = LauncherDiscoveryRequestBuilder.request();
        plan.forEach(test -> request.selectors(selectClass(test)));
        session.getLauncher().execute(request.build());
        stopsAfterEachPlan.add(stops.get());
      }
    }
  }

  static class Mixed {
    static final int LASTS_MILLIS = 20;

    @Nested
    class Inner {
      @Test
      void passesToo() {}
    }

    @Test
    void passes() {
      var until = System.nanoTime() + Duration.ofMillis(LASTS_MILLIS).toNanos();
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
    }

    @Test
    void fails() {
      Assertions.fail("on purpose");
    }

    @Test
    void isAborted() {
      Assumptions.abort("on purpose");
    }
  }

  static class NeverStarts {
    @BeforeAll
    static void fail() {
      Assertions.fail("on purpose");
    }

    @Test
    void isNeverReached() {}
  }

  // Not a test of anything: a test above runs this class by itself, to see that skipped ones are
  // counted. No run of the suite finds it.
  @Disabled("on purpose: it is what the listener has to count as skipped")
  static class Off {
    @Test
    void one() {}

    @Test
    void two() {}
  }
}
