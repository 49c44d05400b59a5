package dev.regcred.plan;

import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.PurgeAfter;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.api.v1alpha1.RegistryRef;
import dev.regcred.api.v1alpha1.Removal;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.api.v1alpha1.SecretValueSource;
import dev.regcred.api.v1alpha1.Target;
import dev.regcred.pullsecret.AttachableAccount;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of the credential {@code pull}. All is well by default, and a test says only
 * what is not.
 */
final class CredentialFixture {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");
  static final String SERVER = "registry.example.com";

  private String name = "pull";
  private Instant created = NOW.minusSeconds(3600);
  private DesiredState declared = DesiredState.ACTIVE;
  private DeletionPolicy deletionPolicy = DeletionPolicy.DELETE;
  private @Nullable String purgeAfter;
  private @Nullable String targetName;
  private Map<String, String> labels = Map.of();
  private @Nullable String unreadable;
  private boolean deleting;
  private boolean hasFinalizer;
  private long observedGeneration = 3;

  private LifecycleState state;
  private @Nullable Instant removedTime;
  private @Nullable String secretName;
  private @Nullable String serverAddress;

  private RegistryView registry =
      new RegistryView.Present(LifecycleState.ACTIVE, false, SERVER, true);
  private SourceReading password = new SourceReading.Value(PullSecrets.PASSWORD);
  private @Nullable PullSecret target;
  private boolean terminating;
  private @Nullable Contest contest;
  private List<String> serviceAccounts = List.of();
  private List<AttachableAccount> accounts = List.of();
  private final List<Claimant> others = new ArrayList<>();
  private List<PullSecret> leftovers = List.of();

  private CredentialFixture(LifecycleState state) {
    this.state = state;
  }

  /** Just created, and nothing is there yet. */
  static CredentialFixture fresh() {
    return new CredentialFixture(LifecycleState.REQUESTED).observedGeneration(-1);
  }

  /** Recorded as in this state, with the finalizer and the pull Secret that belong to it. */
  static CredentialFixture in(LifecycleState state) {
    var fixture = new CredentialFixture(state);
    return switch (state) {
      case REQUESTED -> fresh();
      case REGISTERING, ACTIVATING -> fixture;
      case ACTIVE, UPDATING_ACTIVE, DEACTIVATING, REMOVING ->
          fixture.finalizer(true).wiredTo("pull").target(PullSecrets.ours("pull"));
      case INACTIVE, UPDATING_INACTIVE ->
          fixture.finalizer(true).wiredTo("pull").target(PullSecrets.blank("pull"));
      case REMOVED, PURGING, PURGED -> fixture.finalizer(true).removed(Duration.ofSeconds(10));
      case RESTORING -> throw new IllegalArgumentException("No credential is ever Restoring");
    };
  }

  CredentialFixture declared(DesiredState end) {
    declared = end;
    return this;
  }

  CredentialFixture deletionPolicy(DeletionPolicy policy) {
    deletionPolicy = policy;
    return this;
  }

  CredentialFixture purgeAfter(String duration) {
    purgeAfter = duration;
    return this;
  }

  CredentialFixture targetName(String name) {
    targetName = name;
    return this;
  }

  CredentialFixture labels(Map<String, String> asked) {
    labels = asked;
    return this;
  }

  CredentialFixture unreadable(String place) {
    unreadable = place;
    return this;
  }

  CredentialFixture deleting() {
    deleting = true;
    return this;
  }

  CredentialFixture finalizer(boolean there) {
    hasFinalizer = there;
    return this;
  }

  /** The same world, with this state in the status. */
  CredentialFixture recorded(LifecycleState reached) {
    state = reached;
    return this;
  }

  /** Of the spec's generation 3. */
  CredentialFixture observedGeneration(long generation) {
    observedGeneration = generation;
    return this;
  }

  CredentialFixture removed(Duration ago) {
    removedTime = NOW.minus(ago);
    serverAddress = SERVER;
    return this;
  }

  CredentialFixture wiredTo(@Nullable String secret) {
    secretName = secret;
    serverAddress = SERVER;
    return this;
  }

  CredentialFixture registry(LifecycleState registryState) {
    registry = new RegistryView.Present(registryState, false, SERVER, true);
    return this;
  }

  CredentialFixture registryAt(String address) {
    registry = new RegistryView.Present(LifecycleState.ACTIVE, false, address, true);
    return this;
  }

  CredentialFixture registryAbsent() {
    registry = new RegistryView.Absent();
    return this;
  }

  CredentialFixture registryDeleting(LifecycleState registryState) {
    registry = new RegistryView.Present(registryState, true, SERVER, true);
    return this;
  }

  CredentialFixture password(SourceReading reading) {
    password = reading;
    return this;
  }

  CredentialFixture sourceAbsent() {
    return password(new SourceReading.Missing("There is no Secret token."));
  }

  CredentialFixture sourceInvalid() {
    return password(new SourceReading.Invalid("It ends with a line break."));
  }

  CredentialFixture target(@Nullable PullSecret secret) {
    target = secret;
    return this;
  }

  /** Another credential that shares the target. */
  CredentialFixture sharedWith(CredentialFixture other) {
    others.add(other.claimant());
    return this;
  }

  /** It is not the credential {@code pull}, but names the same Secret. */
  CredentialFixture named(String other, Instant since) {
    name = other;
    created = since;
    targetName = "pull";
    return this;
  }

  CredentialFixture serviceAccounts(String... names) {
    serviceAccounts = List.of(names);
    return this;
  }

  CredentialFixture accounts(AttachableAccount... there) {
    accounts = List.of(there);
    return this;
  }

  CredentialFixture contest(Contest fight) {
    contest = fight;
    return this;
  }

  CredentialFixture terminating() {
    terminating = true;
    return this;
  }

  CredentialFixture leftovers(PullSecret... secrets) {
    leftovers = List.of(secrets);
    return this;
  }

  Plan plan() {
    return CredentialPlanner.plan(observed());
  }

  ObservedCredential observed() {
    return new ObservedCredential(
        claimant(),
        List.of(
            new ObservedPlace(
                "team",
                true,
                secret(targetName == null ? name : targetName, target),
                leftovers.stream().map(leftover -> secret(leftover.name(), leftover)).toList(),
                terminating,
                null)),
        NOW);
  }

  private ObservedSecret secret(String secret, @Nullable PullSecret current) {
    return new ObservedSecret(secret, current, List.copyOf(others), accounts, contest, Map.of());
  }

  Claimant claimant() {
    var isRead = unreadable == null && declared == DesiredState.ACTIVE && !deleting;
    return new Claimant(
        new Identity("RegistryCredential", "team", name, "uid-1", 3, deleting, hasFinalizer),
        created,
        unreadable == null ? spec() : null,
        unreadable,
        new Claimant.Recorded(state, observedGeneration, removedTime, secretName, serverAddress),
        unreadable == null ? registry : new RegistryView.Absent(),
        isRead ? new SourceReading.Value("robot") : new SourceReading.NotRead(),
        isRead ? password : new SourceReading.NotRead(),
        true);
  }

  private RegistryCredentialSpec spec() {
    return new RegistryCredentialSpec(
        null,
        "robot@example.com",
        new RegistryRef(RegistryKind.REGISTRY, "example"),
        "robot",
        null,
        new SecretValueSource(new SecretKeyRef("token", "password")),
        declared,
        new Target(targetName, labels, Map.of()),
        purgeAfter == null ? null : new Removal(new PurgeAfter(purgeAfter)),
        deletionPolicy,
        serviceAccounts,
        null);
  }
}
