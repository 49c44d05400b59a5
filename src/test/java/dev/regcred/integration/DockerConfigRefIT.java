package dev.regcred.integration;

import static dev.regcred.testkit.Manifests.secret;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An account that stands in somebody's Docker config, beside those of other registries. */
class DockerConfigRefIT extends ClusterWideScenario {
  private static final String OTHERS = "\"other.example.com\":{\"auth\":\"b3RoZXI6b3RoZXI=\"}";

  @Test
  void itIsReadFromWhatKubectlMakesAndFollowedThroughEveryForm() {
    kubectl(
        "create",
        "secret",
        "docker-registry",
        "seed",
        "--docker-server=https://registry.example.com/v2/",
        "--docker-username=robot",
        "--docker-password=" + CANARY);
    applied(Manifests.registry("main"), fromConfig());

    awaitState("pull", "Active", "Active");

    awaitPullSecret(config(CANARY));
    applied(seed("\"registry.example.com\":" + authOnly("podman", CANARY + "-2")));
    awaitPullSecret(config("podman", CANARY + "-2"));
    applied(seed(OTHERS));
    awaitState("pull", "Active", "SourceNotFound");
    assertThat(message("pull", "Ready"))
        .isEqualTo(
            "Secret seed has no entry for registry.example.com; add it, or correct"
                + " spec.dockerConfigRef.server.");
    assertThat(content("pull")).as("the last good one").isEqualTo(config("podman", CANARY + "-2"));
    deleted("Secret/seed");
    applied(
        secret("seed")
            .type("kubernetes.io/dockercfg")
            .value(
                ".dockercfg",
                "{"
                    + OTHERS
                    + ",\"registry.example.com\":"
                    + authOnly("robot", CANARY + "-3")
                    + "}"));
    awaitPullSecret(config(CANARY + "-3"));
    awaitState("pull", "Active", "Active");
  }

  /** Sent as a password it would have given accounts of other registries to this one. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {".dockerconfigjson", ".dockercfg", "config.json"})
  void aWholeConfigIsNoPasswordAndTheMessageSaysWhatToDo(String key) {
    applied(
        wholeConfig(key),
        Manifests.registry("main"),
        Manifests.credential("pull").source("seed", key));

    awaitState("pull", "Activating", "SourceInvalid");

    assertThat(message("pull", "Stalled"))
        .isEqualTo(
            "Key "
                + key
                + " of Secret seed holds a whole Docker config; name the Secret and one of its"
                + " servers in spec.dockerConfigRef, in place of publicValue, publicValueFrom and"
                + " secretValueFrom.");
    assertThat(secretNamed("pull")).isNull();
    applied(wholeConfig(key), fromConfig());
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).as("what the message says is done").isEqualTo(config(CANARY));
  }

  @Test
  void underAnyOtherKeyTheMessageSaysToMoveIt() {
    applied(
        wholeConfig("auth.json"),
        Manifests.registry("main"),
        Manifests.credential("pull").source("seed", "auth.json"));

    awaitState("pull", "Activating", "SourceInvalid");

    assertThat(message("pull", "Stalled"))
        .startsWith(
            "Key auth.json of Secret seed holds a whole Docker config; put it under the key"
                + " .dockerconfigjson, and name the Secret");
  }

  @Test
  void fromKeysToAnEntryItIsOneEdit() {
    activeWorkingSet();
    applied(seed("\"registry.example.com\":" + authOnly("robot", CANARY + "-2")));

    patch(
        "RegistryCredential/pull",
        "{\"spec\":{\"publicValue\":null,\"secretValueFrom\":null,\"dockerConfigRef\":"
            + "{\"name\":\"seed\",\"server\":\"registry.example.com\"}}}");

    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY + "-2"));
  }

  /** As one account of a registry and of its mirror, of which only one is kept by a person. */
  @Test
  void thePullSecretOfAnotherCredentialIsFollowedUntilItGoes() {
    activeWorkingSet();
    applied(
        Manifests.registry("mirror"),
        Manifests.credential("mirrored")
            .registry("mirror")
            .dockerConfig("pull", "registry.example.com"));
    awaitState("mirrored", "Active", "Active");

    applySource(CANARY + "-2");
    await()
        .untilAsserted(
            () ->
                assertThat(content("mirrored")).contains(Base64Text.of("robot:" + CANARY + "-2")));
    declare("Inactive");

    awaitState("mirrored", "Active", "SourceNotFound");
    assertThat(message("mirrored", "Ready"))
        .isEqualTo(
            "Secret pull has no entry for registry.example.com; add it, or correct"
                + " spec.dockerConfigRef.server.");
    assertThat(content("mirrored"))
        .as("the last good one")
        .contains(Base64Text.of("robot:" + CANARY + "-2"));
  }

