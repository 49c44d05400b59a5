package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others do to a pull Secret or its attachment is put right at once, and counted. */
class DriftIT extends OperatorScenario {
  private static final String STRIPPED = "{\"metadata\":{\"labels\":null,\"annotations\":null}}";

  private static final String CONTENT = "{\"data\":{\".dockerconfigjson\":\"eyJhdXRocyI6e319\"}}";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "content | {\"data\":{\".dockerconfigjson\":\"eyJhdXRocyI6e319\"}}",
        "another key | {\"data\":{\"more\":\"eA==\"}}",
        "our label | {\"metadata\":{\"labels\":{\"regcred.dev/managed\":null}}}",
        "a label of the spec | {\"metadata\":{\"labels\":{\"team\":\"red\"}}}",
        "our mark | {\"metadata\":{\"annotations\":{\"regcred.dev/contributors\":null}}}",
        "all of the mark | {\"metadata\":{\"labels\":null,\"annotations\":null}}",
        "the owner | {\"metadata\":{\"ownerReferences\":null}}"
      })
  void anEditIsPutRightOnceAndCounted(String what, String patch) {
    activate();
    var right = pullSecret();

    var edited = edit("editor", patch);

    assertThat(edited.getMetadata().getResourceVersion())
        .isNotEqualTo(right.getMetadata().getResourceVersion());
    await().untilAsserted(() -> assertThat(essence(pullSecret())).isEqualTo(essence(right)));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(right.getMetadata().getUid());
    awaitState("pull", "Active", "Active");
    assertThat(correctionsInTheEnd("Secret")).isEqualTo(1);
  }

  /** Nobody looked in between, and what it held then is not what it is to hold. */
  @Test
  void aMarkThatWasTakenOffAnInactiveOneIsNoObstacleToUsingItAgain() {
    activate();
    var right = pullSecret();
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    stopOperator();
    edit("editor", STRIPPED);
    declare("Active");
    startOperator();
    awaitState("pull", "Active", "Active");
    assertThat(essence(pullSecret())).isEqualTo(essence(right));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(right.getMetadata().getUid());
  }

  @Test
  void aMarkThatWasTakenOffIsPutBackWhileThePasswordIsMissing() {
    activate();
    var right = pullSecret();
    deleted("Secret/account");
    awaitState("pull", "Active", "SourceNotFound");
    edit("editor", STRIPPED);
    await().untilAsserted(() -> assertThat(essence(pullSecret())).isEqualTo(essence(right)));
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(right.getMetadata().getUid());
  }

  /** How many there were: the passes over a credential are one after the other. */
  private int correctionsInTheEnd(String kind) {
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    return meters().corrections(kind);
  }

  private Secret edit(String manager, String patch) {
    return client.secrets().inNamespace(namespace).withName("pull").patch(by(manager), patch);
  }

  @Test
  void aDeletedSecretIsThereAgain() {
    activate();
    var right = pullSecret();
    deleted("Secret/pull");
    await().untilAsserted(() -> assertThat(essence(pullSecret())).isEqualTo(essence(right)));
    assertThat(pullSecret().getMetadata().getUid()).isNotEqualTo(right.getMetadata().getUid());
    assertThat(correctionsInTheEnd("Secret")).isEqualTo(1);
  }

  /** As {@code kubectl replace --force} does it: deleted and created with the marks. */
  @Test
  void oneThatWasReplacedByAnotherTypeIsRecreated() {
    activate();
    var right = pullSecret();
    var other =
        new SecretBuilder()
            .withNewMetadata()
            .withName("pull")
            .withNamespace(namespace)
            .withLabels(right.getMetadata().getLabels())
            .withAnnotations(right.getMetadata().getAnnotations())
            .endMetadata()
            .withType("Opaque")
            .withData(right.getData())
            .build();
    var rounds = new int[1];
    eventually(
        () -> {
          rounds[0]++;
          client.resource(other).delete();
          try {
            client.resource(other).create();
            return true;
          } catch (KubernetesClientException e) {
            return false; // The operator was faster.
          }
        });

    await().untilAsserted(() -> assertThat(essence(pullSecret())).isEqualTo(essence(right)));
    await().untilAsserted(() -> assertThat(meters().corrections("Secret")).isPositive());
    assertThat(meters().corrections("Secret")).isLessThanOrEqualTo(rounds[0]);
    awaitState("pull", "Active", "Active");
  }

  @Test
  void aRotationAndADeclaredStateAreNoDrift() {
    activate();
    applySource(CANARY + "-rotated");
    awaitPullSecret(config(CANARY + "-rotated"));
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    declare("Active");
    awaitState("pull", "Active", "Active");
    assertThat(meters().corrections("Secret")).isZero();
    assertThat(meters().corrections("ServiceAccount")).isZero();
  }

  @Test
  void aDetachedSecretIsAttachedAgainAndCounted() {
    applied("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: builder}");
    applySource(CANARY);
    applied(Manifests.registry("main"), Manifests.credential("pull").serviceAccounts("builder"));
    awaitState("pull", "Active", "Active");
    await().untilAsserted(() -> assertThat(pullSecretsOfBuilder()).containsExactly("pull"));
    assertThat(meters().corrections("ServiceAccount")).isZero();

    patch("ServiceAccount/builder", "{\"imagePullSecrets\":null}");

    await().untilAsserted(() -> assertThat(pullSecretsOfBuilder()).containsExactly("pull"));
    assertThat(correctionsInTheEnd("ServiceAccount")).isEqualTo(1);
    assertThat(meters().corrections("Secret")).isZero();
  }

  @Test
  void aFightIsSaidAndEndsWhenTheOtherWriterDoes() {
    activate();
    var said = new AtomicReference<List<Condition>>();
    eventually(
        () -> {
          if (config(CANARY).equals(content("pull"))) {
            edit("rival", CONTENT);
          }
          said.set(conditions());
          return said.get().getFirst().reason().equals("Contested");
        });

    assertThat(said.get())
        .extracting(condition -> condition.type() + " " + condition.status())
        .containsExactly("Ready False", "Reconciling True");
    assertThat(said.get().getFirst().message()).contains("Secret pull", "by rival");
    assertThat(meters().corrections("Secret")).isGreaterThanOrEqualTo(5);
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  private void activate() {
    applySource(CANARY);
    applied(Manifests.registry("main"), Manifests.credential("pull").targetLabel("team", "blue"));
    awaitState("pull", "Active", "Active");
  }

  private Meters meters() {
    return new Meters(operator().httpPort());
  }

  /** All that the operator answers for. */
  private static Map<String, Object> essence(Secret secret) {
    var metadata = secret.getMetadata();
    return Map.of(
        "type", secret.getType(),
        "data", secret.getData(),
        "labels", String.valueOf(metadata.getLabels()),
        "annotations", String.valueOf(metadata.getAnnotations()),
        "owners", metadata.getOwnerReferences());
  }

  private static PatchContext by(String manager) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.JSON_MERGE)
        .withFieldManager(manager)
        .build();
  }

  private List<String> pullSecretsOfBuilder() {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("builder")
        .get()
        .getImagePullSecrets()
        .stream()
        .map(LocalObjectReference::getName)
        .toList();
  }

  private List<Condition> conditions() {
    var status = existing("pull").getStatus();
    return status == null || status.conditions() == null ? List.of() : status.conditions();
  }
}
