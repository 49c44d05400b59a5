package dev.regcred.cluster;

import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.plan.Claimant;
import dev.regcred.plan.Contest;
import dev.regcred.plan.ObservedCredential;
import dev.regcred.plan.ObservedSecret;
import dev.regcred.plan.RegistryView;
import dev.regcred.plan.SourceReading;
import dev.regcred.pullsecret.Contributor;
import dev.regcred.pullsecret.CredentialValue;
import dev.regcred.pullsecret.PullSecret;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at a credential, the pull Secrets that it has a part in and all that share them. The
 * content of a Secret is read when it is needed, once in a look, and not kept after it.
 */
final class CredentialObserver {
  private final KubernetesClient client;
  private final ClusterCache cache;
  private final DriftHistory drift;
  private final Instant now;
  private final Map<String, Optional<Secret>> read = new HashMap<>();

  CredentialObserver(KubernetesClient client, ClusterCache cache, DriftHistory drift, Instant now) {
    this.client = client;
    this.cache = cache;
    this.drift = drift;
    this.now = now;
  }

  ObservedCredential observe(RegistryCredential credential) {
    var self = withoutValues(credential);
    var namespace = self.id().namespace();
    if (mayHaveLostItsMark(self)) {
      self = withValues(self);
    }
    return new ObservedCredential(
        self,
        secret(self, self.secretName()),
        leftovers(self),
        cache.isTerminating(namespace),
        now);
  }

  private ObservedSecret secret(Claimant self, String name) {
    var namespace = self.id().namespace();
    var current = current(namespace, name);
    var others = others(self, name, current);
    var accounts = accounts(namespace, name, self, others);
    return new ObservedSecret(
        name,
        current,
        others,
        accounts.stream().map(PullingAccount::attachable).toList(),
        drift.contest(namespace, name, current),
        contested(accounts));
  }

  private @Nullable PullSecret current(String namespace, String name) {
    return readSecret(namespace, name).map(Secrets::pullSecret).orElse(null);
  }

  /**
   * Those whose spec names the Secret, and those that its mark names. One that the watch does not
   * know of may be younger than its last event, so that the API server has the last word.
   */
  private List<Claimant> others(Claimant self, String name, @Nullable PullSecret current) {
    var namespace = self.id().namespace();
    var others = new LinkedHashMap<String, RegistryCredential>();
    for (RegistryCredential other : cache.credentialsOfSecret(namespace, name)) {
      others.put(other.getMetadata().getName(), other);
    }
    if (current != null) {
      for (Contributor contributor : current.contributors()) {
        if (contributor.kind().equals(self.id().kind())
            && !others.containsKey(contributor.name())) {
          credential(namespace, contributor.name())
              .ifPresent(other -> others.put(contributor.name(), other));
        }
      }
    }
    others.remove(self.id().name());
    return others.values().stream().map(this::withoutValues).map(this::withValuesIfNeeded).toList();
  }

  private Optional<RegistryCredential> credential(String namespace, String name) {
    return cache
        .credential(namespace, name)
        .or(
            () ->
                Optional.ofNullable(
                    client
                        .resources(RegistryCredential.class)
                        .inNamespace(namespace)
                        .withName(name)
                        .get()));
  }

  /** Those that the Secret is attached to, and those that one of the credentials selects. */
  private List<PullingAccount> accounts(
      String namespace, String secret, Claimant self, List<Claimant> others) {
    var accounts = new TreeMap<String, PullingAccount>();
    cache
        .accountsWith(namespace, secret)
        .forEach(account -> accounts.put(account.getMetadata().getName(), account));
    Stream.concat(Stream.of(self), others.stream())
        .flatMap(claimant -> selected(namespace, claimant.spec()))
        .forEach(account -> accounts.put(account.getMetadata().getName(), account));
    return List.copyOf(accounts.values());
  }

  private Map<String, Contest> contested(List<PullingAccount> accounts) {
    var contested = new HashMap<String, Contest>();
    for (PullingAccount account : accounts) {
      var contest = drift.contest(account);
      if (contest != null) {
        contested.put(account.getMetadata().getName(), contest);
      }
    }
    return contested;
  }

  private Stream<PullingAccount> selected(String namespace, @Nullable RegistryCredentialSpec spec) {
    if (spec == null) {
      return Stream.empty();
    }
    if (spec.serviceAccountSelector() == null) {
      return spec.serviceAccounts().stream()
          .flatMap(name -> cache.account(namespace, name).stream());
    }
    return cache.accounts(namespace).stream()
        .filter(
            account ->
                spec.selects(
                    account.getMetadata().getName(),
                    Secrets.orEmpty(account.getMetadata().getLabels())));
  }

