package dev.regcred.operator.kubeconfig;

import dev.regcred.operator.client.RenewableToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A token in a file that somebody replaces, as a kubelet does with the token of a Pod long before
 * it runs out. The file is looked at again at most once a second, and when the API server refuses
 * what was in it, so that a new token is used at once; client-go looks each minute. While it can't
 * be read the last token is used.
 */
final class TokenFile implements RenewableToken {
  private static final long PERIOD = Duration.ofSeconds(1).toNanos();

  private final Path file;
  private final LongSupplier nanoTime;
  private String token;
  private long readAt;

  /**
   * Reads it for the first time.
   *
   * @param nanoTime the time by which it is read again, in nanoseconds
   * @throws IOException if it can't be read, or has no token
   */
  TokenFile(Path file, LongSupplier nanoTime) throws IOException {
    this.file = file;
    this.nanoTime = nanoTime;
    var first = read();
    if (first == null) {
      throw new IOException("no token");
    }
    token = first;
    readAt = nanoTime.getAsLong();
  }

  @Override
  public synchronized String getToken() {
    var now = nanoTime.getAsLong();
    if (now - readAt >= PERIOD) {
      readAt = now;
      try {
        var next = read();
        token = next == null ? token : next;
      } catch (IOException e) {
        // The last one may still be taken; if it is not, the API server says so.
      }
    }
    return token;
  }

  @Override
  public synchronized void refuse(String refused) {
    if (refused.equals(token)) {
      readAt = nanoTime.getAsLong() - PERIOD;
    }
  }

  /** The token in the file; null if there is nothing in it that could be sent. */
  private @Nullable String read() throws IOException {
    var text = Files.readString(file).strip();
    return text.isEmpty() || !Section.isSendable(text) ? null : text;
  }
}
