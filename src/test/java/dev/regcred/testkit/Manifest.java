package dev.regcred.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A resource as its author writes it, before anything was defaulted. It is written field by field,
 * so that a test that changes one can't miss it; each method changes the manifest and returns it.
 * {@link Manifests} has the ones to begin with.
 *
 * <p>As a text it is a YAML document with its separator, so that several follow one another:
 *
 * <pre>{@code
 * namespace.apply(registry("main") + source("account", password) + credential("pull"));
 * }</pre>
 *
 * @param <M> the kind of manifest
 */
public abstract sealed class Manifest<M extends Manifest<M>>
    permits Manifest.OfRegistry, Manifest.OfCredential, Manifest.OfSecret {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JsonNodeFactory.instance.objectNode();

  private Manifest(String apiVersion, String kind, String name) {
    root.put("apiVersion", apiVersion).put("kind", kind);
    root.putObject("metadata").put("name", name);
  }

  abstract M self();

  /** Puts it into a namespace other than the test's. */
  public final M in(String namespace) {
    return set("metadata.namespace", namespace);
  }

  /** Adds a label. */
  public final M label(String key, String value) {
    object("metadata", "labels").put(key, value);
    return self();
  }

  /** Adds an annotation. */
  public final M annotation(String key, String value) {
    object("metadata", "annotations").put(key, value);
    return self();
  }

  /**
   * Sets a field, also one that the kind does not know.
   *
   * @param path such as {@code spec.target.secretName}
   * @param value a text, a number, a truth value, a list or a map
   */
  public final M set(String path, Object value) {
    var fields = path.split("\\.");
    object(Arrays.copyOf(fields, fields.length - 1))
        .set(fields[fields.length - 1], JSON.valueToTree(value));
    return self();
  }

  /**
   * Takes a field out.
   *
   * @throws IllegalArgumentException if it is not there
   */
  public final M without(String path) {
    var fields = path.split("\\.");
    var removed =
        object(Arrays.copyOf(fields, fields.length - 1)).remove(fields[fields.length - 1]);
    if (removed == null) {
      throw new IllegalArgumentException("There is no %s in %s".formatted(path, this));
    }
    return self();
  }

  final ObjectNode object(String... path) {
    var object = root;
    for (String field : path) {
      object = object.withObjectProperty(field);
    }
    return object;
  }

  private static ArrayNode array(String... values) {
    var array = JsonNodeFactory.instance.arrayNode();
    Arrays.stream(values).forEach(array::add);
    return array;
  }

  /** The YAML document. */
  public final String yaml() {
    return Serialization.asYaml(root);
  }

  @Override
  public final String toString() {
    return yaml();
  }

  /** A Registry or a ClusterRegistry. */
  public static final class OfRegistry extends Manifest<OfRegistry> {
    OfRegistry(String kind, String name) {
      super("regcred.dev/v1alpha1", kind, name);
      server(Manifests.serverOf(name));
    }

    @Override
    OfRegistry self() {
      return this;
    }

    /** Sets {@code serverAddress}. */
    public OfRegistry server(String address) {
      return set("spec.serverAddress", address);
    }

    /** Sets {@code desiredState}. */
    public OfRegistry desiredState(String state) {
      return set("spec.desiredState", state);
    }

    /** Sets {@code removal.purgeAfter}. */
    public OfRegistry purgeAfter(String duration) {
      return set("spec.removal.purgeAfter", duration);
    }

    /** Sets {@code allowedNamespaces} of a ClusterRegistry to those with a label. */
    public OfRegistry allowedNamespaces(String key, String value) {
      return set("spec.allowedNamespaces", Map.of("matchLabels", Map.of(key, value)));
    }
  }

  /** A RegistryCredential or a ClusterRegistryCredential. */
  public static final class OfCredential extends Manifest<OfCredential> {
    OfCredential(String kind, String name) {
      super("regcred.dev/v1alpha1", kind, name);
    }

    @Override
    OfCredential self() {
      return this;
    }

    /** Refers to a registry of the kind that is the default. */
    public OfCredential registry(String name) {
      return set("spec.registryRef", Map.of("name", name));
    }

    /** Refers to a ClusterRegistry by its kind. */
    public OfCredential clusterRegistry(String name) {
      return set("spec.registryRef", Map.of("kind", "ClusterRegistry", "name", name));
    }

    /** Sets {@code email}. */
    public OfCredential email(String address) {
      return set("spec.email", address);
    }

    /** Sets {@code publicValue}. */
    public OfCredential user(String name) {
      object("spec").remove("publicValueFrom");
      return set("spec.publicValue", name);
    }

    /** Reads the user name from the key of a Secret. */
    public OfCredential userFrom(String secret, String key) {
      object("spec").remove("publicValue");
      return set("spec.publicValueFrom.secretKeyRef", Map.of("name", secret, "key", key));
    }

    /** Reads the password from the key of a Secret. */
    public OfCredential source(String secret, String key) {
      return set("spec.secretValueFrom.secretKeyRef", Map.of("name", secret, "key", key));
    }

    /** Reads the password from another Secret, under the usual key. */
    public OfCredential source(String secret) {
      return source(secret, OfSecret.PASSWORD);
    }

    /** Reads user name and password from an entry of a Docker config. */
    public OfCredential dockerConfig(String secret, String server) {
      object("spec").remove(List.of("publicValue", "publicValueFrom", "secretValueFrom"));
      return set("spec.dockerConfigRef", Map.of("name", secret, "server", server));
    }

    /** Sets {@code desiredState}. */
    public OfCredential desiredState(String state) {
      return set("spec.desiredState", state);
    }

    /** Sets {@code target.secretName}. */
    public OfCredential target(String secret) {
      return set("spec.target.secretName", secret);
    }

    /** Adds a label to the target. */
    public OfCredential targetLabel(String key, String value) {
      object("spec", "target", "labels").put(key, value);
      return this;
    }

    /** Adds an annotation to the target. */
    public OfCredential targetAnnotation(String key, String value) {
      object("spec", "target", "annotations").put(key, value);
      return this;
    }

    /** Sets {@code serviceAccounts}; none takes the field out. */
    public OfCredential serviceAccounts(String... names) {
      object("spec").remove("serviceAccounts");
      return names.length == 0 ? this : set("spec.serviceAccounts", array(names));
    }

    /** Sets {@code serviceAccountSelector} to those with a label. */
    public OfCredential serviceAccountSelector(String key, String value) {
      return set("spec.serviceAccountSelector", Map.of("matchLabels", Map.of(key, value)));
    }

    /** Sets {@code removal.purgeAfter}. */
    public OfCredential purgeAfter(String duration) {
      return set("spec.removal.purgeAfter", duration);
    }

    /** Sets {@code deletionPolicy: Retain}. */
    public OfCredential retained() {
      return set("spec.deletionPolicy", "Retain");
    }

    /** Sets {@code namespaceSelector} of a cluster-wide one to those with a label. */
    public OfCredential namespaceSelector(String key, String value) {
      return set("spec.namespaceSelector", Map.of("matchLabels", Map.of(key, value)));
    }

    /** Selects all namespaces. */
    public OfCredential everyNamespace() {
      return set("spec.namespaceSelector", Map.of());
    }

    /** Sets {@code excludedNamespaces}. */
    public OfCredential excludedNamespaces(String... names) {
      return set("spec.excludedNamespaces", array(names));
    }
  }

  /** A Secret. */
  public static final class OfSecret extends Manifest<OfSecret> {
    /** The usual key of a password. */
    public static final String PASSWORD = "password";

    OfSecret(String name) {
      super("v1", "Secret", name);
    }

    @Override
    OfSecret self() {
      return this;
    }

    /** Adds a value, which becomes base64. */
    public OfSecret value(String key, String value) {
      object("data").put(key, Base64Text.of(value));
      return this;
    }

    /** Sets its type; {@code Opaque} unless it is set. */
    public OfSecret type(String type) {
      return set("type", type);
    }

    /** Makes it a pull Secret with this content. */
    public OfSecret dockerConfigJson(String content) {
      return type("kubernetes.io/dockerconfigjson").value(".dockerconfigjson", content);
    }
  }
}
