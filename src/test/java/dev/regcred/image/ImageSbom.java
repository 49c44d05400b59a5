package dev.regcred.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The SBOM of the image. The one that Maven makes lists the libraries; the Java runtime and what it
 * needs of this machine, the C library, are in the image as well, and a scanner that isn't told
 * finds none of their faults.
 */
final class ImageSbom {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path OS_RELEASE = Path.of("/etc/os-release");
  private static final Pattern GLIBC_VERSION = Pattern.compile("(\\d+\\.\\d+)\\s*$");
  private static final String GLIBC = "glibc";

  private ImageSbom() {}

  /**
   * Adds the runtime that is made of the JDK that runs this, and the libraries beside it.
   *
   * @param sbom CycloneDX, as JSON
   * @param libraries of this machine, by their absolute names
   * @throws IllegalStateException if nothing tells where a library is from
   */
  static void addRuntime(Path sbom, Collection<Path> libraries)
      throws IOException, InterruptedException {
    var document = (ObjectNode) JSON.readTree(Files.readAllBytes(sbom));
    var java = javaRuntime();
    var owners = owners(libraries);
    document.withArray("components").add(java).addAll(owners);
    addDependency(document, document.at("/metadata/component"), List.of(java));
    addDependency(document, java, owners);
    owners.forEach(owner -> addDependency(document, owner, List.of()));
    Files.write(sbom, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document));
  }

  /** What nothing depends on, a tool that goes through the dependencies doesn't find. */
  private static void addDependency(
      ObjectNode document, JsonNode component, Collection<ObjectNode> needed) {
    var dependencies = document.withArray("dependencies");
    var known =
        StreamSupport.stream(dependencies.spliterator(), false)
            .filter(dependency -> dependency.path("ref").equals(component.path("bom-ref")))
            .findFirst();
    var dependency =
        known.isPresent()
            ? (ObjectNode) known.get()
            : dependencies.addObject().put("ref", component.path("bom-ref").asText());
    needed.forEach(each -> dependency.withArray("dependsOn").add(each.path("bom-ref").asText()));
  }

  private static ObjectNode javaRuntime() {
    var version = Runtime.version();
    var numbers = String.join(".", version.version().stream().map(String::valueOf).toList());
    var component =
        component(
            "platform",
            "openjdk",
            version.toString(),
            "pkg:generic/openjdk@" + encoded(version.toString()));
    component.put("publisher", System.getProperty("java.vendor"));
    component.put("cpe", "cpe:2.3:a:oracle:openjdk:%s:*:*:*:*:*:*:*".formatted(numbers));
    component
        .putArray("licenses")
        .addObject()
        .put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
    return component;
  }

  /** The packages that the libraries are from, each once. */
  private static Collection<ObjectNode> owners(Collection<Path> libraries)
      throws IOException, InterruptedException {
    Map<String, ObjectNode> owners = new LinkedHashMap<>();
    for (var library : libraries) {
      var owner = owner(library);
      owners.put(owner.path("purl").asText(), owner);
    }
    return owners.values();
  }

  private static ObjectNode owner(Path library) throws IOException, InterruptedException {
    var debian = DebianPackage.of(library);
    var component = debian.isPresent() ? ofDistribution(debian.get()) : ofGlibc(library);
    if (isGlibc(component)) {
      component
          .putArray("licenses")
          .addObject()
          .putObject("license")
          .put("id", "LGPL-2.1-or-later");
    }
    return component;
  }

  private static boolean isGlibc(ObjectNode component) {
    return component.path("name").asText().equals(GLIBC)
        || component.path("purl").asText().contains("upstream=" + GLIBC);
  }

  private static ObjectNode ofDistribution(DebianPackage owner) throws IOException {
    var release = new Properties();
    release.load(new StringReader(Files.readString(OS_RELEASE).replace("\"", "")));
    var purl =
        "pkg:deb/%s/%s@%s?arch=%s&distro=%s-%s&upstream=%s"
            .formatted(
                release.getProperty("ID"),
                owner.name(),
                encoded(owner.version()),
                owner.architecture(),
                release.getProperty("ID"),
                release.getProperty("VERSION_ID"),
                owner.source());
    return component("library", owner.name(), owner.version(), purl);
  }

  /** Elsewhere the version is told by the C library itself, and no other library is known. */
  private static ObjectNode ofGlibc(Path library) throws IOException, InterruptedException {
    var ldd = new ProcessBuilder("ldd", "--version").start();
    var firstLine =
        new String(ldd.getInputStream().readAllBytes(), UTF_8).lines().findFirst().orElse("");
    var version = GLIBC_VERSION.matcher(firstLine);
    if (ldd.waitFor() != 0 || !version.find()) {
      throw new IllegalStateException("Nothing tells where %s is from".formatted(library));
    }
    return component("library", GLIBC, version.group(1), "pkg:generic/glibc@" + version.group(1));
  }

  private static ObjectNode component(String type, String name, String version, String purl) {
    return JSON.createObjectNode()
        .put("type", type)
        .put("bom-ref", purl)
        .put("name", name)
        .put("version", version)
        .put("purl", purl);
  }

  private static String encoded(String version) {
    return URLEncoder.encode(version, UTF_8);
  }
}
