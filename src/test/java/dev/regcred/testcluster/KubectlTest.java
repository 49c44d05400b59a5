package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A shell stands in for kubectl: what is tested is how it is called. */
class KubectlTest {
  private final Kubectl shell =
      new Kubectl(List.of("/bin/sh", "-c"), Path.of("/the/kubeconfig"), Path.of("/the/cache"));

  @Test
  void readsOnlyTheConfigurationOfItsCluster() {
    assertThat(shell.ok("echo $KUBECONFIG $KUBECACHEDIR $KUBERC"))
        .isEqualTo("/the/kubeconfig /the/cache off\n");
  }

  @Test
  void keepsWhatWasPrintedApart() {
    var result = shell.runWithInput("in", "cat; echo err >&2; exit 3");
    assertThat(result).isEqualTo(new Kubectl.Result(3, "in", "err\n"));
  }

  @Test
  void saysWhyACommandFailedThatMustSucceed() {
    assertThatThrownBy(() -> shell.ok("echo 'no such thing' >&2; exit 1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("exit code 1: no such thing");
  }
}
