package dev.regcred.verification;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a registry asks for, out of a header {@code WWW-Authenticate}.
 *
 * @param scheme such as {@code Bearer}; Nexus writes {@code BASIC}
 * @param realm of Bearer the URL of the token endpoint; null where there is none
 * @param service what the token is for; null where there is none
 */
public record AuthChallenge(String scheme, @Nullable String realm, @Nullable String service) {
  boolean isBasic() {
    return scheme.toLowerCase(Locale.ROOT).equals("basic");
  }

  boolean isBearer() {
    return scheme.toLowerCase(Locale.ROOT).equals("bearer") && realm != null;
  }
}
