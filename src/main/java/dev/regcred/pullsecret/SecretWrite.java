package dev.regcred.pullsecret;

import java.util.Map;

/**
 * One write to a Secret. An update or deletion is bound to the object and version that was read, a
 * creation never overwrites: a write that was planned on an old view fails instead of doing harm.
 */
public sealed interface SecretWrite {
  /** The name of the Secret that is written. */
  String secretName();

  /** Creates the Secret; fails if there is one of that name. */
  record Create(DesiredSecret desired) implements SecretWrite {
    @Override
    public String secretName() {
      return desired.name();
    }
  }

  /**
   * Changes what differs, in place, so that its UID survives: kubelets know it by that.
   *
   * @param mergePatch a JSON merge patch (RFC 7386) that carries uid and resourceVersion
   * @param isAdoption whether it takes over a Secret that was other people's alone
   */
  record Patch(String secretName, Map<String, Object> mergePatch, boolean isAdoption)
      implements SecretWrite {
    @Override
    public String toString() {
      return "Patch[secretName=" + secretName + "]";
    }
  }

  /** Deletes this very object in this very version. */
  record Delete(String secretName, String uid, String resourceVersion) implements SecretWrite {}
}
