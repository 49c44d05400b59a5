package dev.regcred.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.googlejavaformat.java.Formatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/** The sources that were seen to be formatted, by a digest of their text and of the formatter. */
final class FormattedSources {
  private static final String FORMATTER =
      Formatter.class.getProtectionDomain().getCodeSource().getLocation().toString();

  private final Path file;
  private final Set<String> known;
  private final Set<String> seen = new TreeSet<>();

  private FormattedSources(Path file, Set<String> known) {
    this.file = file;
    this.known = known;
  }

  /** Those that a file names; none, if it is not there. */
  static FormattedSources in(Path file) throws IOException {
    return new FormattedSources(
        file, Files.exists(file) ? Set.copyOf(Files.readAllLines(file)) : Set.of());
  }

  boolean contains(String source) {
    var digest = digest(source);
    var contained = known.contains(digest);
    if (contained) {
      seen.add(digest);
    }
    return contained;
  }

  void add(String source) {
    seen.add(digest(source));
  }

  /** Forgets those that nobody asked for. */
  void write() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, seen);
  }

  private static String digest(String source) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(FORMATTER.getBytes(UTF_8)); // its path has its version
      return HexFormat.of().formatHex(digest.digest(source.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
