package dev.regcred.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * A Java runtime with only the modules that the operator uses, made of the JDK that runs this, and
 * the shared libraries of this machine that it needs. Linux with the GNU C library only.
 */
final class JavaRuntime {
  /** Where Temurin's images have theirs. */
  private static final String HOME = "opt/java/openjdk";

  private static final String MODULES =
      String.join(
          ",",
          "java.base",
          "java.logging",
          "java.management", // the memory that micrometer and the SDK look at
          "java.naming",
          "java.xml", // logback.xml
          "jdk.crypto.ec",
          "jdk.httpserver", // metrics and health
          "jdk.unsupported");

  private static final Pattern LIBRARY = Pattern.compile("(/\\S+\\.so\\S*)");

  private JavaRuntime() {}

  /**
   * Lays it out below a root directory.
   *
   * @return the libraries of this machine that it has copied, by their absolute names
   */
  static List<Path> layOut(Path root) throws IOException, InterruptedException {
    var home = root.resolve(HOME);
    Files.createDirectories(home.getParent());
    link(home);
    var libraries = libraries(home);
    for (var library : libraries) {
      var copy = root.resolve(library.substring(1));
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(library).toRealPath(), copy, StandardCopyOption.REPLACE_EXISTING);
    }
    var etc = Files.createDirectories(root.resolve("etc"));
    Files.writeString(etc.resolve("passwd"), "regcred:x:65532:65532::/:/sbin/nologin\n");
    Files.writeString(etc.resolve("group"), "regcred:x:65532:\n");
    Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
    Files.createDirectories(root.resolve("tmp"));
    return libraries.stream().map(Path::of).toList();
  }

  private static void link(Path home) {
    var jlink = ToolProvider.findFirst("jlink").orElseThrow();
    var code =
        jlink.run(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            "--add-modules",
            MODULES,
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            home.toString());
    if (code != 0) {
      throw new IllegalStateException("jlink ended with " + code);
    }
  }

  /** What the dynamic linker would load, by its absolute names. */
  static Set<String> libraries(Path home) throws IOException, InterruptedException {
    var libraries = new TreeSet<String>();
    for (var program :
        List.of(
            "bin/java",
            "lib/server/libjvm.so",
            "lib/libjava.so",
            "lib/libnet.so",
            "lib/libnio.so")) {
      var ldd =
          new ProcessBuilder("ldd", home.resolve(program).toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (ldd.waitFor() != 0) {
        throw new IllegalStateException("ldd " + program + " ended with " + ldd.exitValue());
      }
      LIBRARY
          .matcher(output)
          .results()
          .map(result -> result.group(1))
          .filter(library -> !library.startsWith(home.toAbsolutePath().toString()))
          .forEach(libraries::add);
    }
    return libraries;
  }
}
