package dev.regcred.testkit;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * An operator in this JVM, which can be stopped and started again. It works under the RBAC that
 * ships, through whatever way the configuration of its client leads.
 */
public final class InProcessOperator implements AutoCloseable {
  private final OperatorConfig settings;
  private final Config kubernetes;
  private @Nullable RunningOperator running;

  /**
   * Prepares one; {@link #start} starts it.
   *
   * @param settings what its environment would say
   * @param kubernetes which cluster, and as whom
   */
  public InProcessOperator(OperatorConfig settings, Config kubernetes) {
    this.settings = settings;
    this.kubernetes = kubernetes;
  }

  /** Starts it; returns when its caches have synced. */
  public InProcessOperator start() {
    try {
      running = RunningOperator.start(settings, kubernetes);
      OperatorAnswers.add(this);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it, if it runs; returns when its last write is done. */
  public void stop() {
    OperatorAnswers.remove(this);
    var stopped = running;
    running = null;
    if (stopped != null) {
      stopped.close();
    }
  }

  /** Stops it and starts it with empty caches. */
  public void restart() {
    stop();
    start();
  }

  /** Whether it was started and not stopped since. */
  public boolean isRunning() {
    return running != null;
  }

  /**
   * The operator itself.
   *
   * @throws IllegalStateException if it does not run
   */
  public RunningOperator running() {
    if (running == null) {
      throw new IllegalStateException("The operator is stopped");
    }
    return running;
  }

  /** The port of its metrics and health. */
  public int httpPort() {
    return running().httpPort();
  }

  @Override
  public void close() {
    stop();
  }
}
