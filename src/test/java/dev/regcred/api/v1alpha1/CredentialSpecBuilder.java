package dev.regcred.api.v1alpha1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A builder of the spec of a RegistryCredential, as the CRD completes one of few words. */
public final class CredentialSpecBuilder {
  private final RegistryRef registryRef;
  private @Nullable SecretValueSource secretValueFrom;
  private @Nullable DesiredState desiredState;
  private @Nullable Removal removal;
  private List<String> serviceAccounts = List.of();
  private @Nullable LabelSelector serviceAccountSelector;
  private @Nullable Attach attach;
  private @Nullable CredentialVerification verification;

  /** A spec of user {@code robot} at a Registry. */
  public CredentialSpecBuilder(String registry) {
    registryRef = new RegistryRef(RegistryKind.REGISTRY, registry);
  }

  public CredentialSpecBuilder secretValueFrom(String secret, String key) {
    secretValueFrom = new SecretValueSource(new SecretKeyRef(secret, key));
    return this;
  }

  public CredentialSpecBuilder desiredState(DesiredState value) {
    desiredState = value;
    return this;
  }

  public CredentialSpecBuilder purgeAfter(String value) {
    removal = new Removal(new PurgeAfter(value));
    return this;
  }

  public CredentialSpecBuilder serviceAccounts(List<String> value) {
    serviceAccounts = value;
    return this;
  }

  public CredentialSpecBuilder serviceAccountSelector(@Nullable LabelSelector value) {
    serviceAccountSelector = value;
    return this;
  }

  public CredentialSpecBuilder attach(Attach value) {
    attach = value;
    return this;
  }

  public CredentialSpecBuilder onRefused(OnRefused value) {
    verification = new CredentialVerification(value);
    return this;
  }

  @SuppressWarnings("NullAway") // As of a field that is absent, which Jackson hands over so.
  public RegistryCredentialSpec build() {
    return new RegistryCredentialSpec(
        null,
        "robot@example.com",
        registryRef,
        "robot",
        null,
        secretValueFrom,
        null,
        desiredState,
        null,
        removal,
        null,
        serviceAccounts,
        serviceAccountSelector,
        attach,
        null,
        null,
        verification);
  }
}
