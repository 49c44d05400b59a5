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

  private final LeanClient client;
  private final String path;
  private volatile Call call;
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

  private Watch(LeanClient client, String path) {
    this.client = client;
    this.path = path;
    this.call = client.watch(path);
  }

  /** Begins with what is there already; nothing that happens after the return is missed. */
  static Watch open(LeanClient client, String path, Observer observer) {
    var watch = new Watch(client, path);
    try {
      var response = watch.answer();
      var _ =
          Thread.ofPlatform().daemon().name("watch").start(() -> watch.read(response, observer));
      return watch;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Response answer() throws IOException {
    var response = call.execute();
    if (!response.isSuccessful()) {
      response.close();
      throw new IllegalStateException("The watch of " + path + ": " + response.code());
    }
    return response;
  }

  /** The API server ends a watch that does not keep up; it goes on where it was. */
  private void read(Response first, Observer observer) {
    try {
      var version = events(first, observer);
      while (!isClosed) {
        System.out.println("    the bench's watch was ended by the API server and goes on");
        var more = path.contains("?") ? "&" : "?";
        call = client.watch(path + more + "resourceVersion=" + version);
        version = events(answer(), observer);
      }
    } catch (IOException e) {
      if (!isClosed) {
        throw new UncheckedIOException("The bench's watch ended", e);
      }
    }
  }

  /**
   * Reads them to their end.
   *
   * @return the version of the last one
   */
  private static String events(Response answer, Observer observer) throws IOException {
    var version = "";
    try (var response = answer;
        var source = Objects.requireNonNull(response.body()).source()) {
      for (var line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
        var now = System.nanoTime();
        var event = MAPPER.readTree(line);
        var object = event.path("object");
        version = object.at("/metadata/resourceVersion").asText(version);
        observer.event(now, event.path("type").asText(), object);
      }
    }
    return version;
  }

  @Override
  public void close() {
    isClosed = true;
    call.cancel();
  }
}
