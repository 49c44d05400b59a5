package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.testcluster.ClusterChoice.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterChoiceTest {
  private static final DockerEngine MUST_NOT_BE_ASKED =
      () -> {
        throw new AssertionError("asking Docker takes a moment");
      };

  @ParameterizedTest
  @CsvSource(
      value = {
        // wanted, kubeconfig, Docker answers, chosen, why
        "'',         '',     false, LOCAL,      no Docker engine answers",
        "auto,       '',     false, LOCAL,      no Docker engine answers",
        "auto,       '',     true,  K3S,        a Docker engine answers",
        "auto,       /a/kc,  true,  KUBECONFIG, regcred.kubeconfig names it",
        "kubeconfig, /a/kc,  true,  KUBECONFIG, regcred.cluster=kubeconfig",
        "k3s,        '',     true,  K3S,        regcred.cluster=k3s",
        "k3s,        /a/kc,  true,  K3S,        regcred.cluster=k3s",
        "local,      '',     true,  LOCAL,      regcred.cluster=local",
        "local,      /a/kc,  true,  LOCAL,      regcred.cluster=local",
      })
  void takesWhatIsForcedElseTheFirstThatIsThere(
      String wanted, String kubeconfig, boolean docker, Kind chosen, String why) {
    var choice = ClusterChoice.of(wanted, kubeconfig, () -> docker);

    assertThat(choice.kind()).isEqualTo(chosen);
    assertThat(choice.reason()).startsWith("because ").contains(why);
  }

  @Test
  void asksDockerOnlyWhereTheAnswerMatters() {
    assertThat(ClusterChoice.of("local", "", MUST_NOT_BE_ASKED).kind()).isEqualTo(Kind.LOCAL);
    assertThat(ClusterChoice.of("auto", "/a/kc", MUST_NOT_BE_ASKED).kind())
        .isEqualTo(Kind.KUBECONFIG);
  }

  @ParameterizedTest
  @CsvSource({
    "k3s,        needs a Docker engine and none answers",
    "kubeconfig, needs the path of a kubeconfig in the property regcred.kubeconfig",
    "minikube,   'it may be auto, kubeconfig, k3s or local'",
  })
  void failsInOneSentenceWhenWhatIsForcedIsMissing(String wanted, String sentence) {
    assertThatThrownBy(() -> ClusterChoice.of(wanted, "", () -> false))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageStartingWith("regcred.cluster=" + wanted)
        .hasMessageContaining(sentence);
  }

  @Test
  void aKubeconfigThatDoesNotExistIsNamed() {
    var missing = Path.of("/nowhere/kubeconfig");
    assertThatThrownBy(() -> ExistingCluster.open(missing, "because", Progress.onConsole()))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessage("regcred.kubeconfig names /nowhere/kubeconfig, and there is no such file.");
  }
}
