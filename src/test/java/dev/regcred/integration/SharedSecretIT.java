package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Meters;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Several credentials that name one pull Secret, {@code shared}. */
class SharedSecretIT extends OperatorScenario {
  @Test
  void theEntriesOfAllStandTogetherUntilTheLastOneLeaves() {
    applyRegistries("a", "b", "c");
    applySource(CANARY);
    applied(sharing("one", "a"), sharing("two", "b"));
    awaitState("one", "Active", "Active");
    awaitState("two", "Active", "Active");
    var uid = shared().getMetadata().getUid();

    applied(sharing("three", "c"));

    awaitState("three", "Active", "Active");
    awaitContent(entry("a", "one", CANARY), entry("b", "two", CANARY), entry("c", "three", CANARY));
    assertThat(owners()).containsExactlyInAnyOrder("one", "two", "three");
    applySource(CANARY + "-rotated");
    awaitContent(
        entry("a", "one", CANARY + "-rotated"),
        entry("b", "two", CANARY + "-rotated"),
        entry("c", "three", CANARY + "-rotated"));
    assertThat(shared().getMetadata().getUid()).isEqualTo(uid);
    delete("two");
    assertThat(content("shared"))
        .isEqualTo(
            document(
                entry("a", "one", CANARY + "-rotated"), entry("c", "three", CANARY + "-rotated")));
    assertThat(owners()).containsExactlyInAnyOrder("one", "three");
    declare("RegistryCredential/one", "Removed");
    awaitState("one", "Removed", "Removed");
    assertThat(content("shared")).isEqualTo(document(entry("c", "three", CANARY + "-rotated")));
    delete("three");
    assertThat(secretNamed("shared")).isNull();
  }

  @Test
  void ofSeveralForOneServerTheOldestHasTheEntryAndTheNextOneTakesOver() {
    applyRegistries("a");
    applySource(CANARY);
    stopOperator();
    applied(sharing("zz-oldest", "a"));
    awaitLaterThan("zz-oldest");
    applied(sharing("aa", "a"), sharing("bb", "a"));
    startOperator();

    awaitState("zz-oldest", "Active", "Active");
    awaitClaimed("aa", "zz-oldest");
    awaitClaimed("bb", "zz-oldest");
    awaitContent(entry("a", "zz-oldest", CANARY));
    delete("zz-oldest");
    awaitState("aa", "Active", "Active");
    awaitClaimed("bb", "aa");
    awaitContent(entry("a", "aa", CANARY));
    delete("aa");
    awaitState("bb", "Active", "Active");
    awaitContent(entry("a", "bb", CANARY));
  }

  @Test
  void whoHasTheEntryKeepsItAgainstAnOlderOneAcrossARestartAndALostSecret() {
    applyRegistries("a");
    applySource("late", CANARY);
    applied(sharing("older", "a").source("missing"));
    awaitState("older", "Registering", "SourceNotFound");
    awaitLaterThan("older");
    applied(sharing("younger", "a").source("late"));
    awaitState("younger", "Active", "Active");

    applySource("missing", CANARY + "-of-the-older");

    awaitClaimed("older", "younger");
    assertThat(content("shared")).isEqualTo(document(entry("a", "younger", CANARY)));
    stopOperator();
    deleted("Secret/shared");
    startOperator();
    awaitContent(entry("a", "younger", CANARY));
    awaitClaimed("older", "younger");
  }

  @Test
  void aWinnerThatGoesOutOfUseGivesTheServerAwayAndWaitsWhenItIsBack() {
    applyRegistries("a");
    applySource(CANARY);
    applied(sharing("first", "a"));
    awaitState("first", "Active", "Active");
    applied(sharing("second", "a"));
    awaitClaimed("second", "first");

    declare("RegistryCredential/first", "Inactive");

    awaitState("first", "Inactive", "Inactive");
    awaitState("second", "Active", "Active");
    awaitContent(entry("a", "second", CANARY));
    declare("RegistryCredential/first", "Active");
    awaitClaimed("first", "second");
    assertThat(content("shared")).isEqualTo(document(entry("a", "second", CANARY)));
    applied(sharing("second", "a").target("own"));
    awaitState("second", "Active", "Active");
    awaitState("first", "Active", "Active");
    awaitContent(entry("a", "first", CANARY));
    assertThat(content("own")).isEqualTo(document(entry("a", "second", CANARY)));
  }

