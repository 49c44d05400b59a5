package dev.regcred.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.TestNamespace;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Pods that wait for their image, and pull Secrets made by hand, as manifests. */
final class Workloads {
  /** The type of a pull Secret. */
  static final String TYPE = "kubernetes.io/dockerconfigjson";

  /** The image that a Pod waits for unless it is told another one. */
  static final String IMAGE = "ghcr.io/team/app:1";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Workloads() {}

  /** What a kubelet says when a registry refuses it. */
  static String denied(String image) {
    return "Back-off pulling image \"%s\": ErrImagePull: failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden"
        .formatted(image);
  }

  /** Lets a Pod wait for its image; there is no kubelet that would. */
  static void stick(TestNamespace namespace, String pod, String message) {
    namespace.patchStatus(
        "Pod",
        pod,
        json(
            Map.of(
                "status",
                Map.of(
                    "containerStatuses",
                    List.of(
                        Map.of(
                            "name",
                            "app",
                            "image",
                            "",
                            "imageID",
                            "",
                            "ready",
                            false,
                            "restartCount",
                            0,
                            "state",
                            Map.of(
                                "waiting",
                                Map.of("reason", "ImagePullBackOff", "message", message))))))));
  }

  /** A Pod with one container, app. */
  static String pod(String name, String image, List<String> pullSecrets) {
    return json(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Map.of("name", name),
                "spec",
                Map.of(
                    "imagePullSecrets",
                        pullSecrets.stream().map(secret -> Map.of("name", secret)).toList(),
                    "containers", List.of(Map.of("name", "app", "image", image)))))
        + "\n---\n";
  }

  /** A pull Secret with one entry. */
  static String pullSecret(String name, String server) {
    return secret(name, TYPE, config(server));
  }

  /** A Docker config with one entry. */
  static String config(String server) {
    var auth =
        Base64.getEncoder()
            .encodeToString(("robot:" + Canary.TEXT).getBytes(StandardCharsets.UTF_8));
    return json(
        Map.of(
            "auths",
            Map.of(server, Map.of("username", "robot", "password", Canary.TEXT, "auth", auth))));
  }

  /** A Secret with that under the key of pull Secrets. */
  static String secret(String name, String type, String config) {
    return json(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "type",
                type,
                "metadata",
                Map.of("name", name),
                "stringData",
                Map.of(".dockerconfigjson", config)))
        + "\n---\n";
  }

  /** A ServiceAccount that names a pull Secret. */
  static String serviceAccount(String name, String secret) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"%s\"},\"imagePullSecrets\":[{\"name\":\"%s\"}]}\n---\n"
        .formatted(name, secret);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
