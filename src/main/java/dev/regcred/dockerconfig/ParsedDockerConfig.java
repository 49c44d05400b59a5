package dev.regcred.dockerconfig;

/**
 * A parsed Docker config is what {@link DockerConfigParser#parse} made of the bytes of a Secret.
 */
public sealed interface ParsedDockerConfig {
  /**
   * The bytes are a Docker config.
   *
   * @param config what they hold; the values of entries are not looked into yet, so that a kubelet
   *     may still find one that it can't use ({@link DockerConfigJson#unusable})
   */
  record Parsed(DockerConfigJson config) implements ParsedDockerConfig {}

  /**
   * The bytes are none, or clients would disagree on what they mean.
   *
   * @param reason what is wrong, as the end of the sentence "the content ..."; it never quotes
   *     content
   * @param kubeletsMayRead whether kubelets may read them all the same: Go takes what is there
   *     twice, and more of it
   */
  record Unparseable(String reason, boolean kubeletsMayRead) implements ParsedDockerConfig {}
}
