package dev.regcred.operator.watch;

import dev.regcred.plan.credential.AttachPolicy;
import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.ApiVersionUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The policies by which the API server gives pull Secrets to Pods, and their bindings: they are
 * read from the API server, each by its name, and compared with those that the operator ships
 * ({@code deploy/optional/attach.yaml}). The operator never writes one.
 */
public final class AttachPolicies {
  private static final String SHIPPED = "/attach.yaml";

  /** The operator's namespace, as it stands in the file. */
  private static final String SHIPPED_NAMESPACE = "regcred-system";

  private static final Pattern DOCUMENT_END = Pattern.compile("^---$", Pattern.MULTILINE);

  private static final String CLUSTER_WIDE = "-cluster";

  private final KubernetesClient client;
  private final String namespace;
  private volatile @Nullable List<GenericKubernetesResource> shipped;

  /**
   * A reader of the policies.
   *
   * @param namespace the operator's own, which cluster-wide credentials leave out
   */
  public AttachPolicies(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** What is shipped, once somebody has asked for it: most operators never read it. */
  private List<GenericKubernetesResource> shipped() {
    var read = shipped;
    if (read == null) {
      read =
          DOCUMENT_END
              .splitAsStream(file().replace(SHIPPED_NAMESPACE, namespace))
              .map(
                  document ->
                      client
                          .getKubernetesSerialization()
                          .unmarshal(document, GenericKubernetesResource.class))
              .toList();
      shipped = read;
    }
    return read;
  }

  private static String file() {
    try (var file = AttachPolicies.class.getResourceAsStream(SHIPPED)) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Asks the API server for the policy and the binding of a kind of credentials.
   *
   * @param isClusterWide of which kind
   * @throws KubernetesClientException if it does not answer
   */
  public AttachPolicy read(boolean isClusterWide) {
    return shipped().stream()
        .filter(object -> object.getMetadata().getName().endsWith(CLUSTER_WIDE) == isClusterWide)
        .map(this::compared)
        .filter(found -> !(found instanceof AttachPolicy.InForce))
        .findFirst()
        .orElseGet(AttachPolicy.InForce::new);
  }

  private AttachPolicy compared(GenericKubernetesResource expected) {
    var object = expected.getKind() + " " + expected.getMetadata().getName();
    try {
      var present =
          client
              .genericKubernetesResources(definition(expected))
              .withName(expected.getMetadata().getName())
              .get();
      if (present == null) {
        return client.supports(expected.getApiVersion(), expected.getKind())
            ? new AttachPolicy.Missing(object)
            : new AttachPolicy.Unsupported();
      }
      return present.isMarkedForDeletion() || !spec(present).equals(spec(expected))
          ? new AttachPolicy.Differs(object)
          : new AttachPolicy.InForce();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return new AttachPolicy.Unreadable(object);
      }
      throw e;
    }
  }

  /**
   * By kind alone the client would ask the API server for the plural, and fail where that has no
   * such kind as it does where it is not reached.
   */
  private static ResourceDefinitionContext definition(GenericKubernetesResource expected) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(ApiVersionUtil.trimGroup(expected.getApiVersion()))
        .withVersion(ApiVersionUtil.trimVersion(expected.getApiVersion()))
        .withKind(expected.getKind())
        .withPlural(Pluralize.toPlural(expected.getKind().toLowerCase(Locale.ROOT)))
        .withNamespaced(false)
        .build();
  }

  /** What an object asks for. The API server fills in selectors that select all. */
  private static Object spec(GenericKubernetesResource object) {
    return withoutEmpty(Objects.requireNonNullElse(object.get("spec"), Map.of()));
  }

  private static Object withoutEmpty(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var kept = new LinkedHashMap<Object, Object>();
        map.forEach(
            (key, inner) -> {
              var present = inner == null ? Map.of() : withoutEmpty(inner);
              if (!isEmpty(present)) {
                kept.put(key, present);
              }
            });
        yield kept;
      }
      case List<?> list -> list.stream().map(AttachPolicies::withoutEmpty).toList();
      default -> value;
    };
  }

  private static boolean isEmpty(Object value) {
    return switch (value) {
      case Map<?, ?> map -> map.isEmpty();
      case List<?> list -> list.isEmpty();
      default -> false;
    };
  }
}
