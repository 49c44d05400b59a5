package dev.regcred.operator.watch;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.DEACTIVATING;
import static dev.regcred.api.v1alpha1.LifecycleState.INACTIVE;
import static dev.regcred.api.v1alpha1.LifecycleState.PURGED;
import static dev.regcred.api.v1alpha1.LifecycleState.REMOVED;
import static dev.regcred.api.v1alpha1.LifecycleState.REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.OfflineClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangePredicatesTest {
  private final KubernetesClient client = OfflineClient.create();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void credentialsFollowTheStateTheSpecAndTheDeletionOfTheirRegistry() {
    var before = registry("example.com", ACTIVE, "example.com");
    assertThat(ChangePredicates.concernsCredentials(null, before)).as("new").isTrue();
    assertThat(ChangePredicates.concernsCredentials(before, null)).as("gone").isTrue();
    assertThat(
            ChangePredicates.concernsCredentials(before, registry("example.com", INACTIVE, null)))
        .as("state")
        .isTrue();
    assertThat(ChangePredicates.concernsCredentials(before, registry("other.com", ACTIVE, null)))
        .as("spec")
        .isTrue();
    var deleted = registry("example.com", ACTIVE, "example.com");
    deleted.getMetadata().setDeletionTimestamp("2026-03-01T12:00:00Z");
    assertThat(ChangePredicates.concernsCredentials(before, deleted)).as("deletion").isTrue();

    var touched = registry("example.com", ACTIVE, "other.com");
    touched.getMetadata().setResourceVersion("2");
    assertThat(ChangePredicates.concernsCredentials(before, touched)).as("anything else").isFalse();
  }

  @Test
  void aResourceIsLookedAtWheneverSomebodyElseChangedWhatCounts() {
    var before = stored(1, "uid", true);
    assertThat(ChangePredicates.concernsItself(before, stored(2, "uid", true))).as("spec").isTrue();
    assertThat(ChangePredicates.concernsItself(stored(2, "uid", true), before))
        .as("restored")
        .isTrue();
    assertThat(ChangePredicates.concernsItself(before, stored(1, "other", true)))
        .as("anew")
        .isTrue();
    assertThat(ChangePredicates.concernsItself(before, stored(1, "uid", false)))
        .as("finalizer")
        .isTrue();
    var deleted = stored(1, "uid", true);
    deleted.getMetadata().setDeletionTimestamp("2026-03-01T12:00:00Z");
    assertThat(ChangePredicates.concernsItself(before, deleted)).as("deletion").isTrue();

    var released = stored(1, "uid", false);
    released.getMetadata().setDeletionTimestamp("2026-03-01T12:00:00Z");
    assertThat(ChangePredicates.concernsItself(deleted, released)).as("let go").isFalse();
    assertThat(ChangePredicates.concernsItself(stored(1, "uid", false), before))
        .as("put on")
        .isFalse();
    var labelled = stored(1, "uid", true);
    labelled.getMetadata().setLabels(Map.of("team", "a"));
    labelled.getMetadata().setResourceVersion("2");
    assertThat(ChangePredicates.concernsItself(before, labelled)).as("anything else").isFalse();
  }

  private Registry stored(long generation, String uid, boolean hasFinalizer) {
    var registry = registry("example.com", ACTIVE, "example.com");
    registry.getMetadata().setGeneration(generation);
    registry.getMetadata().setUid(uid);
    registry.getMetadata().setFinalizers(hasFinalizer ? List.of(Labels.FINALIZER) : List.of());
    return registry;
  }

  @Test
  void aRegistryWithoutStateIsAsGoodAsRequested() {
    assertThat(
            ChangePredicates.concernsCredentials(
                registry("example.com", null, null), registry("example.com", REQUESTED, null)))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(LifecycleState.class)
  void aRegistryHearsOfCredentialsThatGoOutOfUse(LifecycleState state) {
    var isOutOfUse = state == INACTIVE || state == REMOVED || state == PURGED;
    assertThat(ChangePredicates.concernsRegistry(credential(DEACTIVATING), credential(state)))
        .isEqualTo(isOutOfUse);
    assertThat(ChangePredicates.concernsRegistry(credential(state), credential(state)))
        .as("it is not news")
        .isFalse();
    assertThat(ChangePredicates.concernsRegistry(null, credential(state))).as("new").isFalse();
    assertThat(ChangePredicates.concernsRegistry(credential(state), null)).as("gone").isTrue();
  }

  @Test
  void rivalsHearOfAnAddressThatIsTakenOrGivenUp() {
    var without = registry("example.com", REQUESTED, null);
    var with = registry("example.com", ACTIVE, "example.com");
    assertThat(ChangePredicates.concernsRivals(without, with)).isTrue();
    assertThat(ChangePredicates.concernsRivals(with, without)).isTrue();
    assertThat(ChangePredicates.concernsRivals(with, null)).isTrue();
    assertThat(ChangePredicates.concernsRivals(null, with)).isTrue();
    assertThat(ChangePredicates.concernsRivals(null, without)).isFalse();
    assertThat(ChangePredicates.concernsRivals(new Registry(), without)).isFalse();
    assertThat(
            ChangePredicates.concernsRivals(with, registry("example.com", INACTIVE, "example.com")))
        .isFalse();
  }

  private Registry registry(
      String server, @Nullable LifecycleState state, @Nullable String address) {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"Registry",
             "metadata":{"namespace":"team","name":"main","resourceVersion":"1"},
             "spec":{"serverAddress":"%s"},"status":{"state":%s,"serverAddress":%s}}
            """
                .formatted(server, json(state == null ? null : state.value()), json(address)),
            Registry.class);
  }

  private RegistryCredential credential(LifecycleState state) {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
             "metadata":{"namespace":"team","name":"pull"},"status":{"state":"%s"}}
            """
                .formatted(state.value()),
            RegistryCredential.class);
  }

  private static String json(@Nullable String text) {
    return text == null ? "null" : "\"" + text + "\"";
  }
}
