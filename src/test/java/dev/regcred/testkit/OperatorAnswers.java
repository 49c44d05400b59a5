package dev.regcred.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the operators of this JVM answer to whoever asks them by HTTP: metrics, health, errors. */
final class OperatorAnswers {
  private static final List<String> PATHS = List.of("/metrics", "/healthz", "/readyz", "/nothing");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Set<InProcessOperator> RUNNING = ConcurrentHashMap.newKeySet();

  private OperatorAnswers() {}

  /**
   * An answer.
   *
   * @param of the path
   * @param text its body
   */
  record Answer(String of, String text) {}

  static void add(InProcessOperator operator) {
    RUNNING.add(operator);
  }

  static void remove(InProcessOperator operator) {
    RUNNING.remove(operator);
  }

  /** The answers of all operators that run now. */
  static List<Answer> ofAllThatRun() {
    var answers = new ArrayList<Answer>();
    for (var operator : RUNNING) {
      var port = operator.httpPort();
      PATHS.forEach(path -> answers.add(new Answer(path, get(port, path))));
    }
    return answers;
  }

  private static String get(int port, String path) {
    var uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
    try {
      return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new AssertionError("The operator did not answer " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
