package dev.regcred.api.v1alpha1;

/**
 * What follows for a credential from what its registry says of the account.
 *
 * @param onRefused what becomes of a refused account that is in pull Secrets already
 */
public record CredentialVerification(OnRefused onRefused) {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public CredentialVerification {
    onRefused = onRefused == null ? OnRefused.KEEP : onRefused;
  }
}
