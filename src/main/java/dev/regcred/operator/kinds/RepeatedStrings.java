package dev.regcred.operator.kinds;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/**
 * A deserializer that keeps one instance of a text that comes again and again, as most of an object
 * do: its kind, its namespace, the server, the e-mail address, the words of the status. Beside
 * 10,000 credentials a full collection leaves 72 MB instead of 87 (docs/footprint.md).
 *
 * <p>It is not for secret values, which would be kept.
 */
public final class RepeatedStrings extends StdScalarDeserializer<String> {
  private static final long serialVersionUID = 1L;

  /** A power of two. */
  private static final int SLOTS = 4_096;

  /** Longer ones are messages and records, which have a name in them. */
  private static final int LONGEST = 64;

  private final transient RepeatedValues seen = new RepeatedValues(SLOTS);

  private RepeatedStrings() {
    super(String.class);
  }

  /** Reads every text that way; each module has a table of its own. */
  public static Module module() {
    return new SimpleModule().addDeserializer(String.class, new RepeatedStrings());
  }

  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    var text = StringDeserializer.instance.deserialize(parser, context);
    return text == null || text.length() > LONGEST ? text : seen.same(text, text.hashCode());
  }

  /**
   * Reads a tree, with its texts as the mapper at hand reads a text: what is made of the tree
   * later, by whichever mapper, has the instances that are kept here.
   */
  static final class Tree extends JsonDeserializer<JsonNode> {
    @Override
    public JsonNode deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      var texts = context.findNonContextualValueDeserializer(context.constructType(String.class));
      return context.readTree(
          new JsonParserDelegate(parser) {
            @Override
            public String getText() throws IOException {
              return hasToken(JsonToken.VALUE_STRING)
                  ? (String) texts.deserialize(delegate, context)
                  : super.getText();
            }
          });
    }

    @Override
    public JsonNode getNullValue(DeserializationContext context) {
      return context.getNodeFactory().nullNode();
    }
  }
}
