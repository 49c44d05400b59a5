package dev.regcred.bench;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The objects that users write, as JSON. Names are all of the same length: so is what is written.
 */
final class Manifests {
  static final String CREDENTIALS = "registrycredentials";
  static final String CLUSTER_CREDENTIALS = "clusterregistrycredentials";
  static final String GROUP = "/apis/regcred.dev/v1alpha1";
  static final String SOURCE_NAMESPACE = "regcred-system";

  /** How many credentials share a namespace; each has a source Secret and a pull Secret there. */
  static final int PER_NAMESPACE = 500;

  private Manifests() {}

  static String secrets(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/secrets";
  }

  static String credentials(String namespace) {
    return "%s/namespaces/%s/%s".formatted(GROUP, namespace, CREDENTIALS);
  }

  static String registries(String namespace) {
    return "%s/namespaces/%s/registries".formatted(GROUP, namespace);
  }

  static String namespace(String name, String label) {
    return """
    {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s","labels":{"bench":"%s"}}}"""
        .formatted(name, label);
  }

  static String registry() {
    return """
    {"apiVersion":"regcred.dev/v1alpha1","kind":"Registry","metadata":{"name":"ghcr"},\
    "spec":{"serverAddress":"ghcr.io"}}""";
  }

  static String clusterRegistry() {
    return """
    {"apiVersion":"regcred.dev/v1alpha1","kind":"ClusterRegistry","metadata":{"name":"ghcr"},\
    "spec":{"serverAddress":"ghcr.io"}}""";
  }

  static String source(String name, String password) {
    return """
    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s","labels":{"regcred.dev/source":"true"}},\
    "type":"Opaque","data":{"password":"%s"}}"""
        .formatted(name, base64(password));
  }

  static String password(String password) {
    return "{\"data\":{\"password\":\"" + base64(password) + "\"}}";
  }

  static String credential(String name, BenchOptions.Finalizer finalizer) {
    return """
    {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential","metadata":{"name":"%s"%s},\
    "spec":{"registryRef":{"name":"ghcr"},"email":"team@example.com","publicValue":"robot",\
    "secretValueFrom":{"secretKeyRef":{"name":"src-%s","key":"password"}}}}"""
        .formatted(
            name,
            finalizer == BenchOptions.Finalizer.MANIFEST
                ? ",\"finalizers\":[\"regcred.dev/finalizer\"]"
                : "",
            name);
  }

  /** For all namespaces with a label {@code bench}. */
  static String clusterCredential(String name, String label) {
    return """
    {"apiVersion":"regcred.dev/v1alpha1","kind":"ClusterRegistryCredential","metadata":{"name":"%s"},\
    "spec":{"registryRef":{"kind":"ClusterRegistry","name":"ghcr"},"email":"team@example.com",\
    "publicValue":"robot","secretValueFrom":{"secretKeyRef":{"name":"src-%s","key":"password"}},\
    "namespaceSelector":{"matchLabels":{"bench":"%s"}}}}"""
        .formatted(name, name, label);
  }

  /** A patch that gives a pull Secret another password. */
  static String pullSecret(String password) {
    var content =
        """
        {"auths":{"ghcr.io":{"username":"robot","password":"%s","email":"team@example.com",\
        "auth":"%s"}}}"""
            .formatted(password, base64("robot:" + password));
    return "{\"data\":{\".dockerconfigjson\":\"" + base64(content) + "\"}}";
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
