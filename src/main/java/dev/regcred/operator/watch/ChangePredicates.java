package dev.regcred.operator.watch;

import dev.regcred.api.v1alpha1.Attach;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.api.v1alpha1.RegistryStatus;
import dev.regcred.api.v1alpha1.ServerSpec;
import dev.regcred.operator.kinds.LifecycleResource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The predicates say which changes of a resource concern its own reconciler, and which those of
 * another kind; the same for both scopes.
 */
public final class ChangePredicates {
  private ChangePredicates() {}

  /**
   * A resource is looked at again when it is another one, declares something else, is being
   * deleted, or has lost the finalizer: what replaces a whole object, as {@code kubectl replace}
   * and restored backups do, raises no generation. A store that was restored lowers it.
   */
  public static boolean concernsItself(
      LifecycleResource<?, ?> before, LifecycleResource<?, ?> after) {
    return !Objects.equals(before.getMetadata().getUid(), after.getMetadata().getUid())
        || !Objects.equals(
            before.getMetadata().getGeneration(), after.getMetadata().getGeneration())
        || before.isMarkedForDeletion() != after.isMarkedForDeletion()
        || (before.hasFinalizer(Labels.FINALIZER)
            && !after.hasFinalizer(Labels.FINALIZER)
            && !after.isMarkedForDeletion());
  }

  /** A registry's credentials follow its state, its spec and its deletion. */
  static boolean concernsCredentials(
      @Nullable LifecycleResource<? extends ServerSpec, RegistryStatus> before,
      @Nullable LifecycleResource<? extends ServerSpec, RegistryStatus> after) {
    return before == null
        || after == null
        || before.stateOrRequested() != after.stateOrRequested()
        || !Objects.equals(before.getSpec(), after.getSpec())
        || before.isMarkedForDeletion() != after.isMarkedForDeletion();
  }

  /** A registry that waits for its credentials hears of each that is out of use, or gone. */
  static boolean concernsRegistry(
      @Nullable LifecycleResource<? extends CredentialSpec, ?> before,
      @Nullable LifecycleResource<? extends CredentialSpec, ?> after) {
    return after == null
        || (before != null
            && before.stateOrRequested() != after.stateOrRequested()
            && (after.stateOrRequested() == LifecycleState.INACTIVE
                || after.stateOrRequested().isWithdrawn()));
  }

  /** What is said of the cost of those that are attached to Pods goes by how many are older. */
  static boolean concernsCostOfPods(
      @Nullable LifecycleResource<? extends CredentialSpec, ?> before,
      @Nullable LifecycleResource<? extends CredentialSpec, ?> after) {
    return isAttachedToPods(before) != isAttachedToPods(after);
  }

  /** Whether new Pods get the pull Secret from the API server, by the spec. */
  static boolean isAttachedToPods(
      @Nullable LifecycleResource<? extends CredentialSpec, ?> credential) {
    return credential != null
        && credential.getSpec() != null
        && credential.getSpec().attach() == Attach.PODS;
  }

  /**
   * Whoever writes a pull Secret attaches it for all that share it. Those that share it hear when
   * one of them declares something else of that: a pass that began before may attach it, for that
   * one, where it is not wanted any more, after that one's own pass has found nothing to take away.
   */
  static boolean concernsSharers(
      @Nullable LifecycleResource<? extends CredentialSpec, ?> before,
      @Nullable LifecycleResource<? extends CredentialSpec, ?> after) {
    return before != null && after != null && !wiring(before).equals(wiring(after));
  }

  private static List<Object> wiring(LifecycleResource<? extends CredentialSpec, ?> credential) {
    var spec = credential.getSpec();
    return spec == null
        ? List.of()
        : List.of(
            spec.secretName(credential.getMetadata().getName()),
            spec.serviceAccounts(),
            Optional.ofNullable(spec.serviceAccountSelector()),
            spec.attach(),
            spec.desiredState());
  }

  /**
   * Whoever wants an address hears when another one has given it up, or has got it: two that were
   * planned at the same time may both have taken it, and one of them has to yield.
   */
  static boolean concernsRivals(
      @Nullable LifecycleResource<?, RegistryStatus> before,
      @Nullable LifecycleResource<?, RegistryStatus> after) {
    return !Objects.equals(address(before), address(after));
  }

  private static @Nullable String address(@Nullable LifecycleResource<?, RegistryStatus> registry) {
    return registry == null || registry.getStatus() == null
        ? null
        : registry.getStatus().serverAddress();
  }
}
