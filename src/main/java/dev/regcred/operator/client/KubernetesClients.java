package dev.regcred.operator.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.NamespaceMetadata;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.RepeatedStrings;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The clients that the operator works with. */
public final class KubernetesClients {
  /**
   * An additional property of a {@link Config}: the name that the API server's certificate is for,
   * where it is not that of its URL.
   */
  public static final String TLS_SERVER_NAME = "tls-server-name";

  private static final Duration PING_INTERVAL = Duration.ofSeconds(10);

  /** Doubled by each attempt that fails, five times at most: 3.2 s. */
  private static final int RECONNECT_MILLIS = 100;

  private KubernetesClients() {}

  /**
   * The one client for all: a second one would have its own trust store, connections and threads.
   * It reads a Secret whole by its name only; lists and watches of Secrets bring their metadata.
   */
  public static KubernetesClient create(Config config) {
    var ours = ours(config).build();
    return new KubernetesClientBuilder()
        // Watches go by WebSocket: a plain HTTP watch counts as alive only once the first event has
        // come, and where no Secret changes the operator would not be ready for a minute.
        .withConfig(ours)
        .withKubernetesSerialization(serialization())
        .withHttpClientFactory(new HttpClients(ours))
        .withHttpClientBuilderConsumer(http -> adapt(http, ours))
        .build();
  }

  private static void adapt(HttpClient.Builder http, Config config) {
    http.addOrReplaceInterceptor("metadata-only", new MetadataOnly());
    http.addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, null);
    var trust = ServerTrust.of(config);
    if (trust != null) {
      http.sslContext(keyManagers(config), new TrustManager[] {trust});
    }
  }

  private static KeyManager @Nullable [] keyManagers(Config config) {
    try {
      return SSLUtils.keyManagers(config);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the client certificate or its key can't be read", e);
    }
  }

  private static ConfigBuilder ours(Config config) {
    return new ConfigBuilder(config)
        .withUserAgent(RequestIdentity.USER_AGENT)
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
        // The keys of people's labels are no names that come again: neither interned nor kept in a
        // table, which a page of labels at their longest filled with four times its size.
        new ObjectMapper(
                JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(ManagedFieldsEntry.class, WithoutFields.class)
            .addMixIn(Secret.class, UnsharedValues.class)
            .addMixIn(WatchEvent.class, TrimmedEvents.MixIn.class)
            .registerModule(RepeatedStrings.module());
    var serialization = new KubernetesSerialization(mapper, false);
    serialization.registerKubernetesResource("v1", "Status", Status.class);
    serialization.registerKubernetesResource(Secret.class);
    serialization.registerKubernetesResource(Registry.class);
    serialization.registerKubernetesResource(ClusterRegistry.class);
    serialization.registerKubernetesResource(ClusterRegistryCredential.class);
    serialization.registerKubernetesResource(RegistryCredential.class);
    serialization.registerKubernetesResource(ServiceAccountMetadata.class);
    serialization.registerKubernetesResource(NamespaceMetadata.class);
    serialization.registerKubernetesResource(Lease.class);
    serialization.registerKubernetesResource(
        SecretMetadata.API_VERSION, SecretMetadata.KIND, SecretMetadata.class);
    return serialization;
  }

  private static final class HttpClients extends OkHttpClientFactory {
    private final Config config;

    HttpClients(Config config) {
      this.config = config;
    }

    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
      builder.addInterceptor(new WebSocketFailures());
      builder.addInterceptor(new RetryAfterHeader());
      builder.addInterceptor(new TrimmedLists());
      builder.addInterceptor(new RequestIdentity(config));
      if (config.getAdditionalProperties().get(TLS_SERVER_NAME) instanceof String name) {
        expectName(builder, name);
      }
    }

    private void expectName(OkHttpClient.Builder builder, String name) {
      var trust = trust();
      var sockets =
          SSLUtils.sslContext(keyManagers(config), new TrustManager[] {trust}).getSocketFactory();
      builder
          .sslSocketFactory(new NamedServer(sockets, name), trust)
          .hostnameVerifier((_, _) -> true); // It is checked with the chain, if that is.
    }

    private X509TrustManager trust() {
      var named = ServerTrust.of(config);
      if (named != null) {
        return named;
      }
      try {
        return (X509TrustManager) SSLUtils.trustManagers(config)[0];
      } catch (GeneralSecurityException | IOException e) {
        throw new IllegalArgumentException("the authorities that the JVM trusts can't be read", e);
      }
    }
  }

  /**
   * The operator reads of managedFields who wrote and when. Which fields is a tree of maps that is
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
    /** Paths of several Secrets; one that is itself called {@code secrets} does not match. */
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
