package dev.regcred.diagnosis;

/**
 * A finding is what keeps a container from its image.
 *
 * @param fault what it is
 * @param advice what to do about it, a sentence
 */
record Finding(Fault fault, String advice) {}
