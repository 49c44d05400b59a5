package dev.regcred.diagnosis;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.dockerconfig.ImageName;
import dev.regcred.dockerconfig.Keyring;
import dev.regcred.pullsecret.CredentialRef;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A credential, what it declares, and what its status says.
 *
 * @param ref which credential
 * @param spec its spec; null where that is not known, or can't be read
 * @param status its status; null before the operator has seen it, or where that can't be read
 */
public record ObservedCredential(
    CredentialRef ref, @Nullable CredentialSpec spec, @Nullable CredentialStatus status) {
  /** Kind and name, as messages have them. */
  public String title() {
    return ref.kind() + " " + ref.name();
  }

  /** The name of its pull Secret; empty where it has none, or that is not known. */
  public String secret() {
    return status == null || status.secretName() == null ? "" : status.secretName();
  }

  /** Whether it keeps that pull Secret. */
  public boolean keeps(String secret) {
    return !secret.isEmpty() && secret.equals(secret());
  }

  /** Whether it is known which server its account is for. */
  boolean hasServer() {
    return status != null && status.serverAddress() != null;
  }

  /** Whether its account is for the registry of an image. */
  public boolean isFor(ImageName image) {
    return status != null
        && status.serverAddress() != null
        && !Keyring.of(List.of(status.serverAddress())).lookup(image).isEmpty();
  }

  /** Whether the API server gives its pull Secret to new Pods. */
  public boolean isGivenToPods() {
    return status != null && status.podsAttachedTime() != null;
  }

  /** The name of its state; empty where it has none yet. */
  public Optional<String> state() {
    return status == null || status.state() == null
        ? Optional.empty()
        : Optional.of(status.state().value());
  }

  /** Its condition Ready. */
  public Optional<Condition> ready() {
    return condition(ConditionType.READY);
  }

  /** A condition of its status; empty where that has none of the type. */
  Optional<Condition> condition(ConditionType type) {
    return status == null || status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream()
            .filter(condition -> condition.type().equals(type.value()))
            .findFirst();
  }

  /** Whether it is in use, and all that it declares is there. */
  public boolean isReady() {
    return state().equals(Optional.of("Active"))
        && ready().filter(condition -> condition.status().equals(Condition.TRUE)).isPresent();
  }
}
