package dev.regcred.pullsecret;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A ServiceAccount as it is on the cluster, in as far as pull Secrets are attached to it.
 *
 * @param name its name
 * @param uid its UID
 * @param resourceVersion the version that was read; every write is bound to it
 * @param labels its labels, by which selectors find it
 * @param hasAnnotations whether it has any annotation
 * @param attached what its annotation {@code regcred.dev/attached} names; null if it has none that
 *     can be read
 * @param pullSecrets its {@code imagePullSecrets}, in order; null if it has no such list
 */
public record ServiceAccountView(
    String name,
    String uid,
    String resourceVersion,
    Map<String, String> labels,
    boolean hasAnnotations,
    @Nullable List<String> attached,
    @Nullable List<String> pullSecrets) {

  /** Whether we added that Secret to its list. */
  public boolean isAttached(String secretName) {
    return attached != null && attached.contains(secretName);
  }

  /** Whether its list names that Secret, whoever put it there. */
  public boolean names(String secretName) {
    return pullSecrets != null && pullSecrets.contains(secretName);
  }
}
