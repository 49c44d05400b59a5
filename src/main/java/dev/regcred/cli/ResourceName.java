package dev.regcred.cli;

import dev.regcred.pullsecret.CredentialRef;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A resource of ours as it is named on the command line: {@code NAME} for a RegistryCredential, or
 * {@code KIND/NAME}.
 *
 * @param kind the kind's name as messages have it
 * @param plural its name in paths of the API
 * @param name the resource's name
 */
record ResourceName(String kind, String plural, String name) {
  private record Kind(String name, String plural) {}

  private static final Kind CREDENTIAL = new Kind("RegistryCredential", "registrycredentials");

  private static final Map<String, Kind> KINDS =
      Map.of(
          "regcred", CREDENTIAL,
          "registrycredential", CREDENTIAL,
          "cregcred", new Kind("ClusterRegistryCredential", "clusterregistrycredentials"),
          "clusterregistrycredential",
              new Kind("ClusterRegistryCredential", "clusterregistrycredentials"),
          "registry", new Kind("Registry", "registries"),
          "clusterregistry", new Kind("ClusterRegistry", "clusterregistries"));

  /**
   * Reads it.
   *
   * @throws CommandException if there is no such kind, or no object can have that name
   */
  static ResourceName parse(String text) {
    int slash = text.indexOf('/');
    var kind =
        slash < 0 ? CREDENTIAL : KINDS.get(text.substring(0, slash).toLowerCase(Locale.ROOT));
    if (kind == null) {
      throw CommandException.usage(
          "There is no kind %s; write registrycredential, registry, clusterregistrycredential or clusterregistry."
              .formatted(text.substring(0, slash)));
    }
    var name = text.substring(slash + 1);
    if (!CredentialRef.isName(name)) {
      throw CommandException.usage("No object can have the name \"%s\".".formatted(name));
    }
    return new ResourceName(Objects.requireNonNull(kind).name(), kind.plural(), name);
  }

  /** Whether it is in no namespace. */
  boolean isClusterWide() {
    return kind.startsWith("Cluster");
  }

  /** Kind and name, as messages have them. */
  String title() {
    return kind + " " + name;
  }
}
