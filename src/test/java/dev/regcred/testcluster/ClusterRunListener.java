package dev.regcred.testcluster;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Stops the shared cluster when this JVM has run its last test, and writes down what ran on it for
 * {@link RunSummary}. Not at the end of a test plan: of several JVMs each gets a plan for each
 * class.
 */
public final class ClusterRunListener implements LauncherSessionListener {
  /** The name of the record, which differs between the JVMs of a build; none is left without. */
  private static final String RUN_PROPERTY = "regcred.run";

  private final SharedCluster cluster;
  private final Optional<Path> file;
  private final RunCount count = new RunCount();

  /** For JUnit, which finds it through META-INF/services. */
  public ClusterRunListener() {
    this(
        SharedCluster.ofThisJvm(),
        Optional.ofNullable(System.getProperty(RUN_PROPERTY)).map(RunSummary::file));
  }

  ClusterRunListener(SharedCluster cluster, Optional<Path> file) {
    this.cluster = cluster;
    this.file = file;
  }

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    session.getLauncher().registerTestExecutionListeners(count);
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    var record = count.record(cluster.description().orElse(""));
    file.ifPresent(record::writeTo);
    cluster.stop();
  }
}
