package dev.regcred.node;

import dev.regcred.testcluster.Helm;
import dev.regcred.testcluster.LocalNode;
import dev.regcred.testcluster.TestCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Map;

/**
 * What the chapters have in common: a node, three registries, and a terminal in the project's
 * directory.
 *
 * @param terminal where commands are typed; {@code $DIR} is the directory
 * @param admin the administrator's client
 * @param directory for files with passwords; nobody else can look into it, and it ends with the
 *     namespaces
 * @param accounts of the private registry
 */
record Stage(Terminal terminal, KubernetesClient admin, Path directory, Accounts accounts) {
  /** Asks for an account. */
  static final String PRIVATE = "127.0.0.1:5000";

  /** Lets everybody pull; the operator's image is there. */
  static final String PUBLIC = "127.0.0.1:5001";

  /** Wants a token, which another server gives for an account. */
  static final String TOKENS = "127.0.0.1:5002";

  /** On the tmpfs that the node has for /run. */
  private static final Path DIRECTORY = Path.of("/run/story");

  /** Sets it up. */
  static Stage set(TestCluster node, PrintStream out) throws IOException, GeneralSecurityException {
    Files.createDirectory(
        DIRECTORY,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createSymbolicLink(DIRECTORY.resolve("busybox.tar"), LocalNode.image(node));
    var terminal = new Terminal(environment(node), Path.of("").toAbsolutePath(), out);
    var accounts = new Accounts(terminal, DIRECTORY);
    LocalRegistry.withAccounts(5000, DIRECTORY.resolve("private"), accounts.file());
    LocalRegistry.open(5001, DIRECTORY.resolve("public"));
    var certificate = TokenServer.start(5003, DIRECTORY, terminal);
    LocalRegistry.withTokens(5002, DIRECTORY.resolve("tokens"), 5003, certificate);
    var config = Config.fromKubeconfig(Files.readString(node.kubeconfig()));
    var admin = new KubernetesClientBuilder().withConfig(config).build();
    return new Stage(terminal, admin, DIRECTORY, accounts);
  }

  /** Nothing of the user's own: no kubeconfig, no login to a registry, no Helm repository. */
  private static Map<String, String> environment(TestCluster node) throws IOException {
    var bin = Files.createDirectory(DIRECTORY.resolve("bin"));
    // Each program is what it is called by.
    Files.createSymbolicLink(bin.resolve("kubectl"), Path.of(node.kubectl().program().getFirst()));
    Files.createSymbolicLink(bin.resolve("helm"), Path.of(Helm.on(node).program().getFirst()));
    return Map.of(
        "PATH",
        bin + ":" + System.getenv().getOrDefault("PATH", ""),
        "HOME",
        Files.createDirectory(DIRECTORY.resolve("home")).toString(),
        "KUBECONFIG",
        node.kubeconfig().toString(),
        "KUBERC",
        "off",
        "LC_ALL",
        "C.UTF-8",
        "DIR",
        DIRECTORY.toString());
  }
}
