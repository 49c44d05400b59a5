package dev.regcred.operator.execute;

import dev.regcred.plan.Action;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evictions of Pods, by the Eviction API, each bound to the UID and resourceVersion that the
 * Pod was seen with. One that is refused is left to the next look.
 */
public final class PodEvictions {
  private static final Logger LOG = LoggerFactory.getLogger(PodEvictions.class);

  private final KubernetesClient client;
  private final Consumer<Boolean> counted;
  private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  /**
   * Evictions by this client.
   *
   * @param counted is told of each whether the Pod was evicted
   */
  public PodEvictions(KubernetesClient client, Consumer<Boolean> counted) {
    this.client = client;
    this.counted = counted;
  }

  /** Whether the last one in a namespace was forbidden. */
  public boolean isForbidden(String namespace) {
    return forbidden.contains(namespace);
  }

  /** Forgets a namespace that is gone. */
  public void forget(String namespace) {
    forbidden.remove(namespace);
  }

  void evict(Action.EvictPod pod) {
    try {
      client.raw(
          "/api/v1/namespaces/%s/pods/%s/eviction".formatted(pod.namespace(), pod.name()),
          "POST",
          client
              .getKubernetesSerialization()
              .asJson(
                  Map.of(
                      "apiVersion",
                      "policy/v1",
                      "kind",
                      "Eviction",
                      "metadata",
                      Map.of("namespace", pod.namespace(), "name", pod.name()),
                      "deleteOptions",
                      Map.of(
                          "preconditions",
                          Map.of("uid", pod.uid(), "resourceVersion", pod.resourceVersion())))));
      LOG.info("Pod {}/{} was evicted: it can't pull its image", pod.namespace(), pod.name());
      forbidden.remove(pod.namespace());
      counted.accept(true);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        forbidden.add(pod.namespace());
      } else {
        forbidden.remove(pod.namespace());
      }
      LOG.warn(
          "Pod {}/{} could not be evicted ({}); it is looked at again",
          pod.namespace(),
          pod.name(),
          e.getCode());
      counted.accept(false);
    }
  }
}
