package dev.regcred.integration;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the API server counts itself: {@code apiserver_request_total}. */
final class ApiRequests {
  private static final String METRIC = "apiserver_request_total{";
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final Set<String> WRITES =
      Set.of("POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION");

  private final KubernetesClient admin;

  ApiRequests(KubernetesClient admin) {
    this.admin = admin;
  }

  /** Writes of resources, Events aside, that were forbidden, to whomever. */
  long refusedWrites() {
    return sum(
        labels ->
            WRITES.contains(labels.get("verb"))
                && isOurConcern(labels)
                && !labels.getOrDefault("resource", "").equals("events")
                && "403".equals(labels.get("code")));
  }

  private static boolean isOurConcern(Map<String, String> labels) {
    var group = labels.getOrDefault("group", "");
    var resource = labels.getOrDefault("resource", "");
    return switch (group) {
      case "regcred.dev", "events.k8s.io" -> true;
      case "" -> Set.of("secrets", "serviceaccounts", "events").contains(resource);
      default -> false;
    };
  }

  private long sum(Predicate<Map<String, String>> which) {
    var metrics = Objects.requireNonNull(admin.raw("/metrics"), "The API server has no /metrics");
    return metrics
        .lines()
        .filter(line -> line.startsWith(METRIC))
        .filter(line -> which.test(labels(line)))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Map<String, String> labels(String line) {
    return LABEL
        .matcher(line)
        .results()
        .collect(Collectors.toMap(result -> result.group(1), result -> result.group(2)));
  }
}
