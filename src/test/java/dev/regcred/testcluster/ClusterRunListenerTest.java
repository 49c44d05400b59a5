package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class ClusterRunListenerTest {
  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicInteger stops = new AtomicInteger();
  private final SharedCluster cluster = new SharedCluster(this::started);
  @TempDir private Path directory;

  @Test
  void saysWhatRanOnTheClusterAndStopsIt() {
    assertThat(cluster.start()).isSameAs(cluster.start());
    run(Mixed.class, NeverStarts.class, Off.class);

    // Ran: passes, fails. Failed: fails, and the class that never started.
    assertThat(summary())
        .hasContent(
            "Integration tests: 2 ran, 2 failed, 3 skipped, on a cluster, Kubernetes v1.2.3"
                + " (127.0.0.1:1), because");
    assertThat(starts).hasValue(1);
    assertThat(stops).hasValue(1);
  }

  @Test
  void aRunWithoutAClusterSaysNothing() {
    run(Mixed.class);
    assertThat(summary()).doesNotExist();
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

  private Path summary() {
    return directory.resolve("summary.txt");
  }

  /** Without the listener that Maven's own run has: it would stop the cluster of this JVM. */
  private void run(Class<?>... tests) {
    var config =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    var request = LauncherDiscoveryRequestBuilder.request();
    for (Class<?> test : tests) {
      request.selectors(selectClass(test));
    }
    LauncherFactory.create(config)
        .execute(request.build(), new ClusterRunListener(cluster, summary()));
  }

  static class Mixed {
    @Test
    void passes() {}

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
