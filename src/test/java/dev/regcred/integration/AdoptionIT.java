package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets that were there before: not touched, unless their owner hands them over. */
class AdoptionIT extends OperatorScenario {
  /** Written as no program of ours would write it. */
  private static final String THEIR_ENTRY =
      "\"theirs.example.com\":{ \"auth\" : \"dGhlaXI6czNjcmV0\",\"note\": 1.50 }";

  private static final String THEIRS =
      "{ \"auths\":{" + THEIR_ENTRY + "}, \"credHelpers\": {\"x.example.com\":\"h\"} }";

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "labels: {app.kubernetes.io/managed-by: Helm}, managed by Helm",
    "'ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: boss, uid: %s}]', ConfigMap boss",
    "labels: {app: x}, kubectl-client-side-apply wrote it"
  })
  void aForeignSecretIsNotTouchedAndTheMessageSaysWhoseItIs(String metadata, String whose) {
    kubectl("create", "configmap", "boss");
    var boss = kubectl("get", "configmap/boss", "-o", "jsonpath={.metadata.uid}");
    applyTheirs(metadata.replace("%s", boss));
    var before = pullSecret();

    applyWorkingSet();

    awaitState("pull", "Activating", "TargetNotOwned");
    assertThat(message())
        .contains(
            whose,
            "kubectl annotate secret pull -n "
                + namespace
                + " regcred.dev/adopt=RegistryCredential/pull");
    assertThat(stalled()).isEqualTo("True");
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);
    assertThat(pullSecret()).isEqualTo(before);
  }

  @Test
  void anOfferToAnotherCredentialIsNone() {
    applyTheirs("annotations: {regcred.dev/adopt: RegistryCredential/other}");
    var before = pullSecret();
    applyWorkingSet();
    awaitState("pull", "Activating", "TargetNotOwned");
    assertThat(pullSecret()).isEqualTo(before);
  }

  @Test
  void theCommandOfTheMessageHandsItOver() {
    applyTheirs("labels: {theirs: kept}");
    applyWorkingSet();
    awaitState("pull", "Activating", "TargetNotOwned");
    var uid = pullSecret().getMetadata().getUid();
    var message = message();
    var command = message.substring(message.indexOf("kubectl ") + "kubectl ".length());
    try (var versions = new Versions()) {
      assertThat(installation.cluster().kubectl().run(command.split(" ")).exitCode())
          .as(command)
          .isZero();

      awaitState("pull", "Active", "Active");

      eventually(() -> versions.seen.stream().anyMatch(AdoptionIT::isMarked));
      assertThat(versions.seen.stream().filter(AdoptionIT::isMarked))
          .as("from the adopting write on")
          .allSatisfy(
              secret ->
                  assertThat(secret.getMetadata().getAnnotations())
                      .containsEntry("regcred.dev/adopted", "true")
                      .doesNotContainKeys(
                          "regcred.dev/adopt", "kubectl.kubernetes.io/last-applied-configuration"));
    }
    assertThat(content("pull")).contains(THEIR_ENTRY, "robot", CANARY, "credHelpers");
    assertThat(pullSecret().getMetadata().getUid()).isEqualTo(uid);
    assertThat(pullSecret().getMetadata().getOwnerReferences()).isEmpty();
    assertThat(pullSecret().getMetadata().getLabels()).containsEntry("theirs", "kept");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        kubectl(
                                "get",
                                "events.events.k8s.io",
                                "-o",
                                "jsonpath={range .items[*]}{.type} {.reason}"
                                    + " {.regarding.name}{\"\\n"
                                    + "\"}{end}")
                            .lines())
                    .contains("Normal Adopted pull"));
  }

  @Test
  void whatOthersPutThereStaysThroughEveryState() {
    adopt();
    var uid = pullSecret().getMetadata().getUid();

    applySource(CANARY + "-rotated");
    await().untilAsserted(() -> assertThat(content("pull")).contains(CANARY + "-rotated"));
    assertThat(content("pull")).contains(THEIR_ENTRY);
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    assertThat(content("pull")).contains(THEIR_ENTRY).doesNotContain("registry.example.com");
    declare("Active");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).contains(THEIR_ENTRY, CANARY + "-rotated");
    kubectl("patch", "secret/pull", "-p", patch("{\"auths\":{" + THEIR_ENTRY + ",\"new\":{}}}"));
    await().untilAsserted(() -> assertThat(content("pull")).contains(CANARY + "-rotated"));
    assertThat(content("pull")).contains(THEIR_ENTRY, "\"new\":{}");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");

    assertHandedBack(uid);
    assertThat(content("pull")).contains("\"new\":{}");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"Active", "Inactive"})
  void aDeletedCredentialHandsItBack(String state) {
    adopt();
    var uid = pullSecret().getMetadata().getUid();
    declare(state);
    awaitState("pull", state, state);

    kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);

    assertHandedBack(uid);
    assertThat(content("pull")).contains("credHelpers");
  }

  @Test
  @HandsBack("pull")
  void withRetainOurEntryStaysToo() {
    adopt();
    applied(credential("deletionPolicy: Retain"));
    awaitState("pull", "Active", "Active");
    kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);
    assertThat(content("pull")).contains(THEIR_ENTRY, CANARY);
    assertThat(isMarked(pullSecret())).isFalse();
  }

  @Test
  void whatIsHandedBackCanBeHandedOverAgain() {
    adopt();
    kubectl("delete", "regcred/pull");
    applied(credential(""));
    awaitState("pull", "Activating", "TargetNotOwned");
    kubectl("annotate", "secret/pull", "regcred.dev/adopt=RegistryCredential/pull");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).contains(THEIR_ENTRY, CANARY);
  }

  static Stream<Arguments> unfit() {
    var config = base64(THEIRS);
    return Stream.of(
        Arguments.of("Opaque", "Opaque", Map.of(".dockerconfigjson", config), false, "Opaque"),
        Arguments.of(
            "the old format",
            "kubernetes.io/dockercfg",
            Map.of(".dockercfg", base64("{}")),
            false,
            "kubernetes.io/dockercfg"),
        Arguments.of(
            "no Docker config",
            "kubernetes.io/dockerconfigjson",
            Map.of(".dockerconfigjson", base64("{\"auths\":[]}")),
            false,
            "can't be read as a Docker config"),
        Arguments.of(
            "another key",
            "kubernetes.io/dockerconfigjson",
            Map.of(".dockerconfigjson", config, "more", "eA=="),
            false,
            "other keys"),
        Arguments.of(
            "immutable",
            "kubernetes.io/dockerconfigjson",
            Map.of(".dockerconfigjson", config),
            true,
            "immutable"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfit")
  void whatCannotBeTakenOverIsRefusedAndNotWritten(
      String what, String type, Map<String, String> data, boolean immutable, String problem) {
    client
        .secrets()
        .inNamespace(namespace)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("pull")
                .withAnnotations(Map.of("regcred.dev/adopt", "RegistryCredential/pull"))
                .endMetadata()
                .withType(type)
                .withData(data)
                .withImmutable(immutable)
                .build())
        .create();
    var before = pullSecret();

    applyWorkingSet();

    awaitState("pull", "Activating", "AdoptionRefused");
    assertThat(message()).contains("Secret pull", problem);
    assertThat(stalled()).isEqualTo("True");
    assertThat(pullSecret()).isEqualTo(before);
    kubectl("delete", "secret/pull");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  private void adopt() {
    applyTheirs("annotations: {regcred.dev/adopt: RegistryCredential/pull}");
    applyWorkingSet();
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).contains(THEIR_ENTRY, CANARY);
  }

  private void assertHandedBack(String uid) {
    var metadata = pullSecret().getMetadata();
    assertThat(metadata.getUid()).isEqualTo(uid);
    assertThat(String.valueOf(metadata.getLabels())).doesNotContain("regcred.dev");
    assertThat(String.valueOf(metadata.getAnnotations())).doesNotContain("regcred.dev");
    assertThat(content("pull")).contains(THEIR_ENTRY).doesNotContain("registry.example.com");
  }

  private void applyTheirs(String metadata) {
    appliedByKubectl(
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: pull
          %s
        type: kubernetes.io/dockerconfigjson
        data: {.dockerconfigjson: %s}
        """
            .formatted(metadata, base64(THEIRS)));
  }

  private static String patch(String config) {
    return "{\"data\":{\".dockerconfigjson\":\"" + base64(config) + "\"}}";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isMarked(Secret secret) {
    return String.valueOf(secret.getMetadata().getLabels()).contains("regcred.dev/managed");
  }

  private String message() {
    return conditionOfPull("Ready", "message");
  }

  private String stalled() {
    return conditionOfPull("Stalled", "status");
  }

  /** All versions of the Secret {@code pull}, in turn. */
  private final class Versions implements Watcher<Secret>, AutoCloseable {
    private final List<Secret> seen = new CopyOnWriteArrayList<>();
    private final Watch watch =
        client.secrets().inNamespace(namespace).withName("pull").watch(this);

    @Override
    public void eventReceived(Action action, Secret secret) {
      seen.add(secret);
    }

    @Override
    public void onClose(WatcherException cause) {
      // What was seen is compared.
    }

    @Override
    public void close() {
      watch.close();
    }
  }
}
