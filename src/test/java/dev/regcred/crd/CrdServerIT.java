package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
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
class CrdServerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final Crd CREDENTIAL = Crd.ofKind("RegistryCredential");

  private final CrdNamespace namespace = CrdNamespace.create();

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @AfterEach
  void deleteObjects() {
    Crd.all().forEach(crd -> namespace.objects(crd).delete());
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
            + " deletionPolicy: Delete, email: ci@example.com,"
            + " registryRef: {kind: Registry, name: example}, publicValue: ci,"
            + " secretValueFrom: {secretKeyRef: {name: example-account, key: password}}}",
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

  @ParameterizedTest
  @MethodSource("kinds")
  void anUnknownFieldIsPrunedWhereValidationIsOff(Crd crd) {
    var manifest =
        MergePatch.apply(Fixture.minimal(crd), Fixture.yaml("spec: {imagePullSecrets: [a]}"));

    var result = namespace.kubectl(manifest.toString(), "apply", "--validate=ignore", "-f", "-");

    assertThat(result.exitCode()).isZero();
    assertThat(namespace.objects(crd).list().getItems())
        .singleElement()
        .satisfies(
            object -> assertThat(json(object).path("spec").has("imagePullSecrets")).isFalse());
  }

  /** Not even in last-applied, and not in what the person who tried it sees on the screen. */
  @ParameterizedTest
  @ValueSource(
      strings = {"hunter2", "20071969", "[hunter2]", "{password: hunter2}", "${hunter2*9999}"})
  void anInlineSecretValueIsRefusedAndNeverRepeated(String value) {
    var manifest =
        MergePatch.apply(
            Fixture.minimal(CREDENTIAL), Fixture.yaml("spec: {secretValue: " + value + "}"));

    for (var validate : List.of("strict", "ignore")) {
      var result =
          namespace.kubectl(manifest.toString(), "apply", "--validate=" + validate, "-f", "-");

      assertThat(result.exitCode()).isNotZero();
      assertThat(result.stdout() + result.stderr())
          .contains("secretValue")
          .doesNotContain("hunter2", "20071969");
      assertThat(namespace.objects(CREDENTIAL).list().getItems()).isEmpty();
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
  @CsvSource({
    "registries, '', 'NAME STATE READY SERVER AGE'",
    "registries, wide, 'NAME STATE READY SERVER AGE REASON MESSAGE'",
    "registrycredentials, '', 'NAME STATE READY REGISTRY SECRET AGE'",
    "registrycredentials, wide, 'NAME STATE READY REGISTRY SECRET AGE REASON MESSAGE'",
  })
  void kubectlGetShowsTheColumns(String plural, String output, String header) {
    for (var crd : Crd.all()) {
      var object = namespace.object(crd, Fixture.minimal(crd));
      object.create();
      patchStatus(
          object,
          """
          status:
            state: Active
            serverAddress: registry.example.com
            conditions:
              - type: Ready
                status: "True"
                reason: TheReason
                message: The-message
                lastTransitionTime: "2026-01-01T00:00:00Z"
          """);
    }
    patchStatus(
        namespace.object(CREDENTIAL, Fixture.minimal(CREDENTIAL)),
        "{status: {secretName: example-pull}}");

    var lines = namespace.kubectl("", "get", plural, "-o", output).stdout().lines().toList();

    assertThat(lines.getFirst().split(" +")).containsExactly(header.split(" "));
    var row = lines.getLast().split(" +");
    assertThat(row).hasSameSizeAs(header.split(" ")).contains("Active", "True");
    assertThat(String.join(" ", row))
        .contains(plural.equals("registries") ? "registry.example.com" : "example example-pull");
    if (output.equals("wide")) {
      assertThat(row).endsWith("TheReason", "The-message");
    }
  }

  @Test
  void theCategoryListsBothKinds() {
    Crd.all().forEach(crd -> namespace.object(crd, Fixture.minimal(crd)).create());

    assertThat(namespace.kubectl("", "get", "regcred-all", "-o", "name").stdout().lines())
        .containsExactlyInAnyOrder(
            "registry.regcred.dev/example", "registrycredential.regcred.dev/example-pull");
  }

  /** kubectl expands a category before it looks for a short name, so they must differ. */
  @Test
  void theShortNameNamesOneCredential() {
    namespace.object(CREDENTIAL, Fixture.minimal(CREDENTIAL)).create();

    assertThat(namespace.kubectl("", "get", "regcred", "example-pull", "-o", "name").stdout())
        .isEqualTo("registrycredential.regcred.dev/example-pull\n");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void kubectlExplainNamesEveryField(Crd crd) {
    var fields = crd.schema().at("spec").properties().map(SchemaNode::name).toList();
    var spec = crd.document().at("/spec/names/singular").asText() + ".spec";

    // The schema is published a moment after the kind is.
    await()
        .untilAsserted(
            () -> assertThat(namespace.kubectl("", "explain", spec).stdout()).contains(fields));
  }

  static List<Crd> kinds() {
    return Crd.all();
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
