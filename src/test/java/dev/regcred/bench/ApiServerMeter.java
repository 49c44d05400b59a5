package dev.regcred.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the API server counts itself, of what an operator like this one could ask for. */
record ApiServerMeter(LeanClient admin) {
  private static final String METRIC = "apiserver_request_total{";
  private static final Pattern CPU = Pattern.compile("(?m)^process_cpu_seconds_total (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Pattern REMAINING = Pattern.compile("\"remainingItemCount\":(\\d+)");
  private static final Set<String> CORE =
      Set.of("secrets", "serviceaccounts", "namespaces", "events");
  private static final Set<String> WRITES =
      Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION");

  /**
   * What it has done since its start.
   *
   * @param byKind how many requests, by the verb and the resource, such as {@code PUT
   *     registrycredentials/status}
   * @param cpuSeconds its processor time
   */
  record Counters(Map<String, Long> byKind, double cpuSeconds) {
    Counters since(Counters before) {
      var difference = new TreeMap<String, Long>();
      byKind.forEach(
          (kind, count) -> {
            var more = count - before.byKind.getOrDefault(kind, 0L);
            if (more != 0) {
              difference.put(kind, more);
            }
          });
      return new Counters(difference, cpuSeconds - before.cpuSeconds);
    }

    long requests() {
      return byKind.values().stream().mapToLong(Long::longValue).sum();
    }

    long writes() {
      return byKind.entrySet().stream()
          .filter(entry -> WRITES.contains(entry.getKey().split(" ", 2)[0]))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  Counters read() {
    return parse(admin.get("/metrics").text());
  }

  static Counters parse(String metrics) {
    var counts = new TreeMap<String, Long>();
    metrics
        .lines()
        .filter(line -> line.startsWith(METRIC))
        .forEach(
            line -> {
              var labels = labels(line);
              if (isOurConcern(labels)) {
                var count = (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                counts.merge(kind(labels), count, Long::sum);
              }
            });
    var cpu = CPU.matcher(metrics);
    return new Counters(counts, cpu.find() ? Double.parseDouble(cpu.group(1)) : 0);
  }

  /**
   * How many objects of a kind of the core group are stored. The API server says how many a page of
   * one leaves out; its metric is a minute old.
   */
  long stored(String resource) {
    var page = admin.get("/api/v1/" + resource + "?limit=1").text();
    var rest = REMAINING.matcher(page);
    if (rest.find()) {
      return Long.parseLong(rest.group(1)) + 1;
    }
    return page.contains("\"items\":[{") ? 1 : 0;
  }

  private static String kind(Map<String, String> labels) {
    var subresource = labels.getOrDefault("subresource", "");
    return "%s %s%s"
        .formatted(
            labels.getOrDefault("verb", ""),
            labels.getOrDefault("resource", ""),
            subresource.isEmpty() ? "" : "/" + subresource);
  }

  private static boolean isOurConcern(Map<String, String> labels) {
    return switch (labels.getOrDefault("group", "")) {
      case "regcred.dev", "events.k8s.io" -> true;
      case "" ->
          CORE.contains(labels.getOrDefault("resource", ""))
              && !"token".equals(labels.get("subresource"));
      default -> false;
    };
  }

  private static Map<String, String> labels(String line) {
    return LABEL
        .matcher(line)
        .results()
        .collect(Collectors.toMap(result -> result.group(1), result -> result.group(2)));
  }
}
