package dev.regcred.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One of the CRDs in {@code crds/}, as it is written there. */
record Crd(Path file, JsonNode document) {
  static final Path DIRECTORY = Path.of("crds");

  /** All of them, in the order of their file names. */
  static List<Crd> all() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().map(Crd::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one of this kind; upper and lower case are alike. */
  static Crd ofKind(String kind) {
    return all().stream()
        .filter(crd -> crd.kind().equalsIgnoreCase(kind))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no CRD of the kind " + kind));
  }

  private static Crd read(Path file) {
    try {
      return new Crd(file, new YAMLMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return document.at("/metadata/name").asText();
  }

  String kind() {
    return document.at("/spec/names/kind").asText();
  }

  String plural() {
    return document.at("/spec/names/plural").asText();
  }

  String singular() {
    return document.at("/spec/names/singular").asText();
  }

  boolean isNamespaced() {
    return document.at("/spec/scope").asText().equals("Namespaced");
  }

  /** The kind that this one is the cluster-wide form of; the kind itself where it is not. */
  String withoutCluster() {
    return kind().replaceFirst("^Cluster", "");
  }

  /** The one version that there is. */
  JsonNode version() {
    return document.at("/spec/versions/0");
  }

  SchemaNode schema() {
    return SchemaNode.root(version().at("/schema/openAPIV3Schema"));
  }

  @Override
  public String toString() {
    return name();
  }
}
