package dev.regcred.pullsecret;

import dev.regcred.dockerconfig.DockerConfigEntry;
import dev.regcred.dockerconfig.ServerAddress;

/** What a credential wants a pull Secret to hold for it. */
public sealed interface Claim {
  /**
   * This entry.
   *
   * @param server the canonical address
   * @param entry user name, password and e-mail address
   */
  record Entry(ServerAddress server, DockerConfigEntry entry) implements Claim {}

  /**
   * The entry of this server as soon as it has its finalizer. Until then nothing is written for it,
   * but no younger credential gets that server.
   *
   * @param server the canonical address
   */
  record Announced(ServerAddress server) implements Claim {}

  /** The entry that it has there, whatever it is: its values can't be read, or it is leaving. */
  record Unchanged() implements Claim {}

  /** Nothing: it is out of use, and only the wiring stays. */
  record Nothing() implements Claim {}
}
