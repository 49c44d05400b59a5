package dev.regcred.cli;

import dev.regcred.cli.ResourceName.Kind;
import dev.regcred.cli.StatusReader.Asked;
import dev.regcred.diagnosis.CredentialTable;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: how the credentials are, those that are not Ready first. */
@Command(
    name = "status",
    description = {
      "Says how the credentials of a namespace are, those that are not Ready first.",
      "The last line says what to do."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "[KIND/]NAME",
      description =
          "Only this one: a RegistryCredential, or of the kind clusterregistrycredential.")
  private @Nullable String resource;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "In all namespaces, and the cluster-wide ones.")
  private boolean allNamespaces;

  @Option(
      names = {"-w", "--watch"},
      description = "Then go on with each that changes, until interrupted.")
  private boolean watch;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Override
  public Integer call() {
    if (watch && !output.isText()) {
      throw CommandException.usage("--watch prints text; leave out -o.");
    }
    var kubectl = cluster.kubectl();
    return run(kubectl, asked(kubectl));
  }

  private int run(Kubectl kubectl, List<Asked> asked) {
    var progress = Progress.onTerminal();
    var reader = new StatusReader(kubectl, new ClusterReader(kubectl, progress), asked);
    var table = read(reader, progress);
    if (resource != null && table.credentials().isEmpty()) {
      throw CommandException.usage("There is no %s.".formatted(asked.getFirst().title()));
    }
    var text = new StatusText(allNamespaces);
    output.print(table, () -> text.of(table));
    if (watch) {
      reader.watch(table, row -> output.print(text.of(row)));
    }
    return table.areReady() ? ExitCode.FINE : ExitCode.FAULT;
  }

  private static CredentialTable read(StatusReader reader, Progress progress) {
    try (progress) {
      return reader.read();
    }
  }

  /** The lists that are asked for. */
  private List<Asked> asked(Kubectl kubectl) {
    if (resource == null) {
      return allNamespaces
          ? List.of(
              new Asked(Kind.CREDENTIAL, null, null),
              new Asked(Kind.CLUSTER_CREDENTIAL, null, null))
          : List.of(new Asked(Kind.CREDENTIAL, cluster.namespace(kubectl), null));
    }
    var name = ResourceName.parse(resource);
    if (allNamespaces || !name.kind().isCredential()) {
      throw CommandException.usage(
          allNamespaces
              ? "Leave out -A, or the name."
              : "%s is no credential.".formatted(name.title()));
    }
    return List.of(
        new Asked(
            name.kind(), name.isClusterWide() ? null : cluster.namespace(kubectl), name.name()));
  }
}
