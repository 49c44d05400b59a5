package dev.regcred.migration;

import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.migration.ImportedSecret.Entry;
import dev.regcred.migration.MigrationInput.ExistingCredential;
import dev.regcred.migration.MigrationInput.ExistingRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is declared already for the account of a pull Secret, before this import.
 *
 * <pre>
 * the Secret                is declared by
 * that can be taken over    a credential that has it as its pull Secret, for the same server
 * that stays                a RegistryCredential that reads its entry, or a ClusterRegistryCredential
 *                           for the same server that writes SECRET-pull...
 * </pre>
 *
 * <p>Those of the namespace go before the cluster-wide ones that reach it, as they do in a pull
 * Secret. Where one is not surely right nothing is declared, and the Secret is not handed over: the
 * operator would write another account over its own.
 */
final class Declared {
  private final List<ExistingCredential> credentials;
  private final Map<Place, ExistingRegistry> registries;

  private record Place(String namespace, String name) {}

  /** What an account is declared as. */
  sealed interface Answer {
    /** Nothing is there. */
    record None() implements Answer {}

    /** It is there as an import would declare it. */
    record Same(ExistingCredential credential) implements Answer {}

    /**
     * Something else is in its place.
     *
     * @param why what is wrong with it, as the end of a sentence about the credential
     */
    record Other(ExistingCredential credential, String why) implements Answer {}
  }

  Declared(MigrationInput input) {
    this.credentials =
        input.credentials().stream()
            .sorted(Comparator.comparing(ExistingCredential::name))
            .toList();
    this.registries =
        input.registries().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    one -> new Place(one.namespace(), one.name()), Function.identity()));
  }

  /** Looks for the account of a Secret. */
  Answer of(ImportedSecret secret, Entry entry) {
    var own = inUseFirst(secret, entry, secret.namespace());
    var all = own.isEmpty() ? inUseFirst(secret, entry, MigrationInput.CLUSTER) : own;
    for (ExistingCredential one : all) {
      var why = wrong(one, secret, entry);
      if (why != null) {
        return new Answer.Other(one, why);
      }
    }
    return all.isEmpty() ? new Answer.None() : new Answer.Same(all.getFirst());
  }

  /** Those that are for the account; those out of use only where there are no others. */
  private List<ExistingCredential> inUseFirst(
      ImportedSecret secret, Entry entry, String namespace) {
    var all =
        credentials.stream()
            .filter(one -> one.namespace().equals(namespace))
            .filter(one -> one.namespaces().contains(secret.namespace()))
            .filter(one -> isFor(one, secret, entry))
            .toList();
    var inUse = all.stream().filter(ExistingCredential::isInUse).toList();
    return inUse.isEmpty() ? all : inUse;
  }

  private boolean isFor(ExistingCredential one, ImportedSecret secret, Entry entry) {
    var server = server(one);
    if (server.isPresent() && !server.get().equals(entry.address().value())) {
      return false;
    }
    if (secret.isAdopted()) {
      return one.secretName().equals(secret.name());
    }
    return one.namespace().equals(MigrationInput.CLUSTER)
        ? one.secretName().startsWith(Declarations.beside(secret.name()))
            && (one.account() == null || one.account().equals(entry.account()))
        : reads(one, secret, entry);
  }

  private static boolean reads(ExistingCredential one, ImportedSecret secret, Entry entry) {
    var config = one.config();
    return config != null
        && config.name().equals(secret.name())
        && ServerAddress.canonical(config.server()).equals(entry.address().value());
  }

  private @Nullable String wrong(ExistingCredential one, ImportedSecret secret, Entry entry) {
    if (!one.isInUse()) {
      return "is not in use";
    }
    if (server(one).isEmpty()) {
      return "its registry is not there, or can't be read";
    }
    if (registry(one).filter(ExistingRegistry::isInUse).isEmpty()) {
      return "its registry is not in use";
    }
    if (!secret.isAdopted() && reads(one, secret, entry)) {
      return null;
    }
    if (one.account() == null) {
      return "its account is not there, or can't be read";
    }
    return one.account().equals(entry.account()) ? null : "has another account";
  }

  private Optional<String> server(ExistingCredential one) {
    return registry(one).map(registry -> ServerAddress.canonical(registry.serverAddress()));
  }

  private Optional<ExistingRegistry> registry(ExistingCredential one) {
    return Optional.ofNullable(registries.get(new Place(one.registryNamespace(), one.registry())));
  }
}
