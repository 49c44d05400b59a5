package dev.regcred.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.regcred.testcluster.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Helm makes of each value. Needs no cluster. */
class ChartValuesIT {
  private static final String RELEASE = "chart-it";

  /** All that the chart can do. */
  private static final String NEWEST = "1.36.0";

  private static final Path EVERYTHING_ON =
      Path.of("src/test/resources/helm/values/everything-on.yaml");

  /** The tag, which the digest beats, and what can't be had together with the rest. */
  private static final Set<String> TRIED_ELSEWHERE =
      Set.of("attachPolicy.enabled", "global", "image.tag", "watchNamespaces");

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Helm HELM = Helm.withoutCluster();

  /** One that no template reads would be accepted and ignored. */
  @Test
  void everyValueChangesWhatIsRendered(@TempDir Path directory) throws IOException {
    var all = YAML.readTree(Files.readString(EVERYTHING_ON));
    var rendered = rendered(all, directory);
    for (var value : ChartValue.all(Chart.schema(), Chart.presets())) {
      if (!value.isOfItem() && !TRIED_ELSEWHERE.contains(value.path())) {
        assertThat(rendered(otherwise(all, value), directory))
            .as(value.path())
            .isNotEqualTo(rendered);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "image.repository=example.com/a, example.com/a:0.1.0",
    "image.tag=2.0.0, regcred-operator:2.0.0",
    "'image.tag=2.0.0,image.digest=sha256:"
        + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', "
        + "regcred-operator@sha256:"
        + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  })
  void theImageIsNamedByTagOrDigest(String set, String image) {
    assertThat(Chart.render(RELEASE, RELEASE, "--set", set))
        .filteredOn(object -> object.kind().equals("Deployment"))
        .singleElement()
        .extracting(object -> object.json().at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo(image);
  }

  /** Each message names the value that is wrong. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "replicas=many | at '/replicas': got string, want integer",
        "replicas=-1 | at '/replicas': minimum: got -1, want 0",
        "threads=257 | at '/threads': maximum: got 257, want 256",
        "replica=1 | additional properties 'replica' not allowed",
        "image.name=x | at '/image': additional properties 'name' not allowed",
        "image.pullPolicy=Sometimes | at '/image/pullPolicy': value must be one of",
        "image.digest=0123 | at '/image/digest': '0123' does not match pattern",
        "watchNamespaces={Team_A} | at '/watchNamespaces/0': 'Team_A' does not match pattern",
        "logFormat=xml | at '/logFormat': value must be one of 'text', 'json'",
        "resources.limits.memory=much | at '/resources/limits/memory': 'much' does not match",
        "serviceMonitor.interval=soon | at '/serviceMonitor/interval': 'soon' does not match",
        "networkPolicy.apiServer.cidrs={host} | at '/networkPolicy/apiServer/cidrs/0': 'host'",
        "registries[0].name=a | at '/registries/0': missing property 'serverAddress'",
        "podLabels.app\\.kubernetes\\.io/name=x | podLabels: app.kubernetes.io/name is",
        "leaderElection.renewSeconds=15 | leaderElection: leaseSeconds must be more than",
        "leaderElection.enabled=false | replicas: must be 1 without leaderElection.enabled",
        "'watchNamespaces={a},sourceNamespace=b' | sourceNamespace: is for the cluster-wide kinds",
        "'watchNamespaces={a},finalizerPolicy.enabled=true' | finalizerPolicy.enabled: the policy",
        "'watchNamespaces={a},registries[0].name=r,registries[0].serverAddress=ghcr.io'"
            + " | registries[0].namespace: must be set together with watchNamespaces",
        "'watchNamespaces={a},registries[0].name=r,registries[0].serverAddress=ghcr.io"
            + ",registries[0].namespace=b' | registries[0].namespace: b is not in watchNamespaces",
        "'registries[0].name=r,registries[0].serverAddress=ghcr.io,registries[0].namespace=b"
            + ",registries[0].allowedNamespaces.matchLabels.a=b' | registries[0].allowedNamespaces:",
      })
  void aWrongValueIsRefusedAndNamed(String set, String message) {
    var result = HELM.run("template", RELEASE, Chart.DIRECTORY, "--set", set);

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr()).contains(message);
  }

  @Test
  void onAnOlderClusterTheStampingPolicyIsRefused() {
    var result =
        HELM.run(
            "template",
            RELEASE,
            Chart.DIRECTORY,
            "--set",
            "finalizerPolicy.enabled=true",
            "--kube-version",
            "1.35.2");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr())
        .contains("finalizerPolicy.enabled: needs Kubernetes 1.36 or newer, this is v1.35.2");
  }

  /** Where it can be had it is, unless it is switched off. */
  @ParameterizedTest(name = "{0}, Kubernetes {1}")
  @CsvSource({
    "attachPolicy.enabled=auto, 1.36.0, true",
    "attachPolicy.enabled=auto, 1.35.2, false",
    "attachPolicy.enabled=false, 1.36.0, false",
    "watchNamespaces={a}, 1.36.0, false",
    "'watchNamespaces={a},attachPolicy.enabled=true', 1.36.0, true",
  })
  void thePoliciesOfPodsComeWhereTheyCanBeHad(String set, String version, boolean isThere) {
    var rendered = Chart.template(RELEASE, RELEASE, "--set", set, "--kube-version", version);

    assertThat(rendered.contains("name: regcred-pods-cluster")).isEqualTo(isThere);
  }

  @Test
  void onAnOlderClusterThePoliciesOfPodsAreRefused() {
    var result =
        HELM.run(
            "template",
            RELEASE,
            Chart.DIRECTORY,
            "--set",
            "attachPolicy.enabled=true",
            "--kube-version",
            "1.35.2");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr())
        .contains("attachPolicy.enabled: needs Kubernetes 1.36 or newer, this is v1.35.2");
  }

  /** The values with another one in one place: the preset, or the contrary of a switch. */
  private static JsonNode otherwise(JsonNode all, ChartValue value) {
    var copy = (ObjectNode) all.deepCopy();
    var pointer = JsonPointer.compile("/" + value.path().replace('.', '/'));
    var present = all.at(pointer).isMissingNode() ? value.preset() : all.at(pointer);
    var other = present.equals(value.preset()) ? contrary(value) : value.preset();
    copy.withObject(pointer.head()).set(pointer.last().getMatchingProperty(), other);
    return copy;
  }

  private static JsonNode contrary(ChartValue value) {
    assertThat(value.preset().isBoolean()).as("not set in everything-on: " + value).isTrue();
    return BooleanNode.valueOf(!value.preset().asBoolean());
  }

  /** Or why it is refused, which is an effect, too. */
  private static String rendered(JsonNode values, Path directory) throws IOException {
    var file = Files.writeString(directory.resolve("values.yaml"), values.toString());
    var result =
        HELM.run(
            "template", RELEASE, Chart.DIRECTORY, "-f", file.toString(), "--kube-version", NEWEST);
    return result.exitCode() == 0 ? result.stdout() : "refused";
  }
}
