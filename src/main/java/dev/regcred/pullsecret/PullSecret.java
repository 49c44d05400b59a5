package dev.regcred.pullsecret;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.dockerconfig.DockerConfigJson;
import dev.regcred.dockerconfig.DockerConfigParser;
import dev.regcred.dockerconfig.ParsedDockerConfig;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
 * @param otherManager the field manager, not ours, that changed it last; null if none did
 * @param markEntries the credentials it is kept for, and their servers, as its metadata says; none
 *     if it is not the operator's
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
    Map<String, String> data,
    @Nullable String otherManager,
    List<MarkEntry> markEntries) {
  /** The type that kubelets read credentials from. */
  public static final String TYPE = "kubernetes.io/dockerconfigjson";

  /** The one key of a Secret of that type. */
  public static final String KEY = DockerConfigJson.KEY;

  /** Reads the mark, once: a pass asks for it many times, in each of many namespaces. */
  public PullSecret(
      String name,
      String uid,
      String resourceVersion,
      String type,
      boolean immutable,
      Map<String, String> labels,
      Map<String, String> annotations,
      List<OwnerReference> owners,
      Map<String, String> data,
      @Nullable String otherManager) {
    this(
        name,
        uid,
        resourceVersion,
        type,
        immutable,
        labels,
        annotations,
        owners,
        data,
        otherManager,
        OwnershipMark.entries(labels, annotations));
  }

  /** Its content and metadata alone, without which object it is, and in which version. */
  public PullSecret withoutVersion() {
    return as(name, "", "");
  }

  /** Another Secret, or another version of this one, with the same content and metadata. */
  public PullSecret as(String otherName, String otherUid, String otherVersion) {
    return with(otherName, otherUid, otherVersion, markEntries);
  }

  /** The credentials it is kept for; none if it is not the operator's. */
  public List<CredentialRef> contributors() {
    return markEntries().stream().map(MarkEntry::credential).toList();
  }

  /** The servers whose entries are ours. */
  Set<String> servers() {
    return markEntries().stream()
        .flatMap(entry -> Optional.ofNullable(entry.server()).stream())
        .collect(Collectors.toSet());
  }

  /**
   * Whether it is other people's too: what they put there is kept. It stays so where the rest of
   * the mark was stripped.
   */
  public boolean isAdopted() {
    return "true".equals(annotations.get(Labels.ADOPTED));
  }

  /** Whether its owner hands it over, to whomever. One that is ours is not to be had. */
  public boolean isOffered() {
    return markEntries().isEmpty() && annotations.containsKey(Labels.ADOPT);
  }

  /** Whether its owner hands it over to this credential. One that is ours is not to be had. */
  public boolean isOfferedTo(CredentialRef ref) {
    return isOffered() && (ref.kind() + "/" + ref.name()).equals(annotations.get(Labels.ADOPT));
  }

  /** This Secret, known to be kept for these, which its stripped mark does not say any more. */
  public PullSecret keptFor(List<MarkEntry> known) {
    return with(name, uid, resourceVersion, known);
  }

  private PullSecret with(
      String otherName, String otherUid, String otherVersion, List<MarkEntry> otherHoldings) {
    return new PullSecret(
        otherName,
        otherUid,
        otherVersion,
        type,
        immutable,
        labels,
        annotations,
        owners,
        data,
        otherManager,
        otherHoldings);
  }

  /**
   * The Secret as it is once a credential has gone and left its entry to whoever uses the Secret.
   */
  public PullSecret withoutMarkOf(CredentialRef ref) {
    var left = new LinkedHashMap<>(annotations);
    left.put(
        Labels.CONTRIBUTORS,
        OwnershipMark.contributorsValue(
            markEntries().stream().filter(h -> !h.credential().equals(ref)).toList()));
    left.put(Labels.ADOPTED, "true");
    return new PullSecret(
        name, uid, resourceVersion, type, immutable, labels, left, owners, data, otherManager);
  }

  /** The labels that were put on it for contributors, as they are now. */
  public Map<String, String> appliedLabels() {
    return present(labels, OwnershipMark.applied(annotations).labels());
  }

  /** The annotations that were put on it for contributors, as they are now. */
  public Map<String, String> appliedAnnotations() {
    return present(annotations, OwnershipMark.applied(annotations).annotations());
  }

  private static Map<String, String> present(Map<String, String> all, Set<String> keys) {
    return all.entrySet().stream()
        .filter(entry -> keys.contains(entry.getKey()))
        .filter(entry -> !entry.getKey().startsWith(Labels.GROUP + "/"))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The content of the Secret; empty where that can't be read. */
  DockerConfigJson document() {
    return parsed() instanceof ParsedDockerConfig.Parsed(var config)
        ? config
        : DockerConfigJson.empty();
  }

  /** Why its content can't be read, as the end of the sentence "the content ...". */
  Optional<String> unparseable() {
    return switch (parsed()) {
      case ParsedDockerConfig.Parsed(var config) -> config.unusable();
      case ParsedDockerConfig.Unparseable(var reason, _) -> Optional.of(reason);
    };
  }

  private ParsedDockerConfig parsed() {
    try {
      return DockerConfigParser.parse(Base64.getDecoder().decode(data.getOrDefault(KEY, "")));
    } catch (IllegalArgumentException e) {
      return new ParsedDockerConfig.Unparseable("is not base64", false);
    }
  }

  /** Whether it is kept for this credential. */
  public boolean isKeptFor(CredentialRef ref) {
    return contributors().contains(ref);
  }

  /** Whether a Secret without mark is what we would write, so that only the mark was stripped. */
  public boolean hasContentOf(DesiredSecret desired) {
    return type.equals(TYPE) && desired.data().equals(data);
  }

  /** Whether it holds that account under that server, with whatever e-mail address. */
  public boolean holds(EntryRequest.Put entry) {
    return document().holds(entry.server(), entry.entry());
  }

  /** Whether it has an entry under a server that is not this one. */
  public boolean holdsAnother(String server, EntryRequest.Put entry) {
    return document().servers().contains(server)
        && !(server.equals(entry.server().value()) && holds(entry));
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
