package dev.regcred.operator;

import dev.regcred.api.v1alpha1.CredentialStatus;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.metrics.OperatorMetrics;
import dev.regcred.operator.queue.FairExecutor;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.operator.verify.AccountChecks;
import dev.regcred.operator.verify.CheckRequest;
import dev.regcred.operator.verify.RegistryClient;
import dev.regcred.operator.verify.Verifications;
import dev.regcred.operator.watch.InformerCache;
import dev.regcred.verification.AllowedHosts;
import dev.regcred.verification.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checks of accounts against their registries: who makes them, on which threads, counted. */
final class RegistryChecks implements AutoCloseable {
  /** How many accounts are checked at a time. */
  private static final int WIDTH = 8;

  private final FairExecutor threads = FairExecutor.named(WIDTH, "check-");
  private final InformerCache cache;
  private final OperatorMetrics metrics;
  private final RegistryClient registries;

  /**
   * Checks that know the credentials by a cache.
   *
   * @param hosts the registries that may be asked
   */
  RegistryChecks(InformerCache cache, OperatorMetrics metrics, AllowedHosts hosts) {
    this.cache = cache;
    this.metrics = metrics;
    this.registries = new RegistryClient(hosts);
  }

  /**
   * The checks as reconcilers know them.
   *
   * @param wake looks at a credential once its registry has answered
   */
  AccountChecks accounts(Consumer<ReconcileRequest> wake, Clock clock) {
    return new AccountChecks(
        new Verifications<>(
            this::check,
            clock,
            credential -> credential.id().getNamespace().orElse(""),
            (credential, check) ->
                threads.execute(credential.id().getNamespace().orElse(null), check),
            wake,
            () -> refused().map(ReconcileRequest::of).collect(Collectors.toSet())),
        () -> refused().collect(Collectors.toMap(ReconcileRequest::of, RegistryChecks::status)));
  }

  private Verdict check(CheckRequest request) {
    var start = System.nanoTime();
    var verdict = registries.check(request);
    metrics.verified(
        request.registry().host(), verdict.outcome(), Duration.ofNanos(System.nanoTime() - start));
    return verdict;
  }

  /** The credentials whose statuses say that a registry has refused their account. */
  private Stream<LifecycleResource<?, ?>> refused() {
    return cache
        .credentials()
        .filter(
            credential ->
                credential.getStatus() instanceof CredentialStatus status
                    && status.refusedVersion() != null)
        .map(credential -> credential);
  }

  private static CredentialStatus status(LifecycleResource<?, ?> credential) {
    return (CredentialStatus) Objects.requireNonNull(credential.getStatus());
  }

  /** Makes no more of them; one under way is interrupted. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
