package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The place that a value is read from. A level of its own, like {@code valueFrom} of a container's
 * environment, so that other sources can be added.
 *
 * @param secretKeyRef the key of a Secret
 */
public record SecretValueSource(@JsonProperty(required = true) SecretKeyRef secretKeyRef) {}
