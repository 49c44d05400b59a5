package dev.regcred.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** On the machine that runs it; the image is made on Linux with the GNU C library only. */
@EnabledOnOs(OS.LINUX)
class ImageSbomTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;
  private Path sbom = Path.of("");

  @BeforeEach
  void ofTheLibraries() throws IOException {
    sbom =
        Files.writeString(
            directory.resolve("sbom.json"),
            """
            {"bomFormat": "CycloneDX", "specVersion": "1.6",
             "metadata": {"component": {"type": "library", "name": "operator", "bom-ref": "operator"}},
             "components": [{"type": "library", "name": "jackson-core", "bom-ref": "jackson"}],
             "dependencies": [
               {"ref": "operator", "dependsOn": ["jackson"]}, {"ref": "jackson", "dependsOn": []}]}
            """);
  }

  @Test
  void namesTheRuntimeAndTheCLibraryBesideTheLibraries() throws Exception {
    var home = Path.of(System.getProperty("java.home"));
    var libraries = JavaRuntime.libraries(home).stream().map(Path::of).collect(Collectors.toSet());
    assertThat(libraries).anyMatch(library -> library.endsWith("libc.so.6"));

    ImageSbom.addRuntime(sbom, libraries);

    var document = JSON.readTree(sbom.toFile());
    assertThat(components(document))
        .extracting(component -> component.path("name").asText())
        .first()
        .isEqualTo("jackson-core");
    var java = component(document, "openjdk");
    assertThat(java.path("version").asText()).isEqualTo(Runtime.version().toString());
    assertThat(java.path("cpe").asText())
        .startsWith("cpe:2.3:a:oracle:openjdk:" + Runtime.version().feature() + ".");
    assertThat(java.path("purl").asText()).startsWith("pkg:generic/openjdk@").doesNotContain("+");
    assertThat(java.at("/licenses/0/expression").asText()).contains("Classpath-exception");

    var libc =
        component(document, Files.exists(Path.of("/usr/bin/dpkg-query")) ? "libc6" : "glibc");
    assertThat(libc.path("version").asText()).matches("2\\.\\d+.*");
    assertThat(libc.path("purl").asText())
        .matches(
            "pkg:(deb/\\w+/libc6@2\\.\\d+[^+]*\\?arch=\\w+&distro=\\S+&upstream=glibc|generic/glibc@2\\S+)");
    assertThat(libc.at("/licenses/0/license/id").asText()).isEqualTo("LGPL-2.1-or-later");
  }

  @Test
  void eachComponentIsThereOnceAndTheOperatorDependsOnIt() throws Exception {
    var home = Path.of(System.getProperty("java.home"));
    ImageSbom.addRuntime(
        sbom, JavaRuntime.libraries(home).stream().map(Path::of).collect(Collectors.toSet()));

    var document = JSON.readTree(sbom.toFile());
    var references =
        StreamSupport.stream(components(document).spliterator(), false)
            .map(component -> component.path("bom-ref").asText())
            .toList();
    assertThat(references).hasSizeGreaterThan(2).doesNotHaveDuplicates();
    assertThat(document.path("dependencies"))
        .extracting(dependency -> dependency.path("ref").asText())
        .doesNotHaveDuplicates();
    assertThat(needed(document, "operator")).containsExactlyInAnyOrderElementsOf(references);
  }

  @Test
  void aFileOfNobodyIsNotTakenForAPackages() throws Exception {
    assertThat(DebianPackage.of(directory.resolve("libown.so"))).isEmpty();
  }

  /** All that it depends on, also by others. */
  private static Set<String> needed(JsonNode document, String reference) {
    return StreamSupport.stream(document.path("dependencies").spliterator(), false)
        .filter(dependency -> dependency.path("ref").asText().equals(reference))
        .flatMap(found -> StreamSupport.stream(found.path("dependsOn").spliterator(), false))
        .flatMap(
            on -> Stream.concat(Stream.of(on.asText()), needed(document, on.asText()).stream()))
        .collect(Collectors.toSet());
  }

  private static Iterable<JsonNode> components(JsonNode document) {
    return document.path("components");
  }

  private static JsonNode component(JsonNode document, String name) {
    return StreamSupport.stream(components(document).spliterator(), false)
        .filter(component -> component.path("name").asText().equals(name))
        .collect(
            Collectors.collectingAndThen(
                Collectors.toList(),
                found -> {
                  assertThat(found).as(name).hasSize(1);
                  return found.getFirst();
                }));
  }
}
