package dev.regcred.migration;

import java.util.Map;

/**
 * An object to apply, in the order of fields in which people write it.
 *
 * @param apiVersion its API version
 * @param kind its kind
 * @param metadata name and, if it is in one, namespace
 * @param spec what it declares; no value of a Secret
 */
public record Manifest(
    String apiVersion, String kind, Map<String, Object> metadata, Map<String, Object> spec) {}
