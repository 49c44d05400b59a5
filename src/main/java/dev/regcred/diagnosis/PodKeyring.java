package dev.regcred.diagnosis;

import dev.regcred.dockerconfig.ImageName;
import dev.regcred.dockerconfig.Keyring;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

/**
 * The accounts of several pull Secrets in one keyring, as a kubelet has them for a Pod: by place
 * first, and of one place in the order of the Secrets ({@code MakeDockerKeyring} in {@code
 * pkg/credentialprovider/secrets} of Kubernetes 1.36). The accounts that the node has of its own
 * come after them and are not known here.
 *
 * @param entries the entries, in the order of the Secrets
 */
public record PodKeyring(List<Entry> entries) {
  /**
   * An entry of a pull Secret.
   *
   * @param secret the Secret's name
   * @param server the entry's key, as it stands there
   */
  public record Entry(String secret, String server) {}

  /** The keyring of the Secrets that a kubelet reads; the others are passed over. */
  public static PodKeyring of(Collection<ObservedSecret> secrets) {
    return new PodKeyring(
        secrets.stream()
            .flatMap(
                secret ->
                    secret.config().stream()
                        .flatMap(config -> config.servers().stream())
                        .map(server -> new Entry(secret.name(), server)))
            .toList());
  }

  /** The entries whose accounts are tried for an image, in that order. */
  public List<Entry> lookup(ImageName image) {
    var waiting = new HashMap<String, Deque<Entry>>();
    entries.forEach(
        entry -> waiting.computeIfAbsent(entry.server(), _ -> new ArrayDeque<>()).add(entry));
    // A server that several Secrets have comes as often, and in their order.
    return Keyring.of(entries.stream().map(Entry::server).toList()).lookup(image).stream()
        .map(server -> Objects.requireNonNull(waiting.get(server)).remove())
        .toList();
  }
}
