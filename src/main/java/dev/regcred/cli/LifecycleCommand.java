package dev.regcred.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.lifecycle.AvailableActions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code activate}, {@code deactivate}, {@code remove}, {@code purge} and {@code restore}: declares
 * an end of a resource if its status offers that, and waits until it is reached.
 */
@Command(mixinStandardHelpOptions = true)
final class LifecycleCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "[KIND/]NAME",
      description =
          "The resource: a RegistryCredential, or of the kind registry, clusterregistrycredential or"
              + " clusterregistry.")
  private String resource = "";

  @Option(
      names = "--wait",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "true",
      paramLabel = "BOOLEAN",
      description = "Wait until it is done; true unless given.")
  private boolean wait = true;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description = "How long to wait, such as 90s, 5m or 1h30m; 60s unless given.")
  private String timeout = "60s";

  @Option(
      names = "--dry-run",
      description = "Have the API server check the change, and change nothing.")
  private boolean dryRun;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Verb verb;

  LifecycleCommand(Verb verb) {
    this.verb = verb;
  }

  @Override
  public Integer call() {
    var limit = limit(timeout);
    var kubectl = cluster.kubectl();
    var name = ResourceName.parse(resource);
    var declared =
        new DeclaredResource(
            kubectl, name, name.isClusterWide() ? null : cluster.namespace(kubectl));
    var before = declared.read();
    refuseUnlessOffered(before, name);
    var generation = declared.declare(verb.end(), before, dryRun);
    var out = spec.commandLine().getOut();
    out.println(
        dryRun
            ? "%s can be declared %s.".formatted(name.title(), verb.end().value())
            : wait
                ? "%s is %s."
                    .formatted(
                        name.title(),
                        declared
                            .await(AvailableActions.goal(verb.end()), generation, limit)
                            .value())
                : "%s is declared %s.".formatted(name.title(), verb.end().value()));
    out.flush();
    return ExitCode.FINE;
  }

  private void refuseUnlessOffered(JsonNode before, ResourceName name) {
    var offered = new ArrayList<String>();
    before.at("/status/availableActions").forEach(action -> offered.add(action.asText()));
    if (!offered.contains(verb.process().value())) {
      throw CommandException.fault(
          "%s is %s, and offers %s."
              .formatted(
                  name.title(),
                  before.at("/status/state").asText("Requested"),
                  offered.isEmpty() ? "nothing" : String.join(", ", offered)));
    }
  }

  /**
   * Reads how long to wait, which has the form that {@code spec.removal.purgeAfter} has.
   *
   * @throws CommandException if it has another one, or is {@code Never}
   */
  static Duration limit(String timeout) {
    try {
      return new PurgeAfter(timeout).duration().orElseThrow(() -> noTime(timeout));
    } catch (IllegalArgumentException e) {
      throw noTime(timeout);
    }
  }

  private static CommandException noTime(String timeout) {
    return CommandException.usage(
        "%s is no time to wait; write 90s, 5m or 1h30m.".formatted(timeout));
  }
}
