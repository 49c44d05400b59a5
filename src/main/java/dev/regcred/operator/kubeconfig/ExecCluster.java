package dev.regcred.operator.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What a command of {@code exec} may be told of the cluster: {@code spec.cluster} of an
 * ExecCredential of {@code client.authentication.k8s.io}.
 */
final class ExecCluster {
  /** The extension of a cluster that has what is meant for the command. */
  private static final String EXTENSION = "client.authentication.k8s.io/exec";

  private ExecCluster() {}

  static ObjectNode of(Section cluster) {
    var info = new ObjectMapper().createObjectNode();
    info.put("server", cluster.required("server"));
    for (String field : List.of("tls-server-name", "proxy-url")) {
      var text = cluster.text(field);
      if (text != null) {
        info.put(field, text);
      }
    }
    for (String field : List.of("insecure-skip-tls-verify", "disable-compression")) {
      if (cluster.flag(field)) {
        info.put(field, true);
      }
    }
    var authority = Pem.of(cluster, "certificate-authority");
    if (authority != null) {
      info.put(
          "certificate-authority-data",
          Base64.getEncoder()
              .encodeToString(authority.text().getBytes(StandardCharsets.ISO_8859_1)));
    }
    for (JsonNode extension : cluster.items("extensions")) {
      if (extension.path("name").asText().equals(EXTENSION)) {
        info.set("config", extension.path("extension"));
      }
    }
    return info;
  }
}
