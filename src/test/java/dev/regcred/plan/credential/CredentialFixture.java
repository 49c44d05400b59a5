package dev.regcred.plan.credential;

import static dev.regcred.plan.credential.NamespaceFixture.namespace;

import dev.regcred.api.v1alpha1.Attach;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.DeletionPolicy;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistryKind;
import dev.regcred.api.v1alpha1.RegistryRef;
import dev.regcred.api.v1alpha1.SecretKeyRef;
import dev.regcred.api.v1alpha1.SecretValueSource;
import dev.regcred.api.v1alpha1.StuckPodsPolicy;
import dev.regcred.api.v1alpha1.Target;
import dev.regcred.plan.Plan;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.ServiceAccountView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of the credential {@code pull}: of a namespaced one in its own namespace, of a
 * cluster-wide one in each that the test names.
 */
final class CredentialFixture extends ResourceFixture<CredentialFixture> {
  private static final LabelSelector ALL = new LabelSelector(Map.of(), List.of());

  private String name = "pull";
  private Instant created = NOW.minusSeconds(3600);
  private String userName = "robot";
  private DeletionPolicy deletionPolicy = DeletionPolicy.DELETE;
  private @Nullable String targetName;
  private Map<String, String> labels = Map.of();
  private Map<String, String> annotations = Map.of();
  private List<String> serviceAccounts = List.of();
  private @Nullable LabelSelector serviceAccountSelector;
  private boolean reaches = true;
  private Attach attach = Attach.SERVICE_ACCOUNTS;
  private @Nullable LabelSelector podSelector;
  private AttachPolicy policy = new AttachPolicy.NotAsked();
  private @Nullable Instant podsAttached;
  private StuckPodsPolicy stuckPods = StuckPodsPolicy.IGNORE;

  private @Nullable String secretName;
  private @Nullable String serverAddress;

  private RegistryKind registryKind = RegistryKind.REGISTRY;
  private RegistryView registry =
      new RegistryView.Present(LifecycleState.ACTIVE, false, SERVER, true);
  private SourceValue password = new SourceValue.Present(PullSecrets.PASSWORD);
  private @Nullable Instant expiry;
  private Admission admission = Admission.PUBLISH;
  private boolean wasReady = true;
  private NamespaceFixture own = namespace("team");
  private final List<NamespaceFixture> places = new ArrayList<>();

