package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account at a registry for many namespaces, and the state that it should be in.
 *
 * @param description for people, at most 1,024 characters
 * @param email the account's e-mail address, 1 to 255 characters
 * @param registryRef the ClusterRegistry; immutable
 * @param publicValue the user name, 1 to 4,096 bytes of UTF-8 without {@code :} and control
 *     characters; either this or {@code publicValueFrom}
 * @param publicValueFrom where the user name is read from, within the same bounds; the Secret is in
 *     the operator's source namespace and carries the label {@link Labels#SOURCE}
 * @param secretValueFrom where the password or token is read from, 1 to 65,536 bytes of UTF-8
 *     without control characters other than line breaks and tabs; the Secret is where that of
 *     {@code publicValueFrom} is
 * @param dockerConfigRef the entry of a Docker config that both are read from, within the same
 *     bounds, in place of the three above; the Secret is where that of {@code publicValueFrom} is
 * @param desiredState the declared end
 * @param target the pull Secret in each of the namespaces
 * @param removal how long it rests once it is Removed; 60 s by default
 * @param deletionPolicy what becomes of its entries when the resource is deleted
 * @param serviceAccounts the names of the ServiceAccounts that pull with it, in each of the
 *     namespaces that has them; this or {@code serviceAccountSelector}, or neither
 * @param serviceAccountSelector the labels of the ServiceAccounts that pull with it
 * @param attach by whom Pods get the pull Secret
 * @param podSelector the labels of the Pods that pull with it, where {@code attach} is Pods; null
 *     for all of them
 * @param stuckPods what is done about Pods that are older than the attachment of the pull Secret
 * @param verification what follows from what the registry says of the account
 * @param namespaceSelector the labels of the namespaces that it is written to; all where it is
 *     empty
 * @param excludedNamespaces the names of namespaces that it is not written to all the same
 */
public record ClusterRegistryCredentialSpec(
    @Nullable String description,
    @JsonProperty(required = true) String email,
    @JsonProperty(required = true) RegistryRef registryRef,
    @Nullable String publicValue,
    @Nullable SecretValueSource publicValueFrom,
    @Nullable SecretValueSource secretValueFrom,
    @Nullable DockerConfigRef dockerConfigRef,
    DesiredState desiredState,
    @Nullable Target target,
    @Nullable Removal removal,
    DeletionPolicy deletionPolicy,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> serviceAccounts,
    @Nullable LabelSelector serviceAccountSelector,
    Attach attach,
    @Nullable LabelSelector podSelector,
    StuckPodsPolicy stuckPods,
    @Nullable CredentialVerification verification,
    @JsonProperty(required = true) LabelSelector namespaceSelector,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> excludedNamespaces)
    implements CredentialSpec {
  // Jackson hands over null for an absent field, whatever the component's type says.
  public ClusterRegistryCredentialSpec {
    if (desiredState == null) {
      desiredState = DesiredState.ACTIVE;
    }
    if (deletionPolicy == null) {
      deletionPolicy = DeletionPolicy.DELETE;
    }
    serviceAccounts = serviceAccounts == null ? List.of() : List.copyOf(serviceAccounts);
    if (attach == null) {
      attach = Attach.SERVICE_ACCOUNTS;
    }
    if (stuckPods == null) {
      stuckPods = StuckPodsPolicy.IGNORE;
    }
    excludedNamespaces = excludedNamespaces == null ? List.of() : List.copyOf(excludedNamespaces);
  }
}
