package dev.regcred.cli;

import dev.regcred.pullsecret.CredentialRef;
import java.util.Locale;
import java.util.Map;

/**
 * A resource of ours as it is named on the command line: {@code NAME} for a RegistryCredential, or
 * {@code KIND/NAME}.
 *
 * @param kind the kind
 * @param name the resource's name
 */
record ResourceName(Kind kind, String name) {
  /** The kinds of our resources. */
  enum Kind {
    /** An account, in a namespace. */
    CREDENTIAL("RegistryCredential", "registrycredentials"),
    /** An account for many namespaces. */
    CLUSTER_CREDENTIAL("ClusterRegistryCredential", "clusterregistrycredentials"),
    /** A registry, in a namespace. */
    REGISTRY("Registry", "registries"),
    /** A registry for many namespaces. */
    CLUSTER_REGISTRY("ClusterRegistry", "clusterregistries");

    private final String title;
    private final String plural;

    Kind(String title, String plural) {
      this.title = title;
      this.plural = plural;
    }

    /** The kind's name as messages and manifests have it. */
    String title() {
      return title;
    }

    /** The kind's name in paths of the API. */
    String plural() {
      return plural;
    }

    boolean isClusterWide() {
      return this == CLUSTER_CREDENTIAL || this == CLUSTER_REGISTRY;
    }

    boolean isCredential() {
      return this == CREDENTIAL || this == CLUSTER_CREDENTIAL;
    }
  }

  private static final Map<String, Kind> KINDS =
      Map.of(
          "regcred", Kind.CREDENTIAL,
          "registrycredential", Kind.CREDENTIAL,
          "cregcred", Kind.CLUSTER_CREDENTIAL,
          "clusterregistrycredential", Kind.CLUSTER_CREDENTIAL,
          "registry", Kind.REGISTRY,
          "clusterregistry", Kind.CLUSTER_REGISTRY);

  /**
   * Reads it.
   *
   * @throws CommandException if there is no such kind, or no object can have that name
   */
  static ResourceName parse(String text) {
    int slash = text.indexOf('/');
    var kind =
        slash < 0 ? Kind.CREDENTIAL : KINDS.get(text.substring(0, slash).toLowerCase(Locale.ROOT));
    if (kind == null) {
      throw CommandException.usage(
          "There is no kind %s; write registrycredential, registry, clusterregistrycredential or clusterregistry."
              .formatted(text.substring(0, slash)));
    }
    var name = text.substring(slash + 1);
    if (!CredentialRef.isName(name)) {
      throw CommandException.usage("No object can have the name \"%s\".".formatted(name));
    }
    return new ResourceName(kind, name);
  }

  /** Whether it is in no namespace. */
  boolean isClusterWide() {
    return kind.isClusterWide();
  }

  /** The kind's name in paths of the API. */
  String plural() {
    return kind.plural();
  }

  /** Kind and name, as messages have them. */
  String title() {
    return kind.title() + " " + name;
  }
}