  private CredentialFixture(LifecycleState state) {
    super(state);
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

  /** A ClusterRegistryCredential instead, in as many namespaces as the test names. */
  CredentialFixture clusterWide(NamespaceFixture... there) {
    isClusterWide = true;
    registryKind = RegistryKind.CLUSTER_REGISTRY;
    places.addAll(List.of(there));
    return this;
  }

  @Override
  public CredentialFixture self() {
    return this;
  }

  CredentialFixture userName(String account) {
    userName = account;
    return this;
  }

  CredentialFixture deletionPolicy(DeletionPolicy policy) {
    deletionPolicy = policy;
    return this;
  }

  CredentialFixture targetName(String secret) {
    targetName = secret;
    return this;
  }

  CredentialFixture labels(Map<String, String> asked) {
    labels = asked;
    return this;
  }

  CredentialFixture annotations(Map<String, String> asked) {
    annotations = asked;
    return this;
  }

  @Override
  public CredentialFixture removed(Duration ago) {
    serverAddress = SERVER;
    return super.removed(ago);
  }

  CredentialFixture wiredTo(@Nullable String secret) {
    secretName = secret;
    serverAddress = SERVER;
    return this;
  }

  /** Its status names that server, or none. */
  CredentialFixture server(@Nullable String recorded) {
    serverAddress = recorded;
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

  /** It refers to a ClusterRegistry, and the operator is limited to some namespaces. */
  CredentialFixture registryUnserved() {
    registry = new RegistryView.Unserved();
    return clusterRegistry();
  }

  CredentialFixture registryDeleting(LifecycleState registryState) {
    registry = new RegistryView.Present(registryState, true, SERVER, true);
    return this;
  }

  /** It refers to the ClusterRegistry {@code example}, which does not allow its namespace. */
  CredentialFixture registryNotAllowed() {
    registry = new RegistryView.Present(LifecycleState.ACTIVE, false, SERVER, false);
    return clusterRegistry();
  }

  CredentialFixture clusterRegistry() {
    registryKind = RegistryKind.CLUSTER_REGISTRY;
    return this;
  }

  CredentialFixture password(SourceValue value) {
    password = value;
    return this;
  }

  /** That may be done with its values. */
  CredentialFixture admission(Admission allowed) {
    admission = allowed;
    return this;
  }

  /** Its status has said that it is not Ready. */
  CredentialFixture notReady() {
    wasReady = false;
    return this;
  }

  /** Its values come to an end in so many seconds. */
  CredentialFixture expiring(long seconds) {
    expiry = NOW.plusSeconds(seconds);
    return this;
  }

  CredentialFixture sourceAbsent() {
    return password(new SourceValue.Missing("There is no Secret token."));
  }

  CredentialFixture sourceInvalid() {
    return password(new SourceValue.Invalid("It ends with a line break."));
  }

  /** It is not the credential {@code pull}, but names the same Secret. */
  CredentialFixture named(String other, Instant since) {
    name = other;
    created = since;
    targetName = "pull";
    return this;
  }

  /** It is not written to the namespace in question. */
  CredentialFixture elsewhere() {
    reaches = false;
    return this;
  }

  CredentialFixture serviceAccounts(String... names) {
    serviceAccounts = List.of(names);
    return this;
  }

  CredentialFixture serviceAccountSelector(LabelSelector selector) {
    serviceAccountSelector = selector;
    return this;
  }

  /** The API server gives its pull Secret to Pods, if the policy is as it shall be. */
  CredentialFixture attachedToPods(AttachPolicy found) {
    attach = Attach.PODS;
    policy = found;
    return this;
  }

  /** Not to all Pods. */
  CredentialFixture podSelector(LabelSelector selector) {
    podSelector = selector;
    return this;
  }

  CredentialFixture stuckPods(StuckPodsPolicy policy) {
    stuckPods = policy;
    return this;
  }

  /** Its status says so since then. */
  CredentialFixture podsAttached(Duration ago) {
    podsAttached = NOW.minus(ago);
    return this;
  }

  /** What there is in the namespace of a namespaced one. */
  CredentialFixture own(NamespaceFixture place) {
    own = place;
    return this;
  }

  CredentialFixture target(@Nullable PullSecret secret) {
    own.target(secret);
    return this;
  }

  CredentialFixture leftovers(PullSecret... secrets) {
    own.leftovers(secrets);
    return this;
  }

  /** There are more leftovers than were looked at. */
  CredentialFixture hasMore() {
    own.hasMore();
    return this;
  }

  /** A Secret of before, of which nothing is left but attachments. */
  CredentialFixture leftoverThatIsGone(String secret) {
    own.leftoverThatIsGone(secret);
    return this;
  }

  /** Another credential that shares the target. */
  CredentialFixture sharedWith(CredentialFixture other) {
    own.sharedWith(other);
    return this;
  }

  /** The ClusterRegistryCredential of that name is another operator's. */
  CredentialFixture unserved(String clusterWide) {
    own.unserved(clusterWide);
    return this;
  }

  CredentialFixture accounts(ServiceAccountView... there) {
    own.accounts(there);
    return this;
  }

  CredentialFixture contest(Contention fight) {
    own.contest(fight);
    return this;
  }

  CredentialFixture contestedAccount(String account, Contention fight) {
    own.contestedAccount(account, fight);
    return this;
  }

  CredentialFixture terminating() {
    own.terminating();
    return this;
  }

  @Override
  public Plan plan() {
    return CredentialPlanner.plan(observed());
  }

  CredentialSnapshot observed() {
    var there = isClusterWide ? places : List.of(own);
    var observed =
        there.stream()
            .map(place -> place.observed(targetName == null ? name : targetName))
            .toList();
    var hasLostMark = there.stream().anyMatch(place -> place.hasLostMark(secretName));
    return new CredentialSnapshot(claimant(hasLostMark), observed, NOW);
  }

  /** As one of those that share a Secret. */
  CredentialView claimant() {
    return claimant(false);
  }

  /** Its sources are read when something depends on them, as the observer does. */
  private CredentialView claimant(boolean hasLostMark) {
    var unread = claimant(SourceValues.notRead());
    return !isUnreadable && reaches && (hasLostMark || CredentialChecks.needsSources(unread, NOW))
        ? claimant(
            new SourceValues(new SourceValue.Present(userName), password, "1", expiry, admission))
        : unread;
  }

  private CredentialView claimant(SourceValues values) {
    return new CredentialView(
        identity("RegistryCredential", name, "uid-1"),
        created,
        isUnreadable ? null : spec(),
        unreadable,
        new CredentialView.LastStatus(
            state,
            observedGeneration,
            removedTime,
            secretName,
            serverAddress,
            podsAttached,
            wasReady),
        isUnreadable ? new RegistryView.Absent() : registry,
        values,
        policy,
        reaches);
  }

  private CredentialSpec spec() {
    var registryRef = new RegistryRef(registryKind, "example");
    var source = new SecretValueSource(new SecretKeyRef("token", "password"));
    var target = new Target(targetName, labels, annotations);
    return isClusterWide
        ? new ClusterRegistryCredentialSpec(
            null,
            "robot@example.com",
            registryRef,
            userName,
            null,
            source,
            null,
            declared,
            target,
            removal,
            deletionPolicy,
            serviceAccounts,
            serviceAccountSelector,
            attach,
            podSelector,
            stuckPods,
            null,
            ALL,
            List.of())
        : new RegistryCredentialSpec(
            null,
            "robot@example.com",
            registryRef,
            userName,
            null,
            source,
            null,
            declared,
            target,
            removal,
            deletionPolicy,
            serviceAccounts,
            serviceAccountSelector,
            attach,
            podSelector,
            stuckPods,
            null);
  }
}
