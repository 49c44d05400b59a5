package dev.regcred.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of kubectl that choose cluster, user and namespace, and go to kubectl as they are.
 */
final class ClusterOptions {
  /**
   * Where a Pod has the name of its namespace, which kubectl takes where there is no kubeconfig.
   */
  private static final String OF_POD = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "The namespace; that of the context unless given.")
  private @Nullable String namespace;

  @Option(names = "--kubeconfig", paramLabel = "FILE", description = "The kubeconfig.")
  private @Nullable String kubeconfig;

  @Option(names = "--context", paramLabel = "CONTEXT", description = "The context of it.")
  private @Nullable String context;

  @Option(names = "--cluster", paramLabel = "CLUSTER", description = "The cluster of it.")
  private @Nullable String cluster;

  @Option(names = "--user", paramLabel = "USER", description = "The user of it.")
  private @Nullable String user;

  @Option(names = "--as", paramLabel = "USER", description = "The user to impersonate.")
  private @Nullable String as;

  @Option(
      names = "--as-group",
      paramLabel = "GROUP",
      description = "A group to impersonate; may be repeated.")
  private List<String> asGroups = new ArrayList<>();

  @Option(
      names = "--request-timeout",
      paramLabel = "DURATION",
      description = "How long a request may take, such as 10s.")
  private @Nullable String requestTimeout;

  /** A kubectl with these options. */
  Kubectl kubectl() {
    var program = new ArrayList<String>();
    program.add("kubectl");
    add(program, "--kubeconfig", kubeconfig);
    add(program, "--context", context);
    add(program, "--cluster", cluster);
    add(program, "--user", user);
    add(program, "--as", as);
    asGroups.forEach(group -> add(program, "--as-group", group));
    add(program, "--request-timeout", requestTimeout);
    return new Kubectl(program);
  }

  private static void add(List<String> program, String option, @Nullable String value) {
    if (value != null) {
      program.add(option + "=" + value);
    }
  }

  /** The namespace that is meant, as kubectl finds it. */
  String namespace(Kubectl kubectl) {
    if (namespace != null) {
      return namespace;
    }
    var result = kubectl.run("config", "view", "--minify", "--output=jsonpath={..namespace}");
    var ofContext = result.exitCode() == 0 ? result.out().strip() : ofPod();
    return ofContext.isEmpty() ? "default" : ofContext;
  }

  private static String ofPod() {
    try {
      return Files.readString(Path.of(OF_POD)).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
