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
 * A Secret that a Pod, or a ServiceAccount, names as a pull Secret.
 *
 * @param name its name
 * @param type its type
 * @param data its content, in base64
 * @param labels its labels
 * @param annotations its annotations
 */
public record ObservedSecret(
    String name,
    String type,
    Map<String, String> data,
    Map<String, String> labels,
    Map<String, String> annotations) {
  /** The older type, whose one key is {@link DockerConfigAccount#OLDER_KEY}. */
  public static final String OLDER_TYPE = "kubernetes.io/dockercfg";

  /** What a kubelet makes of it. */
  public sealed interface Content {}

  /** It reads accounts from it. */
  public record Accounts(DockerConfigJson config) implements Content {}

  /** It passes over it, since it is of another type, or has nothing under the key of its type. */
  public record PassedOver() implements Content {}

  /**
   * It can't be read.
   *
   * @param reason what is wrong, as the end of the sentence "the content ..."
   * @param kubeletsMayRead whether only we refuse it
   */
  public record Broken(String reason, boolean kubeletsMayRead) implements Content {}

  /**
   * What a kubelet makes of it: {@code secretsToTrackedDockerConfigs} in {@code
   * pkg/credentialprovider/secrets} of Kubernetes 1.36.
   */
  public Content content() {
    return switch (type) {
      case PullSecret.TYPE -> content(PullSecret.KEY);
      case OLDER_TYPE -> content(DockerConfigAccount.OLDER_KEY);
      default -> new PassedOver();
    };
  }

  private Content content(String key) {
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
          new Broken(reason, kubeletsMayRead);
      case ParsedDockerConfig.Parsed(var config) ->
          config
              .unusable()
              .<Content>map(reason -> new Broken(reason, false))
              .orElseGet(() -> new Accounts(config));
    };
  }

  /** The document; empty where a kubelet reads none. */
  public Optional<DockerConfigJson> config() {
    return content() instanceof Accounts(var config) ? Optional.of(config) : Optional.empty();
  }

  /** The credentials it is kept for, as its mark says. */
  public List<CredentialRef> credentials() {
    return OwnershipMark.entries(labels, annotations).stream()
        .map(entry -> entry.credential())
        .distinct()
        .toList();
  }

  /** What it is, without its content. */
  @Override
  public String toString() {
    return "ObservedSecret[name=%s, type=%s, keys=%s]".formatted(name, type, data.keySet());
  }
}
