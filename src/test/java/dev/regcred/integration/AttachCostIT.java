package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the policies cost a Pod's creation, by how many credentials there are. It prints the table
 * of docs/attach.md; nothing passes or fails by a time of this machine, only by ratios.
 *
 * <p>{@code -Dregcred.attach.pods=200} creates more Pods for each row.
 */
class AttachCostIT extends AttachScenario {
  /** Of each row. */
  private static final int PODS = Integer.getInteger("regcred.attach.pods", 4);

  private static final int WARM_UP = 2;
  private static final List<Integer> OWN = List.of(0, 1, 5, 20, 100, 200);
  private static final List<Integer> OF_SERVICE_ACCOUNTS = List.of(20, 200);
  private static final List<Integer> WIDE = List.of(1, 20);

  private final Random random = new Random(1);
  private final Map<String, List<Long>> nanos = new LinkedHashMap<>();

  /** A namespace that Pods are created in, and the row that its times belong to. */
  private record Place(String row, String namespace, int expected) {}

  private String place(String suffix) {
    return name + "-" + suffix;
  }

  @BeforeEach
  void stop() {
    stopOperator(); // It has no part in it.
  }

  @AfterEach
  void deleteAll() {
    client.resources(ClusterRegistryCredential.class).list().getItems().stream()
        .filter(credential -> credential.getMetadata().getName().startsWith(name + "-"))
        .forEach(credential -> client.resource(credential).delete());
    client.namespaces().withLabel("cost", name).list().getItems().stream()
        .map(one -> one.getMetadata().getName())
        .forEach(
            one -> {
              client.resources(RegistryCredential.class).inNamespace(one).delete();
              client.namespaces().withName(one).delete();
            });
  }

  @Test
  void ofAPodsCreation() {
    var all = new ArrayList<Place>();
    for (int count : OWN) {
      var in = place("p" + count);
      create(in, "no");
      credentials(in, count, "Pods");
      all.add(new Place(count + " in the namespace", in, count));
    }
    for (int count : OF_SERVICE_ACCOUNTS) {
      var in = place("s" + count);
      create(in, "no");
      credentials(in, count, "ServiceAccounts");
      all.add(new Place(count + " in the namespace, of ServiceAccounts", in, 0));
    }
    var unselected = place("p0");
    var selected = place("w0");
    create(selected, name);

    measure(List.of(new Place("no policy", unselected, 0)), PODS / 2);
    installation
        .cluster()
        .kubectl()
        .ok("apply", "-f", System.getProperty("regcred.attach.file", POLICIES));
    measure(all, PODS);
    var wide = 0;
    for (int count : WIDE) {
      for (; wide < count; wide++) {
        applied(
            Manifests.clusterCredential(place("c" + wide))
                .target("wide-" + wide)
                .namespaceSelector("wide", name)
                .set("spec.attach", "Pods"));
      }
      measure(
          List.of(
              new Place(count + " cluster-wide that select it", selected, count),
              new Place(count + " cluster-wide that do not", unselected, 0)),
          PODS);
    }
    removePolicies();
    eventually(() -> pullSecretsOfANewPod(selected, Map.of()).isEmpty());
    measure(List.of(new Place("no policy", unselected, 0)), PODS - PODS / 2);
    print();
  }

  private void measure(List<Place> places, int pods) {
    for (Place place : places) {
      eventually(
          () -> pullSecretsOfANewPod(place.namespace(), Map.of()).size() == place.expected());
    }
    for (int i = -WARM_UP; i < pods; i++) {
      var shuffled = new ArrayList<>(places);
      Collections.shuffle(shuffled, random);
      for (Place place : shuffled) {
        var pod = pod("race-%d".formatted(random.nextLong() >>> 1), place.namespace(), Map.of());
        var begin = System.nanoTime();
        var created = client.resource(pod).create();
        var took = System.nanoTime() - begin;
        assertThat(names(created)).hasSize(place.expected());
        if (i >= 0) {
          nanos.computeIfAbsent(place.row(), _ -> new ArrayList<>()).add(took);
        }
      }
    }
    places.forEach(place -> client.pods().inNamespace(place.namespace()).delete());
  }

  private void print() {
    var without = percentile(Objects.requireNonNull(nanos.get("no policy")), 50);
    System.out.printf("| credentials | p50 | p99 | p50 beside no policy | of each |%n");
    System.out.printf("|---|---|---|---|---|%n");
    nanos.forEach(
        (row, took) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.1f ms | %.1f ms | %.1f | %d |%n",
                row,
                percentile(took, 50),
                percentile(took, 99),
                percentile(took, 50) / without,
                took.size()));
  }

  private static double percentile(List<Long> nanos, int percent) {
    var sorted = nanos.stream().sorted().toList();
    return sorted.get((sorted.size() - 1) * percent / 100) / 1e6;
  }

  private void create(String in, String label) {
    createNamespace(in, label);
    client
        .namespaces()
        .withName(in)
        .edit(n -> n.edit().editMetadata().addToLabels("cost", name).endMetadata().build());
    eventually(() -> client.serviceAccounts().inNamespace(in).withName("default").get() != null);
  }

  private void credentials(String in, int count, String attach) {
    IntStream.range(0, count)
        .mapToObj(i -> "c%03d".formatted(i))
        .map(Manifests::credential)
        .map(one -> attach.equals("Pods") ? one.set("spec.attach", attach) : one)
        .map(Manifest::yaml)
        .forEach(
            yaml -> client.resource(yaml).inNamespace(in).fieldManager("test").serverSideApply());
  }
}
