package dev.regcred.pullsecret;

import dev.regcred.dockerconfig.DockerConfigEntry;
import dev.regcred.dockerconfig.ServerAddress;

/** A request is what a credential wants a pull Secret to hold for it. */
public sealed interface EntryRequest {
  /**
   * The credential asks for this entry.
   *
   * @param server the canonical address
   * @param entry user name, password and e-mail address
   */
  record Put(ServerAddress server, DockerConfigEntry entry) implements EntryRequest {}

  /**
   * The entry of this server as soon as it has its finalizer. Until then nothing is written for it,
   * but no younger credential gets that server.
   *
   * @param server the canonical address
   */
  record Reserve(ServerAddress server) implements EntryRequest {}

  /** The entry that it has there, whatever it is: its values can't be read, or it is leaving. */
  record Keep() implements EntryRequest {}

  /** The credential asks for nothing: it is out of use, and only the wiring stays. */
  record Omit() implements EntryRequest {}
}
