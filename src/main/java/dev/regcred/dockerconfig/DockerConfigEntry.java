package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * One account of a Docker config: what a client sends to one registry server.
 *
 * <p>Not a record: its {@link #toString()} and its accessors must not give the password away.
 */
public final class DockerConfigEntry {
  private final String username;
  private final String password;
  private final String email;

  /**
   * An entry of values that were checked.
   *
   * @param username not empty and without {@code :}, at which a client splits {@code auth}
   * @param password not empty
   * @param email left out of the JSON if it is empty
   * @throws IllegalArgumentException if one of them breaks its rule or has an unpaired surrogate;
   *     the message quotes nothing
   */
  public DockerConfigEntry(String username, String password, String email) {
    if (username.isEmpty() || username.indexOf(':') >= 0) {
      throw new IllegalArgumentException("The user name is empty or has a colon");
    }
    if (password.isEmpty()) {
      throw new IllegalArgumentException("The password is empty");
    }
    if (!GoJson.isUnicode(username) || !GoJson.isUnicode(password) || !GoJson.isUnicode(email)) {
      throw new IllegalArgumentException("An account value has an unpaired surrogate");
    }
    this.username = username;
    this.password = password;
    this.email = email;
  }

  /**
   * The entry as {@code kubectl create secret docker-registry} writes it: the struct {@code
   * DockerConfigEntry} of its {@code create_secret_docker.go}, all four fields {@code omitempty}.
   */
  public String toJson() {
    var json = new StringBuilder("{\"username\":");
    GoJson.appendString(json, username);
    json.append(",\"password\":");
    GoJson.appendString(json, password);
    if (!email.isEmpty()) {
      json.append(",\"email\":");
      GoJson.appendString(json, email);
    }
    var auth = Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8));
    return json.append(",\"auth\":\"").append(auth).append("\"}").toString();
  }

  /** Whether it is that account. */
  boolean isAccount(KubeletParser.Account account) {
    return Arrays.compareUnsigned(username.getBytes(UTF_8), account.userName()) == 0
        && Arrays.compareUnsigned(password.getBytes(UTF_8), account.password()) == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DockerConfigEntry entry
        && entry.username.equals(username)
        && entry.password.equals(password)
        && entry.email.equals(email);
  }

  /** The hash is made without the password, so that not even a hash of it gets out. */
  @Override
  public int hashCode() {
    return Objects.hash(username, email);
  }

  /** The user name is left out too: some registries put a token there. */
  @Override
  public String toString() {
    return "DockerConfigEntry[redacted]";
  }
}
