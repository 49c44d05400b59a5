package dev.regcred.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regcred.bench.LeanClient.Answer;

/**
 * What the operator itself has written for one credential; the lean client writes the same for
 * others, with their names.
 *
 * @param of the credential that it was written for
 * @param uid of that one
 * @param secret the pull Secret
 * @param status of the credential
 */
record Sample(CredentialKey of, String uid, String secret, String status) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Sample of(CredentialKey key, Answer credential, Answer secret) {
    try {
      var resource = MAPPER.readTree(credential.text());
      return new Sample(
          key,
          resource.path("metadata").path("uid").asText(),
          MAPPER.writeValueAsString(bare((ObjectNode) MAPPER.readTree(secret.text()))),
          MAPPER.writeValueAsString(resource.path("status")));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Without what the API server adds. */
  private static JsonNode bare(ObjectNode secret) {
    ((ObjectNode) secret.path("metadata"))
        .remove(
            java.util.List.of(
                "uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"));
    return secret;
  }

  /** The pull Secret of another credential. */
  String secretFor(CredentialKey key, String otherUid) {
    return renamed(secret, key).replace(uid, otherUid);
  }

  /** The same for another namespace, owned by nobody: the owner is not there any more. */
  String ownerlessSecretFor(String namespace) {
    try {
      var copy = (ObjectNode) MAPPER.readTree(secret.replace(of.namespace(), namespace));
      ((ObjectNode) copy.path("metadata")).remove("ownerReferences");
      return MAPPER.writeValueAsString(copy);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A status write of another credential, bound to a version as the operator's are. */
  String statusFor(CredentialKey key, String otherUid, String version, String state) {
    return """
    {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential","metadata":{"name":"%s",\
    "namespace":"%s","uid":"%s","resourceVersion":"%s"},"status":%s}"""
        .formatted(
            key.name(),
            key.namespace(),
            otherUid,
            version,
            renamed(status, key).replace("\"state\":\"Active\"", "\"state\":\"" + state + "\""));
  }

  private String renamed(String json, CredentialKey key) {
    return json.replace(of.namespace(), key.namespace()).replace(of.name(), key.name());
  }
}