  @Test
  void anInactiveOneAmongActiveOnesStaysWiredWithoutAnEntry() {
    applyRegistries("a", "b");
    applySource(CANARY);
    applied(sharing("one", "a"), sharing("two", "b"));
    awaitState("one", "Active", "Active");
    awaitState("two", "Active", "Active");

    declare("RegistryCredential/one", "Inactive");

    awaitState("one", "Inactive", "Inactive");
    assertThat(content("shared")).isEqualTo(document(entry("b", "two", CANARY)));
    assertThat(owners()).containsExactlyInAnyOrder("one", "two");
    assertThat(status("one").secretName()).isEqualTo("shared");
    delete("two");
    assertThat(content("shared")).isEqualTo(BLANK);
    declare("RegistryCredential/one", "Active");
    awaitState("one", "Active", "Active");
    assertThat(content("shared")).isEqualTo(document(entry("a", "one", CANARY)));
  }

  @Test
  void ofContradictingLabelsThoseOfTheOldestHold() {
    applyRegistries("a", "b");
    applySource(CANARY);
    applied(sharing("zz-older", "a").targetLabel("team", "blue").targetLabel("only-older", "old"));
    awaitState("zz-older", "Active", "Active");
    awaitLaterThan("zz-older");
    applied(
        sharing("aa-younger", "b").targetLabel("team", "red").targetLabel("only-younger", "young"));
    awaitState("aa-younger", "Active", "Active");

    await()
        .untilAsserted(
            () ->
                assertThat(shared().getMetadata().getLabels())
                    .containsEntry("team", "blue")
                    .containsEntry("only-older", "old")
                    .containsEntry("only-younger", "young"));
    delete("zz-older");
    await()
        .untilAsserted(
            () ->
                assertThat(shared().getMetadata().getLabels())
                    .containsEntry("team", "red")
                    .containsEntry("only-younger", "young")
                    .doesNotContainKey("only-older"));
  }

  @Test
  void whatNoLongerFitsWaitsWhileTheOthersRotate() {
    // Each entry has 60,000 bytes: Go writes a "<" in six.
    var user = "<".repeat(4096);
    var password = CANARY + "<".repeat(4096 - CANARY.length() - 2);
    var names = IntStream.range(0, 17).mapToObj("large-%02d"::formatted).toList();
    applyRegistries(names.toArray(String[]::new));
    applySource(password);
    names.subList(0, 16).forEach(name -> applied(large(name, user)));
    names.subList(0, 16).forEach(name -> awaitState(name, "Active", "Active"));
    applied(large("large-16", user));

    awaitState("large-16", "Activating", "SecretTooLarge");
    assertThat(status("large-16").conditions())
        .anySatisfy(
            condition -> {
              assertThat(condition.type()).isEqualTo("Stalled");
              assertThat(condition.status()).isEqualTo(Condition.TRUE);
              assertThat(condition.message()).contains("1,000,000 bytes");
            });
    var before = shared().getMetadata().getResourceVersion();
    applySource(password + "-2");
    await()
        .untilAsserted(
            () -> {
              assertThat(shared().getMetadata().getResourceVersion()).isNotEqualTo(before);
              assertThat(occurrences("\\u003c-2\"")).isEqualTo(16);
            });
    awaitState("large-16", "Activating", "SecretTooLarge");
    names.subList(0, 16).forEach(name -> awaitState(name, "Active", "Active"));
    delete("large-03");
    awaitState("large-16", "Active", "Active");
    assertThat(occurrences("\\u003c-2\"")).isEqualTo(16);
    assertThat(content("shared")).contains(server("large-16")).doesNotContain(server("large-03"));
  }

  @Test
  void movedTwiceWithStopsBetweenItLeavesNoOrphan() {
    applyRegistries("a", "b");
    applySource(CANARY);
    applied(sharing("mover", "a"), sharing("stays", "b"));
    awaitState("mover", "Active", "Active");
    awaitState("stays", "Active", "Active");

    stopOperator();
    applied(sharing("mover", "a").target("second"));
    startOperator();
    eventually(() -> secretNamed("second") != null);
    stopOperator(); // With the old entry taken out already or not.
    applied(sharing("mover", "a").target("third"));
    startOperator();

    awaitState("mover", "Active", "Active");
    assertThat(content("third")).isEqualTo(document(entry("a", "mover", CANARY)));
    awaitContent(entry("b", "stays", CANARY));
    await().untilAsserted(() -> assertThat(secretNamed("second")).isNull());
    assertThat(owners()).containsExactly("stays");
    assertThat(pullSecrets()).containsExactlyInAnyOrder("shared", "third");
  }

