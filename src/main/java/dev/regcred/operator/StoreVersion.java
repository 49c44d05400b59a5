package dev.regcred.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The version of the store behind one kind, which only grows; unless an older copy of the store is
 * put in its place. Other kinds may be kept in another store ({@code --etcd-servers-overrides}), so
 * that versions of different kinds are not compared.
 */
final class StoreVersion {
  private final LongSupplier present;
  private final LongSupplier known;

  /** The highest version that the API server has answered. */
  private long highest;

  /**
   * A version that was not asked for yet.
   *
   * @param present asks the API server for the present one; 0 if it is no number, of which nothing
   *     follows
   * @param known one that the store has had for sure, such as that of an object in a cache; 0 if
   *     there is none
   */
  StoreVersion(LongSupplier present, LongSupplier known) {
    this.present = present;
    this.known = known;
  }

  /**
   * The version of the store behind a kind.
   *
   * @param namespaces those that are watched; none for all
   * @param known the versions of the objects in a cache
   */
  static <R extends HasMetadata> StoreVersion of(
      KubernetesClient client,
      Class<R> kind,
      Set<String> namespaces,
      Supplier<Stream<String>> known) {
    return new StoreVersion(
        () -> present(client, kind, namespaces),
        () -> known.get().mapToLong(StoreVersion::number).max().orElse(0));
  }

  /** Comes with every list. */
  private static <R extends HasMetadata> long present(
      KubernetesClient client, Class<R> kind, Set<String> namespaces) {
    var objects = client.resources(kind);
    var one = new ListOptionsBuilder().withLimit(1L).build();
    var list =
        namespaces.isEmpty()
            ? objects.inAnyNamespace().list(one)
            : objects.inNamespace(namespaces.iterator().next()).list(one);
    return number(list.getMetadata().getResourceVersion());
  }

  /** Versions are numbers that grow; zero for one that is none, of which nothing follows. */
  private static long number(@Nullable String version) {
    try {
      return version == null ? 0 : Long.parseLong(version);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /**
   * Asks for the present version.
   *
   * @return empty if it has grown or stayed; else a clause that says how far it went back
   * @throws RuntimeException if it is not answered
   */
  Optional<String> setback() {
    var seen =
        Math.max(highest, known.getAsLong()); // Before it is asked: what comes meanwhile is newer.
    var answered = present.getAsLong();
    if (answered > 0 && answered < seen) {
      return Optional.of("went back from version %s to %s".formatted(seen, answered));
    }
    highest = Math.max(highest, answered);
    return Optional.empty();
  }
}
