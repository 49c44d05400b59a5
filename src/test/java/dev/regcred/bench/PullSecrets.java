package dev.regcred.bench;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The pull Secrets of all namespaces, by a watch. */
final class PullSecrets {
  private static final String MANAGED =
      "/api/v1/secrets?labelSelector=regcred.dev%2Fmanaged%3Dtrue";

  private PullSecrets() {}

  /** Is told of each pull Secret that is there, new or changed. */
  @FunctionalInterface
  interface Observer {
    /**
     * One is there.
     *
     * @param key its namespace and name
     * @param content its dockerconfigjson
     */
    void written(long nanoTime, String key, String content);
  }

  static Watch watch(LeanClient lean, Observer observer) {
    return watch(lean, MANAGED, observer);
  }

  static Watch watch(LeanClient lean, String path, Observer observer) {
    return Watch.open(
        lean,
        path,
        (time, type, secret) -> {
          var metadata = secret.path("metadata");
          if (!type.equals("DELETED")) {
            observer.written(
                time,
                metadata.path("namespace").asText() + "/" + metadata.path("name").asText(),
                new String(
                    Base64.getDecoder()
                        .decode(secret.path("data").path(".dockerconfigjson").asText()),
                    StandardCharsets.UTF_8));
          }
        });
  }
}
