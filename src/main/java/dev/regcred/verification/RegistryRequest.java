package dev.regcred.verification;

import org.jspecify.annotations.Nullable;

/** A request of a check. */
public sealed interface RegistryRequest {
  /** The value of the header {@code Authorization}; null for none. */
  @Nullable String authorization();

  /**
   * A request to the registry's API.
   *
   * @param path without the slash in front
   * @param isHead whether only the head of the answer is asked for
   */
  record Api(String path, boolean isHead, @Nullable String authorization)
      implements RegistryRequest {
    @Override
    public String toString() {
      return "Api[" + path + "]";
    }
  }

  /**
   * A request to a token endpoint.
   *
   * @param realm its URL, as the registry has named it, unchecked
   * @param service what the token is for; null for nothing in particular
   * @param scope what it has to allow; null for nothing: any account gets such a token, and nobody
   *     without one
   */
  record Token(String realm, @Nullable String service, @Nullable String scope, String authorization)
      implements RegistryRequest {
    @Override
    public String toString() {
      return "Token[]";
    }
  }
}
