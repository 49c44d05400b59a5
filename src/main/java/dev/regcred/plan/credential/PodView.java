package dev.regcred.plan.credential;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Pod that is Pending, as far as it matters whether a pull Secret would help it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 * @param resourceVersion the version that was read
 * @param created its creationTimestamp, to the second
 * @param isDeleting whether it is being deleted
 * @param isMirror whether it is the mirror of a static Pod
 * @param labels its labels
 * @param serviceAccount its ServiceAccount
 * @param pullSecrets its {@code imagePullSecrets}
 * @param waitingImages the images, as its containers name them, that it waits for with ErrImagePull
 *     or ImagePullBackOff
 * @param owner its controller; null if it has none
 */
public record PodView(
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    Instant created,
    boolean isDeleting,
    boolean isMirror,
    Map<String, String> labels,
    String serviceAccount,
    List<String> pullSecrets,
    List<String> waitingImages,
    @Nullable Owner owner) {

  /**
   * The Pod without what only the rules of {@link StuckPods#isStuck} ask for, which may be large.
   */
  public PodView trimmed() {
    return new PodView(
        namespace,
        name,
        uid,
        resourceVersion,
        created,
        isDeleting,
        isMirror,
        Map.of(),
        serviceAccount,
        List.of(),
        List.of(),
        owner);
  }

  /** The controller of a Pod. */
  public record Owner(String apiVersion, String kind, String name) {
    /** The API group and kind, such as {@code apps/StatefulSet}. */
    String groupAndKind() {
      int slash = apiVersion.indexOf('/');
      return (slash < 0 ? "" : apiVersion.substring(0, slash) + "/") + kind;
    }
  }
}
