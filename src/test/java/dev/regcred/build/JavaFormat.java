package dev.regcred.build;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Formats the Java sources in place: {@code mvn -Pformat}.
 *
 * <p>It runs in this project's own JVM and not as a Maven plugin because google-java-format parses
 * with the JDK it runs on, and Maven itself may run on an older one than the code is written for.
 */
public final class JavaFormat {
  static final Path SOURCES = Path.of("src");

  /** What was seen to be formatted: to parse each source takes most of ten seconds. */
  static final Path KNOWN = Path.of("target", "formatted-sources");

  private static final Formatter FORMATTER =
      new Formatter(
          JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.GOOGLE).build());

  private JavaFormat() {}

  public static void main(String[] args) throws IOException, FormatterException {
    var known = FormattedSources.in(KNOWN);
    for (Path file : sourceFiles()) {
      var source = Files.readString(file);
      if (known.contains(source)) {
        continue;
      }
      var formatted = format(source);
      if (!formatted.equals(source)) {
        Files.writeString(file, formatted);
        System.out.println("formatted " + file);
      }
      known.add(formatted);
    }
    known.write();
  }

  static List<Path> sourceFiles() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  static String format(String source) throws FormatterException {
    var ordered =
        ImportOrderer.reorderImports(
            RemoveUnusedImports.removeUnusedImports(source), JavaFormatterOptions.Style.GOOGLE);
    return FORMATTER.formatSource(ordered);
  }
}
