package dev.regcred.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.bench.BenchOptions.Finalizer;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Credentials with a source Secret each, {@value Manifests#PER_NAMESPACE} to a namespace, written
 * by the lean client.
 */
record CredentialSet(LeanClient lean, int size, Finalizer finalizer) {
  private static final String SERIES = "c";
  private static final String ALL = Manifests.GROUP + "/" + Manifests.CREDENTIALS;

  /** Namespaces, Registries and sources: what is there before anything is measured. */
  void prepare() {
    for (int first = 0; first < size; first += Manifests.PER_NAMESPACE) {
      var namespace = CredentialKey.of(SERIES, first).namespace();
      lean.post("/api/v1/namespaces", Manifests.namespace(namespace, "credentials"));
      lean.post(Manifests.registries(namespace), Manifests.registry());
    }
    lean.each(
        "sources",
        size,
        i -> {
          var key = key(i);
          lean.post(
              Manifests.secrets(key.namespace()),
              Manifests.source("src-" + key.name(), "password-of-a-robot"));
        });
  }

  void create() {
    lean.each("credentials", size, this::create);
  }

  void create(int i) {
    var key = key(i);
    lean.post(Manifests.credentials(key.namespace()), Manifests.credential(key.name(), finalizer));
  }

  void deactivate() {
    lean.each(
        "declared Inactive",
        size,
        i -> lean.merge(key(i).credential(), "{\"spec\":{\"desiredState\":\"Inactive\"}}"));
  }

  void delete() {
    lean.each("deleted", size, i -> lean.send("DELETE", key(i).credential(), LeanClient.JSON, ""));
  }

  static CredentialKey key(int i) {
    return CredentialKey.of(SERIES, i);
  }

  /** How many the API server has in each state, which the watch may not have seen. */
  Map<String, Integer> states() {
    var states = new TreeMap<String, Integer>();
    try {
      for (var item : new ObjectMapper().readTree(lean.get(ALL).text()).path("items")) {
        var deleting = item.at("/metadata/deletionTimestamp").isMissingNode() ? "" : ", deleting";
        states.merge(item.at("/status/state").asText("none") + deleting, 1, Integer::sum);
      }
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    return states;
  }

  /** Notes when each credential is seen in a state for the first time. */
  static Watch watchState(LeanClient lean, String state, Arrivals arrivals) {
    return watch(lean, arrivals, (_, seen) -> seen.equals(state));
  }

  /** Notes when each credential is gone. */
  static Watch watchDeletion(LeanClient lean, Arrivals arrivals) {
    return watch(lean, arrivals, (type, _) -> type.equals("DELETED"));
  }

  private static Watch watch(
      LeanClient lean, Arrivals arrivals, BiPredicate<String, String> typeAndState) {
    return Watch.open(
        lean,
        ALL,
        (time, type, object) -> {
          var metadata = object.path("metadata");
          if (typeAndState.test(type, object.path("status").path("state").asText())) {
            arrivals.seen(
                metadata.path("namespace").asText() + "/" + metadata.path("name").asText(), time);
          }
        });
  }
}
