package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KubernetesReleaseTest {
  private static final Path SOURCES = ControlPlaneBuild.sourcesOfThisProject();
  private static final Pattern REPLACED =
      Pattern.compile("^\\s*(k8s\\.io/\\S+) => \\1 v0\\.(\\S+)$", Pattern.MULTILINE);

  /** What could not be had in the version that belongs to it; docs/test-cluster.md says so. */
  private static final Map<String, Map<String, String>> NEIGHBOURS =
      Map.of("1.32", Map.of("k8s.io/endpointslice", "32.12"));

  @Test
  void nothingSaidIsThatOfGoMod() {
    var release = KubernetesRelease.of("", SOURCES);
    assertThat(release.modFile()).isEqualTo(SOURCES.resolve("go.mod"));
    assertThat(release).isEqualTo(KubernetesRelease.of(release.minor(), SOURCES));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anotherOneIsKnownByTheNameOfItsFile(KubernetesRelease release) {
    assertThat(release.modFile().getFileName()).hasToString(release.minor() + ".mod");
    assertThat(release.version()).startsWith("v" + release.minor() + ".");
    assertThat(KubernetesRelease.of(release.minor(), SOURCES)).isEqualTo(release);
  }

  /** Else the API server would be of another Kubernetes than it says. */
  @ParameterizedTest
  @MethodSource("all")
  void allItsModulesAreOfTheSameVersion(KubernetesRelease release) throws IOException {
    var patch = release.version().substring("v1.".length());
    var different = new TreeMap<String, String>();
    var modules = 0;
    var replaced = REPLACED.matcher(Files.readString(release.modFile()));
    while (replaced.find()) {
      modules++;
      if (!replaced.group(2).equals(patch)) {
        different.put(replaced.group(1), replaced.group(2));
      }
    }
    assertThat(modules).isGreaterThan(30);
    assertThat(different)
        .containsExactlyInAnyOrderEntriesOf(NEIGHBOURS.getOrDefault(release.minor(), Map.of()));
  }

  @Test
  void oneThatIsNotThereIsNamedBesideThoseThatAre() {
    assertThatThrownBy(() -> KubernetesRelease.of("1.12", SOURCES))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessage(
            "regcred.kubernetes=1.12 is none that the local control plane can be built of: it may"
                + " be 1.32, 1.33, 1.34, 1.35, 1.36, 1.37.");
  }

  private static List<KubernetesRelease> all() {
    return KubernetesRelease.all(SOURCES);
  }

  private static List<KubernetesRelease> others() {
    return all().stream()
        .filter(release -> !release.modFile().equals(SOURCES.resolve("go.mod")))
        .toList();
  }
}