  /** By the marks; and by the status, for a Secret that is gone but may still be attached. */
  private List<ObservedSecret> leftovers(Claimant self) {
    var namespace = self.id().namespace();
    var names = new LinkedHashSet<>(cache.secretsKeptFor(namespace, self.contributor()));
    var recorded = self.recorded().secretName();
    if (recorded != null) {
      names.add(recorded);
    }
    names.remove(self.secretName());
    // Whoever puts our mark on a source does not make it ours.
    if (self.spec() != null) {
      self.spec().sources().map(SecretKeyRef::name).forEach(names::remove);
    }
    return names.stream()
        .map(name -> secret(self, name))
        .filter(
            secret ->
                secret.name().equals(recorded)
                    || (secret.current() != null
                        && secret.current().type().equals(PullSecret.TYPE)
                        && secret.current().isKeptFor(self.contributor())))
        .toList();
  }

  private Claimant withoutValues(RegistryCredential credential) {
    var id = StateObserver.identity(credential);
    var status = credential.getStatus();
    var spec = credential.getSpec();
    return new Claimant(
        id,
        StateObserver.created(credential),
        spec,
        credential.unreadableSpec(),
        new Claimant.Recorded(
            StateObserver.state(status),
            StateObserver.observedGeneration(status),
            status == null ? null : status.removedTime(),
            status == null ? null : status.secretName(),
            status == null ? null : status.serverAddress()),
        registryOf(id.namespace(), spec),
        new SourceReading.NotRead(),
        new SourceReading.NotRead());
  }

  private Claimant withValuesIfNeeded(Claimant claimant) {
    return claimant.needsSources(now) ? withValues(claimant) : claimant;
  }

  /** Or its values are needed anyway. One without mark is known by its content. */
  private boolean mayHaveLostItsMark(Claimant self) {
    if (self.needsSources(now)) {
      return true;
    }
    var recorded = self.recorded().secretName();
    var current = recorded == null ? null : current(self.id().namespace(), recorded);
    return current != null && current.holdings().isEmpty();
  }

  private Claimant withValues(Claimant claimant) {
    var spec = claimant.spec();
    var namespace = claimant.id().namespace();
    return spec == null
        ? claimant
        : new Claimant(
            claimant.id(),
            claimant.created(),
            spec,
            claimant.unreadable(),
            claimant.recorded(),
            claimant.registry(),
            userName(namespace, spec),
            read(namespace, spec.secretValueFrom().secretKeyRef(), CredentialValue::password));
  }

  private RegistryView registryOf(String namespace, @Nullable RegistryCredentialSpec spec) {
    if (spec == null) {
      return new RegistryView.Absent();
    }
    return cache
        .registry(namespace, spec.registryRef().name())
        .<RegistryView>map(
            registry ->
                new RegistryView.Present(
                    StateObserver.state(registry.getStatus()),
                    registry.isMarkedForDeletion(),
                    registry.getSpec() == null ? "" : registry.getSpec().serverAddress()))
        .orElseGet(RegistryView.Absent::new);
  }

  private SourceReading userName(String namespace, RegistryCredentialSpec spec) {
    if (spec.publicValueFrom() == null) {
      return spec.publicValue() == null
          ? new SourceReading.Invalid("spec.publicValue is missing.")
          : new SourceReading.Value(spec.publicValue());
    }
    return read(namespace, spec.publicValueFrom().secretKeyRef(), CredentialValue::userName);
  }

  /** A rule for the bytes of a Secret's key. */
  private interface ValueRule {
    CredentialValue check(String secret, String key, byte[] bytes);
  }

  private SourceReading read(String namespace, SecretKeyRef ref, ValueRule rule) {
    var secret = readSecret(namespace, ref.name());
    if (secret.isEmpty()) {
      return new SourceReading.Missing(
          "There is no Secret %s in this namespace; create it.".formatted(ref.name()));
    }
    var value = Secrets.orEmpty(secret.get().getData()).get(ref.key());
    if (value == null) {
      return new SourceReading.Missing(
          "Secret %s has no key %s; add it, or correct the reference."
              .formatted(ref.name(), ref.key()));
    }
    return switch (rule.check(ref.name(), ref.key(), Base64.getDecoder().decode(value))) {
      case CredentialValue.Valid(var valid) -> new SourceReading.Value(valid);
      case CredentialValue.Invalid(var message) -> new SourceReading.Invalid(message);
    };
  }

  /** The watch knows at once of one that is not there; one that may be there is read. */
  private Optional<Secret> readSecret(String namespace, String name) {
    return read.computeIfAbsent(
        name,
        _ ->
            cache.hasSecret(namespace, name)
                ? Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get())
                : Optional.empty());
  }
}
