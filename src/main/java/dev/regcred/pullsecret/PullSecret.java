package dev.regcred.pullsecret;

import java.util.List;
import java.util.Map;

/**
 * A Secret as it is on the cluster, in as far as a pull Secret is judged by it.
 *
 * @param name its name
 * @param uid its UID
 * @param resourceVersion the version that was read; every write is bound to it
 * @param type its {@code type}
 * @param immutable whether its content can't be changed
 * @param labels its labels
 * @param annotations its annotations
 * @param owners its ownerReferences
 * @param data its content, in base64
 */
public record PullSecret(
    String name,
    String uid,
    String resourceVersion,
    String type,
    boolean immutable,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<OwnerReference> owners,
    Map<String, String> data) {
  /** The type that kubelets read credentials from. */
  public static final String TYPE = "kubernetes.io/dockerconfigjson";

  /** The one key of a Secret of that type. */
  public static final String KEY = ".dockerconfigjson";

  /** The credentials it is kept for; none if it is not the operator's. */
  public List<Contributor> contributors() {
    return Mark.contributors(labels, annotations);
  }

  /** Whether it is kept for this credential. */
  public boolean isKeptFor(Contributor contributor) {
    return contributors().contains(contributor);
  }

  /** Whether a Secret without mark is what we would write, so that only the mark was stripped. */
  public boolean hasContentOf(DesiredSecret desired) {
    return type.equals(TYPE) && desired.data().equals(data);
  }

  /** Whether it holds no account at all. */
  public boolean isBlank() {
    return data.equals(Map.of(KEY, DesiredSecret.base64(DockerConfigJson.empty().toBytes())));
  }

  @Override
  public String toString() {
    return "PullSecret[name=%s, uid=%s, resourceVersion=%s, type=%s, keys=%s]"
        .formatted(name, uid, resourceVersion, type, data.keySet());
  }
}
