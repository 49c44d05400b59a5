package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields that both kinds of credentials declare; the records say what each part means. */
public sealed interface CredentialSpec
    permits RegistryCredentialSpec, ClusterRegistryCredentialSpec {
  /** {@code removal.purgeAfter} where it is not set. */
  PurgeAfter DEFAULT_PURGE_AFTER = new PurgeAfter("60s");

  /** A description for people. */
  @Nullable String description();

  /** The account's e-mail address. */
  String email();

  /** The registry; immutable. */
  RegistryRef registryRef();

  /** The user name; either this or {@link #publicValueFrom()}, or {@link #dockerConfigRef()}. */
  @Nullable String publicValue();

  /** The place that the user name is read from. */
  @Nullable SecretValueSource publicValueFrom();

  /**
   * The place that the password or token is read from; null where {@link #dockerConfigRef()} is
   * set.
   */
  @Nullable SecretValueSource secretValueFrom();

  /** The place that both are read from, in place of the three above. */
  @Nullable DockerConfigRef dockerConfigRef();

  /** The end that is declared. */
  DesiredState desiredState();

  /** The pull Secret that it is written to. */
  @Nullable Target target();

  /** The time that it rests once it is Removed. */
  @Nullable Removal removal();

  /** What becomes of its entry when the resource is deleted. */
  DeletionPolicy deletionPolicy();

  /** The names of the ServiceAccounts that pull with it. */
  List<String> serviceAccounts();

  /** The labels of the ServiceAccounts that pull with it. */
  @Nullable LabelSelector serviceAccountSelector();

  /** By whom Pods get the pull Secret. */
  Attach attach();

  /** The labels of the Pods that pull with it, where these are not given it by ServiceAccounts. */
  @Nullable LabelSelector podSelector();

  /** What is done about Pods that are older than the attachment of the pull Secret. */
  StuckPodsPolicy stuckPods();

  /** What follows from what the registry says of the account. */
  @Nullable CredentialVerification verification();

  /** Whether a refused account is taken out of pull Secrets, where its registry is to be heard. */
  @JsonIgnore
  default boolean isWithheldIfRefused() {
    var verification = verification();
    return verification != null && verification.onRefused() == OnRefused.WITHHOLD;
  }

  /** {@code removal.purgeAfter}, or its default. */
  @JsonIgnore
  default PurgeAfter purgeAfter() {
    var removal = removal();
    return removal != null && removal.purgeAfter() != null
        ? removal.purgeAfter()
        : DEFAULT_PURGE_AFTER;
  }

  /**
   * The name of the pull Secret.
   *
   * @param credentialName the credential's own name, the default
   */
  @JsonIgnore
  default String secretName(String credentialName) {
    var target = target();
    return target == null || target.secretName() == null ? credentialName : target.secretName();
  }

  /**
   * Whether the pull Secret belongs into the {@code imagePullSecrets} of a ServiceAccount.
   *
   * @param serviceAccount its name
   * @param labels its labels
   */
  @JsonIgnore
  default boolean selects(String serviceAccount, Map<String, String> labels) {
    var selector = serviceAccountSelector();
    return serviceAccounts().contains(serviceAccount)
        || (selector != null && selector.matches(labels));
  }

  /** The names of the Secrets that the user name and the password are read from. */
  @JsonIgnore
  default Stream<String> sourceSecrets() {
    return Stream.concat(
        Stream.of(Optional.ofNullable(publicValueFrom()), Optional.ofNullable(secretValueFrom()))
            .flatMap(Optional::stream)
            .map(source -> source.secretKeyRef().name()),
        Stream.ofNullable(dockerConfigRef()).map(DockerConfigRef::name));
  }
}
