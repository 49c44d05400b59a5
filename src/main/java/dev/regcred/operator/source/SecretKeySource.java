package dev.regcred.operator.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.DockerConfigRef;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.dockerconfig.CredentialValue;
import dev.regcred.dockerconfig.DockerConfigAccount;
import dev.regcred.operator.kinds.Secrets;
import dev.regcred.plan.credential.SourceValue;
import dev.regcred.plan.credential.SourceValues;
import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The keys of Secrets in one namespace, as the source of user names and passwords.
 *
 * @param namespace where they are
 * @param labelledOnly whether only those may be read that are labelled as sources. Who may write a
 *     cluster-wide credential could else copy any Secret of the source namespace
 */
public record SecretKeySource(SecretReader reads, String namespace, boolean labelledOnly)
    implements CredentialSource {
  private record Account(SourceValue userName, SourceValue password) {}

  /** Reads a Secret that both are in once, so that they are of one version of it. */
  @Override
  public SourceValues read(CredentialSpec spec) {
    var secrets = new TreeMap<String, Optional<Secret>>();
    Function<String, Optional<Secret>> secret =
        name -> secrets.computeIfAbsent(name, _ -> reads.secret(namespace, name));
    var ref = spec.dockerConfigRef();
    var account =
        ref == null
            ? new Account(userName(spec, secret), password(spec, secret))
            : account(ref, secret);
    return new SourceValues(account.userName(), account.password(), version(secrets), null);
  }

  private static String version(Map<String, Optional<Secret>> secrets) {
    return secrets.entrySet().stream()
        .map(
            entry ->
                entry
                    .getValue()
                    .map(Secret::getMetadata)
                    .map(
                        metadata ->
                            "%s=%s/%s"
                                .formatted(
                                    entry.getKey(),
                                    metadata.getUid(),
                                    metadata.getResourceVersion()))
                    .orElse(entry.getKey() + "="))
        .collect(Collectors.joining(","));
  }

  private Account account(DockerConfigRef ref, Function<String, Optional<Secret>> secret) {
    return read(
        ref.name(),
        secret.apply(ref.name()),
        data ->
            switch (DockerConfigAccount.read(ref.name(), ref.server(), data)) {
              case DockerConfigAccount.Found(var userName, var password) ->
                  new Account(reading(userName), reading(password));
              case DockerConfigAccount.Missing(var message) ->
                  none(new SourceValue.Missing(message));
              case DockerConfigAccount.Invalid(var message) ->
                  none(new SourceValue.Invalid(message));
            },
        SecretKeySource::none);
  }

  private static Account none(SourceValue why) {
    return new Account(why, why);
  }

  private SourceValue userName(CredentialSpec spec, Function<String, Optional<Secret>> secret) {
    if (spec.publicValueFrom() == null) {
      return spec.publicValue() == null
          ? new SourceValue.Invalid("spec.publicValue is missing.")
          : reading(
              CredentialValue.userName("spec.publicValue", spec.publicValue().getBytes(UTF_8)));
    }
    return value(spec.publicValueFrom().secretKeyRef(), secret, CredentialValue::userName);
  }

  private SourceValue password(CredentialSpec spec, Function<String, Optional<Secret>> secret) {
    return spec.secretValueFrom() == null
        ? new SourceValue.Invalid("spec.secretValueFrom is missing.")
        : value(spec.secretValueFrom().secretKeyRef(), secret, CredentialValue::password);
  }

  /** A rule for the bytes of a value. */
  private interface ValueRule {
    CredentialValue check(String place, byte[] bytes);
  }

  private SourceValue value(
      SecretKeyRef ref, Function<String, Optional<Secret>> secret, ValueRule rule) {
    return read(
        ref.name(), secret.apply(ref.name()), data -> value(ref, rule, data), problem -> problem);
  }

  private static SourceValue value(SecretKeyRef ref, ValueRule rule, Map<String, String> data) {
    var value = data.get(ref.key());
    if (value == null) {
      return new SourceValue.Missing(
          "Secret %s has no key %s; add it, or correct the reference."
              .formatted(ref.name(), ref.key()));
    }
    var place = "Key %s of Secret %s".formatted(ref.key(), ref.name());
    var bytes = Base64.getDecoder().decode(value);
    return DockerConfigAccount.isDockerConfig(ref.key(), bytes)
        ? new SourceValue.Invalid(
            "%s holds a whole Docker config; %sname the Secret and one of its servers in spec.dockerConfigRef, in place of publicValue, publicValueFrom and secretValueFrom."
                .formatted(
                    place,
                    DockerConfigAccount.KEYS.contains(ref.key())
                        ? ""
                        : "put it under the key " + PullSecret.KEY + ", and "))
        : reading(rule.check(place, bytes));
  }

  /**
   * What a Secret gives that was read.
   *
   * @param of what its data give
   * @param otherwise what the problem gives, where it is not there or may not be used
   */
  private <R> R read(
      String name,
      Optional<Secret> secret,
      Function<Map<String, String>, R> of,
      Function<SourceValue, R> otherwise) {
    if (secret.isEmpty()) {
      return otherwise.apply(
          new SourceValue.Missing(
              "There is no Secret %s in %s; create it."
                  .formatted(name, labelledOnly ? "namespace " + namespace : "this namespace")));
    }
    if (labelledOnly && !isLabelled(secret.get())) {
      return otherwise.apply(
          new SourceValue.Invalid(
              "Secret %s in namespace %s is not labelled %s=true; only Secrets that are can be used."
                  .formatted(name, namespace, Labels.SOURCE)));
    }
    return of.apply(Secrets.orEmpty(secret.get().getData()));
  }

  private static SourceValue reading(CredentialValue value) {
    return switch (value) {
      case CredentialValue.Valid(var valid) -> new SourceValue.Present(valid);
      case CredentialValue.Invalid(var message) -> new SourceValue.Invalid(message);
    };
  }

  private static boolean isLabelled(Secret secret) {
    return "true".equals(Secrets.orEmpty(secret.getMetadata().getLabels()).get(Labels.SOURCE));
  }
}
