package dev.regcred.operator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Preconditions;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * The requests for one object each are nearly all that the operator makes, and are sent by the
 * thread that makes them. The client's typed interface hands each to two other threads, and copies
 * what is to be written by way of JSON; lists and watches, the Lease, Events and evictions go
 * through that.
 *
 * <p>All methods throw {@link KubernetesClientException}, and no other for what a server answers:
 * with the code and the Status of an answer that is an error, or with code 0 where none came within
 * the time of the client's configuration, or one that can't be read, of which nothing is said: it
 * may repeat what was sent. They end at an interrupt; with HTTP/1.1, which nothing but a proxy
 * makes of it, at the end of that time.
 */
public final class ObjectRequests {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType MERGE_PATCH = MediaType.get("application/merge-patch+json");
  private static final MediaType JSON_PATCH = MediaType.get("application/json-patch+json");

  private final DirectCalls calls;
  private final KubernetesSerialization serialization;

  /**
   * Requests by the HTTP client of a client.
   *
   * @param client one of {@link KubernetesClients#create}
   */
  public ObjectRequests(KubernetesClient client) {
    this.calls =
        new DirectCalls(client, Duration.ofMillis(client.getConfiguration().getRequestTimeout()));
    this.serialization = client.getKubernetesSerialization();
  }

  /**
   * Reads an object.
   *
   * @return empty where there is none
   */
  public <T extends HasMetadata> Optional<T> get(Class<T> kind, String namespace, String name) {
    try {
      var url = url(kind, namespace, name);
      return Optional.of(send(new Request.Builder().url(url).get(), kind));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Creates an object.
   *
   * @return the object as it is stored
   */
  public <T extends HasMetadata> T create(T object) {
    var url = url(object.getClass(), object.getMetadata().getNamespace()).build();
    return send(new Request.Builder().url(url).post(body(object, JSON)), type(object));
  }

  /**
   * Changes an object by a merge patch (RFC 7386).
   *
   * @param object of which nothing is read but its kind, name and namespace
   * @return the object as it is stored
   */
  public <T extends HasMetadata> T mergePatch(T object, Map<String, ?> patch) {
    return send(
        new Request.Builder().url(url(object)).patch(body(patch, MERGE_PATCH)), type(object));
  }

  /**
   * Changes an object by a JSON patch (RFC 6902).
   *
   * @param object of which nothing is read but its kind, name and namespace
   * @return the object as it is stored
   */
  public <T extends HasMetadata> T jsonPatch(T object, List<?> patch) {
    return send(
        new Request.Builder().url(url(object)).patch(body(patch, JSON_PATCH)), type(object));
  }

  /**
   * Replaces the status of an object.
   *
   * @param object with the version that it is bound to
   * @return the object as it is stored
   */
  public <T extends HasMetadata> T updateStatus(T object) {
    var url = url(object).newBuilder().addPathSegment("status").build();
    return send(new Request.Builder().url(url).put(body(object, JSON)), type(object));
  }

  /** Deletes an object if it is that one, in that version. */
  public void delete(
      Class<? extends HasMetadata> kind, String namespace, String name, Preconditions only) {
    var options =
        new TreeMap<String, Object>(
            Map.of("apiVersion", "v1", "kind", "DeleteOptions", "preconditions", only));
    var url = url(kind, namespace, name);
    send(new Request.Builder().url(url).delete(body(options, JSON)).build());
  }

  @SuppressWarnings("unchecked") // It is what getClass promises.
  private static <T> Class<T> type(T object) {
    return (Class<T>) object.getClass();
  }

  private HttpUrl url(HasMetadata object) {
    var metadata = object.getMetadata();
    return url(object.getClass(), metadata.getNamespace(), metadata.getName());
  }

  private HttpUrl url(Class<? extends HasMetadata> kind, @Nullable String namespace, String name) {
    return url(kind, namespace).addPathSegment(segment(name)).build();
  }

  /** A name that is one segment of a path: of these the HTTP client would make another path. */
  private static String segment(String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException("No object is called '%s'".formatted(name));
    }
    return name;
  }

  /** The path of the objects of a kind. */
  private HttpUrl.Builder url(Class<? extends HasMetadata> kind, @Nullable String namespace) {
    var group = HasMetadata.getGroup(kind);
    var url = calls.server().newBuilder();
    if (group.isEmpty()) {
      url.addPathSegment("api");
    } else {
      url.addPathSegment("apis").addPathSegment(group);
    }
    url.addPathSegment(HasMetadata.getVersion(kind));
    if (namespace != null) {
      url.addPathSegment("namespaces").addPathSegment(segment(namespace));
    }
    return url.addPathSegment(HasMetadata.getPlural(kind));
  }

  private RequestBody body(Object json, MediaType type) {
    return RequestBody.create(serialization.asJson(json).getBytes(StandardCharsets.UTF_8), type);
  }

  private <T> T send(Request.Builder builder, Class<T> type) {
    var request = builder.header("Accept", JSON.toString()).build();
    var object = calls.read(send(request), type);
    if (object == null) {
      throw calls.unanswered(request, "the answer can't be read", null);
    }
    return object;
  }

  /**
   * Sends a request.
   *
   * @return the answer; read to its end, since a stream that is closed before is reset, which the
   *     API server counts against the connection (CVE-2023-44487)
   */
  private byte[] send(Request request) {
    try (var response = calls.call(request)) {
      return DirectCalls.body(response).bytes();
    } catch (IOException e) {
      throw calls.unanswered(request, e.toString(), e);
    }
  }
}
