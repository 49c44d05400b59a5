package dev.regcred.migration;

/**
 * What people should know of an import.
 *
 * @param text a sentence or two, with no value of a Secret in it
 * @param isFault whether an account that kubelets use is left out for it
 */
public record Finding(String text, boolean isFault) {}
