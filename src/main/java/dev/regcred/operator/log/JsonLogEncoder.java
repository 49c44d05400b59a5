package dev.regcred.operator.log;

import static ch.qos.logback.core.encoder.JsonEscapeUtil.jsonEscapeString;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * An encoder that writes each record of the log as a JSON object with the same keys, whatever it is
 * about. Named in logback.xml.
 */
public final class JsonLogEncoder extends JsonEncoder {
  private static final List<String> KEYS = List.of("kind", "namespace", "name", "state", "reason");

  /**
   * The pairs are written as keys of the record itself, null where it says nothing of them, instead
   * of a list.
   */
  @Override
  protected void appendKeyValuePairs(StringBuilder line, ILoggingEvent event) {
    for (String key : KEYS) {
      line.append(",\"").append(key).append("\":").append(value(event.getKeyValuePairs(), key));
    }
  }

  private static String value(@Nullable List<KeyValuePair> pairs, String key) {
    if (pairs != null) {
      for (KeyValuePair pair : pairs) {
        if (pair.key.equals(key) && pair.value != null) {
          return "\"" + jsonEscapeString(pair.value.toString()) + "\"";
        }
      }
    }
    return "null";
  }
}
