package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.testkit.Installation;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator that can't write any file, as on a disk that is full or read-only. */
class TemporaryFolderIT {
  /** It takes no file, of nobody. */
  private static final Path TAKES_NOTHING = Path.of("/dev/full");

  @TempDir Path files;

  @Test
  void whereNoFileCanBeWrittenTheOperatorWorksAsEver() throws Exception {
    assertThatThrownBy(() -> Files.createTempFile(TAKES_NOTHING, "a", "b"))
        .isInstanceOf(IOException.class);
    var installation = Installation.shared();
    try (var namespace = TestNamespace.create(installation.admin());
        var operator =
            new OperatorProcess(
                installation.writeKubeconfig(files.resolve("kubeconfig")),
                "without-temporary-folder",
                List.of("-Djava.io.tmpdir=" + TAKES_NOTHING))) {
      operator.awaitReady(Patience.LIMIT);
      namespace.apply(Manifests.registry("main").yaml());
      namespace.apply(Manifests.source("account", CANARY).yaml());
      namespace.apply(Manifests.credential("pull").yaml());
      PullSecretContent.await(namespace, config(CANARY));
      namespace.apply(Manifests.source("account", CANARY + "-rotated").yaml());
      PullSecretContent.await(namespace, config(CANARY + "-rotated"));
      namespace.deleteAndWait("RegistryCredential", "pull");
      namespace.deleteAndWait("Registry", "main");
      assertThat(operator.log()).doesNotContain(" WARN ", " ERROR ");
    }
  }
}
