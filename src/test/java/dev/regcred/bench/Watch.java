package dev.regcred.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import okhttp3.Call;
import okhttp3.Response;

/** A watch that notes when each line came in. */
final class Watch implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Call call;
  private volatile boolean isClosed;

  /** Is told of each event. */
  @FunctionalInterface
  interface Observer {
    /**
     * Something happened.
     *
     * @param nanoTime when its line came in, by {@link System#nanoTime}
     * @param type ADDED, MODIFIED or DELETED
     */
    void event(long nanoTime, String type, JsonNode object);
  }

  private Watch(Call call) {
    this.call = call;
  }

  /** Begins with what is there already; nothing that happens after the return is missed. */
  static Watch open(LeanClient client, String path, Observer observer) {
    var watch = new Watch(client.watch(path));
    try {
      var response = watch.call.execute();
      if (!response.isSuccessful()) {
        response.close();
        throw new IllegalStateException("The watch of " + path + ": " + response.code());
      }
      var _ =
          Thread.ofPlatform().daemon().name("watch").start(() -> watch.read(response, observer));
      return watch;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Response answer, Observer observer) {
    try (var response = answer;
        var source = Objects.requireNonNull(response.body()).source()) {
      for (var line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
        var now = System.nanoTime();
        var event = MAPPER.readTree(line);
        observer.event(now, event.path("type").asText(), event.path("object"));
      }
    } catch (IOException e) {
      if (!isClosed) {
        throw new UncheckedIOException("The bench's watch ended", e);
      }
    }
  }

  @Override
  public void close() {
    isClosed = true;
    call.cancel();
  }
}
