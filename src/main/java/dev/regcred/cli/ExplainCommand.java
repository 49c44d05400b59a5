package dev.regcred.cli;

import dev.regcred.diagnosis.Fault;
import dev.regcred.diagnosis.PodExplainer;
import dev.regcred.diagnosis.PodReport;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: why a Pod does not get its images. */
@Command(
    name = "explain",
    description = {
      "Says why a Pod does not get its images.",
      "Reads the Pod, its pull Secrets, its ServiceAccount, and the credentials of the namespace."
          + " No value of a Secret is printed. The last line says what to do."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "POD", description = "The Pod's name.")
  private String pod = "";

  @Option(
      names = {"-c", "--container"},
      paramLabel = "CONTAINER",
      description = "Only this container.")
  private @Nullable String container;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Override
  public Integer call() {
    var kubectl = cluster.kubectl();
    var namespace = cluster.namespace(kubectl);
    var name = pod.startsWith("pod/") ? pod.substring("pod/".length()) : pod;
    var report = explain(kubectl, namespace, name);
    output.print(report, () -> PodText.of(report));
    if (report.fault() == null) {
      return ExitCode.FINE;
    }
    return report.fault() == Fault.NOT_ALLOWED_TO_LOOK ? ExitCode.NOT_SEEN : ExitCode.FAULT;
  }

  private PodReport explain(Kubectl kubectl, String namespace, String name) {
    try (var progress = Progress.onTerminal()) {
      var reader = new PodReader(new ClusterReader(kubectl, progress));
      return PodExplainer.explain(reader.read(namespace, name, container));
    }
  }
}
