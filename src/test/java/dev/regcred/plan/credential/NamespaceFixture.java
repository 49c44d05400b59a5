package dev.regcred.plan.credential;

import dev.regcred.plan.Failure;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is observed in a namespace that a credential is written to. It is empty by default, and a
 * test says what there is.
 */
final class NamespaceFixture {
  private final String namespace;
  private boolean wanted = true;
  private @Nullable PullSecret target;
  private List<PullSecret> leftovers = List.of();
  private List<String> leftoversThatAreGone = List.of();
  private final List<CredentialFixture> others = new ArrayList<>();
  private final List<CredentialRef> unserved = new ArrayList<>();
  private List<ServiceAccountView> serviceAccounts = List.of();
  private @Nullable Contention contention;
  private final Map<String, Contention> contendedServiceAccounts = new HashMap<>();
  private boolean hasMore;
  private boolean terminating;
  private @Nullable NamespaceBackoff backoff;

  private NamespaceFixture(String namespace) {
    this.namespace = namespace;
  }

  static NamespaceFixture namespace(String name) {
    return new NamespaceFixture(name);
  }

  /** The credential does not select it any more. */
  NamespaceFixture notSelected() {
    wanted = false;
    return this;
  }

  NamespaceFixture target(@Nullable PullSecret secret) {
    target = secret;
    return this;
  }

  NamespaceFixture leftovers(PullSecret... secrets) {
    leftovers = List.of(secrets);
    return this;
  }

  NamespaceFixture leftoverThatIsGone(String secret) {
    leftoversThatAreGone = List.of(secret);
    return this;
  }

  /** Another credential that names one of the Secrets, or that one of them is kept for. */
  NamespaceFixture sharedWith(CredentialFixture other) {
    others.add(other);
    return this;
  }

  /** The ClusterRegistryCredential of that name is another operator's. */
  NamespaceFixture unserved(String clusterWide) {
    unserved.add(new CredentialRef("ClusterRegistryCredential", clusterWide));
    return this;
  }

  NamespaceFixture accounts(ServiceAccountView... there) {
    serviceAccounts = List.of(there);
    return this;
  }

  NamespaceFixture contest(Contention fight) {
    contention = fight;
    return this;
  }

  NamespaceFixture contestedAccount(String account, Contention fight) {
    contendedServiceAccounts.put(account, fight);
    return this;
  }

  /** There are more leftovers than were looked at. */
  NamespaceFixture hasMore() {
    hasMore = true;
    return this;
  }

  NamespaceFixture terminating() {
    terminating = true;
    return this;
  }

  /** The last write there failed, and the next is so many seconds away. */
  NamespaceFixture heldBack(Failure.Kind kind, long seconds) {
    backoff =
        new NamespaceBackoff(
            new Failure(kind, "It failed.", null), ResourceFixture.NOW.plusSeconds(seconds));
    return this;
  }

  /** As it is for a credential whose pull Secret has that name. */
  NamespaceSnapshot observed(String secretName) {
    return new NamespaceSnapshot(
        namespace,
        wanted,
        secret(secretName, target),
        Stream.concat(
                leftovers.stream().map(leftover -> secret(leftover.name(), leftover)),
                leftoversThatAreGone.stream().map(name -> secret(name, null)))
            .toList(),
        hasMore,
        terminating,
        backoff);
  }

  /**
   * Whether the Secret of that name has lost its mark, so that it is known by its content alone.
   */
  boolean hasLostMark(@Nullable String secretName) {
    return Stream.concat(Stream.ofNullable(target), leftovers.stream())
        .anyMatch(secret -> secret.name().equals(secretName) && secret.markEntries().isEmpty());
  }

  private SecretSnapshot secret(String name, @Nullable PullSecret current) {
    return new SecretSnapshot(
        name,
        current,
        others.stream()
            .map(CredentialFixture::claimant)
            .filter(
                other ->
                    (other.reaches() && other.secretName().equals(name))
                        || (current != null && current.isKeptFor(other.ref())))
            .toList(),
        current == null
            ? List.of()
            : current.contributors().stream().filter(unserved::contains).toList(),
        serviceAccounts,
        contention,
        Map.copyOf(contendedServiceAccounts));
  }
}
