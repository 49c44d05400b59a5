package dev.regcred.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.operator.kinds.NamespaceMetadata;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.pullsecret.MarkEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedStoreTest {
  private static final int LARGE = 100;

  private final BoundedStore<SecretMetadata> store = new BoundedStore<>("Secret");

  @Test
  void whatOneNamespaceHasBeyondItsBudgetIsIgnoredAndAnotherNamespaceIsNotConcerned() {
    fill("hostile");
    assertThat(store.ignored()).isPositive();
    var sum = store.values().mapToLong(SecretMetadata::size).sum();
    assertThat(sum)
        .isLessThan(BoundedStore.NAMESPACE_BUDGET + store.size() * BoundedStore.USUAL_SIZE);
    assertThat(store.size()).as("each is known to be there").isEqualTo(1_000);
    var ignored = store.ignored();
    put("victim", "pull", LARGE);
    assertThat(holdings("victim/pull")).hasSize(LARGE);
    put("hostile", "small", 1);
    assertThat(holdings("hostile/small")).as("of the usual size").hasSize(1);
    assertThat(store.ignored()).isEqualTo(ignored);
  }

  @Test
  void theBudgetIsFreeAgainOnceWhatUsedItIsGone() {
    fill("hostile");
    assertThat(put("hostile", "one-more", LARGE).ignored())
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .isEqualTo(
                        "The namespace has more in its Secrets than is served: 2097152 characters"
                            + " beyond 4096 in each; delete some, or make them smaller."));
    clear("hostile");
    assertThat(put("hostile", "one-more", LARGE).ignored()).isEmpty();
    assertThat(store.ignored()).isZero();
    fill("hostile");
    IntStream.range(0, 1_000).forEach(i -> put("hostile", "s" + i, 1));
    assertThat(store.ignored()).as("made smaller").isZero();
    assertThat(put("hostile", "another", LARGE).ignored()).isEmpty();
  }

  /** Whoever may edit many namespaces has no budget for each of them. */
  @Test
  void whatAllNamespacesHaveIsBoundedAndNoneThatHasLittleIsConcerned() {
    put("before", "large", LARGE);
    IntStream.range(0, 8).forEach(i -> fill("hostile-" + i));
    var sum = store.values().mapToLong(SecretMetadata::size).sum();
    assertThat(sum)
        .isBetween(
            BoundedStore.CLUSTER_BUDGET,
            BoundedStore.CLUSTER_BUDGET
                + 8 * BoundedStore.NAMESPACE_SHARE
                + store.size() * BoundedStore.USUAL_SIZE);
    assertThat(Objects.requireNonNull(store.get("hostile-7/s999")).ignored())
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .isEqualTo(
                        "All namespaces together have more in their Secrets than is served, and"
                            + " this one more than 131072 characters beyond 4096 in each; delete"
                            + " some, or make them smaller."));
    assertThat(put("victim", "pull", LARGE).ignored()).isEmpty();
    assertThat(put("before", "large", LARGE).ignored()).as("written again").isEmpty();

    IntStream.range(0, 8).forEach(i -> clear("hostile-" + i));
    assertThat(store.ignored()).isZero();
    fill("team");
    assertThat(
            store
                .values()
                .filter(secret -> secret.getMetadata().getNamespace().equals("team"))
                .mapToLong(SecretMetadata::size)
                .sum())
        .as("a namespace has its whole budget again")
        .isGreaterThan(BoundedStore.NAMESPACE_BUDGET);
  }

  /** Ten thousand copies of a cluster-wide credential name the same. */
  @Test
  void whatIsTheSameInManyNamespacesIsInMemoryOnce() {
    put("a", "pull", 3);
    put("b", "pull", 3);
    assertThat(holdings("b/pull")).isSameAs(holdings("a/pull"));
  }

  /** The table of what comes again would keep a thousand of them, also when they are gone. */
  @Test
  void whatIsLargeIsNotRememberedForTheNextOneThatIsAlike() {
    put("a", "pull", LARGE);
    put("b", "pull", LARGE);
    assertThat(holdings("b/pull")).isEqualTo(holdings("a/pull")).isNotSameAs(holdings("a/pull"));
  }

  /** Whoever may label one namespace may not be able to make the operator forget others. */
  @Test
  void aNamespaceCountsForItselfAndIsBoundedWheneverItChanges() {
    var namespaces = new BoundedStore<NamespaceMetadata>("Namespace");
    IntStream.range(0, 1_000).forEach(i -> put(namespaces, "hostile-" + i, 64));
    assertThat(put(namespaces, "victim", 40).getMetadata().getLabels()).hasSize(40);
    assertThat(namespaces.ignored()).isZero();

    put(namespaces, "team", 3);
    var large = put(namespaces, "team", 65);
    assertThat(large.ignored()).contains("It has more than 64 labels.");
    assertThat(large.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(large.size()).isZero();
    assertThat(namespaces.ignored()).isEqualTo(1);
    assertThat(put(namespaces, "team", 64).getMetadata().getLabels()).hasSize(64);
    assertThat(namespaces.ignored()).as("made smaller").isZero();
  }

  private static NamespaceMetadata put(
      BoundedStore<NamespaceMetadata> store, String name, int labels) {
    var namespace = new NamespaceMetadata();
    namespace.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withLabels(
                IntStream.range(0, labels)
                    .boxed()
                    .collect(Collectors.toMap(i -> "p.example.com/" + i, _ -> "v".repeat(63))))
            .build());
    store.put(store.getKey(namespace), namespace);
    return namespace;
  }

  private List<MarkEntry> holdings(String key) {
    return Objects.requireNonNull(store.get(key)).markEntries();
  }

  private void clear(String namespace) {
    IntStream.range(0, 1_000).forEach(i -> store.remove(namespace + "/s" + i));
  }

  private void fill(String namespace) {
    IntStream.range(0, 1_000).forEach(i -> put(namespace, "s" + i, LARGE));
  }

  private SecretMetadata put(String namespace, String name, int contributors) {
    var secret =
        SecretMetadata.of(
            new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(Map.of(Labels.MANAGED, "true"))
                .withAnnotations(
                    Map.of(
                        Labels.CONTRIBUTORS,
                        IntStream.range(0, contributors)
                            .mapToObj(
                                "{\"kind\":\"RegistryCredential\",\"name\":\"c%s\"}"::formatted)
                            .collect(Collectors.joining(",", "[", "]"))))
                .build());
    store.put(store.getKey(secret), secret);
    return secret;
  }
}
