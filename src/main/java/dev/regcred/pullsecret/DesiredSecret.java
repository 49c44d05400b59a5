package dev.regcred.pullsecret;

import dev.regcred.api.v1alpha1.Labels;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A pull Secret as it should be.
 *
 * @param name its name
 * @param labels the labels that it carries besides other people's
 * @param annotations the annotations that it carries besides other people's
 * @param owners its ownerReferences, other people's included
 * @param data its content, in base64
 */
public record DesiredSecret(
    String name,
    SortedMap<String, String> labels,
    SortedMap<String, String> annotations,
    List<OwnerReference> owners,
    Map<String, String> data) {

  /** Whether it is other people's too. */
  boolean isAdopted() {
    return annotations.containsKey(Labels.ADOPTED);
  }

  static boolean isOurs(OwnerReference owner) {
    return owner.apiVersion().startsWith(Labels.GROUP + "/");
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return "DesiredSecret[name=%s, labels=%s, annotations=%s]".formatted(name, labels, annotations);
  }
}
