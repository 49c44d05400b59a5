package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialStatus;
import dev.regcred.api.v1alpha1.ClusterRegistrySpec;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistryCredentialStatus;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java types read and write exactly what the schemas allow. */
class CrdSchemaTest {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  /** Maps and lists that mean the same empty as absent. */
  private static final Set<String> ABSENT_IF_EMPTY =
      Set.of(
          "labels",
          "annotations",
          "matchLabels",
          "matchExpressions",
          "values",
          "excludedNamespaces",
          "realmHosts");

  /** A kind as the schema has it and as Java has it. */
  record Mirrored(
      Crd crd, Class<? extends LifecycleResource<?, ?>> type, Class<?> spec, Class<?> status) {
    static final List<Mirrored> ALL =
        List.of(
            new Mirrored(
                Crd.ofKind("ClusterRegistry"),
                ClusterRegistry.class,
                ClusterRegistrySpec.class,
                RegistryStatus.class),
            new Mirrored(
                Crd.ofKind("ClusterRegistryCredential"),
                ClusterRegistryCredential.class,
                ClusterRegistryCredentialSpec.class,
                ClusterRegistryCredentialStatus.class),
            new Mirrored(
                Crd.ofKind("Registry"), Registry.class, RegistrySpec.class, RegistryStatus.class),
            new Mirrored(
                Crd.ofKind("RegistryCredential"),
                RegistryCredential.class,
                RegistryCredentialSpec.class,
                RegistryCredentialStatus.class));

    static Mirrored of(Crd crd) {
      return ALL.stream().filter(mirrored -> mirrored.crd().equals(crd)).findFirst().orElseThrow();
    }

    JavaFields javaFields() {
      return JavaFields.of(Map.of("spec", spec, "status", status));
    }

    @Override
    public String toString() {
      return crd.kind();
    }
  }

  @Test
  void everyCrdHasItsJavaTypes() {
    assertThat(Mirrored.ALL).extracting(Mirrored::crd).isEqualTo(Crd.all());
  }

  @ParameterizedTest
  @MethodSource("mirrored")
  void namesAreTheSame(Mirrored mirrored) {
    var names = mirrored.crd().document().at("/spec/names");

    assertThat(CustomResource.getCRDName(mirrored.type())).isEqualTo(mirrored.crd().name());
    assertThat(HasMetadata.getKind(mirrored.type())).isEqualTo(names.path("kind").asText());
    assertThat(HasMetadata.getSingular(mirrored.type())).isEqualTo(names.path("singular").asText());
    assertThat(HasMetadata.getVersion(mirrored.type()))
        .isEqualTo(mirrored.crd().version().path("name").asText());
    assertThat(Namespaced.class.isAssignableFrom(mirrored.type()))
        .isEqualTo(mirrored.crd().isNamespaced());
  }

  @ParameterizedTest
  @MethodSource("mirrored")
  void fieldsAreTheSame(Mirrored mirrored) {
    assertThat(mirrored.javaFields().fields()).isEqualTo(SchemaFields.of(mirrored.crd().schema()));
  }

  /** A schema may allow fewer: not every kind is restored, and nobody declares an update. */
  @Test
  void everyEnumConstantIsAllowedBySomeSchemaAndEveryAllowedValueIsAConstant() {
    var allowed = new TreeMap<String, Set<String>>();
    var constants = new TreeMap<String, Set<String>>();
    for (var mirrored : Mirrored.ALL) {
      mirrored
          .javaFields()
          .enums()
          .forEach(
              (path, type) -> {
                constants.put(type.getName(), JavaFields.values(type));
                allowed
                    .computeIfAbsent(type.getName(), _ -> new TreeSet<>())
                    .addAll(mirrored.crd().schema().at(path).words());
              });
    }
    assertThat(constants).isNotEmpty().isEqualTo(allowed);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.regcred.crd.Fixture#valid")
  void whatIsAcceptedIsReadAndWrittenWithoutLoss(Fixture fixture) {
    var stored = SchemaFields.withDefaults(fixture.crd().schema(), fixture.result());

    var resource = read(fixture.crd(), stored);
    var written = SERIALIZATION.unmarshal(SERIALIZATION.asJson(resource), JsonNode.class);

    assertThat(resource.unreadableSpec()).as(fixture.toString()).isNull();
    assertThat(withoutEmpty(written.path("spec"))).isEqualTo(withoutEmpty(stored.path("spec")));
    assertThat(withoutEmpty(written.path("status"))).isEqualTo(withoutEmpty(stored.path("status")));
  }

  /** The parser in front of the pull Secret lets through what the schema does, and no more. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("validRegistries")
  void acceptedServerAddressesAreParsed(Fixture fixture) {
    var address = fixture.created().at("/spec/serverAddress").asText();

    assertThat(ServerAddress.parse(address).value()).isNotEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withInvalidServerAddress")
  void refusedServerAddressesAreNotParsed(Fixture fixture) {
    var address = fixture.created().at("/spec/serverAddress").asText();

    assertThatThrownBy(() -> ServerAddress.parse(address))
        .as(fixture.toString())
        .isInstanceOf(InvalidServerAddressException.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("withUnreadableSpec")
  void aSpecWithoutMeaningIsUnreadable(Fixture fixture) {
    assertThat(read(fixture.crd(), fixture.created()).unreadableSpec())
        .as(fixture.toString())
        .isNotNull();
  }

  static List<Mirrored> mirrored() {
    return Mirrored.ALL;
  }

  static Stream<Fixture> validRegistries() {
    return Fixture.valid().filter(fixture -> fixture.crd().withoutCluster().equals("Registry"));
  }

  static Stream<Fixture> withInvalidServerAddress() {
    return createdInOneStep("spec.serverAddress: (Too long|Invalid value).*");
  }

  /** What no value of the Java types can stand for: a field missing, a word that is not known. */
  static Stream<Fixture> withUnreadableSpec() {
    return createdInOneStep(
            "spec\\.([^:]+: (Required|Unsupported) value"
                + "|removal\\.purgeAfter: |[^:]+\\.values: Forbidden).*")
        // Java has one type for the kinds that any credential may refer to.
        .filter(fixture -> !fixture.expected().getFirst().contains("value: \"Registry\""));
  }

  private static Stream<Fixture> createdInOneStep(String expectedError) {
    return Fixture.invalid()
        .filter(fixture -> fixture.steps().size() == 1)
        .filter(fixture -> fixture.expected().getFirst().matches(expectedError));
  }

  private static LifecycleResource<?, ?> read(Crd crd, JsonNode object) {
    return SERIALIZATION.unmarshal(object.toString(), Mirrored.of(crd).type());
  }

  private static JsonNode withoutEmpty(JsonNode node) {
    var result = node.deepCopy();
    removeEmpty(result);
    return result;
  }

  private static void removeEmpty(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .removeIf(
              field ->
                  ABSENT_IF_EMPTY.contains(field.getKey())
                      && field.getValue().isContainerNode()
                      && field.getValue().isEmpty());
    }
    node.forEach(CrdSchemaTest::removeEmpty);
  }
}
