package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.integration.Way.Refusal;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final String LABEL = "regcred.dev/source";

  /** So many at least must get past the API server, or the operator was not tried. */
  private static final int FEWEST_LET_IN = 16;

  private final KubernetesClient writer =
      new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(WRITER).build())
          .build();

  /** The cluster-wide kinds are in no namespace. */
  private final TestNamespace asWriter = test.namespace().as(writer);

  private final List<String> names = new ArrayList<>();
  private final List<String> sources = new ArrayList<>();

  private int refused;
  private int withoutEffect;

  @BeforeEach
  void allowTheWriter() {
    client
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .addNewRule()
                .withApiGroups("regcred.dev")
                .withResources("clusterregistries", "clusterregistrycredentials")
                .withVerbs("get", "list", "create", "update", "patch", "delete")
                .endRule()
                .build())
        .create();
    client
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", namespace)
                .addNewSubject("rbac.authorization.k8s.io", "User", WRITER, null)
                .build())
        .create();
    client
        .namespaces()
        .withName(namespace)
        .edit(n -> n.edit().editMetadata().addToLabels("tenancy", namespace).endMetadata().build());
    // The API server takes a moment to know of it.
    await()
        .ignoreException(KubernetesClientException.class)
        .untilAsserted(() -> asWriter.apply(Manifests.clusterRegistry(namespace).yaml()));
  }

  @AfterEach
  void takeAllAway() {
    writer.close();
    startOperatorUnlessItRuns();
    names.forEach(
        name -> client.resources(ClusterRegistryCredential.class).withName(name).delete());
    names.forEach(
        name ->
            eventually(
                () ->
                    client.resources(ClusterRegistryCredential.class).withName(name).get()
                        == null));
    client.resources(ClusterRegistry.class).withName(namespace).delete();
    sources.forEach(name -> client.secrets().inNamespace(SOURCES).withName(name).delete());
    client.rbac().clusterRoleBindings().withName(namespace).delete();
    client.rbac().clusterRoles().withName(namespace).delete();
  }

  @Test
  void nothingIsCopiedThatIsNotLabelledAsASource() {
    notLabelled();
    notInTheSourcesNamespace();
    fieldsOfOtherApis();
    directly();
    await().during(Duration.ofSeconds(2)).untilAsserted(this::assertNothingHidden);
    assertThat(withoutEffect).as("let in").isGreaterThanOrEqualTo(FEWEST_LET_IN);
    System.out.printf(
        "cluster tenancy: %d ways tried: %d refused, %d let in without effect%n",
        refused + withoutEffect, refused, withoutEffect);
  }

  private void notLabelled() {
    for (var unlabelled :
        List.of(
            source(),
            source().label(LABEL, "false"),
            source().label(LABEL, "True"),
            source().label(LABEL, ""),
            source().label("regcred.dev/managed", "true"),
            source().annotation(LABEL, "true"))) {
      var name = created(SOURCES, unlabelled);
      letIn("a password that is no source", credentialOf(name), "SourceInvalid");
      letIn(
          "a user name that is no source",
          credentialOf(labelled()).userFrom(name, "user"),
          "SourceInvalid");
    }
  }

  private void notInTheSourcesNamespace() {
    var elsewhere = created(namespace, source().label(LABEL, "true"));
    letIn("a password of elsewhere", credentialOf(elsewhere), "SourceNotFound");
    letIn(
        "a user name of elsewhere",
        credentialOf(labelled()).userFrom(elsewhere, "user"),
        "SourceNotFound");
    for (var name :
        List.of(
            namespace + "/" + elsewhere,
            "../" + namespace + "/" + elsewhere,
            "../../" + namespace + "/secrets/" + elsewhere)) {
      refused(
          "password " + name,
          Refusal.invalid("spec.secretValueFrom.secretKeyRef.name"),
          credentialOf(name));
      refused(
          "user name " + name,
          Refusal.invalid("spec.publicValueFrom.secretKeyRef.name"),
          credentialOf(labelled()).userFrom(name, "user"));
    }
    for (var field : Map.of("namespace", namespace, "kind", "Secret").entrySet()) {
      var path = "spec.secretValueFrom.secretKeyRef." + field.getKey();
      refused(
          path + ", strictly",
          Refusal.unknown(path),
          credentialOf(elsewhere).set(path, field.getValue()));
      var ignored = credentialOf(elsewhere).set(path, field.getValue());
      tried(
          new Way(
              path + ", ignored", null, () -> asWriter.create(ignored.yaml(), Validation.IGNORE)),
          "SourceNotFound");
    }
  }

  private void fieldsOfOtherApis() {
    refused(
        "a Registry of a namespace",
        Refusal.invalid("spec.registryRef.kind"),
        credentialOf(labelled())
            .set("spec.registryRef", Map.of("kind", "Registry", "name", namespace)));
  }

  /** What RBAC is there for. */
  private void directly() {
    var secret = created(SOURCES, source());
    var sources = client.secrets().inNamespace(SOURCES);
    assertThat(sources.withName(secret).get()).isNotNull();
    var theirs = writer.secrets().inNamespace(SOURCES);
    tried(
        new Way(
            "label a Secret as a source",
            Refusal.forbidden("patch"),
            // By the path itself: the client reads what it patches, and would be refused that.
            () ->
                writer.raw(
                    "/api/v1/namespaces/%s/secrets/%s".formatted(SOURCES, secret),
                    "PATCH",
                    "{\"metadata\":{\"labels\":{\"%s\":\"true\"}}}".formatted(LABEL))),
        "");
    tried(new Way("list the sources", Refusal.forbidden("list"), theirs::list), "");
    tried(
        new Way("read a source", Refusal.forbidden("get"), () -> theirs.withName(secret).get()),
        "");
    tried(
        new Way(
            "get a token of the operator",
            Refusal.forbidden("create"),
            () ->
                writer.raw(
                    "/api/v1/namespaces/%s/serviceaccounts/regcred-operator/token"
                        .formatted(SOURCES),
                    "POST",
                    "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}")),
        "");
  }

  /** What was copied stays, so that pulls go on; what comes after is not copied. */
  @Test
  void aSourceWhoseLabelIsTakenOffIsNotCopiedAnyMore() {
    var source =
        created(
            SOURCES,
            Manifests.secret("good")
                .value("password", CANARY + "-good")
                .value("user", "good")
                .label(LABEL, "true"));
    applied(credentialOf(source));
    var name = names.getLast();
    awaitReady(name, "True", "Active");
    client
        .secrets()
        .inNamespace(SOURCES)
        .withName(source)
        .edit(
            s ->
                new SecretBuilder(s)
                    .editMetadata()
                    .removeFromLabels(LABEL)
                    .endMetadata()
                    .addToData("password", Base64Text.of(HIDDEN))
                    .build());

    awaitReady(name, "False", "SourceInvalid");
    stopOperator();
    passOnce("ClusterRegistryCredential");

    awaitReady(name, "False", "SourceInvalid");
    assertThat(content(name)).contains(CANARY + "-good");
    assertNothingHidden();
  }

  private void letIn(String what, Manifest.OfCredential credential, String reason) {
    tried(new Way(what, null, () -> asWriter.create(credential.yaml(), Validation.STRICT)), reason);
  }

  private void refused(String what, Refusal refusal, Manifest.OfCredential credential) {
    tried(new Way(what, refusal, () -> asWriter.create(credential.yaml(), Validation.STRICT)), "");
  }

  /**
   * Refused, or let in and waiting for ever.
   *
   * @param reason why it waits
   */
  private void tried(Way way, String reason) {
    if (way.isLetIn()) {
      awaitReady(names.getLast(), "False", reason);
      withoutEffect++;
    } else {
      refused++;
    }
    assertNothingHidden();
  }

  private void awaitReady(String name, String ready, String reason) {
    await()
        .untilAsserted(
            () -> {
              var credential = client.resources(ClusterRegistryCredential.class).withName(name);
              var status = present(credential.get(), name).getStatus();
              var condition = ready(present(status, "status of " + name));
              assertThat(condition.status() + " " + condition.reason())
                  .isEqualTo(ready + " " + reason);
            });
  }

  /** In no Secret but those that the test itself made. */
  private void assertNothingHidden() {
    client.secrets().inNamespace(namespace).list().getItems().stream()
        .filter(secret -> !sources.contains(secret.getMetadata().getName()))
        .forEach(
            secret ->
                assertThat(secret.getData().values())
                    .as(secret.getMetadata().getName())
                    .allSatisfy(
                        value -> assertThat(Base64Text.decoded(value)).doesNotContain(HIDDEN)));
  }

  private static Manifest.OfSecret source() {
    return Manifests.secret("hidden").value("password", HIDDEN).value("user", HIDDEN);
  }

  private String labelled() {
    return created(SOURCES, source().label(LABEL, "true"));
  }

  /** Creates it under a name of its own, which is returned. */
  private String created(String in, Manifest.OfSecret secret) {
    var name = namespace + "-source-" + sources.size();
    sources.add(name);
    applied(secret.in(in).set("metadata.name", name));
    return name;
  }

  /** A new one for the namespace of the test, of that source. */
  private Manifest.OfCredential credentialOf(String source) {
    var name = namespace + "-" + names.size();
    names.add(name);
    return Manifests.clusterCredential(name)
        .registry(namespace)
        .source(source)
        .without("spec.target")
        .namespaceSelector("tenancy", namespace);
  }
}
