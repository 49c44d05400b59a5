package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.testkit.HandsBack;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** To which ServiceAccounts a pull Secret is attached, and what becomes of their own entries. */
class ServiceAccountIT extends OperatorScenario {
  private static final String REMOVED_LIST = "[{\"op\":\"remove\",\"path\":\"/imagePullSecrets\"}]";

  @BeforeEach
  void applySources() {
    applied(REGISTRY);
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
      applied(credential("serviceAccounts: [runner]"));
      awaitState("pull", "Active", "Active");
      awaitAttached("runner", List.of("theirs-1", "theirs-2", "pull"), "[\"pull\"]");

      kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);

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
    eventually(
        () ->
            account("default") != null
                || tried("create", "serviceaccount", "default").exitCode() == 0);
    applied(credential("serviceAccounts: [default]"));
    awaitAttached("default", List.of("pull"), "[\"pull\"]");
    declare("Removed");
    awaitState("pull", "Removed", "Removed");
    awaitAttached("default", List.of(), null);
  }

  @Test
  void oneThatIsNotThereIsNamedAndServedWhenItAppears() {
    applied(credential("serviceAccounts: [late, later]"));

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
    awaitState("pull", "Active", "ServiceAccountMissing");
    create("later", "theirs");
    awaitAttached("later", List.of("theirs", "pull"), "[\"pull\"]");
    awaitState("pull", "Active", "Active");
    kubectl("delete", "serviceaccount/late");
    awaitState("pull", "Active", "ServiceAccountMissing");
  }

  @Test
  void aSelectorFollowsTheLabels() {
    create("blue");
    create("red");
    kubectl("label", "serviceaccount/blue", "team=blue");
    applied(credential("serviceAccountSelector: {matchLabels: {team: blue}}"));
    awaitAttached("blue", List.of("pull"), "[\"pull\"]");
    assertThat(names(account("red"))).isEmpty();

    kubectl("label", "serviceaccount/red", "team=blue");
    kubectl("label", "serviceaccount/blue", "team-");

    awaitAttached("red", List.of("pull"), "[\"pull\"]");
    awaitAttached("blue", List.of(), null);
    applied(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: appears, labels: {team: blue}}
        """);
    awaitAttached("appears", List.of("pull"), "[\"pull\"]");
    awaitState("pull", "Active", "Active");
  }

  @Test
  void whatIsNarrowedWhileTheOperatorIsDownIsDetachedWhenItIsBack() {
    for (String name : List.of("stays", "goes", "theirs-too")) {
      create(name, "theirs");
    }
    applied(credential("serviceAccounts: [stays, goes, theirs-too]"));
    awaitAttached("stays", List.of("theirs", "pull"), "[\"pull\"]");
    awaitAttached("goes", List.of("theirs", "pull"), "[\"pull\"]");
    awaitAttached("theirs-too", List.of("theirs", "pull"), "[\"pull\"]");

    stopOperator();
    applied(credential("serviceAccounts: [stays]"));
    startOperator();

    awaitAttached("goes", List.of("theirs"), null);
    awaitAttached("theirs-too", List.of("theirs"), null);
    awaitAttached("stays", List.of("theirs", "pull"), "[\"pull\"]");
    stopOperator();
    kubectl("label", "serviceaccount/goes", "team=blue");
    applied(credential("serviceAccountSelector: {matchLabels: {team: blue}}"));
    startOperator();
    awaitAttached("goes", List.of("theirs", "pull"), "[\"pull\"]");
    awaitAttached("stays", List.of("theirs"), null);
    stopOperator();
    kubectl("label", "serviceaccount/goes", "team-");
    startOperator();
    awaitAttached("goes", List.of("theirs"), null);
  }

  @Test
  void anEntryMadeByHandIsNeverClaimed() {
    create("runner", "theirs-1", "pull", "theirs-2");
    applied(credential("serviceAccounts: [runner]"));
    awaitState("pull", "Active", "Active");
    assertThat(record(account("runner"))).isNull();

    applied(credential(""));
    awaitState("pull", "Active", "Active");
    assertThat(names(account("runner"))).containsExactly("theirs-1", "pull", "theirs-2");
    kubectl("delete", "regcred/pull");

    assertThat(names(account("runner"))).containsExactly("theirs-1", "pull", "theirs-2");
    kubectl("patch", "serviceaccount/runner", "--type=json", "-p", REMOVED_LIST);
  }

  @Test
  void whatSomebodyTakesOutIsPutBack() {
    create("runner");
    applied(credential("serviceAccounts: [runner]"));
    awaitAttached("runner", List.of("pull"), "[\"pull\"]");
    kubectl("patch", "serviceaccount/runner", "--type=json", "-p", REMOVED_LIST);
    awaitAttached("runner", List.of("pull"), "[\"pull\"]");
    kubectl("delete", "serviceaccount/runner");
    create("runner", "theirs");
    awaitAttached("runner", List.of("theirs", "pull"), "[\"pull\"]");
  }

  @Test
  void theAccountsFollowTheSecretThatMoves() {
    create("runner", "theirs");
    applied(credential("serviceAccounts: [runner]"));
    awaitAttached("runner", List.of("theirs", "pull"), "[\"pull\"]");
    stopOperator();
    applied(credential("serviceAccounts: [runner]\ntarget: {secretName: moved}"));
    startOperator();
    awaitAttached("runner", List.of("theirs", "moved"), "[\"moved\"]");
    await().untilAsserted(() -> assertThat(secretNamed("pull")).isNull());
  }

  @Test
  @HandsBack("pull")
  void outOfUseItStaysAttachedAndRetainedItIsLeftAsItIs() {
    create("runner", "theirs");
    applied(credential("serviceAccounts: [runner]\ndeletionPolicy: Retain"));
    awaitAttached("runner", List.of("theirs", "pull"), "[\"pull\"]");
    declare("Inactive");
    awaitState("pull", "Inactive", "Inactive");
    assertThat(names(account("runner"))).containsExactly("theirs", "pull");
    declare("Active");
    awaitState("pull", "Active", "Active");

    kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);

    awaitAttached("runner", List.of("theirs", "pull"), null);
    assertThat(content("pull")).isEqualTo(config(CANARY));
  }

  @Test
  void ofASharedSecretEachAccountStaysAsLongAsOneCredentialNamesIt() {
    create("both");
    create("one");
    applied(registry("other"));
    applied(credential("serviceAccounts: [both, one]\ntarget: {secretName: shared}"));
    applied(credential("second", "other", "serviceAccounts: [both]\ntarget: {secretName: shared}"));
    awaitState("pull", "Active", "Active");
    awaitState("second", "Active", "Active");
    awaitAttached("both", List.of("shared"), "[\"shared\"]");
    awaitAttached("one", List.of("shared"), "[\"shared\"]");

    kubectl("delete", "regcred/pull", Patience.TIMEOUT_FLAG);

    awaitAttached("one", List.of(), null);
    awaitAttached("both", List.of("shared"), "[\"shared\"]");
    kubectl("delete", "regcred/second");
    awaitAttached("both", List.of(), null);
  }

  @Test
  void entriesOfOthersAndTheirOrderStayWhileAllWriteAtTheSameTime() {
    create("runner", "theirs-0");
    var names = IntStream.range(0, 4).mapToObj(i -> "pull-" + i).toList();
    var others =
        CompletableFuture.runAsync(
            () ->
                IntStream.rangeClosed(1, 30)
                    .forEach(
                        i -> {
                          kubectl(
                              "patch",
                              "serviceaccount/runner",
                              "--type=json",
                              "-p",
                              "[{\"op\":\"add\",\"path\":\"/imagePullSecrets/-\",\"value\":{\"name\":\"theirs-%d\"}}]"
                                  .formatted(i));
                        }));
    var ours =
        names.stream()
            .map(
                name ->
                    CompletableFuture.runAsync(
                        () -> {
                          applied(credential(name, "serviceAccounts: [runner]"));
                          awaitState(name, "Active", "Active");
                          kubectl("delete", "regcred/" + name, Patience.TIMEOUT_FLAG);
                          if (!name.equals("pull-0")) {
                            applied(credential(name, "serviceAccounts: [runner]"));
                            awaitState(name, "Active", "Active");
                          }
                        }))
            .toList();
    others.join();
    ours.forEach(CompletableFuture::join);

    await()
        .untilAsserted(
            () -> {
              var list = names(account("runner"));
              assertThat(list.stream().filter(name -> name.startsWith("theirs")))
                  .containsExactlyElementsOf(
                      IntStream.rangeClosed(0, 30).mapToObj(i -> "theirs-" + i).toList());
              assertThat(list.stream().filter(name -> name.startsWith("pull")))
                  .containsExactlyInAnyOrder("pull-1", "pull-2", "pull-3");
              assertThat(record(account("runner"))).isEqualTo("[\"pull-1\",\"pull-2\",\"pull-3\"]");
            });
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

  private void create(String name, String... pullSecrets) {
    applied(
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: %s}
        imagePullSecrets: [%s]
        """
            .formatted(
                name,
                String.join(
                    ", ", List.of(pullSecrets).stream().map(s -> "{name: " + s + "}").toList())));
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
