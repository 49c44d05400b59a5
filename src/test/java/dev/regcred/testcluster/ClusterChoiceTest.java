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
        // wanted, kubeconfig, kubernetes, Go is there, Docker answers, chosen, why
        "'',         '',     '',   true,  false, LOCAL,      Go is there",
        "auto,       '',     '',   true,  false, LOCAL,      Go is there",
        "auto,       '',     '',   true,  true,  LOCAL,      Go is there",
        "auto,       '',     '',   false, true,  K3S,        there is no Go and a Docker engine"
            + " answers",
        "auto,       /a/kc,  '',   true,  true,  KUBECONFIG, regcred.kubeconfig names it",
        "auto,       '',     1.34, true,  true,  LOCAL,      Go is there",
        "kubeconfig, /a/kc,  '',   true,  true,  KUBECONFIG, regcred.cluster=kubeconfig",
        "k3s,        '',     '',   true,  true,  K3S,        regcred.cluster=k3s",
        "k3s,        /a/kc,  '',   true,  true,  K3S,        regcred.cluster=k3s",
        "local,      '',     '',   false, true,  LOCAL,      regcred.cluster=local",
        "local,      /a/kc,  '',   true,  true,  LOCAL,      regcred.cluster=local",
        "local,      /a/kc,  1.34, true,  true,  LOCAL,      regcred.cluster=local",
      })
  void takesWhatIsForcedElseTheFirstThatIsThere(
      String wanted,
      String kubeconfig,
      String kubernetes,
      boolean go,
      boolean docker,
      Kind chosen,
      String why) {
    var properties = new ClusterProperties(wanted, kubeconfig, kubernetes);
    var choice = ClusterChoice.of(properties, () -> go, () -> docker);

    assertThat(choice.kind()).isEqualTo(chosen);
    assertThat(choice.reason()).startsWith("because ").contains(why);
  }

  @ParameterizedTest
  @CsvSource({"local, ''", "auto, /a/kc", "auto, ''"})
  void asksDockerOnlyWhereTheAnswerMatters(String wanted, String kubeconfig) {
    var properties = new ClusterProperties(wanted, kubeconfig, "");
    assertThat(ClusterChoice.of(properties, () -> true, MUST_NOT_BE_ASKED).kind())
        .isNotEqualTo(Kind.K3S);
  }

  @ParameterizedTest
  @CsvSource({
    "k3s,        needs a Docker engine and none answers",
    "kubeconfig, needs the path of a kubeconfig in the property regcred.kubeconfig",
    "minikube,   'it may be auto, kubeconfig, local or k3s'",
  })
  void failsInOneSentenceWhenWhatIsForcedIsMissing(String wanted, String sentence) {
    assertThatThrownBy(
            () -> ClusterChoice.of(new ClusterProperties(wanted, "", ""), () -> false, () -> false))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageStartingWith("regcred.cluster=" + wanted)
        .hasMessageContaining(sentence);
  }

  @Test
  void failsInOneSentenceWhenThereIsNothing() {
    assertThatThrownBy(
            () -> ClusterChoice.of(new ClusterProperties("", "", ""), () -> false, () -> false))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessage(
            "There is no cluster to be had: install Go 1.26 or newer from https://go.dev/dl/, or"
                + " start a Docker engine, or name a cluster of your own by regcred.kubeconfig.");
  }

  @ParameterizedTest
  @CsvSource({
    "k3s,  '',    'K3s, because regcred.cluster=k3s'",
    "auto, '',    'K3s, because there is no Go'",
    "auto, /a/kc, 'that of a kubeconfig, because regcred.kubeconfig names it'",
  })
  void aChosenKubernetesIsNotGivenUpForAClusterThatIsAsItIs(
      String wanted, String kubeconfig, String cluster) {
    var properties = new ClusterProperties(wanted, kubeconfig, "1.34");
    assertThatThrownBy(() -> ClusterChoice.of(properties, () -> false, () -> true))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageStartingWith("regcred.kubernetes=1.34 is for the local control plane")
        .hasMessageContaining("the cluster would be " + cluster)
        .hasMessageEndingWith(": set regcred.cluster=local.");
  }

  @Test
  void aKubeconfigThatDoesNotExistIsNamed() {
    var missing = Path.of("/nowhere/kubeconfig");
    assertThatThrownBy(() -> ExistingCluster.open(missing, "because", Progress.onConsole()))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessage("regcred.kubeconfig names /nowhere/kubeconfig, and there is no such file.");
  }
}
