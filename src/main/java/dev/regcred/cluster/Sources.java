package dev.regcred.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.plan.SourceReading;
import dev.regcred.pullsecret.CredentialValue;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads user names and passwords from the Secrets of one namespace.
 *
 * @param namespace where they are
 * @param labelledOnly whether only those may be read that are labelled as sources. Who may write a
 *     cluster-wide credential could else copy any Secret of the source namespace
 */
record Sources(SecretReads reads, String namespace, boolean labelledOnly) {
  /** Both values of a credential. */
  record Account(SourceReading userName, SourceReading password) {}

  /** Reads a Secret that both are in once, so that they are of one version of it. */
  Account account(CredentialSpec spec) {
    var secrets = new HashMap<String, Optional<Secret>>();
    Function<String, Optional<Secret>> secret =
        name -> secrets.computeIfAbsent(name, _ -> reads.secret(namespace, name));
    return new Account(
        userName(spec, secret),
        read(spec.secretValueFrom().secretKeyRef(), secret, CredentialValue::password));
  }

  private SourceReading userName(CredentialSpec spec, Function<String, Optional<Secret>> secret) {
    if (spec.publicValueFrom() == null) {
      return spec.publicValue() == null
          ? new SourceReading.Invalid("spec.publicValue is missing.")
          : reading(
              CredentialValue.userName("spec.publicValue", spec.publicValue().getBytes(UTF_8)));
    }
    return read(spec.publicValueFrom().secretKeyRef(), secret, CredentialValue::userName);
  }

  /** A rule for the bytes of a value. */
  private interface ValueRule {
    CredentialValue check(String place, byte[] bytes);
  }

  private SourceReading read(
      SecretKeyRef ref, Function<String, Optional<Secret>> secrets, ValueRule rule) {
    var secret = secrets.apply(ref.name());
    if (secret.isEmpty()) {
      return new SourceReading.Missing(
          "There is no Secret %s in %s; create it."
              .formatted(ref.name(), labelledOnly ? "namespace " + namespace : "this namespace"));
    }
    if (labelledOnly && !isLabelled(secret.get())) {
      return new SourceReading.Invalid(
          "Secret %s in namespace %s is not labelled %s=true; only Secrets that are can be used."
              .formatted(ref.name(), namespace, Labels.SOURCE));
    }
    var value = Secrets.orEmpty(secret.get().getData()).get(ref.key());
    if (value == null) {
      return new SourceReading.Missing(
          "Secret %s has no key %s; add it, or correct the reference."
              .formatted(ref.name(), ref.key()));
    }
    return reading(
        rule.check(
            "Key %s of Secret %s".formatted(ref.key(), ref.name()),
            Base64.getDecoder().decode(value)));
  }

  private static SourceReading reading(CredentialValue value) {
    return switch (value) {
      case CredentialValue.Valid(var valid) -> new SourceReading.Value(valid);
      case CredentialValue.Invalid(var message) -> new SourceReading.Invalid(message);
    };
  }

  private static boolean isLabelled(Secret secret) {
    return "true".equals(Secrets.orEmpty(secret.getMetadata().getLabels()).get(Labels.SOURCE));
  }
}
