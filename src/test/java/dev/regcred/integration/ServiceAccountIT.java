package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.pullsecret.ImagePullSecrets;
import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** To which ServiceAccounts a pull Secret is attached, and what becomes of their own entries. */
class ServiceAccountIT extends OperatorScenario {
  private static final int FEWEST_OF_OTHERS = 30;

  @BeforeEach
  void applySources() {
    applied(Manifests.registry("main"));
    applySource(CANARY);
  }

  /** No ServiceAccount names a Secret that is not there, but what people put there. */
  @AfterEach
  void checkNoneDangles() {
    await()
        .untilAsserted(
            () ->
                client
                    .serviceAccounts()
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(
                        account ->
                            assertThat(names(account))
                                .as(account.getMetadata().getName())
                                .allMatch(n -> n.startsWith("theirs") || secretNamed(n) != null)));
  }

  @Test
  void theSecretIsAttachedOnceItIsThereAndDetachedBeforeItGoes() {
    create("runner", "theirs-1", "theirs-2");
    var seen = new ConcurrentLinkedQueue<Seen>();
    try (var _ = client.secrets().inNamespace(namespace).watch(recordingIn(seen));
        var _ = client.serviceAccounts().inNamespace(namespace).watch(recordingIn(seen))) {
      applied(pull("runner"));
      awaitState("pull", "Active", "Active");
      awaitAttached("runner", List.of("theirs-1", "theirs-2", "pull"), "[\"pull\"]");

      deleted("RegistryCredential/pull");

      awaitAttached("runner", List.of("theirs-1", "theirs-2"), null);
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          seen.stream()
                              .filter(one -> !one.what().equals("runner without"))
                              .sorted((a, b) -> Long.compare(a.version(), b.version()))
                              .map(Seen::what)
                              .distinct())
                      .containsExactly("pull is there", "runner with", "pull is gone"));
      assertThat(version(seen, "runner without", true))
          .as("detached before the Secret is deleted")
          .isLessThan(version(seen, "pull is gone", false));
    }
  }

  @Test
  void theDefaultAccountIsOneAsAnyOther() {
    eventually(() -> account("default") != null);
    applied(pull("default"));
    awaitAttached("default", List.of("pull"), "[\"pull\"]");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    awaitAttached("default", List.of(), null);
  }

  @Test
  void oneThatIsNotThereIsNamedAndServedWhenItAppears() {
    applied(pull("late", "later"));

    awaitState("pull", "Active", "ServiceAccountMissing");
    assertThat(content("pull")).isEqualTo(config(CANARY));
    assertThat(status("pull").conditions())
        .anySatisfy(
            ready -> {
              assertThat(ready.type()).isEqualTo("Ready");
              assertThat(ready.status()).isEqualTo(Condition.FALSE);
              assertThat(ready.message()).contains("late, later");
            })
        .anySatisfy(
            reconciling -> {
              assertThat(reconciling.type()).isEqualTo("Reconciling");
              assertThat(reconciling.status()).isEqualTo(Condition.TRUE);
            });
    create("late");
    awaitAttached("late", List.of("pull"), "[\"pull\"]");
    awaitMissing("later");
    create("later", "theirs");
    awaitAttached("later", List.of("theirs", "pull"), "[\"pull\"]");
    awaitState("pull", "Active", "Active");
    deleted("ServiceAccount/late");
    awaitMissing("late");
  }

  @Test
  void oneThatIsFullIsNamedAndServedWhenItHasRoom() {
    var theirs =
        IntStream.range(0, ImagePullSecrets.MAX_PULL_SECRETS)
            .mapToObj("theirs-%s"::formatted)
            .toArray(String[]::new);
    create("crowded", theirs);
    create("runner");
    applied(pull("crowded", "runner"));

    awaitState("pull", "Active", "ServiceAccountFull");
    assertThat(conditions("pull")).containsExactly("Ready False", "Stalled True");
    assertThat(message("pull", "Ready")).contains("ServiceAccount crowded has no room");
    awaitAttached("runner", List.of("pull"), "[\"pull\"]");
    assertThat(names(account("crowded"))).containsExactly(theirs);

    patch("ServiceAccount/crowded", "{\"imagePullSecrets\":[{\"name\":\"theirs-0\"}]}");
    awaitAttached("crowded", List.of("theirs-0", "pull"), "[\"pull\"]");
    awaitState("pull", "Active", "Active");
  }

  /** This one and no other is named. */
  private void awaitMissing(String account) {
    await()
        .untilAsserted(
            () -> {
              var ready = ready(status("pull"));
              assertThat(ready.reason()).isEqualTo("ServiceAccountMissing");
              assertThat(ready.message().split("[^a-z]+"))
                  .contains(account)
                  .doesNotContain(account.equals("late") ? "later" : "late");
            });
  }

  @Test
  void aSelectorFollowsTheLabels() {
    create("blue");
    create("red");
    label("blue", "blue");
    applied(Manifests.credential("pull").serviceAccountSelector("team", "blue"));
    awaitAttached("blue", List.of("pull"), "[\"pull\"]");
    assertThat(names(account("red"))).isEmpty();

    label("red", "blue");
    label("blue", null);

    awaitAttached("red", List.of("pull"), "[\"pull\"]");
    awaitAttached("blue", List.of(), null);
    create(
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName("appears")
            .addToLabels("team", "blue")
            .endMetadata()
            .build());
    awaitAttached("appears", List.of("pull"), "[\"pull\"]");
    awaitState("pull", "Active", "Active");
  }

  @Test
  void whatIsNarrowedWhileTheOperatorIsDownIsDetachedWhenItIsBack() {
    for (String name : List.of("stays", "goes", "goes-too")) {
      create(name, "theirs");
    }
    applied(pull("stays", "goes", "goes-too"));
    awaitAttached("stays", List.of("theirs", "pull"), "[\"pull\"]");
    awaitAttached("goes", List.of("theirs", "pull"), "[\"pull\"]");
    awaitAttached("goes-too", List.of("theirs", "pull"), "[\"pull\"]");

    stopOperator();
    applied(pull("stays"));
    startOperator();

    awaitAttached("goes", List.of("theirs"), null);
    awaitAttached("goes-too", List.of("theirs"), null);
    stopOperator(); // So that all that it began is written.
    awaitAttached("stays", List.of("theirs", "pull"), "[\"pull\"]");
    label("goes", "blue");
    applied(Manifests.credential("pull").serviceAccountSelector("team", "blue"));
    startOperator();
    awaitAttached("goes", List.of("theirs", "pull"), "[\"pull\"]");
    awaitAttached("stays", List.of("theirs"), null);
    stopOperator();
    label("goes", null);
    startOperator();
    awaitAttached("goes", List.of("theirs"), null);
  }

  @Test
  void anEntryMadeByHandIsNeverClaimed() {
    create("runner", "theirs-1", "pull", "theirs-2");
    applied(pull("runner"));
    awaitState("pull", "Active", "Active");
    assertThat(record(account("runner"))).isNull();

    applied(pull());
    awaitState("pull", "Active", "Active");
    assertThat(names(account("runner"))).containsExactly("theirs-1", "pull", "theirs-2");
    deleted("RegistryCredential/pull");

    assertThat(names(account("runner"))).containsExactly("theirs-1", "pull", "theirs-2");
    emptyList("runner");
  }

  @Test
  void whatSomebodyTakesOutIsPutBack() {
    create("runner");
    applied(pull("runner"));
    awaitAttached("runner", List.of("pull"), "[\"pull\"]");
    assertThat(names(emptyList("runner"))).isEmpty();
    awaitAttached("runner", List.of("pull"), "[\"pull\"]");
    deleted("ServiceAccount/runner");
    create("runner", "theirs");
    awaitAttached("runner", List.of("theirs", "pull"), "[\"pull\"]");
  }

  @Test
  void theAccountsFollowTheSecretThatMoves() {
    create("runner", "theirs");
    applied(pull("runner"));
    awaitAttached("runner", List.of("theirs", "pull"), "[\"pull\"]");
    stopOperator();
    applied(pull("runner").target("moved"));
    startOperator();
    awaitAttached("runner", List.of("theirs", "moved"), "[\"moved\"]");
    await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
  }

  @Test
  @HandsBack("pull")
  void outOfUseItStaysAttachedAndRetainedItIsLeftAsItIs() {
    create("runner", "theirs");
    applied(pull("runner").retained());
    awaitAttached("runner", List.of("theirs", "pull"), "[\"pull\"]");
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    assertThat(names(account("runner"))).containsExactly("theirs", "pull");
    declare("Active");
    awaitState("pull", "Active", "Active");

    deleted("RegistryCredential/pull");

    awaitAttached("runner", List.of("theirs", "pull"), null);
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void ofASharedSecretEachAccountStaysAsLongAsOneCredentialNamesIt() {
    create("both");
    create("one");
    applied(
        Manifests.registry("other"),
        pull("both", "one").target("shared"),
        Manifests.credential("second").registry("other").serviceAccounts("both").target("shared"));
    awaitState("pull", "Active", "Active");
    awaitState("second", "Active", "Active");
    awaitAttached("both", List.of("shared"), "[\"shared\"]");
    awaitAttached("one", List.of("shared"), "[\"shared\"]");

    deleted("RegistryCredential/pull");

    awaitAttached("one", List.of(), null);
    awaitAttached("both", List.of("shared"), "[\"shared\"]");
    deleted("RegistryCredential/second");
    awaitAttached("both", List.of(), null);
  }

  @Test
  void entriesOfOthersAndTheirOrderStayWhileAllWriteAtTheSameTime() {
    create("runner", "theirs-0");
    var names = IntStream.range(0, 4).mapToObj(i -> "pull-" + i).toList();
    var areDone = new AtomicBoolean();
    var added = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var others =
          CompletableFuture.runAsync(
              () ->
                  await()
                      .until(
                          () -> {
                            add("runner", "theirs-" + added.incrementAndGet());
                            return added.get() >= FEWEST_OF_OTHERS && areDone.get();
                          }),
              threads);
      var ours =
          names.stream()
              .map(name -> CompletableFuture.runAsync(() -> comeGoAndComeBack(name), threads))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(ours).whenComplete((_, _) -> areDone.set(true)).join();
      others.join();
    }

    await()
        .untilAsserted(
            () -> {
              var list = names(account("runner"));
              assertThat(list.stream().filter(name -> name.startsWith("theirs")))
                  .containsExactlyElementsOf(
                      IntStream.rangeClosed(0, added.get()).mapToObj(i -> "theirs-" + i).toList());
              assertThat(list.stream().filter(name -> name.startsWith("pull")))
                  .containsExactlyInAnyOrder("pull-1", "pull-2", "pull-3");
              assertThat(record(account("runner"))).isEqualTo("[\"pull-1\",\"pull-2\",\"pull-3\"]");
            });
  }

  /**
   * The answer to the write that attached it was lost, and the credential has another target now.
   * Nobody else can know that it is the operator's. The watch of ServiceAccounts may bring it
   * before that of Secrets says that the Secret is gone.
   */
  @Test
  void aSecretThatIsGoneAndThatNobodyAsksForIsNamedNoMore() {
    applied(Manifests.secret("kept"));
    create(
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName("runner")
            .addToAnnotations(Labels.ATTACHED, "[\"lost\",\"kept\"]")
            .endMetadata()
            .addNewImagePullSecret("theirs")
            .addNewImagePullSecret("lost")
            .addNewImagePullSecret("kept")
            .build());

    applied(pull("runner"));
    awaitState("pull", "Active", "Active");
    awaitAttached("runner", List.of("theirs", "kept", "pull"), "[\"kept\",\"pull\"]");

    deleted("Secret/kept");
    awaitAttached("runner", List.of("theirs", "pull"), "[\"pull\"]");
  }

  /** A credential of the ServiceAccount {@code runner}; the first one does not come back. */
  private void comeGoAndComeBack(String name) {
    var credential = Manifests.credential(name).serviceAccounts("runner");
    applied(credential);
    awaitState(name, "Active", "Active");
    deleted("RegistryCredential/" + name);
    if (!name.equals("pull-0")) {
      applied(credential);
      awaitState(name, "Active", "Active");
    }
  }

  /**
   * Something that a watch saw. The versions of all resources of a cluster stem from one count.
   *
   * @param version the version in which it was so
   */
  private record Seen(String what, long version) {}

  private static long version(Collection<Seen> seen, String what, boolean last) {
    var versions =
        new ArrayList<>(
            seen.stream().filter(s -> s.what().equals(what)).map(Seen::version).toList());
    assertThat(versions).as(what).isNotEmpty();
    return last ? Collections.max(versions) : Collections.min(versions);
  }

  private static <R extends HasMetadata> Watcher<R> recordingIn(Collection<Seen> seen) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, R resource) {
        var name = resource.getMetadata().getName();
        var version = Long.parseLong(resource.getMetadata().getResourceVersion());
        if (resource instanceof Secret && name.equals("pull")) {
          seen.add(new Seen(action == Action.DELETED ? "pull is gone" : "pull is there", version));
        }
        if (resource instanceof ServiceAccount account && name.equals("runner")) {
          seen.add(
              new Seen(
                  names(account).contains("pull") ? "runner with" : "runner without", version));
        }
      }

      @Override
      public void onClose(@Nullable WatcherException cause) {
        // The test fails for want of what it waits for.
      }
    };
  }

  /** The credential {@code pull}, for these ServiceAccounts. */
  private static Manifest.OfCredential pull(String... accounts) {
    return Manifests.credential("pull").serviceAccounts(accounts);
  }

  private void create(String name, String... pullSecrets) {
    create(
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withImagePullSecrets(Stream.of(pullSecrets).map(LocalObjectReference::new).toList())
            .build());
  }

  private void create(ServiceAccount account) {
    client.serviceAccounts().inNamespace(namespace).resource(account).create();
  }

  private void label(String account, @Nullable String team) {
    patch(
        "ServiceAccount/" + account,
        "{\"metadata\":{\"labels\":{\"team\":%s}}}"
            .formatted(team == null ? "null" : "\"" + team + "\""));
  }

  /** Takes the whole list away; it must be there. */
  private ServiceAccount emptyList(String account) {
    return patchList(account, "[{\"op\":\"remove\",\"path\":\"/imagePullSecrets\"}]");
  }

  private void add(String account, String pullSecret) {
    patchList(
        account,
        "[{\"op\":\"add\",\"path\":\"/imagePullSecrets/-\",\"value\":{\"name\":\"%s\"}}]"
            .formatted(pullSecret));
  }

  private ServiceAccount patchList(String account, String operations) {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(account)
        .patch(PatchContext.of(PatchType.JSON), operations);
  }

  private @Nullable ServiceAccount account(String name) {
    return client.serviceAccounts().inNamespace(namespace).withName(name).get();
  }

  private void awaitAttached(String name, List<String> list, @Nullable String record) {
    await()
        .untilAsserted(
            () -> {
              var account = account(name);
              assertThat(names(account)).as(name).isEqualTo(list);
              assertThat(record(account)).as("record of %s", name).isEqualTo(record);
            });
  }

  private static List<String> names(@Nullable ServiceAccount account) {
    return present(account, "ServiceAccount").getImagePullSecrets().stream()
        .map(LocalObjectReference::getName)
        .toList();
  }

  private static @Nullable String record(@Nullable ServiceAccount account) {
    return present(account, "ServiceAccount")
        .getMetadata()
        .getAnnotations()
        .get("regcred.dev/attached");
  }
}
