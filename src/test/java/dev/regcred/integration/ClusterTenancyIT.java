package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.Kubectl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who may write ClusterRegistryCredentials and read Secrets in one namespace gets there nothing but
 * what an administrator labelled as a source.
 */
class ClusterTenancyIT extends OperatorScenario {
  private static final String WRITER = "cluster-writer@example.com";
  private static final String SOURCES = "regcred-system";
  private static final String HIDDEN = CANARY + "-not-to-be-copied";

  private final List<String> names = new ArrayList<>();
  private final List<String> sources = new ArrayList<>();

  @BeforeEach
  void allowTheWriter() {
    var kubectl = installation.cluster().kubectl();
    kubectl.run("delete", "clusterrole,clusterrolebinding", namespace, "--ignore-not-found");
    kubectl.ok(
        "create",
        "clusterrole",
        namespace,
        "--verb=get,list,create,update,patch,delete",
        "--resource=clusterregistries.regcred.dev,clusterregistrycredentials.regcred.dev");
    kubectl.ok(
        "create",
        "clusterrolebinding",
        namespace,
        "--clusterrole=" + namespace,
        "--user=" + WRITER);
    kubectl.ok("label", "namespace", namespace, "tenancy=" + namespace);
    assertThat(asWriter(registryNamed(namespace), "apply", "-f", "-").exitCode()).isZero();
  }

  @AfterEach
  void takeAllAway() {
    var kubectl = installation.cluster().kubectl();
    names.forEach(name -> kubectl.run("delete", "clusterregistrycredential", name));
    kubectl.run("delete", "clusterregistry", namespace);
    sources.forEach(name -> kubectl.run("delete", "secret", name, "-n", SOURCES));
    kubectl.run("delete", "clusterrolebinding,clusterrole", namespace);
  }

  @Test
  void nothingIsCopiedThatIsNotLabelledAsASource() {
    var tried = 0;
    for (var metadata :
        List.of(
            "",
            "labels: {regcred.dev/source: \"false\"}",
            "labels: {regcred.dev/source: \"True\"}",
            "labels: {regcred.dev/source: \"\"}",
            "labels: {regcred.dev/managed: \"true\"}",
            "annotations: {regcred.dev/source: \"true\"}")) {
      var source = source(SOURCES, metadata);
      stalledAsSourceInvalid(clusterCredential(source, null));
      stalledAsSourceInvalid(clusterCredential(source(SOURCES, LABELLED), source));
      tried += 2;
    }
    var elsewhere = source(namespace, LABELLED);
    for (var name :
        List.of(
            elsewhere,
            namespace + "/" + elsewhere,
            "../" + namespace + "/" + elsewhere,
            "../../" + namespace + "/secrets/" + elsewhere)) {
      withoutEffect(clusterCredential(name, null), elsewhere);
      withoutEffect(clusterCredential(source(SOURCES, LABELLED), name), elsewhere);
      tried += 2;
    }
    for (var change :
        List.of("secretKeyRef: {namespace: " + namespace + ", ", "secretKeyRef: {kind: Secret, ")) {
      withoutEffect(
          clusterCredential(elsewhere, null).replace("secretKeyRef: {", change), elsewhere);
      tried++;
    }
    withoutEffect(
        clusterCredential(source(SOURCES, LABELLED), null)
            .replace("kind: ClusterRegistry,", "kind: Registry,"),
        elsewhere);
    tried++;
    for (var command :
        List.of(
            List.of(
                "label", "secret", source(SOURCES, ""), "-n", SOURCES, "regcred.dev/source=true"),
            List.of("get", "secrets", "-n", SOURCES),
            List.of("create", "token", "regcred-operator", "-n", SOURCES))) {
      assertThat(asWriter("", command.toArray(String[]::new)).exitCode())
          .as(String.join(" ", command))
          .isNotZero();
      tried++;
    }
    await().during(Duration.ofSeconds(2)).untilAsserted(() -> assertNothingHiddenIn(namespace));
    System.out.printf(
        "cluster tenancy: %d ways tried, %d refused or without effect%n", tried, tried);
  }

