package dev.regcred.operator.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.WatchEvent;
import java.io.IOException;

/**
 * A deserializer that reads the object of a watch event without what nobody here reads of it. The
 * client's own way is by a tree of the whole, which is twenty times as large as its text where that
 * has ten thousands of labels; and all watches may bring one at the same time.
 *
 * @see TrimmedLists for what a list brings
 */
final class TrimmedEvents extends JsonDeserializer<Object> {
  /** The annotation that {@link WatchEvent} gets. */
  interface MixIn {
    /** The setter as the client has it, but for who reads the object. */
    @SuppressWarnings("UnusedMethod") // Jackson reads it.
    @JsonDeserialize(using = TrimmedEvents.class)
    void setObject(Object object);
  }

  @Override
  public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    var trimmed = context.bufferForInputBuffering(parser);
    try (trimmed) {
      new TrimmedObject(parser, trimmed).copy();
      try (var object = trimmed.asParserOnFirstToken()) {
        return context.readValue(object, KubernetesResource.class);
      }
    }
  }
}
