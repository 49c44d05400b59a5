package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testkit.WithoutOperator;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server and kubectl make of the CRDs, apart from the single constraints. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithoutOperator
class CrdServerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final CrdNamespace namespace = CrdNamespace.create();

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @AfterEach
  void deleteObjects() {
    namespace.deleteObjects();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--server-side=true", "--server-side=false"})
  void crdsAreAppliedOnEitherSide(String side) {
    var force = side.endsWith("true") ? "--force-conflicts=true" : "--force-conflicts=false";

    var result = namespace.kubectl("", "apply", side, force, "-f", Crd.DIRECTORY.toString());

    assertThat(result.stderr()).doesNotContain("invalid", "Too long");
    assertThat(result.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Registry | {desiredState: Active, removal: {purgeAfter: Never},"
            + " serverAddress: registry.example.com}",
        "RegistryCredential | {desiredState: Active, removal: {purgeAfter: 60s},"
            + " deletionPolicy: Delete, attach: ServiceAccounts, stuckPods: Ignore,"
            + " email: ci@example.com,"
            + " registryRef: {kind: Registry, name: example}, publicValue: ci,"
            + " secretValueFrom: {secretKeyRef: {name: example-account, key: password}}}",
        "ClusterRegistry | {desiredState: Active, removal: {purgeAfter: Never},"
            + " serverAddress: registry.example.com}",
        "ClusterRegistryCredential | {desiredState: Active, removal: {purgeAfter: 60s},"
            + " deletionPolicy: Delete, attach: ServiceAccounts, stuckPods: Ignore,"
            + " email: ci@example.com,"
            + " registryRef: {kind: ClusterRegistry, name: example}, publicValue: ci,"
            + " secretValueFrom: {secretKeyRef: {name: example-account, key: password}},"
            + " namespaceSelector: {}}",
      })
  void aFreshObjectHasItsDefaultsAndNeverReadsAsDone(String kind, String spec) {
    var crd = Crd.ofKind(kind);

    var created = json(namespace.object(crd, Fixture.minimal(crd)).create());

    assertThat(created.path("spec")).isEqualTo(Fixture.yaml(spec));
    assertThat(created.path("status"))
        .isEqualTo(Fixture.yaml("{observedGeneration: -1, state: Requested}"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anUnknownFieldIsRefused(Crd crd) {
    var manifest =
        MergePatch.apply(Fixture.minimal(crd), Fixture.yaml("spec: {imagePullSecrets: [a]}"));

    var result = namespace.kubectl(manifest.toString(), "apply", "-f", "-");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.stderr()).contains("unknown field \"spec.imagePullSecrets\"");
  }

  /**
   * What a template leaves empty. The API server makes null of a map or a list that the same
   * manager had values in.
   */
  @ParameterizedTest(name = "{0} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "RegistryCredential | target: {labels: {a: b}} | target: {labels: {}}",
        "RegistryCredential | target: {annotations: {a: b}} | target: {annotations: {}}",
        "RegistryCredential | target: {labels: {a: b}} | target: {}",
        "RegistryCredential | serviceAccounts: [a] | serviceAccounts: []",
        "RegistryCredential | serviceAccounts: [a] |"
            + " {serviceAccounts: [], serviceAccountSelector: {matchLabels: {a: b}}}",
        "RegistryCredential | serviceAccountSelector: {matchLabels: {a: b}} |"
            + " serviceAccountSelector: {matchLabels: {}}",
        "RegistryCredential | serviceAccountSelector: {matchExpressions: [{key: a, operator:"
            + " Exists}]} | serviceAccountSelector: {matchExpressions: []}",
        "RegistryCredential | removal: {purgeAfter: 5s} | removal: {}",
        "ClusterRegistryCredential | excludedNamespaces: [a] | excludedNamespaces: []",
        "ClusterRegistryCredential | namespaceSelector: {matchLabels: {a: b}} |"
            + " namespaceSelector: {matchLabels: {}}",
        "ClusterRegistry | allowedNamespaces: {matchLabels: {a: b}} |"
            + " allowedNamespaces: {matchLabels: {}}",
      })
  void whatServerSideApplyEmptiesIsTaken(String kind, String full, String empty) {
    var crd = Crd.ofKind(kind);
    for (var spec : List.of(full, empty)) {
      var fields = spec.startsWith("{") ? spec : "{" + spec + "}";
      var manifest =
          MergePatch.apply(Fixture.minimal(crd), Fixture.yaml("spec: " + fields)).toString();

      var result = namespace.kubectl(manifest, "apply", "--server-side", "-f", "-");

      assertThat(result.stderr()).as(spec).isEmpty();
      assertThat(result.exitCode()).as(spec).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anUnknownFieldIsPrunedWhereValidationIsOff(Crd crd) {
    var manifest =
        MergePatch.apply(Fixture.minimal(crd), Fixture.yaml("spec: {imagePullSecrets: [a]}"));

    var result = namespace.kubectl(manifest.toString(), "apply", "--validate=ignore", "-f", "-");

    assertThat(result.exitCode()).isZero();
    assertThat(namespace.existing(crd))
        .singleElement()
        .satisfies(
            object -> assertThat(json(object).path("spec").has("imagePullSecrets")).isFalse());
  }

  /** Not even in last-applied, and not in what the person who tried it sees on the screen. */
  @ParameterizedTest
  @MethodSource("credentialsAndInlineValues")
  void anInlineSecretValueIsRefusedAndNeverRepeated(Crd crd, String value) {
    var manifest =
        MergePatch.apply(Fixture.minimal(crd), Fixture.yaml("spec: {secretValue: " + value + "}"));

    for (var validate : List.of("strict", "ignore")) {
      var result =
          namespace.kubectl(manifest.toString(), "apply", "--validate=" + validate, "-f", "-");

      assertThat(result.exitCode()).isNotZero();
      assertThat(result.stdout() + result.stderr())
          .contains("secretValue")
          .doesNotContain("hunter2", "20071969");
      assertThat(namespace.existing(crd)).isEmpty();
    }
  }

  /** Whatever its spec says: a state comes about through a Registry and through time as well. */
  @ParameterizedTest(name = "{0} {1} while {2} is declared")
  @MethodSource("statesAndDeclarations")
  void nothingStandsInTheWayOfTheOperator(Crd crd, String state, String declared) {
    var object = namespace.object(crd, Fixture.minimal(crd));
    object.create();
    patch(object, "{metadata: {finalizers: [regcred.dev/finalizer]}}");
    patch(object, "{spec: {desiredState: %s}}".formatted(declared));
    patchStatus(object, "{status: {state: %s}}".formatted(state));

    patchStatus(object, "{status: {state: %s, observedGeneration: 2}}".formatted(state));
    patch(object, "{metadata: {labels: {team: a}}}");
    object.delete();
    patchStatus(object, "{status: {state: Removing}}");
    patch(object, "{metadata: {finalizers: null}}");

    assertThat(object.get()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Registry | NAME STATE READY SERVER AGE | REASON MESSAGE"
            + " | example Active True registry.example.com | Contested The-message",
        "ClusterRegistry | NAME STATE READY SERVER AGE | REASON MESSAGE"
            + " | example Active True registry.example.com | Contested The-message",
        "RegistryCredential | NAME STATE READY REGISTRY SECRET AGE | REASON MESSAGE"
            + " | example-pull Active True example example-pull | Contested The-message",
        "ClusterRegistryCredential"
            + " | NAME STATE READY REGISTRY SECRET SYNCED DESIRED AGE"
            + " | OVERRIDDEN FAILED REASON MESSAGE"
            + " | example-pull Active True example example-pull 4 7"
            + " | 2 1 Contested The-message",
      })
  void kubectlGetShowsTheColumns(
      String kind, String header, String wideHeader, String row, String wideRow) {
    var crd = Crd.ofKind(kind);
    var object = namespace.object(crd, Fixture.minimal(crd));
    object.create();
    // What a kind does not have of this is pruned.
    patchStatus(
        object,
        """
        status:
          state: Active
          serverAddress: registry.example.com
          secretName: example-pull
          namespaces: {desired: 7, synced: 4, overridden: 2, failed: 1}
          conditions:
            - type: Ready
              status: "True"
              reason: Contested
              message: The-message
              observedGeneration: 1
              lastTransitionTime: "2100-01-01T00:00:00Z"
        """);

    assertShown(crd, "", header, row);
    assertShown(crd, "wide", header + " " + wideHeader, row + " " + wideRow);
  }

  /** The age is in no row: it is whatever it is. */
  private void assertShown(Crd crd, String output, String header, String row) {
    var lines =
        namespace
            .kubectl("", "get", crd.plural(), "-o", output)
            .stdout()
            .lines()
            .map(line -> line.split(" +"))
            .toList();
    var columns = header.split(" ");

    assertThat(lines.getFirst()).containsExactly(columns);
    assertThat(lines)
        .filteredOn(line -> line[0].startsWith("example"))
        .singleElement()
        .satisfies(
            line -> assertThat(line).hasSameSizeAs(columns).containsSubsequence(row.split(" ")));
  }

  @Test
  void theCategoryListsAllKinds() {
    Crd.all().forEach(crd -> namespace.object(crd, Fixture.minimal(crd)).create());

    assertThat(namespace.kubectl("", "get", "regcred-all", "-o", "name").stdout().lines())
        .filteredOn(line -> line.contains("/example"))
        .containsExactlyInAnyOrder(
            "clusterregistry.regcred.dev/example",
            "clusterregistrycredential.regcred.dev/example-pull",
            "registry.regcred.dev/example",
            "registrycredential.regcred.dev/example-pull");
  }

  /** kubectl expands a category before it looks for a short name, so they must differ. */
  @ParameterizedTest
  @CsvSource({"RegistryCredential, regcred", "ClusterRegistryCredential, cregcred"})
  void theShortNameNamesOneCredential(String kind, String shortName) {
    var crd = Crd.ofKind(kind);
    namespace.object(crd, Fixture.minimal(crd)).create();

    assertThat(namespace.kubectl("", "get", shortName, "example-pull", "-o", "name").stdout())
        .isEqualTo(crd.singular() + ".regcred.dev/example-pull\n");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void kubectlExplainNamesEveryField(Crd crd) {
    var fields = crd.schema().at("spec").properties().map(SchemaNode::name).toList();
    var spec = crd.singular() + ".spec";

    // The schema is published a moment after the kind is.
    await()
        .untilAsserted(
            () -> assertThat(namespace.kubectl("", "explain", spec).stdout()).contains(fields));
  }

  /** Its Secret is left out: the namespaces of the examples are not those of the test. */
  @ParameterizedTest
  @ValueSource(strings = {"quickstart.yaml", "cluster-wide.yaml"})
  void theExamplesAreAccepted(String file) throws Exception {
    var resources =
        Stream.of(Files.readString(Path.of("docs/examples", file)).split("(?m)^---$"))
            .filter(document -> document.contains("regcred.dev/v1alpha1"))
            .toList();

    var result =
        namespace.kubectl(String.join("---\n", resources), "apply", "--dry-run=server", "-f", "-");

    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stdout().lines()).hasSize(2);
  }

  static List<Crd> kinds() {
    return Crd.all();
  }

  static Stream<Arguments> credentialsAndInlineValues() {
    return Crd.all().stream()
        .filter(crd -> crd.withoutCluster().equals("RegistryCredential"))
        .flatMap(
            crd ->
                Stream.of(
                        "hunter2",
                        "20071969",
                        "[hunter2]",
                        "{password: hunter2}",
                        "${hunter2*9999}")
                    .map(value -> Arguments.of(crd, value)));
  }

  static Stream<Arguments> statesAndDeclarations() {
    return Crd.all().stream()
        .flatMap(
            crd ->
                crd.schema().at("status.state").words().stream()
                    .flatMap(
                        state ->
                            Stream.of("Active", "Purged")
                                .map(declared -> Arguments.of(crd, state, declared))));
  }

  private static JsonNode json(GenericKubernetesResource object) {
    return JSON.valueToTree(object);
  }

  private static void patch(Resource<GenericKubernetesResource> object, String yaml) {
    object.patch(MERGE, Fixture.yaml(yaml).toString());
  }

  private static void patchStatus(Resource<GenericKubernetesResource> object, String yaml) {
    object.subresource("status").patch(MERGE, Fixture.yaml(yaml).toString());
  }
}
