package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * The builds of a large program, each in a directory named by what it was built from. One that
 * nobody has used for a while goes away when another one is built.
 *
 * @param root of these directories
 * @param name of the program's file
 */
record ProgramCache(Path root, String name, Clock clock) {
  static final Duration KEPT = Duration.ofDays(7);

  /**
   * In the user's cache directory.
   *
   * @param directory for this program alone
   */
  static ProgramCache ofUser(String directory, String name) {
    var configured = System.getenv("XDG_CACHE_HOME");
    var user =
        configured == null || configured.isEmpty()
            ? Path.of(System.getProperty("user.home", ""), ".cache")
            : Path.of(configured);
    return new ProgramCache(
        user.resolve("regcred").resolve(directory).toAbsolutePath(), name, Clock.systemUTC());
  }

  Path program(String key) {
    return root.resolve(key).resolve(name);
  }

  /** Marks the program as used. */
  void touch(String key) throws IOException {
    Files.setLastModifiedTime(root.resolve(key), FileTime.from(clock.instant()));
  }

  void removeUnused() throws IOException {
    var limit = FileTime.from(clock.instant().minus(KEPT));
    List<Path> directories;
    try (var entries = Files.list(root)) {
      directories = entries.filter(Files::isDirectory).toList();
    }
    for (var directory : directories) {
      if (Files.getLastModifiedTime(directory).compareTo(limit) < 0) {
        remove(directory);
      }
    }
  }

  /** Removes a directory with all that is in it, if it is there. */
  static void remove(Path directory) {
    if (Files.notExists(directory)) {
      return;
    }
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(ProgramCache::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
