package dev.regcred.pullsecret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a kubelet makes of the values that somebody else wrote into a Docker config: {@code
 * DockerConfigJSON}, {@code dockerConfigEntryWithAuth} and {@code decodeDockerConfigFieldAuth} of
 * its {@code pkg/credentialprovider/config.go}. Go matches the names of fields without regard to
 * case.
 */
final class KubeletReading {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String AUTH = "auth";

  /** The fields of an entry that it reads, each as a string. */
  private static final List<String> FIELDS = List.of("username", "password", "email", AUTH);

  private KubeletReading() {}

  /** Whether it can read an entry; it takes one without {@code auth} as it is. */
  static boolean takesEntry(String entry) {
    return holds(
        entry,
        json ->
            json.properties().stream()
                .filter(field -> FIELDS.stream().anyMatch(field.getKey()::equalsIgnoreCase))
                .allMatch(field -> isText(field.getValue()) && takes(field)));
  }

  private static boolean takes(Map.Entry<String, JsonNode> field) {
    return !field.getKey().equalsIgnoreCase(AUTH) || isUserAndPassword(field.getValue().asText(""));
  }

  /** Whether it can read a top-level key other than {@code auths}. */
  static boolean takesOther(String key, String value) {
    return !key.equalsIgnoreCase("HttpHeaders")
        || holds(
            value,
            json ->
                json.isNull()
                    || (json.isObject() && json.valueStream().allMatch(KubeletReading::isText)));
  }

  private static boolean isText(JsonNode value) {
    return value.isNull() || value.isTextual();
  }

  private static boolean isUserAndPassword(String auth) {
    try {
      return auth.isEmpty()
          || new String(Base64.getDecoder().decode(auth), ISO_8859_1).contains(":");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean holds(String json, Predicate<JsonNode> rule) {
    try {
      return rule.test(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      // Nothing that was parsed before; and an exception would quote it.
      return false;
    }
  }
}
