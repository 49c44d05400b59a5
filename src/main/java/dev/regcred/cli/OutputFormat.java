package dev.regcred.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The forms other than text that a command prints its report in. */
enum OutputFormat {
  /** Indented JSON. */
  JSON,
  /** YAML of the same shape. */
  YAML;

  private static Module words() {
    return new SimpleModule()
        .addSerializer(
            new StdSerializer<Enum<?>>(Enum.class, false) {
              @Override
              public void serialize(Enum<?> value, JsonGenerator to, SerializerProvider provider)
                  throws IOException {
                to.writeString(word(value));
              }
            });
  }

  /** A constant as Kubernetes writes words for programs: {@code SecretBroken}. */
  static String word(Enum<?> value) {
    return Stream.of(value.name().split("_"))
        .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** A report in this form, with a line break at its end. */
  String print(Object report) {
    var mapper =
        this == JSON
            ? new ObjectMapper().registerModule(words())
            : new ObjectMapper(
                    YAMLFactory.builder()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .disable(YAMLGenerator.Feature.SPLIT_LINES)
                        .build())
                .registerModule(words());
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(report).stripTrailing()
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
