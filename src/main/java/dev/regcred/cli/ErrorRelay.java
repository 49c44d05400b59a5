package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * What kubectl writes to its standard error: its own errors are kept, and all else goes on at once,
 * as a plugin for authentication may ask for something, or say where to log in.
 */
final class ErrorRelay {
  /** The beginnings of kubectl's own errors. */
  private static final List<String> KEPT =
      List.of("Error from server", "error: ", "Unable to connect", "The connection to the server");

  private ErrorRelay() {}

  /**
   * Reads it to its end.
   *
   * @return all of it
   */
  static String relay(InputStream from, OutputStream to) {
    var all = new ByteArrayOutputStream();
    var line = new ByteArrayOutputStream();
    try (from) {
      var isShown = false;
      for (int next = from.read(); next >= 0; next = from.read()) {
        all.write(next);
        line.write(next);
        if (!isShown && !mayBeKept(line.toString(UTF_8))) {
          isShown = true;
        }
        if (isShown) {
          line.writeTo(to);
          to.flush();
          line.reset();
        }
        if (next == '\n') {
          isShown = false;
          line.reset();
        }
      }
    } catch (IOException e) {
      // It ended; its exit code says whether that was wrong.
    }
    return all.toString(UTF_8);
  }

  private static boolean mayBeKept(String start) {
    return KEPT.stream().anyMatch(kept -> kept.startsWith(start) || start.startsWith(kept));
  }
}
