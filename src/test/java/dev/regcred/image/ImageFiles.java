package dev.regcred.image;

import dev.regcred.integration.AotTraining;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * Lays out in {@code target/image} what jib puts into the image: in {@code app} the operator, and
 * in {@code runtime} a Java runtime with the C library that it needs, unless a base image brings
 * one. Then makes the AOT cache of just these files.
 */
final class ImageFiles {
  private static final Path TARGET = Path.of("target");
  private static final Path ROOT = TARGET.resolve("image");
  private static final Path RUNTIME = ROOT.resolve("runtime");
  private static final Path APP = ROOT.resolve("app/opt/regcred");
  private static final String CACHE_IN_IMAGE = "/opt/regcred/regcred-operator.aot";

  private static final String SBOM = "regcred-operator.cdx.json";

  private ImageFiles() {}

  public static void main(String[] args) throws Exception {
    var time = FileTime.from(Instant.parse(System.getProperty("image.time", "")));
    var brings = !System.getProperty("image.base", "scratch").equals("scratch");
    remove(ROOT);
    Files.createDirectories(RUNTIME);
    layOutApp();
    if (!brings) {
      ImageSbom.addRuntime(APP.resolve(SBOM), JavaRuntime.layOut(RUNTIME));
    }
    touch(time);
    if (brings || !Boolean.parseBoolean(System.getProperty("image.aot", "true"))) {
      // A cache is good for one build of the runtime only.
      System.out.println("The image gets no AOT cache, and starts more slowly.");
      return;
    }
    AotTraining.run(RUNTIME.resolve("opt/java/openjdk/bin/java"), APP);
    Files.writeString(
        APP.resolve("regcred.options"),
        "%n# Made for this image.%n-XX:AOTCache=%s%n".formatted(CACHE_IN_IMAGE),
        StandardOpenOption.APPEND);
    touch(time);
  }

  private static void layOutApp() throws IOException {
    Files.createDirectories(APP.resolve("lib"));
    for (String file :
        List.of("regcred-operator.jar", "regcred.options", SBOM, "THIRD-PARTY.txt")) {
      Files.copy(TARGET.resolve(file), APP.resolve(file));
    }
    // Not all that lies in lib: after a change of versions the old ones are still there.
    for (var library : classPath(TARGET.resolve("regcred-operator.jar"))) {
      Files.copy(TARGET.resolve(library), APP.resolve(library));
    }
  }

  private static List<String> classPath(Path file) throws IOException {
    try (var jar = new JarFile(file.toFile())) {
      var entries = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return List.of(entries.split(" ", -1));
    }
  }

  /** All get the time that they have in the image. */
  private static void touch(FileTime time) throws IOException {
    try (var files = Files.walk(ROOT)) {
      for (var file :
          files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).toList()) {
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  private static void remove(Path directory) {
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