  @Test
  void whoMovesToWhereItsServerIsTakenKeepsItsEntryUntilItIsFree() {
    applyRegistries("a");
    applySource(CANARY);
    applied(sharing("holder", "a"));
    applied(of("mover", "a").target("own"));
    awaitState("holder", "Active", "Active");
    awaitState("mover", "Active", "Active");

    applied(sharing("mover", "a"));

    await()
        .untilAsserted(
            () ->
                assertThat(ready(status("mover")).message())
                    .contains("RegistryCredential holder has the entry"));
    assertThat(content("own")).isEqualTo(document(entry("a", "mover", CANARY)));
    delete("holder");
    awaitState("mover", "Active", "Active");
    awaitContent(entry("a", "mover", CANARY));
    await().untilAsserted(() -> assertThat(secretNamed("own")).isNull());
  }

  @Test
  void whoeverDeletesOrOverwritesTheSecretFindsAllEntriesBack() {
    applyRegistries("a", "b");
    applySource(CANARY);
    applied(sharing("one", "a"), sharing("two", "b"));
    var both = new String[] {entry("a", "one", CANARY), entry("b", "two", CANARY)};
    awaitContent(both);

    var uid = shared().getMetadata().getUid();
    deleted("Secret/shared");
    awaitContent(both);
    assertThat(shared().getMetadata().getUid()).isNotEqualTo(uid);
    var corrections = corrections();
    patch("Secret/shared", "{\"data\":{\".dockerconfigjson\":\"eyJhdXRocyI6e319\"}}");
    awaitContent(both);
    await().untilAsserted(() -> assertThat(corrections()).isGreaterThan(corrections));
    assertThat(owners()).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void changesAtTheSameTimeLoseNoEntry() throws Exception {
    var names = IntStream.range(0, 8).mapToObj(i -> "c" + i).toList();
    applyRegistries(names.toArray(String[]::new));
    inParallel(
        names,
        name -> {
          applySource("account-" + name, CANARY + "-1");
          applied(own(name));
        });
    names.forEach(name -> awaitState(name, "Active", "Active"));
    awaitContent(names.stream().map(n -> entry(n, n, CANARY + "-1")).toArray(String[]::new));

    inParallel(
        names,
        name -> {
          switch (names.indexOf(name) % 4) {
            case 0 -> applySource("account-" + name, CANARY + "-2");
            case 1 -> declare("RegistryCredential/" + name, "Inactive");
            case 2 -> {
              declare("RegistryCredential/" + name, "Inactive");
              applySource("account-" + name, CANARY + "-2");
              declare("RegistryCredential/" + name, "Active");
            }
            default -> {
              delete(name);
              applied(own(name));
              applySource("account-" + name, CANARY + "-3");
            }
          }
        });

    awaitContent(
        entry("c0", "c0", CANARY + "-2"),
        entry("c2", "c2", CANARY + "-2"),
        entry("c3", "c3", CANARY + "-3"),
        entry("c4", "c4", CANARY + "-2"),
        entry("c6", "c6", CANARY + "-2"),
        entry("c7", "c7", CANARY + "-3"));
    names.forEach(
        name -> {
          var state = names.indexOf(name) % 4 == 1 ? "Inactive" : "Active";
          awaitState(name, state, state);
        });
    assertThat(owners()).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void credentialsOfOneSecretDoNotMakeEachOtherWrite() {
    applyRegistries("a", "b", "other");
    applySource(CANARY);
    applied(
        sharing("one", "a").targetLabel("team", "blue"),
        sharing("two", "b").targetLabel("team", "red"));
    // Of two that were created in one second, and have no entry yet, the name decides.
    awaitState("one", "Active", "Active");
    applied(sharing("loser", "a"));
    applied(sharing("idle", "b").desiredState("Inactive"));
    applySource("account-other", CANARY);
    applied(of("other", "other").source("account-other"));
    awaitState("one", "Active", "Active");
    awaitState("two", "Active", "Active");
    awaitState("loser", "Activating", "ServerClaimed");
    awaitState("idle", "Inactive", "Inactive");
    awaitState("other", "Active", "Active");

    // What they still had to write is written by then; who writes without end is not quiet then.
    var quiet = new int[] {0};
    await()
        .untilAsserted(
            () -> {
              var versions = versions();
              rotateOther(quiet[0]++);
              assertThat(versions()).isEqualTo(versions);
            });
    var versions = versions();
    rotateOther(1000);
    patch("RegistryCredential/loser", "{\"metadata\":{\"labels\":{\"changed\":\"by-somebody\"}}}");
    patch("RegistryCredential/loser", "{\"metadata\":{\"labels\":null}}");
    stopOperator();
    startOperator();
    rotateOther(1001);
    rotateOther(1002);
    versions.remove("RegistryCredential/loser");
    assertThat(versions()).containsAllEntriesOf(versions);
  }

  /** Goes through the operator, so that it has had its time for all else. */
  private void rotateOther(int round) {
    applySource("account-other", CANARY + "-" + round);
    await()
        .untilAsserted(
            () ->
                assertThat(content("other"))
                    .isEqualTo(document(entry("other", "other", CANARY + "-" + round))));
  }

  private Map<String, String> versions() {
    Stream<HasMetadata> resources =
        Stream.of(
                client.resources(Registry.class).inNamespace(namespace).list().getItems(),
                client.resources(RegistryCredential.class).inNamespace(namespace).list().getItems(),
                client.secrets().inNamespace(namespace).list().getItems())
            .flatMap(List::stream);
    return resources
        .filter(resource -> !resource.getMetadata().getName().contains("other"))
        .collect(
            Collectors.toMap(
                resource -> resource.getKind() + "/" + resource.getMetadata().getName(),
                resource -> resource.getMetadata().getResourceVersion()));
  }

  private void applyRegistries(String... names) {
    for (String name : names) {
      applied(Manifests.registry(name));
    }
    for (String name : names) {
      awaitRegistry(name, "Active", "Active");
    }
  }

  /** A credential whose user name is its own name. */
  private static Manifest.OfCredential of(String name, String registry) {
    return Manifests.credential(name).registry(registry).user(name);
  }

  private static Manifest.OfCredential sharing(String name, String registry) {
    return of(name, registry).target("shared");
  }

  /** With a source and a Registry of its own. */
  private static Manifest.OfCredential own(String name) {
    return sharing(name, name).source("account-" + name);
  }

  private static Manifest.OfCredential large(String name, String user) {
    return sharing(name, name).user(user);
  }

  /** Until one that was created now would be younger, by the API server's clock. */
  private void awaitLaterThan(String name) {
    var created = existing(name).getMetadata().getCreationTimestamp();
    var another =
        client
            .configMaps()
            .inNamespace(namespace)
            .resource(
                new ConfigMapBuilder().withNewMetadata().withName("now").endMetadata().build());
    eventually(
        () ->
            another.dryRun(true).create().getMetadata().getCreationTimestamp().compareTo(created)
                > 0);
  }

  private void awaitClaimed(String loser, String winner) {
    awaitState(loser, "Activating", "ServerClaimed");
    await()
        .untilAsserted(
            () ->
                assertThat(ready(status(loser)).message())
                    .contains("RegistryCredential " + winner + " has the entry"));
  }

  private void awaitContent(String... entries) {
    await().untilAsserted(() -> assertThat(content("shared")).isEqualTo(document(entries)));
  }

  private int corrections() {
    return new Meters(operator().httpPort()).corrections("Secret");
  }

  private long occurrences(String text) {
    var content = content("shared");
    return content == null ? 0 : content.split(Pattern.quote(text), -1).length - 1L;
  }

  private Secret shared() {
    return present(secretNamed("shared"), "Secret shared");
  }

  private List<String> owners() {
    return shared().getMetadata().getOwnerReferences().stream()
        .map(OwnerReference::getName)
        .toList();
  }

  private List<String> pullSecrets() {
    return client.secrets().inNamespace(namespace).list().getItems().stream()
        .filter(secret -> "kubernetes.io/dockerconfigjson".equals(secret.getType()))
        .map(secret -> secret.getMetadata().getName())
        .toList();
  }

  private void delete(String name) {
    deleted("RegistryCredential/" + name);
  }

  private static void inParallel(List<String> names, Consumer<String> change) throws Exception {
    try (var threads = Executors.newFixedThreadPool(names.size())) {
      List<Future<?>> changes =
          names.stream().<Future<?>>map(name -> threads.submit(() -> change.accept(name))).toList();
      for (Future<?> done : changes) {
        done.get();
      }
    }
  }
}
