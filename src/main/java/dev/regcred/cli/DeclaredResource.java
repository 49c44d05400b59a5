package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.Redacted;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A declared resource is one of ours whose end is declared, and then waited for.
 *
 * @param kubectl what calls the API server
 * @param name which resource
 * @param namespace its namespace; null for a cluster-wide kind
 */
record DeclaredResource(Kubectl kubectl, ResourceName name, @Nullable String namespace) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /**
   * Reads it.
   *
   * @return the resource, in JSON
   * @throws CommandException if it is not there, or may not be read
   */
  JsonNode read() {
    return switch (kubectl.get(list() + "/" + name.name())) {
      case Lookup.Found<JsonNode>(var found) -> found;
      case Lookup.Absent<JsonNode> _ ->
          throw CommandException.usage("There is no %s%s.".formatted(name.title(), where()));
      case Lookup.Forbidden<JsonNode> _ ->
          throw CommandException.notSeen("You may not get %s%s.".formatted(name.title(), where()));
    };
  }

  private String where() {
    return namespace == null ? "" : " in namespace " + namespace;
  }

  private String list() {
    return ClusterReader.ours(namespace, name.plural());
  }

  /**
   * Declares an end, of the very version that was read.
   *
   * @param end the end
   * @param read what {@link #read} gave
   * @param dryRun whether the API server only checks it
   * @return the generation that says so
   * @throws CommandException if the API server refuses it, as when it has changed meanwhile, or it
   *     is not allowed
   */
  long declare(DesiredState end, JsonNode read, boolean dryRun) {
    var arguments =
        new ArrayList<>(
            List.of(
                "patch",
                name.plural() + ".regcred.dev",
                name.name(),
                "--type=merge",
                "--patch={\"metadata\":{\"resourceVersion\":\"%s\"},\"spec\":{\"desiredState\":\"%s\"}}"
                    .formatted(read.at("/metadata/resourceVersion").asText(), end.value()),
                "--output=jsonpath={.metadata.generation}"));
    if (namespace != null) {
      arguments.add("--namespace=" + namespace);
    }
    if (dryRun) {
      arguments.add("--dry-run=server");
    }
    var result = kubectl.run(arguments.toArray(String[]::new));
    if (result.exitCode() != 0) {
      throw Kubectl.failed(result);
    }
    return Long.parseLong(result.out().strip());
  }

  /**
   * Waits until it has come to its end, or past it.
   *
   * @param goal the state in which it has
   * @param generation of the spec that declares that
   * @param limit how long to wait; 0 is one look
   * @return where it is then
   * @throws CommandException if that takes longer, or a person has to change something first
   */
  LifecycleState await(LifecycleState goal, long generation, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      var now = read();
      var reached = reached(now, goal, generation);
      if (reached.isPresent()) {
        return reached.get();
      }
      var left = Duration.ofNanos(deadline - System.nanoTime());
      if (!left.isPositive()) {
        throw CommandException.fault(
            "%s is %s after %s s. %s"
                .formatted(
                    name.title(),
                    now.at("/status/state").asText("Requested"),
                    limit.toSeconds(),
                    condition(now, ConditionType.READY)
                        .map(ready -> Redacted.text(ready.path("message").asText()))
                        .orElse("Does the operator run?")));
      }
      kubectl.watch(
          "%s?watch=true&fieldSelector=%s&resourceVersion=%s&timeoutSeconds=%s"
              .formatted(
                  list(),
                  URLEncoder.encode("metadata.name=" + name.name(), UTF_8),
                  now.at("/metadata/resourceVersion").asText(),
                  // The API server takes whole seconds, and 0 for its own limit of many minutes.
                  left.plusNanos(NANOS_PER_SECOND - 1).toSeconds()),
          event -> reached(event.path("object"), goal, generation).isPresent());
    }
  }

  private Optional<LifecycleState> reached(JsonNode now, LifecycleState goal, long generation) {
    if (now.at("/status/observedGeneration").asLong(-1) < generation) {
      return Optional.empty();
    }
    var state = now.at("/status/state").asText();
    var reached =
        Stream.of(LifecycleState.values())
            .filter(one -> one.value().equals(state))
            .filter(one -> one == goal || isPast(one, goal))
            .findFirst();
    condition(now, ConditionType.STALLED)
        .filter(_ -> reached.isEmpty())
        .ifPresent(
            stalled -> {
              throw CommandException.fault(
                  "%s stays %s: %s"
                      .formatted(
                          name.title(), state, Redacted.text(stalled.path("message").asText())));
            });
    return reached;
  }

  /** What is removed may be purged at once. */
  private static boolean isPast(LifecycleState state, LifecycleState goal) {
    return goal == LifecycleState.REMOVED && state.isPurgingOrLater();
  }

  /** A condition that holds; Ready also where it does not. */
  private static Optional<JsonNode> condition(JsonNode resource, ConditionType type) {
    return StreamSupport.stream(resource.at("/status/conditions").spliterator(), false)
        .filter(one -> one.path("type").asText().equals(type.value()))
        .filter(
            one ->
                type == ConditionType.READY || one.path("status").asText().equals(Condition.TRUE))
        .findFirst();
  }
}
