package dev.regcred.operator.client;

import io.fabric8.kubernetes.client.OAuthTokenProvider;

/** A token that can be had anew where the API server does not take the present one. */
public interface RenewableToken extends OAuthTokenProvider {
  /**
   * Says that a token was not taken; the next one is another if that is the present one.
   *
   * @param token what was sent
   */
  void refuse(String token);
}
