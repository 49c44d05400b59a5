package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The relay reads what kubectl writes to its standard error: kubectl's own errors are kept, and all
 * else goes on at once, as a plugin for authentication may ask for something, or say where to log
 * in. Each line is either kept or shown.
 */
final class ErrorRelay {
  /** The beginnings of the lines of kubectl's own errors. */
  private static final List<String> KEPT =
      List.of(
          "Error from server",
          "error: ",
          "Unable to connect",
          "The connection to the server",
          // What the API server finds invalid, and the list that may follow.
          "The Registry",
          "The ClusterRegistry",
          "The request is invalid",
          "* ");

  private ErrorRelay() {}

  /**
   * Reads it to its end; if it breaks off, what came is the answer.
   *
   * @param to gets what is shown, as soon as it comes
   * @return the lines that were kept
   */
  static String relay(InputStream from, OutputStream to) {
    var kept = new ByteArrayOutputStream();
    var line = new ByteArrayOutputStream();
    try (from) {
      var isShown = false;
      for (int next = from.read(); next >= 0; next = from.read()) {
        line.write(next);
        isShown = isShown || !mayBeKept(line.toString(UTF_8));
        if (isShown) {
          line.writeTo(to);
          to.flush();
          line.reset();
        }
        if (next == '\n') {
          line.writeTo(kept);
          line.reset();
          isShown = false;
        }
      }
      line.writeTo(kept);
    } catch (IOException e) {
      // It ended; its exit code says whether that was wrong.
    }
    return kept.toString(UTF_8);
  }

  private static boolean mayBeKept(String start) {
    return KEPT.stream().anyMatch(kept -> kept.startsWith(start) || start.startsWith(kept));
  }
}
