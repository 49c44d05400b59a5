package dev.regcred.diagnosis;

import dev.regcred.dockerconfig.DockerConfigAccount;
import dev.regcred.dockerconfig.DockerConfigJson;
import dev.regcred.dockerconfig.DockerConfigParser;
import dev.regcred.dockerconfig.ParsedDockerConfig;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.OwnershipMark;
import dev.regcred.pullsecret.PullSecret;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Secret that a Pod, or a ServiceAccount, names as a pull Secret. Its content is decoded once.
 */
public final class ObservedSecret {
  /** The older type, whose one key is {@link DockerConfigAccount#OLDER_KEY}. */
  public static final String OLDER_TYPE = "kubernetes.io/dockercfg";

  private final String name;
  private final String type;
  private final Map<String, String> data;
  private final Map<String, String> labels;
  private final Map<String, String> annotations;
  private final Content content;

  /**
   * A Secret that was read.
   *
   * @param name its name
   * @param type its type
   * @param data its content, in base64
   * @param labels its labels
   * @param annotations its annotations
   * @throws IllegalArgumentException if a value is not base64, which no API server answers
   */
  public ObservedSecret(
      String name,
      String type,
      Map<String, String> data,
      Map<String, String> labels,
      Map<String, String> annotations) {
    this.name = name;
    this.type = type;
    this.data = Map.copyOf(data);
    this.labels = Map.copyOf(labels);
    this.annotations = Map.copyOf(annotations);
    this.content = read(type, this.data);
  }

  /** The content of a Secret as a kubelet reads it. */
  public sealed interface Content {}

  /**
   * A kubelet reads accounts from it.
   *
   * @param config the accounts; secret values among them
   */
  public record Accounts(DockerConfigJson config) implements Content {}

  /**
   * A kubelet passes over it, since it is of another type, or has nothing under the key of its
   * type.
   */
  public record PassedOver() implements Content {}

  /**
   * A kubelet can't read it, and refuses every image of a Pod that names it.
   *
   * @param reason what is wrong, as the end of the sentence "the content ..."; it never quotes
   *     content
   */
  public record Broken(String reason) implements Content {}

  /**
   * A kubelet may read it, and it is not known here as what: Go takes more than the text shows,
   * such as a key that stands there twice.
   *
   * @param reason as that of {@link Broken}
   */
  public record Ambiguous(String reason) implements Content {}

  /** The Secret's name. */
  public String name() {
    return name;
  }

  /** The Secret's type. */
  public String type() {
    return type;
  }

  /** The values of the Secret by their keys, in base64; they are secret. */
  public Map<String, String> data() {
    return data;
  }

  /** The Secret's labels. */
  public Map<String, String> labels() {
    return labels;
  }

  /** The Secret's annotations. */
  public Map<String, String> annotations() {
    return annotations;
  }

  /** Whether it is of one of the two types that kubelets read accounts from. */
  public boolean isPullSecret() {
    return type.equals(PullSecret.TYPE) || type.equals(OLDER_TYPE);
  }

  /**
   * The content as a kubelet reads it: {@code secretsToTrackedDockerConfigs} in {@code
   * pkg/credentialprovider/secrets} of Kubernetes 1.36. Each call gives the same object.
   */
  public Content content() {
    return content;
  }

  private static Content read(String type, Map<String, String> data) {
    return switch (type) {
      case PullSecret.TYPE -> parse(PullSecret.KEY, data);
      case OLDER_TYPE -> parse(DockerConfigAccount.OLDER_KEY, data);
      default -> new PassedOver();
    };
  }

  private static Content parse(String key, Map<String, String> data) {
    var bytes = Base64.getDecoder().decode(data.getOrDefault(key, ""));
    if (bytes.length == 0) {
      return new PassedOver();
    }
    var parsed =
        key.equals(PullSecret.KEY)
            ? DockerConfigParser.parse(bytes)
            : DockerConfigParser.parseOlder(bytes);
    return switch (parsed) {
      case ParsedDockerConfig.Unparseable(var reason, var kubeletsMayRead) ->
          kubeletsMayRead ? new Ambiguous(reason) : new Broken(reason);
      case ParsedDockerConfig.Parsed(var config) ->
          config.unusable().<Content>map(Broken::new).orElseGet(() -> new Accounts(config));
    };
  }

  /** The document; empty where a kubelet reads none. */
  public Optional<DockerConfigJson> config() {
    return content() instanceof Accounts(var config) ? Optional.of(config) : Optional.empty();
  }

  /**
   * Whether an entry has a user name or a password; without both a kubelet pulls as if there were
   * no account.
   *
   * @param server the key of an entry that the Secret has
   */
  boolean hasAccount(String server) {
    return config().filter(config -> config.hasAccount(server)).isPresent();
  }

  /** The credentials that the Secret is kept for, as its mark says. */
  public List<CredentialRef> credentials() {
    return OwnershipMark.entries(labels, annotations).stream()
        .map(entry -> entry.credential())
        .distinct()
        .toList();
  }

  /** Name, type and keys, without the values. */
  @Override
  public String toString() {
    return "ObservedSecret[name=%s, type=%s, keys=%s]".formatted(name, type, data.keySet());
  }
}
