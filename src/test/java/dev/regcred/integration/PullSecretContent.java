package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a pull Secret holds. */
final class PullSecretContent {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PullSecretContent() {}

  /** Waits until the Secret {@code pull} holds this Docker config and nothing else. */
  static void await(TestNamespace namespace, String config) {
    Patience.await()
        .untilAsserted(
            () -> assertThat(World.read(namespace).summary("Secret/pull")).isEqualTo(config));
  }

  /** The password of each server; a word about it where the Secret holds something else. */
  static Map<String, String> passwords(@Nullable Map<String, String> data) {
    var passwords = new TreeMap<String, String>();
    if (data == null || data.size() != 1) {
      return Map.of("other keys", "");
    }
    var content = data.getOrDefault(".dockerconfigjson", "");
    try {
      JSON.readTree(
              new String(
                  Base64.getDecoder().decode(content), java.nio.charset.StandardCharsets.UTF_8))
          .path("auths")
          .properties()
          .forEach(
              entry -> passwords.put(entry.getKey(), entry.getValue().path("password").asText()));
      return passwords;
    } catch (JsonProcessingException e) {
      return Map.of("not JSON", "");
    }
  }
}