  /** What was copied stays, so that pulls go on; what comes after is not copied. */
  @Test
  void aSourceWhoseLabelIsTakenOffIsNotCopiedAnyMore() {
    var source = sourceWith(SOURCES, LABELLED, CANARY + "-good");
    var name = written(clusterCredential(source, null));
    awaitReady(name, "True", "Active");
    var kubectl = installation.cluster().kubectl();
    kubectl.ok("label", "secret", source, "-n", SOURCES, "regcred.dev/source-");
    kubectl.ok(
        "patch",
        "secret",
        source,
        "-n",
        SOURCES,
        "-p",
        "{\"stringData\":{\"password\":\"%s\",\"user\":\"%s\"}}".formatted(HIDDEN, HIDDEN));

    awaitReady(name, "False", "SourceInvalid");

    assertThat(content(name)).contains(CANARY + "-good");
    assertNothingHiddenIn(namespace);
  }

  private static final String LABELLED = "labels: {regcred.dev/source: \"true\"}";

  private void stalledAsSourceInvalid(String yaml) {
    awaitReady(written(yaml), "False", "SourceInvalid");
    assertNothingHiddenIn(namespace);
  }

  /** Refused, or accepted and waiting for ever. */
  private void withoutEffect(String yaml, String except) {
    var result = asWriter(yaml, "apply", "-f", "-");
    if (result.exitCode() == 0) {
      awaitReady(names.getLast(), "False", null);
    }
    assertNothingHiddenIn(namespace, except);
  }

  private String written(String yaml) {
    var result = asWriter(yaml, "apply", "-f", "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return names.getLast();
  }

  private void awaitReady(String name, String ready, @Nullable String reason) {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        asWriter(
                                "",
                                "get",
                                "clusterregistrycredential",
                                name,
                                "-o",
                                "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"
                                    + " {.status.conditions[?(@.type==\"Ready\")].reason}")
                            .stdout())
                    .startsWith(reason == null ? ready : ready + " " + reason));
  }

  private void assertNothingHiddenIn(String namespace, String... except) {
    client.secrets().inNamespace(namespace).list().getItems().stream()
        .filter(secret -> !List.of(except).contains(secret.getMetadata().getName()))
        .filter(secret -> !sources.contains(secret.getMetadata().getName()))
        .forEach(
            secret ->
                secret
                    .getData()
                    .values()
                    .forEach(
                        value ->
                            assertThat(
                                    new String(
                                        Base64.getDecoder().decode(value), StandardCharsets.UTF_8))
                                .as(secret.getMetadata().getName())
                                .doesNotContain(HIDDEN)));
  }

  private String source(String namespace, String metadata) {
    return sourceWith(namespace, metadata, HIDDEN);
  }

  private String sourceWith(String sourceNamespace, String metadata, String value) {
    var name = namespace + "-source-" + sources.size();
    sources.add(name);
    var result =
        installation
            .cluster()
            .kubectl()
            .runWithInput(
                """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: %s
                  namespace: %s
                  %s
                stringData: {password: %s, user: %s}
                """
                    .formatted(name, sourceNamespace, metadata, value, value),
                "create",
                "-f",
                "-");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return name;
  }

  private static String registryNamed(String name) {
    return """
    apiVersion: regcred.dev/v1alpha1
    kind: ClusterRegistry
    metadata: {name: %s}
    spec: {serverAddress: %s.example.com}
    """
        .formatted(name, name);
  }

  /** A new one for the namespace of the test. */
  private String clusterCredential(String source, @Nullable String userSource) {
    var name = namespace + "-" + names.size();
    names.add(name);
    return """
    apiVersion: regcred.dev/v1alpha1
    kind: ClusterRegistryCredential
    metadata: {name: %s}
    spec:
      email: team@example.com
      registryRef: {kind: ClusterRegistry, name: %s}
      %s
      secretValueFrom: {secretKeyRef: {name: "%s", key: password}}
      namespaceSelector: {matchLabels: {tenancy: %s}}
    """
        .formatted(
            name,
            namespace,
            userSource == null
                ? "publicValue: robot"
                : "publicValueFrom: {secretKeyRef: {name: \"" + userSource + "\", key: user}}",
            source,
            namespace);
  }

  private Kubectl.Result asWriter(String stdin, String... command) {
    var all = new ArrayList<>(List.of("--as=" + WRITER));
    all.addAll(List.of(command));
    return installation.cluster().kubectl().runWithInput(stdin, all.toArray(String[]::new));
  }
}
