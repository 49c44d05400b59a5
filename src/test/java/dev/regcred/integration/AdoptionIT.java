package dev.regcred.integration;

import static dev.regcred.testkit.Manifests.secret;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
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

  static Stream<Arguments> foreign() {
    return Stream.of(
        foreign("managed by Helm", _ -> theirs().label("app.kubernetes.io/managed-by", "Helm")),
        foreign(
            "ConfigMap boss",
            uid ->
                theirs()
                    .set(
                        "metadata.ownerReferences",
                        List.of(
                            Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "name",
                                "boss",
                                "uid",
                                uid)))),
        foreign("kubectl-client-side-apply wrote it", _ -> theirs()));
  }

  private static Arguments foreign(String whose, Function<String, Manifest.OfSecret> of) {
    return Arguments.of(whose, of);
  }

  /**
   * One of somebody else.
   *
   * @param secret the Secret, given the UID of the ConfigMap {@code boss}
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("foreign")
  void aForeignSecretIsNotTouchedAndTheMessageSaysWhoseItIs(
      String whose, Function<String, Manifest.OfSecret> secret) {
    var boss =
        client
            .configMaps()
            .inNamespace(namespace)
            .resource(
                new ConfigMapBuilder().withNewMetadata().withName("boss").endMetadata().build())
            .create();
    appliedByKubectl(secret.apply(boss.getMetadata().getUid()).yaml());
    var before = pullSecret();

    applyWorkingSet();

    awaitState("pull", "Activating", "TargetNotOwned");
    assertThat(message("pull", "Ready"))
        .contains(
            whose,
            "kubectl annotate secret pull -n "
                + namespace
                + " regcred.dev/adopt=RegistryCredential/pull");
    assertThat(conditions("pull")).containsExactly("Ready False", "Stalled True");
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    deleted("RegistryCredential/pull");
    assertThat(pullSecret()).isEqualTo(before);
  }

  @Test
  void anOfferToAnotherCredentialIsNone() {
    appliedByKubectl(offeredTo("RegistryCredential/other").yaml());
    var before = pullSecret();
    applyWorkingSet();
    awaitState("pull", "Activating", "TargetNotOwned");
    assertThat(pullSecret()).isEqualTo(before);
  }

  @Test
  void theCommandOfTheMessageHandsItOver() {
    appliedByKubectl(theirs().label("theirs", "kept").yaml());
    applyWorkingSet();
    awaitState("pull", "Activating", "TargetNotOwned");
    var uid = pullSecret().getMetadata().getUid();
    var message = message("pull", "Ready");
    var command = message.substring(message.indexOf("kubectl ") + "kubectl ".length());
    try (var versions = new Versions()) {
      installation.cluster().kubectl().ok(command.split(" "));

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
    await().untilAsserted(() -> assertThat(events()).contains("pull Normal Adopted Adopt"));
  }

  /**
   * Kubelets take all of these for one server, and may try the old account first.
   *
   * @param server the address of the Registry
   * @param key how the Secret that is handed over spells it
   */
  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "registry.example.com, https://registry.example.com",
    "registry.example.com, registry.example.com/v2/",
    "docker.io, docker.io",
    "docker.io, https://registry-1.docker.io/v2/",
  })
  void anAccountInAnotherSpellingIsTakenOverAndNeverComesBack(String server, String key) {
    var old = "\"%s\":{\"auth\":\"%s\"}".formatted(key, Base64Text.of("old:" + CANARY + "-old"));
    applied(offered().dockerConfigJson(document(old, THEIR_ENTRY)));
    applySource(CANARY);
    applied(Manifests.registry("main").server(server), Manifests.credential("pull"));

    awaitState("pull", "Active", "Active");

    var ours = entryAt(present(status("pull").serverAddress(), "address"), "robot", CANARY);
    assertThat(content("pull")).isEqualTo(document(ours, THEIR_ENTRY));
    applied(secret("pull").dockerConfigJson(document(old, ours, THEIR_ENTRY)));
    awaitPullSecret(document(ours, THEIR_ENTRY));
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    assertThat(content("pull")).isEqualTo(document(THEIR_ENTRY));
    deleted("RegistryCredential/pull");
    assertThat(content("pull")).isEqualTo(document(THEIR_ENTRY));
    assertThat(isMarked(pullSecret())).isFalse();
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
    applied(secret("pull").dockerConfigJson("{\"auths\":{" + THEIR_ENTRY + ",\"new\":{}}}"));
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

    deleted("RegistryCredential/pull");

    assertHandedBack(uid);
    assertThat(content("pull")).contains("credHelpers");
  }

  @Test
  @HandsBack("pull")
  void withRetainOurEntryStaysToo() {
    adopt();
    applied(Manifests.credential("pull").retained());
    awaitState("pull", "Active", "Active");
    deleted("RegistryCredential/pull");
    assertThat(content("pull")).contains(THEIR_ENTRY, CANARY);
    assertThat(isMarked(pullSecret())).isFalse();
  }

  @Test
  void whatIsHandedBackCanBeHandedOverAgain() {
    adopt();
    deleted("RegistryCredential/pull");
    applied(Manifests.credential("pull"));
    awaitState("pull", "Activating", "TargetNotOwned");
    patch(
        "Secret/pull",
        "{\"metadata\":{\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/pull\"}}}");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).contains(THEIR_ENTRY, CANARY);
  }

  static Stream<Arguments> unfit() {
    return Stream.of(
        Arguments.of("Opaque", offered().type("Opaque"), "Opaque"),
        Arguments.of(
            "the old format",
            offered().without("data").value(".dockercfg", "{}").type("kubernetes.io/dockercfg"),
            "kubernetes.io/dockercfg"),
        Arguments.of(
            "no Docker config",
            offered().dockerConfigJson("{\"auths\":[]}"),
            "can't be read as a Docker config"),
        Arguments.of(
            "an entry that no kubelet can use",
            offered()
                .dockerConfigJson("{\"auths\":{\"x.example.com\":{\"auth\":\"bm8tY29sb24=\"}}}"),
            "can't be read as a Docker config"),
        Arguments.of("another key", offered().value("more", "x"), "other keys"),
        Arguments.of("immutable", offered().set("immutable", true), "immutable"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfit")
  void whatCannotBeTakenOverIsRefusedAndNotWritten(
      String what, Manifest.OfSecret offered, String problem) {
    applied(offered);
    var before = pullSecret();

    applyWorkingSet();

    awaitState("pull", "Activating", "AdoptionRefused");
    assertThat(message("pull", "Ready")).contains("Secret pull", problem);
    assertThat(conditions("pull")).containsExactly("Ready False", "Stalled True");
    assertThat(pullSecret()).isEqualTo(before);
    deleted("Secret/pull");
    awaitState("pull", "Active", "Active");
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  private void adopt() {
    appliedByKubectl(offered().yaml());
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

  private static Manifest.OfSecret theirs() {
    return secret("pull").dockerConfigJson(THEIRS);
  }

  private static Manifest.OfSecret offered() {
    return offeredTo("RegistryCredential/pull");
  }

  private static Manifest.OfSecret offeredTo(String credential) {
    return theirs().annotation("regcred.dev/adopt", credential);
  }

  private static boolean isMarked(Secret secret) {
    return String.valueOf(secret.getMetadata().getLabels()).contains("regcred.dev/managed");
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
