package dev.regcred.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.regcred.testcluster.Helm;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart of this project. */
final class Chart {
  static final String DIRECTORY = "helm/regcred";

  private Chart() {}

  /** Files of values that the tests render it with; each is a way in which people use it. */
  static List<Path> valuesFiles() {
    try (var files = Files.list(Path.of("src/test/resources/helm/values"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** values.schema.json. */
  static JsonNode schema() throws IOException {
    return new ObjectMapper().readTree(new File(DIRECTORY, "values.schema.json"));
  }

  /** values.yaml. */
  static JsonNode presets() throws IOException {
    return new YAMLMapper().readTree(new File(DIRECTORY, "values.yaml"));
  }

  /** What it makes, CRDs left out. */
  static List<Manifest> render(String release, String namespace, String... args) {
    return Manifest.parse(template(release, namespace, args));
  }

  /** The same as Helm prints it. */
  static String template(String release, String namespace, String... args) {
    return Helm.withoutCluster()
        .ok(
            Stream.concat(
                    Stream.of("template", release, DIRECTORY, "--namespace", namespace),
                    Stream.of(args))
                .toArray(String[]::new));
  }
}
