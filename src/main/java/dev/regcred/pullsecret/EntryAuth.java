package dev.regcred.pullsecret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;
import java.util.Map;

/** The field {@code auth} of an entry that somebody else wrote. */
final class EntryAuth {
  private static final ObjectMapper JSON = new ObjectMapper();

  private EntryAuth() {}

  /** Whether a kubelet can read the entry; it takes one without {@code auth} as it is. */
  static boolean isUsable(String entry) {
    try {
      return JSON.readTree(entry).properties().stream()
          // Go matches the names of fields without regard to case.
          .filter(field -> field.getKey().equalsIgnoreCase("auth"))
          .map(Map.Entry::getValue)
          .allMatch(
              auth -> auth.isNull() || (auth.isTextual() && isUserAndPassword(auth.asText())));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static boolean isUserAndPassword(String auth) {
    try {
      return auth.isEmpty()
          || new String(Base64.getDecoder().decode(auth), ISO_8859_1).indexOf(':') >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
