package dev.regcred.pullsecret;

import dev.regcred.api.v1alpha1.Labels;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A pull Secret as it should be.
 *
 * @param name its name
 * @param labels the labels that it carries besides other people's
 * @param annotations the annotations that it carries besides other people's
 * @param owners its ownerReferences, other people's included
 * @param data its whole content, in base64
 */
public record DesiredSecret(
    String name,
    SortedMap<String, String> labels,
    SortedMap<String, String> annotations,
    List<OwnerReference> owners,
    Map<String, String> data) {

  /**
   * A pull Secret is a function of all credentials that name it and of the Secret as it is.
   *
   * @param name the Secret's name
   * @param contributions what each credential asks; of contradicting labels and annotations the
   *     first one's hold
   * @param current the Secret as it is, null if there is none
   */
  public static DesiredSecret of(
      String name, List<Contribution> contributions, @Nullable PullSecret current) {
    var labels = new TreeMap<String, String>();
    var annotations = new TreeMap<String, String>();
    var entries = new HashMap<ServerAddress, DockerConfigEntry>();
    var owners = new ArrayList<>(othersOwners(current));
    for (Contribution contribution : contributions) {
      contribution.labels().forEach(labels::putIfAbsent);
      contribution.annotations().forEach(annotations::putIfAbsent);
      if (contribution.account() != null) {
        entries.putIfAbsent(contribution.account().server(), contribution.account().entry());
      }
      if (contribution.owner() != null) {
        owners.add(contribution.owner());
      }
    }
    var applied =
        new Mark.Applied(new TreeSet<>(labels.keySet()), new TreeSet<>(annotations.keySet()));
    if (!applied.equals(Mark.Applied.NOTHING)) {
      annotations.put(Labels.APPLIED, Mark.appliedValue(applied));
    }
    labels.put(Labels.MANAGED, "true");
    annotations.put(
        Labels.CONTRIBUTORS,
        Mark.contributorsValue(contributions.stream().map(Contribution::contributor).toList()));
    return new DesiredSecret(
        name,
        labels,
        annotations,
        List.copyOf(owners),
        Map.of(PullSecret.KEY, base64(DockerConfigJson.of(entries).toBytes())));
  }

  /** Ours are written anew each time, so that one with an old UID does not stay. */
  private static List<OwnerReference> othersOwners(@Nullable PullSecret current) {
    return current == null
        ? List.of()
        : current.owners().stream().filter(owner -> !isOurs(owner)).toList();
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
