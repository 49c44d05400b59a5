package dev.regcred.dockerconfig;

/**
 * A parsed Docker config is what {@link DockerConfigParser#parse} made of the bytes of a Secret.
 */
public sealed interface ParsedDockerConfig {
  /** The bytes are a Docker config. */
  record Parsed(DockerConfigJson config) implements ParsedDockerConfig {}

  /**
   * They are not, or clients would disagree on what they mean.
   *
   * @param reason what is wrong, as the end of the sentence "the content ..."; it never quotes
   *     content
   */
  record Unparseable(String reason) implements ParsedDockerConfig {}
}
