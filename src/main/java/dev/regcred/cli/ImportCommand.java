package dev.regcred.cli;

import dev.regcred.migration.Manifest;
import dev.regcred.migration.MigrationInput;
import dev.regcred.migration.MigrationPlan;
import dev.regcred.migration.MigrationPlan.Source;
import dev.regcred.migration.MigrationPlanner;
import dev.regcred.pullsecret.CredentialRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code import}: what has to be declared for the pull Secrets that are there. */
@Command(
    name = "import",
    description = {
      "Prints the registries and credentials for the pull Secrets that are there, to be applied.",
      "No value of a Secret is printed. What is left out, and why, goes to standard error; the last"
          + " line there says what to do."
    },
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  /** Where the operator is, unless it was put elsewhere. */
  private static final String SOURCE_NAMESPACE = "regcred-system";

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Of all namespaces: what several have becomes cluster-wide.")
  private boolean allNamespaces;

  @Option(
      names = "--no-cluster-wide",
      description = "With -A: what several have is declared in each of their namespaces.")
  private boolean noClusterWide;

  @Option(
      names = "--secret",
      paramLabel = "NAME",
      description = "Only the pull Secret of this name; with -A those of all namespaces.")
  private @Nullable String secret;

  @Option(
      names = "--write-sources",
      description =
          "Create the source Secrets, which hold the accounts, through kubectl. Nothing that is"
              + " there is changed.")
  private boolean writeSources;

  @Option(
      names = "--source-namespace",
      paramLabel = "NAMESPACE",
      description =
          "Where the operator reads the sources of cluster-wide credentials: regcred-system unless"
              + " given. It has to be given where they are to be written.")
  private @Nullable String sourceNamespace;

  @Option(
      names = "--email",
      paramLabel = "ADDRESS",
      description = "What the credentials have as an e-mail address.",
      defaultValue = "unknown@example.invalid",
      showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS)
  private String email = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "json or yaml, which is what it is unless given.")
  private OutputFormat output = OutputFormat.YAML;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (secret != null && !CredentialRef.isName(secret)) {
      throw CommandException.usage("No object can have the name \"%s\".".formatted(secret));
    }
    if (sourceNamespace != null && !CredentialRef.isName(sourceNamespace)) {
      throw CommandException.usage(
          "No namespace can have the name \"%s\".".formatted(sourceNamespace));
    }
    var kubectl = cluster.kubectl();
    var digest = AccountDigest.create();
    var plan = MigrationPlanner.plan(read(kubectl, digest));
    if (writeSources) {
      checkSourceNamespace(plan);
      var writer = new SourceWriter(kubectl, digest);
      plan.sources().forEach(writer::write);
    }
    var out = spec.commandLine().getOut();
    out.print(print(plan));
    out.flush();
    var err = spec.commandLine().getErr();
    err.print(new ImportText(kubectl.program()).of(plan, writeSources));
    err.flush();
    return plan.isIncomplete() ? ExitCode.FAULT : ExitCode.FINE;
  }

  private MigrationInput read(Kubectl kubectl, AccountDigest digest) {
    try (var progress = Progress.onTerminal()) {
      return new ImportReader(
              kubectl,
              new ClusterReader(kubectl, progress),
              digest,
              allNamespaces ? null : cluster.namespace(kubectl))
          .read(
              secret,
              !noClusterWide,
              Objects.requireNonNullElse(sourceNamespace, SOURCE_NAMESPACE),
              email);
    }
  }

  /**
   * Checks that it was said where the accounts of many namespaces go: a namespace of the usual name
   * may be somebody else's, where the operator runs in another one.
   */
  private void checkSourceNamespace(MigrationPlan plan) {
    if (sourceNamespace == null && plan.sources().stream().anyMatch(Source::isClusterWide)) {
      throw CommandException.usage(
          "Say by --source-namespace where the operator reads the sources of cluster-wide credentials, its own namespace: they hold the accounts of all.");
    }
  }

  private String print(MigrationPlan plan) {
    if (output == OutputFormat.YAML) {
      return plan.manifests().stream().map(output::print).collect(Collectors.joining("---\n"));
    }
    var list = new LinkedHashMap<String, Object>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("items", List.<Manifest>copyOf(plan.manifests()));
    return output.print(list);
  }
}
