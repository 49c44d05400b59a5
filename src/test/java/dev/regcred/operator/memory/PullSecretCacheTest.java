package dev.regcred.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.observe.ClusterViews;
import dev.regcred.operator.watch.ClusterView;
import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PullSecretCacheTest {
  private static final String MARK =
      "[{\"kind\":\"ClusterRegistryCredential\",\"name\":\"pull\",\"server\":\"example.com\"}]";

  private final Map<String, SecretMetadata> watched = new HashMap<>();
  private final ClusterView cache =
      ClusterViews.answering(
          "secret", args -> Optional.ofNullable(watched.get(args.getFirst() + "/" + args.get(1))));
  private final PullSecretCache secrets = new PullSecretCache();

  @Test
  void whatWasSeenIsKnownInFull() {
    var seen = secrets.put(secret("a", "1", MARK, "cGFzcw=="), cache);
    assertThat(secrets.get("a", metadata("a", "1"))).contains(seen);
    assertThat(seen.name()).isEqualTo("pull");
    assertThat(seen.uid()).isEqualTo("uid-a");
    assertThat(seen.resourceVersion()).isEqualTo("1");
    assertThat(seen.data()).containsEntry(PullSecret.KEY, "cGFzcw==");
    assertThat(seen.markEntries()).hasSize(1);
  }

  @Test
  void itCountsForThatVersionOfThatObjectOnly() {
    secrets.put(secret("a", "1", MARK, "cGFzcw=="), cache);
    assertThat(secrets.get("a", metadata("a", "2"))).isEmpty();
    assertThat(secrets.get("b", metadata("a", "1"))).isEmpty();
    var another = metadata("a", "1");
    another.getMetadata().setUid("another");
    assertThat(secrets.get("a", another)).isEmpty();
    var otherName = metadata("a", "1");
    otherName.getMetadata().setName("other");
    assertThat(secrets.get("a", otherName)).isEmpty();
  }

  @Test
  void aNewVersionTakesThePlaceOfTheOldOne() {
    secrets.put(secret("a", "1", MARK, "b2xk"), cache);
    secrets.put(secret("a", "2", MARK, "bmV3"), cache);
    assertThat(secrets.get("a", metadata("a", "1"))).isEmpty();
    assertThat(secrets.get("a", metadata("a", "2")).orElseThrow().data())
        .containsEntry(PullSecret.KEY, "bmV3");
  }

  @Test
  void theContentOfCopiesIsInMemoryOnce() {
    secrets.put(secret("a", "1", MARK, new String("cGFzcw==")), cache);
    secrets.put(secret("b", "7", MARK, new String("cGFzcw==")), cache);
    var a = secrets.get("a", metadata("a", "1")).orElseThrow();
    var b = secrets.get("b", metadata("b", "7")).orElseThrow();
    assertThat(b.data()).isSameAs(a.data());
    assertThat(b.annotations()).isSameAs(a.annotations());
    assertThat(b.markEntries()).isSameAs(a.markEntries());
    assertThat(b.uid()).isEqualTo("uid-b");
    assertThat(b.resourceVersion()).isEqualTo("7");
  }

  /** Who may edit a namespace can make the copy in it as large as the API server takes it. */
  @Test
  void oneThatSomebodyMadeLargeIsReadAnewEachTime() {
    secrets.put(secret("a", "1", MARK, "x".repeat(100_000)), cache);
    assertThat(secrets.get("a", metadata("a", "1"))).isPresent();
    secrets.put(secret("a", "2", MARK, "x".repeat(140_000)), cache);
    assertThat(secrets.get("a", metadata("a", "2"))).isEmpty();
    assertThat(secrets.get("a", metadata("a", "1"))).isEmpty();
  }

  /** No password of somebody else's stays in memory. */
  @Test
  void onlyOursAreKept() {
    var foreign = secrets.put(secret("a", "1", "[]", "cGFzcw=="), cache);
    assertThat(foreign.resourceVersion()).isEqualTo("1");
    assertThat(secrets.get("a", metadata("a", "1"))).isEmpty();
  }

  @Test
  void oneThatHasLostItsMarkIsForgotten() {
    secrets.put(secret("a", "1", MARK, "cGFzcw=="), cache);
    secrets.put(secret("a", "2", "[]", "cGFzcw=="), cache);
    assertThat(secrets.get("a", metadata("a", "1"))).isEmpty();
  }

  @Test
  void oneThatIsForgottenIsNotKnown() {
    secrets.put(secret("a", "1", MARK, "cGFzcw=="), cache);
    secrets.put(secret("b", "1", MARK, "cGFzcw=="), cache);
    secrets.forget("a", "pull");
    assertThat(secrets.get("a", metadata("a", "1"))).isEmpty();
    assertThat(secrets.get("b", metadata("b", "1"))).isPresent();
  }

  /** A namespace takes its Secrets with it, and nobody says so of each. */
  @Test
  void thoseThatWentWithTheirNamespaceAreSweptOutOnceThereAreMany() {
    watched.put("kept/pull", metadata("kept", "1"));
    secrets.put(secret("kept", "1", MARK, "cGFzcw=="), cache);
    IntStream.range(0, 998).forEach(i -> secrets.put(secret("n" + i, "1", MARK, "cA=="), cache));
    assertThat(secrets.get("n0", metadata("n0", "1"))).as("of 999").isPresent();

    secrets.put(secret("n998", "1", MARK, "cA=="), cache);
    assertThat(secrets.get("n0", metadata("n0", "1"))).as("of 1,000").isEmpty();
    assertThat(secrets.get("kept", metadata("kept", "1"))).isPresent();
  }

  /** Else each Secret that is seen would go through all of them. */
  @Test
  void theyAreSweptAgainWhenThereAreTwiceAsManyOnly() {
    IntStream.range(0, 1_000)
        .mapToObj(i -> "k" + i)
        .forEach(
            namespace -> {
              watched.put(namespace + "/pull", metadata(namespace, "1"));
              secrets.put(secret(namespace, "1", MARK, "cA=="), cache);
            });
    watched.remove("k0/pull");
    IntStream.range(0, 999).forEach(i -> secrets.put(secret("n" + i, "1", MARK, "cA=="), cache));
    assertThat(secrets.get("k0", metadata("k0", "1"))).as("of 1,999").isPresent();
    secrets.put(secret("n999", "1", MARK, "cA=="), cache);
    assertThat(secrets.get("k0", metadata("k0", "1"))).as("of 2,000").isEmpty();
  }

  private static SecretMetadata metadata(String namespace, String version) {
    return SecretMetadata.of(secret(namespace, version, MARK, "").getMetadata());
  }

  private static Secret secret(String namespace, String version, String mark, String content) {
    return new SecretBuilder()
        .withMetadata(
            new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName("pull")
                .withUid("uid-" + namespace)
                .withResourceVersion(version)
                .addToLabels(Labels.MANAGED, "true")
                .addToAnnotations(Labels.CONTRIBUTORS, mark)
                .build())
        .withType(PullSecret.TYPE)
        .withData(Map.of(PullSecret.KEY, content))
        .build();
  }
}
