package dev.regcred.plan;

/**
 * Which resource, in which version of its spec.
 *
 * @param kind its kind
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 * @param generation {@code metadata.generation}
 * @param deleting whether it has a deletionTimestamp
 * @param hasFinalizer whether it carries our finalizer
 */
public record Identity(
    String kind,
    String namespace,
    String name,
    String uid,
    long generation,
    boolean deleting,
    boolean hasFinalizer) {}