  @Test
  void aClusterWideOneReadsALabelledSourceAndFollowsIt() {
    var selected = namespaces(1).getFirst();
    applyServer();
    applied(wideSeed(CANARY));
    applied(wide().dockerConfig(name, server()));

    awaitWide(LifecycleState.ACTIVATING, "SourceInvalid");
    assertThat(pullIn(selected)).isNull();
    applied(wideSeed(CANARY).label("regcred.dev/source", "true"));
    awaitWide(LifecycleState.ACTIVE, "Active");
    applied(wideSeed(CANARY + "-2").label("regcred.dev/source", "true"));

    await()
        .untilAsserted(
            () ->
                assertThat(pullIn(selected))
                    .contains(Base64Text.of("robot:" + CANARY + "-2"))
                    .doesNotContain("other.example.com"));
  }

  /**
   * The operator's own write of it, for which its watch triggers nothing, is a change of a source.
   */
  @Test
  void aClusterWideOneFollowsAPullSecretThatAPersonLabelsAsASource() {
    var selected = namespaces(1).getFirst();
    applyServer();
    applied(
        Manifests.source(name, CANARY).in(SOURCES),
        Manifests.credential(name)
            .in(SOURCES)
            .clusterRegistry(name)
            .source(name, Manifest.OfSecret.PASSWORD)
            .target(name + "-pull"));
    try {
      await().untilAsserted(() -> assertThat(labelAsSource(name + "-pull")).isTrue());
      applied(wide().dockerConfig(name + "-pull", server()));
      awaitWide(LifecycleState.ACTIVE, "Active");

      applied(Manifests.source(name, CANARY + "-2").in(SOURCES));

      await()
          .untilAsserted(
              () -> assertThat(pullIn(selected)).contains(Base64Text.of("robot:" + CANARY + "-2")));
    } finally {
      var kept = client.resources(RegistryCredential.class).inNamespace(SOURCES).withName(name);
      kept.delete();
      eventually(() -> kept.get() == null);
    }
  }

  private boolean labelAsSource(String secret) {
    return tried("label", "secret", secret, "-n", SOURCES, "regcred.dev/source=true").exitCode()
        == 0;
  }

  private static Manifest.OfCredential fromConfig() {
    return Manifests.credential("pull").dockerConfig("seed", "registry.example.com");
  }

  private static Manifest.OfSecret wholeConfig(String key) {
    var entries = OTHERS + ",\"registry.example.com\":" + authOnly("robot", CANARY);
    return switch (key) {
      case ".dockerconfigjson" -> seed(entries);
      case ".dockercfg" ->
          secret("seed").type("kubernetes.io/dockercfg").value(key, "{" + entries + "}");
      default -> secret("seed").value(key, "{\"auths\":{" + entries + "}}");
    };
  }

  private static Manifest.OfSecret seed(String entries) {
    return secret("seed").dockerConfigJson("{\"auths\":{" + entries + "}}");
  }

  private Manifest.OfSecret wideSeed(String password) {
    return secret(name)
        .in(SOURCES)
        .dockerConfigJson(
            "{\"auths\":{"
                + OTHERS
                + ",\""
                + server()
                + "\":"
                + authOnly("robot", password)
                + "}}");
  }

  private static String authOnly(String user, String password) {
    return "{\"auth\":\"" + Base64Text.of(user + ":" + password) + "\"}";
  }
}
