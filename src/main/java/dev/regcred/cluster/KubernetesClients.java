package dev.regcred.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import dev.regcred.api.v1alpha1.ClusterRegistry;
import dev.regcred.api.v1alpha1.ClusterRegistryCredential;
import dev.regcred.api.v1alpha1.Registry;
import dev.regcred.api.v1alpha1.RegistryCredential;
import dev.regcred.api.v1alpha1.RepeatedStrings;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;

/** The clients that the operator works with. */
public final class KubernetesClients {
  /** The API server takes the part before the slash as the field manager of every write. */
  private static final String USER_AGENT = "regcred/v1alpha1";

  /** The field manager of our writes. */
  static final String FIELD_MANAGER = "regcred";

  private static final Duration PING_INTERVAL = Duration.ofSeconds(10);

  /** Doubled by each attempt that fails, five times at most: 3.2 s. */
  private static final int RECONNECT_MILLIS = 100;

  private KubernetesClients() {}

  /**
   * One for all: a second one would have its own trust store, connections and threads. It reads a
   * Secret whole by its name only; lists and watches of Secrets bring their metadata.
   */
  public static KubernetesClient create(Config config) {
    return new KubernetesClientBuilder()
        // Watches go by WebSocket: a plain HTTP watch counts as alive only once the first event has
        // come, and where no Secret changes the operator would not be ready for a minute.
        .withConfig(ours(config).build())
        .withKubernetesSerialization(serialization())
        .withHttpClientFactory(new HttpClients())
        .withHttpClientBuilderConsumer(
            http -> http.addOrReplaceInterceptor("metadata-only", new MetadataOnly()))
        .build();
  }

  private static ConfigBuilder ours(Config config) {
    return new ConfigBuilder(config)
        .withUserAgent(USER_AGENT)
        // A connection that forwards nothing is noticed after two of them, and tried again soon.
        .withWebsocketPingInterval(PING_INTERVAL.toMillis())
        .withWatchReconnectInterval(RECONNECT_MILLIS)
        // The reconciler tries again by itself, with a status that says so.
        .withRequestRetryBackoffLimit(0);
  }

  /**
   * Knows the few kinds that are read here, which saves loading hundreds of model classes. An
   * unknown field is no error: newer API servers and CRDs have more of them.
   */
  private static KubernetesSerialization serialization() {
    var mapper =
        // The keys of people's labels are no names that come again.
        new ObjectMapper(
                JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(ManagedFieldsEntry.class, WithoutFields.class)
            .addMixIn(Secret.class, UnsharedValues.class)
            .registerModule(RepeatedStrings.module());
    var serialization = new KubernetesSerialization(mapper, false);
    serialization.registerKubernetesResource("v1", "Status", Status.class);
    serialization.registerKubernetesResource(Secret.class);
    serialization.registerKubernetesResource(Registry.class);
    serialization.registerKubernetesResource(ClusterRegistry.class);
    serialization.registerKubernetesResource(ClusterRegistryCredential.class);
    serialization.registerKubernetesResource(RegistryCredential.class);
    serialization.registerKubernetesResource(PullingAccount.class);
    serialization.registerKubernetesResource(NamespaceState.class);
    serialization.registerKubernetesResource(Lease.class);
    serialization.registerKubernetesResource(
        SecretMetadata.API_VERSION, SecretMetadata.KIND, SecretMetadata.class);
    return serialization;
  }

  private static final class HttpClients extends OkHttpClientFactory {
    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
      builder.addInterceptor(new WebSocketFailures());
      builder.addInterceptor(new RetryAfterHeader());
      builder.addInterceptor(new TrimmedLists());
    }
  }

  /**
   * Of managedFields the operator reads who wrote and when. Which fields is a tree of maps that is
   * larger than all the rest of a credential.
   */
  @JsonIgnoreProperties("fieldsV1")
  private interface WithoutFields {}

  /** Secret values are not kept for the next one that is alike. */
  private interface UnsharedValues {
    @SuppressWarnings("UnusedMethod") // Jackson reads it.
    @JsonDeserialize(contentUsing = StringDeserializer.class)
    Map<String, String> getData();
  }

  private static final class MetadataOnly implements Interceptor {
    /** Several of them; one that is itself called {@code secrets} does not match. */
    private static final Pattern SECRETS = Pattern.compile("/api/v1/(namespaces/[^/]+/)?secrets$");

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (!request.method().equals("GET") || !SECRETS.matcher(request.uri().getPath()).find()) {
        return;
      }
      var isWatch =
          request.uri().getQuery() != null && request.uri().getQuery().contains("watch=true");
      var kind = isWatch ? SecretMetadata.KIND : SecretMetadata.KIND + "List";
      builder.setHeader("Accept", "application/json;as=" + kind + ";g=meta.k8s.io;v=v1");
    }
  }
}
