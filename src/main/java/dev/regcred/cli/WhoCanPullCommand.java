package dev.regcred.cli;

import dev.regcred.diagnosis.PullMatrix;
import dev.regcred.dockerconfig.ImageName;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code who-can-pull}: whose new Pods would have an account for an image. */
@Command(
    name = "who-can-pull",
    description = {
      "Says which ServiceAccounts' new Pods would have an account for an image, and from which"
          + " Secret.",
      "Whether the registry takes the account is not asked. No value of a Secret is printed."
    },
    mixinStandardHelpOptions = true)
final class WhoCanPullCommand implements Callable<Integer> {
  @Parameters(paramLabel = "IMAGE", description = "The image, as a Pod would name it.")
  private String image = "";

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "In all namespaces.")
  private boolean allNamespaces;

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Override
  public Integer call() {
    var wanted =
        ImageName.parse(image)
            .orElseThrow(
                () ->
                    CommandException.usage(
                        "Kubelets can't read \"%s\" as the name of an image.".formatted(image)));
    var kubectl = cluster.kubectl();
    var matrix = matrix(wanted, kubectl, allNamespaces ? null : cluster.namespace(kubectl));
    output.print(matrix, () -> MatrixText.of(matrix));
    return matrix.isPulledBySomebody() ? ExitCode.FINE : ExitCode.FAULT;
  }

  private static PullMatrix matrix(ImageName wanted, Kubectl kubectl, @Nullable String namespace) {
    try (var progress = Progress.onTerminal()) {
      var reader = new NamespaceReader(new ClusterReader(kubectl, progress));
      return PullMatrix.of(wanted, reader.read(namespace));
    }
  }
}
