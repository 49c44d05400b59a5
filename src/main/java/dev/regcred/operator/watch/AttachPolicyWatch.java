package dev.regcred.operator.watch;

import dev.regcred.plan.credential.AttachPolicy;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch over the policies by which the API server gives pull Secrets to Pods. As long as there
 * is a credential that depends on one, that is read again and again; a real watch would be tried
 * again and again where the API server does not know the kind, or the operator may not read it.
 */
public final class AttachPolicyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AttachPolicyWatch.class);

  /** Between two looks; each reads a policy and its binding by their names. */
  static final Duration PERIOD = Duration.ofSeconds(5);

  /** Who is told, and asked. */
  public interface Listener {
    /** Whether a credential of the kind depends on its policy. */
    boolean isNeeded(boolean isClusterWide);

    /** The policy of a kind has changed. */
    void changed(boolean isClusterWide);
  }

  private final AttachPolicies policies;
  private final Map<Boolean, AttachPolicy> known = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("attach-policy").factory());

  public AttachPolicyWatch(AttachPolicies policies) {
    this.policies = policies;
  }

  /** Begins to look. */
  public void start(Listener listener) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> look(listener), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The policy of a kind of credentials, as it was at the last look; it is read where there was
   * none.
   *
   * @throws KubernetesClientException if it can't be read
   */
  public AttachPolicy of(boolean isClusterWide) {
    var last = known.get(isClusterWide);
    if (last != null) {
      return last;
    }
    // Two passes may both ask; neither holds a lock while the API server answers.
    var read = policies.read(isClusterWide);
    var earlier = known.putIfAbsent(isClusterWide, read);
    return earlier == null ? read : earlier;
  }

  private void look(Listener listener) {
    for (boolean isClusterWide : List.copyOf(known.keySet())) {
      try {
        if (!listener.isNeeded(isClusterWide)) {
          known.remove(isClusterWide);
          continue;
        }
        var present = policies.read(isClusterWide);
        if (!present.equals(known.put(isClusterWide, present))) {
          listener.changed(isClusterWide);
        }
      } catch (RuntimeException e) {
        // What is known counts until it is answered again; a look that threw would be the last.
        LOG.debug("The policy of attach: Pods could not be read", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
