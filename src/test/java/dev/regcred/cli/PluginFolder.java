package dev.regcred.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Lays out the folder that {@code kubectl regcred} runs from, on machines like this one:
 *
 * <pre>
 * kubectl-regcred           what kubectl calls
 * kubectl-regcred.options   the options of its JVM
 * lib                       the jar, and the few libraries that it needs
 * runtime                   a Java runtime with the modules that it needs
 * </pre>
 */
final class PluginFolder {
  /** What it has of ours; the rest is the operator's. */
  private static final List<String> PACKAGES =
      List.of("api", "cli", "diagnosis", "dockerconfig", "lifecycle", "migration", "pullsecret");

  /** A class of each library that it has. */
  private static final List<Class<?>> LIBRARIES =
      List.of(
          com.fasterxml.jackson.annotation.JsonInclude.class,
          JsonFactory.class,
          ObjectMapper.class,
          YAMLFactory.class,
          JavaTimeModule.class,
          org.yaml.snakeyaml.Yaml.class,
          picocli.CommandLine.class);

  private static final String MODULES = "java.base,java.logging,jdk.unsupported";
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");
  private static final Path SOURCES = Path.of("src/main/cli");
  private static final String JAR = "kubectl-regcred.jar";

  /** The time of each file in the jar, in ms since 1970: two builds of one commit are the same. */
  private static final long TIME = 1_767_225_600_000L;

  private PluginFolder() {}

  public static void main(String[] args) throws IOException {
    var folder = Path.of(args[0]);
    layOut(folder);
    System.out.println("kubectl regcred runs once " + folder + " is on the PATH.");
  }

  /** Lays it out, in the place of what was there. */
  static void layOut(Path folder) throws IOException {
    remove(folder);
    var lib = Files.createDirectories(folder.resolve("lib"));
    var libraries = new ArrayList<String>();
    for (Class<?> type : LIBRARIES) {
      var jar = codeOf(type);
      Files.copy(jar, lib.resolve(jar.getFileName()));
      libraries.add(jar.getFileName().toString());
    }
    writeJar(lib.resolve(JAR), String.join(" ", libraries));
    for (var file : List.of("kubectl-regcred", "kubectl-regcred.options")) {
      // With its permissions.
      Files.copy(SOURCES.resolve(file), folder.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    link(folder.resolve("runtime"));
  }

  private static void writeJar(Path jar, String classPath) throws IOException {
    var manifest = new Manifest();
    var attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    attributes.put(Attributes.Name.CLASS_PATH, classPath);
    attributes.put(Attributes.Name.IMPLEMENTATION_VERSION, version());
    var classes = codeOf(Main.class);
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      var first = new JarEntry("META-INF/MANIFEST.MF");
      first.setTime(TIME);
      out.putNextEntry(first);
      manifest.write(out);
      for (String name : PACKAGES) {
        for (Path file : files(classes.resolve("dev/regcred").resolve(name))) {
          var entry = new JarEntry(classes.relativize(file).toString().replace('\\', '/'));
          entry.setTime(TIME);
          out.putNextEntry(entry);
          Files.copy(file, out);
        }
      }
    }
  }

  /** The project's own version, which comes before those of its parts. */
  private static String version() throws IOException {
    var version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
    if (!version.find()) {
      throw new IllegalStateException("pom.xml has no version");
    }
    return version.group(1);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Path codeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void link(Path runtime) {
    var code =
        ToolProvider.findFirst("jlink")
            .orElseThrow()
            .run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                // Half of the time that it takes to start.
                "--generate-cds-archive",
                "--output",
                runtime.toString());
    if (code != 0) {
      throw new IllegalStateException("jlink ended with " + code);
    }
  }

  static void remove(Path directory) {
    if (Files.notExists(directory)) {
      return;
    }
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
