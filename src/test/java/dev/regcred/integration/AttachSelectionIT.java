package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.LabelOperator;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.LabelSelectorRequirement;
import dev.regcred.api.v1alpha1.NamespaceSelection;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The rules of the policies select what the operator's do: generated selectors and labels, on the
 * API server and in Java. {@code -Dregcred.seed} plays a run again.
 */
class AttachSelectionIT extends AttachScenario {
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";
  private static final List<String> KEYS = List.of("team", "tier", "regcred.dev/x");
  private static final List<String> VALUES = List.of("", "a", "b", "c");
  private static final int CREDENTIALS = 60;
  private static final int PODS = 60;
  private static final int NAMESPACES = 12;

  private final long seed = Long.getLong("regcred.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @BeforeEach
  void stopAndApply() {
    stopOperator(); // It has no part in it.
    applyPolicies();
  }

  @AfterEach
  void deleteWide() {
    client.resources(ClusterRegistryCredential.class).list().getItems().stream()
        .filter(credential -> credential.getMetadata().getName().startsWith(name + "-"))
        .forEach(credential -> client.resource(credential).delete());
  }

  @Test
  void ofPods() {
    var selectors = new TreeMap<String, LabelSelector>();
    for (int i = 0; i < CREDENTIALS; i++) {
      var selector = selector(KEYS, VALUES);
      selectors.put("c%02d".formatted(i), selector);
      applied(ofPods(Manifests.credential("c%02d".formatted(i))).set("spec.podSelector", selector));
    }
    applied(ofPods(Manifests.credential("last")));
    selectors.put("last", new LabelSelector(Map.of(), List.of()));
    eventually(() -> pullSecretsOfANewPod(Map.of()).contains("last"));

    var differences = new TreeSet<String>();
    var selected = 0;
    for (int i = 0; i < PODS; i++) {
      var labels = labels(KEYS);
      var expected =
          selectors.entrySet().stream()
              .filter(one -> one.getValue().matches(labels))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      selected += expected.size();
      compare(selectors, expected, Set.copyOf(pullSecretsOfANewPod(labels)), labels, differences);
    }
    System.out.printf(
        "seed %s: %s Pods and %s selectors, %s of %s pairs selected, %s differences%n",
        seed, PODS, selectors.size(), selected, PODS * selectors.size(), differences.size());
    assertThat(differences).isEmpty();
  }

  @Test
  void ofNamespaces() {
    var namespaces = new HashMap<String, Map<String, String>>();
    for (int i = 0; i < NAMESPACES; i++) {
      var created = name + "-" + i;
      createNamespace(created, name);
      var labels = new HashMap<>(labels(List.of("team", "tier")));
      client
          .namespaces()
          .withName(created)
          .edit(n -> n.edit().editMetadata().addToLabels(labels).endMetadata().build());
    }
    Stream.concat(
            IntStream.range(0, NAMESPACES).mapToObj(i -> name + "-" + i),
            Stream.of("kube-system", SOURCES, "default"))
        .forEach(
            one -> {
              namespaces.put(
                  one, client.namespaces().withName(one).require().getMetadata().getLabels());
              eventually(
                  () ->
                      client.serviceAccounts().inNamespace(one).withName("default").get() != null);
            });
    var specs = new TreeMap<String, ClusterRegistryCredentialSpec>();
    for (int i = 0; i < CREDENTIALS; i++) {
      var credential = name + "-c%02d".formatted(i);
      applied(ofPods(wideOne(credential, List.copyOf(namespaces.keySet()))));
      specs.put(credential, spec(credential));
    }
    var last = name + "-last";
    applied(
        ofPods(
            Manifests.clusterCredential(last)
                .target(last)
                .source("account")
                .namespaceSelector("wide", name)));
    specs.put(last, spec(last));
    eventually(() -> pullSecretsOfANewPod(name + "-0", Map.of()).contains(last));

    var selection = NamespaceSelection.of(SOURCES);
    var differences = new TreeSet<String>();
    var selected = 0;
    for (var one : namespaces.entrySet()) {
      var expected =
          specs.entrySet().stream()
              .filter(spec -> selection.selects(spec.getValue(), one.getKey(), one.getValue()))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      selected += expected.size();
      var actual = Set.copyOf(pullSecretsOfANewPod(one.getKey(), Map.of()));
      compare(specs, expected, actual, one, differences);
    }
    System.out.printf(
        "seed %s: %s namespaces and %s selectors, %s of %s pairs selected, %s differences%n",
        seed,
        namespaces.size(),
        specs.size(),
        selected,
        namespaces.size() * specs.size(),
        differences.size());
    assertThat(differences).isEmpty();
  }

  /** A target that is null, and one without a name, is the credential's own name. */
  @Test
  void theNameOfThePullSecretIsThatOfTheOperator() {
    applied(ofPods(Manifests.credential("named")).set("spec.target.secretName", "other"));
    applied(ofPods(Manifests.credential("labelled")).set("spec.target.labels", Map.of("a", "b")));
    appliedByKubectl(
        ofPods(Manifests.credential("nothing"))
            .yaml()
            .replaceFirst("\nspec:", "\nspec:\n  target: null"));
    eventually(
        () ->
            Set.copyOf(pullSecretsOfANewPod(Map.of()))
                .equals(Set.of("other", "labelled", "nothing")));
  }

  private ClusterRegistryCredentialSpec spec(String credential) {
    return present(
        client.resources(ClusterRegistryCredential.class).withName(credential).require().getSpec(),
        "spec");
  }

  private Manifest.OfCredential wideOne(String credential, List<String> namespaces) {
    var isNamed = random.nextInt(3) == 0;
    var selector =
        isNamed
            ? selector(List.of("team", NAME_LABEL, NAME_LABEL), namespaces)
            : selector(List.of("team", "tier"), VALUES);
    var made =
        Manifests.clusterCredential(credential)
            .source("account")
            .target(credential)
            .set("spec.namespaceSelector", selector);
    return random.nextInt(3) == 0
        ? made.excludedNamespaces(namespaces.get(random.nextInt(namespaces.size())))
        : made;
  }

  private static Manifest.OfCredential ofPods(Manifest.OfCredential credential) {
    return credential.set("spec.attach", "Pods");
  }

  private static void compare(
      Map<String, ?> all,
      Set<String> expected,
      Set<String> actual,
      Object given,
      Set<String> differences) {
    for (String one : all.keySet()) {
      if (expected.contains(one) != actual.contains(one)) {
        differences.add(
            "%s %s: Java %s, the API server %s"
                .formatted(given, all.get(one), expected.contains(one), actual.contains(one)));
      }
    }
  }

  private Map<String, String> labels(List<String> keys) {
    return keys.stream()
        .filter(_ -> random.nextInt(3) > 0)
        .collect(Collectors.toMap(key -> key, _ -> any(VALUES)));
  }

  private LabelSelector selector(List<String> keys, List<String> values) {
    var labels = new HashMap<String, String>();
    if (random.nextInt(3) == 0) {
      labels.put(any(keys), any(values));
    }
    return new LabelSelector(
        labels,
        IntStream.range(0, random.nextInt(3)).mapToObj(_ -> requirement(keys, values)).toList());
  }

  private LabelSelectorRequirement requirement(List<String> keys, List<String> values) {
    var operator = any(List.of(LabelOperator.values()));
    var isCompared = operator == LabelOperator.IN || operator == LabelOperator.NOT_IN;
    var some =
        IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(_ -> any(values)).distinct().toList();
    return new LabelSelectorRequirement(any(keys), operator, isCompared ? some : List.of());
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
