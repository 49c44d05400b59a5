package dev.regcred.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Sees every state that any pull Secret of the cluster has, and notes each in which a Pod could not
 * have pulled. A watch leaves out no state, as looking now and then would.
 */
final class PullSecretWatch implements Watcher<Secret> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Expected> expected = new ConcurrentHashMap<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final AtomicInteger states = new AtomicInteger();
  private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

  /** A password that a pull Secret is about to have. */
  private record Expected(String password, long since) {}

  /** Begins to see; the states that are there now come first. */
  Watch open(KubernetesClient admin) {
    return admin.secrets().inAnyNamespace().withLabel("regcred.dev/managed", "true").watch(this);
  }

  /** Say it before the source is written. */
  void expect(String secret, String password) {
    expected.put(secret, new Expected(password, System.nanoTime()));
  }

  /** Whether the pull Secret has not got yet what it is expected to have. */
  boolean isAwaited(String secret) {
    return expected.containsKey(secret);
  }

  int awaited() {
    return expected.size();
  }

  /** What a Pod would have suffered from. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  int states() {
    return states.get();
  }

  /** The longest that a password took from its source to its pull Secret since this was asked. */
  Duration takeLongest() {
    return Duration.ofNanos(longest.getThenReset());
  }

  @Override
  public void eventReceived(Action action, Secret secret) {
    var name = secret.getMetadata().getNamespace() + "/" + secret.getMetadata().getName();
    switch (action) {
      case ADDED, MODIFIED -> see(name, secret);
      case DELETED -> faults.add(name + " was deleted");
      case ERROR, BOOKMARK -> faults.add(name + ": " + action);
    }
  }

  private void see(String name, Secret secret) {
    states.incrementAndGet();
    var entries = entries(secret);
    if (entries.isEmpty()) {
      faults.add(name + " had no entry");
      return;
    }
    var awaited = expected.get(name);
    if (awaited != null
        && entries.iterator().next().path("password").asText().equals(awaited.password)) {
      longest.accumulate(System.nanoTime() - awaited.since);
      expected.remove(name);
    }
  }

  /** The accounts in a pull Secret, by server. */
  static JsonNode entries(Secret secret) {
    var data = secret.getData() == null ? null : secret.getData().get(".dockerconfigjson");
    if (data == null) {
      return JSON.createObjectNode();
    }
    var text = new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
    try {
      return JSON.readTree(text).path("auths");
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode(); // not even JSON: there is no entry in it
    }
  }

  /** Only where it could not go on. */
  @Override
  public void onClose(WatcherException cause) {
    faults.add("the watch ended: " + cause.getMessage());
  }
}
