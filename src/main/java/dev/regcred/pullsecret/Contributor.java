package dev.regcred.pullsecret;

/**
 * A credential that a pull Secret names as one of those it is kept for.
 *
 * @param kind the credential's kind
 * @param name its name
 */
public record Contributor(String kind, String name) {}
