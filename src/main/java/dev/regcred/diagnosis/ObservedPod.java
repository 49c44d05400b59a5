package dev.regcred.diagnosis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Pod as it is on the cluster, as far as its images are concerned.
 *
 * @param namespace its namespace
 * @param name its name
 * @param serviceAccount its ServiceAccount
 * @param isControlled whether a controller owns it, which makes another one when it is deleted
 * @param pullSecrets the names in its {@code imagePullSecrets}, in order; nobody checks them
 * @param containers its containers, those that start first before the others
 */
public record ObservedPod(
    String namespace,
    String name,
    String serviceAccount,
    boolean isControlled,
    List<String> pullSecrets,
    List<Container> containers) {

  /**
   * A container of a Pod, and what its status says.
   *
   * @param name its name
   * @param image its image, as the Pod names it
   * @param state whether it has its image
   * @param reason the reason for which it waits; null if there is none
   * @param message the kubelet's last message about its image; null if there is none
   */
  public record Container(
      String name,
      String image,
      ImageState state,
      @Nullable String reason,
      @Nullable String message) {}

  /** Whether a container has its image. */
  public enum ImageState {
    /** The kubelet had the image, and made the container of it. */
    PULLED,
    /** The kubelet has not asked for the image yet, or is about to. */
    NOT_ASKED,
    /** The kubelet has failed to get the image. */
    FAILED
  }
}
