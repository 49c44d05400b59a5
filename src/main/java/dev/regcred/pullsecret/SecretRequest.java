package dev.regcred.pullsecret;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request is what one credential asks of a pull Secret.
 *
 * @param credential who asks
 * @param created when the credential was created
 * @param lastServer the server under which its entry stood in this Secret, as its status says; null
 *     if none did
 * @param entry which entry it asks for
 * @param labels labels that the Secret shall carry
 * @param annotations annotations that the Secret shall carry
 * @param owner the reference by which the Secret goes with the credential; null where its {@code
 *     deletionPolicy} is Retain
 */
public record SecretRequest(
    CredentialRef credential,
    Instant created,
    @Nullable String lastServer,
    EntryRequest entry,
    Map<String, String> labels,
    Map<String, String> annotations,
    @Nullable OwnerReference owner) {

  /** The order of claims: the oldest first, namespaced before cluster-wide, then by name. */
  static final Comparator<SecretRequest> BY_AGE =
      Comparator.comparing(SecretRequest::created)
          .thenComparing(c -> c.credential().isClusterWide())
          .thenComparing(c -> c.credential().name());
}
