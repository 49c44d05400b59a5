package dev.regcred.pullsecret;

import java.util.Optional;
import java.util.Set;

/**
 * The adoption says whether a Secret that is not the operator's alone may be written.
 *
 * <p>What other people put there is kept to the byte, so that it has to be understood first; and
 * what can't be changed in place (type, an immutable Secret) is never recreated for them.
 */
public final class Adoption {
  private Adoption() {}

  /**
   * The reason why a Secret may not be written.
   *
   * @return what is wrong and what is allowed, as the end of the sentence "Secret x ..."; empty if
   *     nothing is
   */
  public static Optional<String> refusal(PullSecret secret) {
    if (!secret.type().equals(PullSecret.TYPE)) {
      return Optional.of(
          "has the type %s; only %s can be taken over".formatted(secret.type(), PullSecret.TYPE));
    }
    if (secret.immutable()) {
      return Optional.of("is immutable; only one that can be changed can be taken over");
    }
    if (!secret.isAdopted() && !secret.data().keySet().equals(Set.of(PullSecret.KEY))) {
      return Optional.of(
          "has other keys than %s; only one with that key alone can be taken over"
              .formatted(PullSecret.KEY));
    }
    return secret
        .unparseable()
        .map(reason -> "can't be read as a Docker config: the content " + reason);
  }
}
