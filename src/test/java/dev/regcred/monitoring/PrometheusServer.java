package dev.regcred.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A Prometheus that scrapes operators of this machine every second and loads the rules. */
final class PrometheusServer implements AutoCloseable {
  private static final int START_SECONDS = 60;
  private static final int STOP_SECONDS = 20;
  private static final Pattern LISTENING =
      Pattern.compile("msg=\"Listening on\".*address=127\\.0\\.0\\.1:(\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final int port;
  private final Path targets;
  private final HttpClient http = HttpClient.newHttpClient();

  /** A value at a time. */
  record Point(Instant time, double value) {}

  /** The points of one set of labels, in the order of time. */
  record Series(Map<String, String> labels, List<Point> points) {}

  private PrometheusServer(Process process, int port, Path targets) {
    this.process = process;
    this.port = port;
    this.targets = targets;
  }

  /**
   * Starts one; returns when it listens.
   *
   * @param directory where it keeps everything
   */
  static PrometheusServer start(Path directory, Path rules) {
    try {
      var targets = directory.resolve("targets.json");
      write(targets, List.of());
      var config = Files.writeString(directory.resolve("prometheus.yml"), config(rules, targets));
      var process =
          new ProcessBuilder(
                  PrometheusPrograms.prometheus().toString(),
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + directory.resolve("data"),
                  "--web.listen-address=127.0.0.1:0")
              .redirectErrorStream(true)
              .start();
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
      var port = new CompletableFuture<Integer>();
      Thread.startVirtualThread(() -> follow(process.inputReader(), port));
      return new PrometheusServer(process, port.get(START_SECONDS, TimeUnit.SECONDS), targets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("Prometheus did not start", e);
    }
  }

  /** Scrapes the operators at these ports from now on, and no other. */
  void scrape(List<Integer> ports) {
    write(targets, ports);
  }

  /** In one step: Prometheus watches the file. */
  private static void write(Path targets, List<Integer> ports) {
    var addresses =
        ports.stream().map("\"127.0.0.1:%d\""::formatted).collect(Collectors.joining(", "));
    try {
      var unfinished = targets.resolveSibling("targets.unfinished");
      Files.writeString(
          unfinished,
          "[{\"targets\": [%s], \"labels\": {\"namespace\": \"regcred-system\"}}]"
              .formatted(addresses));
      Files.move(unfinished, targets, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String config(Path rules, Path targets) {
    return """
    global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
    rule_files: ["%s"]
    scrape_configs:
      - job_name: regcred-operator
        file_sd_configs: [{files: ["%s"]}]
    """
        .formatted(rules.toAbsolutePath(), targets.toAbsolutePath());
  }

  /** Reads what it logs, to the end; until it listens all of it is kept, to say why it does not. */
  private static void follow(BufferedReader lines, CompletableFuture<Integer> port) {
    var said = new StringJoiner("\n");
    lines
        .lines()
        .forEach(
            line -> {
              if (!port.isDone()) {
                said.add(line);
                var listening = LISTENING.matcher(line);
                if (listening.find()) {
                  port.complete(Integer.valueOf(listening.group(1)));
                }
              }
            });
    port.completeExceptionally(new IllegalStateException(said.toString()));
  }

  /**
   * What an expression says now; one point a series.
   *
   * @throws IllegalStateException with the message of Prometheus, if it can't be evaluated
   */
  List<Series> query(String expression) {
    return series(ask("query", Map.of("query", expression)));
  }

  /** What it said from one time to another. */
  List<Series> queryRange(String expression, Instant from, Instant to, Duration step) {
    return series(
        ask(
            "query_range",
            Map.of(
                "query",
                expression,
                "start",
                from.toString(),
                "end",
                to.toString(),
                "step",
                step.toSeconds() + "s")));
  }

  /** The rules as they are now, by their names: health, state, the last error. */
  Map<String, JsonNode> rules() {
    var rules = new TreeMap<String, JsonNode>();
    for (JsonNode group : ask("rules", Map.of()).path("groups")) {
      group.path("rules").forEach(rule -> rules.put(rule.path("name").asText(), rule));
    }
    return rules;
  }

  private JsonNode ask(String what, Map<String, String> parameters) {
    var form =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    var uri = URI.create("http://127.0.0.1:%d/api/v1/%s?%s".formatted(port, what, form));
    try {
      var answer =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == HttpURLConnection.HTTP_UNAVAILABLE) {
        // It reads its data before it answers. An assertion, so that a wait goes on.
        throw new AssertionError("Prometheus is not ready: " + answer.body());
      }
      var body = JSON.readTree(answer.body());
      if (!body.path("status").asText().equals("success")) {
        throw new IllegalStateException(parameters + ": " + answer.body());
      }
      return body.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<Series> series(JsonNode data) {
    var all = new ArrayList<Series>();
    for (JsonNode result : data.path("result")) {
      var labels = new TreeMap<String, String>();
      result
          .path("metric")
          .properties()
          .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
      var points = new ArrayList<Point>();
      if (result.has("value")) {
        points.add(point(result.path("value")));
      }
      result.path("values").forEach(value -> points.add(point(value)));
      all.add(new Series(labels, points));
    }
    return all;
  }

  private static Point point(JsonNode pair) {
    return new Point(
        Instant.ofEpochMilli(Math.round(pair.get(0).asDouble() * 1_000)),
        number(pair.get(1).asText()));
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
