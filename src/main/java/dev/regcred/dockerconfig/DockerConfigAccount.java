package dev.regcred.dockerconfig;

import dev.regcred.dockerconfig.ParsedDockerConfig.Parsed;
import dev.regcred.dockerconfig.ParsedDockerConfig.Unparseable;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The account of one server in a Docker config that somebody keeps in a Secret: as kubectl writes
 * it ({@code username}, {@code password} and {@code auth}), or docker and podman do ({@code auth}
 * alone), under {@code auths} or in the older form without.
 */
public sealed interface DockerConfigAccount {
  /** The key of the older form, whose type is {@code kubernetes.io/dockercfg}. */
  String OLDER_KEY = ".dockercfg";

  /**
   * The keys that a Docker config is looked for under, in this order: those of the two types of
   * pull Secrets, and the name of docker's file, which Kaniko and BuildKit have mounted.
   */
  List<String> KEYS = List.of(DockerConfigJson.KEY, OLDER_KEY, "config.json");

  /** The entry is there, and its values were checked. */
  record Found(CredentialValue userName, CredentialValue password) implements DockerConfigAccount {}

  /**
   * There is no Docker config, or no entry of that server in it.
   *
   * @param message what is missing and what to do
   */
  record Missing(String message) implements DockerConfigAccount {}

  /**
   * The Docker config or its entry gives no account.
   *
   * @param message what is wrong and what to do; it quotes nothing of the content
   */
  record Invalid(String message) implements DockerConfigAccount {}

  /**
   * Reads the account of a server. An entry of exactly that key goes before one that spells the
   * server in another way ({@link ServerAddress#canonical}).
   *
   * @param secret the Secret's name
   * @param server the key of the entry, or another spelling of its server
   * @param data the Secret's data, in base64
   */
  static DockerConfigAccount read(String secret, String server, Map<String, String> data) {
    for (String key : KEYS) {
      var content = data.get(key);
      if (content != null) {
        return read(secret, server, key, Base64.getDecoder().decode(content));
      }
    }
    return new Missing(
        "Secret %s has none of the keys %s, which a Docker config is read from; put it under one, or correct spec.dockerConfigRef.name."
            .formatted(secret, String.join(", ", KEYS)));
  }

  private static DockerConfigAccount read(String secret, String server, String key, byte[] bytes) {
    return switch (key.equals(OLDER_KEY)
        ? DockerConfigParser.parseOlder(bytes)
        : DockerConfigParser.parse(bytes)) {
      case Unparseable(var reason, _) ->
          new Invalid(
              "Key %s of Secret %s can't be read as a Docker config: the content %s; write it anew."
                  .formatted(key, secret, reason));
      case Parsed(var config) -> of(secret, server, config);
    };
  }

  private static DockerConfigAccount of(String secret, String server, DockerConfigJson config) {
    var keys = config.keysOf(server);
    return switch (keys.size()) {
      case 0 ->
          new Missing(
              "Secret %s has no entry for %s; add it, or correct spec.dockerConfigRef.server."
                  .formatted(secret, server));
      case 1 ->
          ofEntry(
              "the entry %s in Secret %s".formatted(server, secret), config.entry(keys.getFirst()));
      default ->
          new Invalid(
              "Secret %s has several entries that are %s in other spellings; write into spec.dockerConfigRef.server exactly the key of one."
                  .formatted(secret, server));
    };
  }

  private static DockerConfigAccount ofEntry(String place, String entry) {
    var account = KubeletParser.account(entry);
    if (account.isEmpty()) {
      return new Invalid(
          "In %s auth is not base64 of user:password, or a username, password or email is no string; write it anew."
              .formatted(place));
    }
    var userName = account.get().userName();
    var password = account.get().password();
    return userName.length == 0 || password.length == 0
        ? new Invalid(
            "In %s there is no %s: docker leaves it out where it has a credential store or an identity token. Make the Secret by `kubectl create secret docker-registry`."
                .formatted(place, userName.length == 0 ? "user name" : "password"))
        : new Found(
            CredentialValue.userName("The user name of " + place, userName),
            CredentialValue.password("The password of " + place, password));
  }

  /**
   * Whether a value that is meant to be a user name or a password is a whole Docker config, as it
   * is or once more in base64, as {@code kubectl get secret} prints it.
   *
   * @param key the key that it stands under, which is enough where it is that of a pull Secret
   * @param bytes the value
   */
  static boolean isDockerConfig(String key, byte[] bytes) {
    return key.equals(DockerConfigJson.KEY)
        || key.equals(OLDER_KEY)
        || DockerConfigParser.recognizes(bytes)
        || DockerConfigParser.recognizes(decoded(bytes));
  }

  /** The bytes that it is in base64, be it in lines; nothing if it is none. */
  private static byte[] decoded(byte[] bytes) {
    try {
      return Base64.getMimeDecoder().decode(bytes);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
