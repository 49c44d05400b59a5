package dev.regcred.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;

/** The forms other than text that a command prints its report in. */
enum OutputFormat {
  /** Indented JSON. */
  JSON,
  /** YAML of the same shape. */
  YAML;

  /** A report in this form, with a line break at its end. */
  String print(Object report) {
    var mapper =
        this == JSON
            ? new ObjectMapper()
            : new ObjectMapper(
                YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .build());
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(report).stripTrailing()
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
