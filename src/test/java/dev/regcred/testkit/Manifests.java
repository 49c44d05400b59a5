package dev.regcred.testkit;

/** The manifests that tests begin with, each complete and valid. */
public final class Manifests {
  /** The Registry that a credential names unless it is told another one. */
  public static final String REGISTRY = "main";

  /** The Secret that a credential reads its password from unless it is told another one. */
  public static final String SOURCE = "account";

  private Manifests() {}

  /**
   * A Registry.
   *
   * @param name its name; its server is {@link #serverOf} it
   */
  public static Manifest.OfRegistry registry(String name) {
    return new Manifest.OfRegistry("Registry", name);
  }

  /** A ClusterRegistry, with the server that a Registry of that name would have. */
  public static Manifest.OfRegistry clusterRegistry(String name) {
    return new Manifest.OfRegistry("ClusterRegistry", name);
  }

  /** The server address of a Registry unless it is told another one. */
  public static String serverOf(String registry) {
    return registry.equals(REGISTRY) ? "registry.example.com" : registry + ".example.com";
  }

  /**
   * A RegistryCredential of the user {@code robot} at the Registry {@link #REGISTRY}, with the
   * password that the Secret {@link #SOURCE} has.
   */
  public static Manifest.OfCredential credential(String name) {
    return new Manifest.OfCredential("RegistryCredential", name)
        .registry(REGISTRY)
        .email("team@example.com")
        .user("robot")
        .source(SOURCE, Manifest.OfSecret.PASSWORD);
  }

  /**
   * A ClusterRegistryCredential of the user {@code robot} with the target {@code pull}, whose
   * ClusterRegistry and source have its own name. It selects nothing yet.
   */
  public static Manifest.OfCredential clusterCredential(String name) {
    return new Manifest.OfCredential("ClusterRegistryCredential", name)
        .registry(name)
        .email("robot@example.com")
        .user("robot")
        .source(name, Manifest.OfSecret.PASSWORD)
        .target("pull");
  }

  /** A Secret that a credential reads its password from. */
  public static Manifest.OfSecret source(String name, String password) {
    return new Manifest.OfSecret(name).value(Manifest.OfSecret.PASSWORD, password);
  }

  /** A Secret without a value yet. */
  public static Manifest.OfSecret secret(String name) {
    return new Manifest.OfSecret(name);
  }
}
