package dev.regcred.plan;

import org.jspecify.annotations.Nullable;

/**
 * An identity says which resource is meant, in which version of its spec.
 *
 * @param kind its kind
 * @param namespace its namespace; null for a cluster-wide one
 * @param name its name
 * @param uid its UID
 * @param generation {@code metadata.generation}
 * @param deleting whether it has a deletionTimestamp
 * @param hasFinalizer whether it carries our finalizer
 */
public record Identity(
    String kind,
    @Nullable String namespace,
    String name,
    String uid,
    long generation,
    boolean deleting,
    boolean hasFinalizer) {
  /** Its namespace and name, as messages and logs have them. */
  public String qualifiedName() {
    return namespace == null ? name : namespace + "/" + name;
  }
}
