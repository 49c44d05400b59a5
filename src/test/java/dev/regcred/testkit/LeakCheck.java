package dev.regcred.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Where a password may be in a cluster: in the Secrets that users wrote, and in the pull Secrets
 * that the operator wrote for a credential that is in use. In no other object, whichever namespace
 * it is in, and nowhere in the metadata of what the operator wrote.
 *
 * <pre>{@code
 * object                                   may hold it
 * ---------------------------------------  -----------------------------------------------------
 * Secret whose data a user wrote           anywhere
 * Secret whose data the operator wrote
 *   marked, for a credential that is
 *   in use, or not at rest                 in its data
 *   marked, all its credentials are gone,
 *   or at rest and out of use              nowhere
 *   without a mark                         in its data, if the test says that it is handed back
 * anything else                            nowhere
 * }</pre>
 */
final class LeakCheck {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OURS = "/apis/regcred.dev/v1alpha1/";

  /**
   * What the operator may write at all, or a user may look at beside it; Secrets are asked last.
   */
  private static final Map<String, String> KINDS = kinds();

  private static final Set<String> OUT_OF_USE = Set.of("Inactive", "Removed", "Purged");

  /** The Secrets, by UID, about which all is said: their namespaces take a while to go. */
  private static final Set<String> SETTLED = ConcurrentHashMap.newKeySet();

  private final KubernetesClient admin;
  private final String operatorsManager;
  private final Set<String> handedBack;
  private final Map<String, JsonNode> credentials = new LinkedHashMap<>();
  private final List<String> leaks = new ArrayList<>();

  /**
   * Prepares a check.
   *
   * @param admin who may read everything; writes under another field manager than the operator's
   * @param operatorsManager the field manager of the operator
   * @param handedBack the names of Secrets that were left to their users
   */
  LeakCheck(KubernetesClient admin, String operatorsManager, Set<String> handedBack) {
    this.admin = admin;
    this.operatorsManager = operatorsManager;
    this.handedBack = Set.copyOf(handedBack);
  }

  private static Map<String, String> kinds() {
    var kinds = new LinkedHashMap<String, String>();
    kinds.put("Registry", OURS + "registries");
    kinds.put("RegistryCredential", OURS + "registrycredentials");
    kinds.put("ClusterRegistry", OURS + "clusterregistries");
    kinds.put("ClusterRegistryCredential", OURS + "clusterregistrycredentials");
    kinds.put("Event", "/apis/events.k8s.io/v1/events");
    kinds.put("ConfigMap", "/api/v1/configmaps");
    kinds.put("ServiceAccount", "/api/v1/serviceaccounts");
    kinds.put("Namespace", "/api/v1/namespaces");
    kinds.put("Lease", "/apis/coordination.k8s.io/v1/leases");
    kinds.put("Secret", "/api/v1/secrets");
    return kinds;
  }

  /** The places that have the password and must not, such as {@code Secret team-a/pull}. */
  List<String> leaks() {
    KINDS.forEach(
        (kind, path) -> {
          // Null where the cluster has no such kind, as before the CRDs are there.
          var list = admin.raw(path);
          if (list != null) {
            look(kind, list);
          }
        });
    return leaks;
  }

  private void look(String kind, String list) {
    var isCredential = kind.endsWith("RegistryCredential");
    if (!isCredential && !Canary.isIn(list)) {
      return;
    }
    for (JsonNode object : parse(list).path("items")) {
      var place = kind + " " + name(object);
      if (isCredential) {
        credentials.put(place, object);
      }
      var allowed = kind.equals("Secret") ? withoutWhatItMayHold(object) : object;
      if (Canary.isIn(allowed.toString())) {
        leaks.add(place);
        SETTLED.add(uid(object));
      }
    }
  }

  private static String name(JsonNode object) {
    var namespace = object.at("/metadata/namespace").asText();
    var name = object.at("/metadata/name").asText();
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  private JsonNode withoutWhatItMayHold(JsonNode secret) {
    if (!isWrittenByTheOperator(secret) || SETTLED.contains(uid(secret))) {
      return JSON.createObjectNode();
    }
    return mayHoldIt(secret) ? secret.path("metadata") : secret;
  }

  private static String uid(JsonNode object) {
    return object.at("/metadata/uid").asText();
  }

  /** The API server says whose the content is. */
  private boolean isWrittenByTheOperator(JsonNode secret) {
    return stream(secret.at("/metadata/managedFields"))
        .filter(field -> field.path("manager").asText().equals(operatorsManager))
        .anyMatch(field -> field.at("/fieldsV1/f:data").isObject());
  }

  private boolean mayHoldIt(JsonNode secret) {
    var contributors = contributors(secret).toList();
    if (contributors.isEmpty()
        && handedBack.contains(secret.at("/metadata/name").asText())
        && !Canary.isIn(secret.path("metadata").toString())) {
      SETTLED.add(uid(secret));
      return true;
    }
    return contributors.stream()
        .map(one -> credentials.get(place(one, secret)))
        .filter(Objects::nonNull)
        .anyMatch(credential -> !isAtRestOutOfUse(credential));
  }

  private static Stream<JsonNode> contributors(JsonNode secret) {
    var mark = secret.at("/metadata/annotations/regcred.dev~1contributors");
    return mark.isTextual() ? stream(parse(mark.textValue())) : Stream.empty();
  }

  private static String place(JsonNode contributor, JsonNode secret) {
    var kind = contributor.path("kind").asText();
    var name = contributor.path("name").asText();
    return kind.startsWith("Cluster")
        ? kind + " " + name
        : "%s %s/%s".formatted(kind, secret.at("/metadata/namespace").asText(), name);
  }

  /** What is still on its way there may still have its entry. */
  private static boolean isAtRestOutOfUse(JsonNode credential) {
    return OUT_OF_USE.contains(credential.at("/status/state").asText())
        && !credential.at("/metadata/deletionTimestamp").isTextual()
        && credential.at("/status/conditions/0/status").asText().equals("True");
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
