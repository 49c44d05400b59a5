package dev.regcred.pullsecret;

import java.util.Objects;

/**
 * A credential that a pull Secret names as one of those it is kept for.
 *
 * @param kind the credential's kind
 * @param name its name
 */
public record Contributor(String kind, String name) {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public Contributor {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(name);
  }
}
