package dev.regcred.operator.observe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.plan.credential.PodView;
import dev.regcred.plan.credential.StuckPods.JobView;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Pods of a namespace that are Pending, read page by page and one by one: of a page no more
 * than one Pod is in memory at a time, however many there are and however large.
 */
final class PendingPods {
  private static final Logger LOG = LoggerFactory.getLogger(PendingPods.class);

  /** How many come with one answer. */
  static final int PAGE = 500;

  /** How many pages are read at most of a namespace, and of all namespaces together. */
  static final int MAX_PAGES = 40;

  static final int MAX_PAGES_OF_ALL = 200;

  /** The annotation that the kubelet puts on the mirror of a static Pod. */
  private static final String MIRROR = "kubernetes.io/config.mirror";

  private static final Set<String> WAITING = Set.of("ErrImagePull", "ImagePullBackOff");

  /** How long an answer may take to begin, and then to come in. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final Duration timeout;
  private final ObjectMapper mapper =
      new ObjectMapper(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      // The API server bounds an object. A name is in managedFields, which has a
                      // field for each entry of imagePullSecrets: one Pod would end the list.
                      StreamReadConstraints.builder()
                          .maxNameLength(Integer.MAX_VALUE)
                          .maxDocumentLength(-1)
                          .build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  PendingPods(KubernetesClient client) {
    this(client, TIMEOUT);
  }

  PendingPods(KubernetesClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /**
   * Reads the Pods that wait for an image; no more than {@value #MAX_PAGES} pages, or {@value
   * #MAX_PAGES_OF_ALL}.
   *
   * @param namespace the namespace; empty for all
   * @param serviceAccount the ServiceAccount whose Pods are read; empty for all
   * @param time is told the time by the clock of the API server, before the first Pod
   * @return how many pages were read
   * @throws KubernetesClientException as the API server answers
   */
  int read(
      Optional<String> namespace,
      Optional<String> serviceAccount,
      Consumer<Instant> time,
      Consumer<PodView> found) {
    var selector =
        "status.phase=Pending"
            + serviceAccount.map(account -> ",spec.serviceAccountName=" + account).orElse("");
    var path =
        "/api/v1/%spods?limit=%s&fieldSelector=%s"
            .formatted(
                namespace.map(name -> "namespaces/" + name + "/").orElse(""),
                PAGE,
                encoded(selector));
    int pages = namespace.isPresent() ? MAX_PAGES : MAX_PAGES_OF_ALL;
    var next = "";
    for (int page = 1; page <= pages; page++) {
      var response = get(path + (next.isEmpty() ? "" : "&continue=" + encoded(next)));
      if (page == 1) {
        date(response).ifPresent(time);
      }
      try (var body = new TimedBody(response.body(), timeout);
          var parser = mapper.createParser(body.stream())) {
        next = readPage(parser, found);
      } catch (IOException e) {
        throw new KubernetesClientException("The list of Pods broke off", e);
      }
      if (next.isEmpty()) {
        return page;
      }
    }
    return pages;
  }

  /**
   * Reads a Job.
   *
   * @return empty where there is none, or it can't be read now
   */
  Optional<JobView> job(String namespace, String name) {
    var path = "/apis/batch/v1/namespaces/%s/jobs/%s".formatted(namespace, name);
    try (var body = new TimedBody(get(path).body(), timeout)) {
      var job = mapper.readValue(body.stream(), JobJson.class);
      return job.spec() == null || job.spec().backoffLimit() == null
          ? Optional.empty()
          : Optional.of(
              new JobView(
                  job.status() == null ? 0 : job.status().failed(),
                  job.spec().backoffLimit(),
                  job.spec().podFailurePolicy() != null
                      || job.spec().backoffLimitPerIndex() != null));
    } catch (IOException | KubernetesClientException e) {
      LOG.debug("Job {}/{} could not be read", namespace, name, e);
      return Optional.empty(); // It keeps nothing else from being known.
    }
  }

  /** Hands over each Pod of a page; returns where the next one begins, empty for none. */
  private String readPage(JsonParser parser, Consumer<PodView> found) throws IOException {
    var next = "";
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var field = parser.currentName();
      var value = parser.nextToken();
      if (field.equals("metadata")) {
        var read = mapper.readValue(parser, ListJson.class).next();
        next = read == null ? "" : read;
      } else if (field.equals("items") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          mapper.readValue(parser, PodJson.class).view().ifPresent(found);
        }
      } else {
        parser.skipChildren();
      }
    }
    return next;
  }

  private HttpResponse<InputStream> get(String path) {
    var http = client.getHttpClient();
    var base = client.getMasterUrl().toString().replaceAll("/+$", "");
    var request =
        http.newHttpRequestBuilder().uri(base + path).header("Accept", "application/json").build();
    try {
      var response =
          http.sendAsync(request, InputStream.class).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.isSuccessful()) {
        return response;
      }
      response.body().close();
      throw new KubernetesClientException(
          "The API server answered %s".formatted(response.code()), response.code(), new Status());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("Interrupted", e);
    } catch (ExecutionException | TimeoutException | IOException e) {
      throw new KubernetesClientException("The API server was not reached", e);
    }
  }

  private static Optional<Instant> date(HttpResponse<?> response) {
    return Optional.ofNullable(response.header("Date"))
        .flatMap(
            text -> {
              try {
                return Optional.of(
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
              } catch (DateTimeParseException e) {
                return Optional.empty();
              }
            });
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A body that is closed after some time, so that a server that says no more holds no thread. */
  private record TimedBody(InputStream stream, CompletableFuture<Void> end) implements Closeable {
    TimedBody(InputStream stream, Duration timeout) {
      this(
          stream,
          CompletableFuture.runAsync(
              () -> {
                try {
                  stream.close();
                } catch (IOException e) {
                  LOG.debug("A list of Pods was not closed", e);
                }
              },
              CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)));
    }

    @Override
    public void close() throws IOException {
      end.cancel(false);
      stream.close();
    }
  }

  /** What is read of a list. */
  private record ListJson(@JsonProperty("continue") @Nullable String next) {}

  /** What is read of a Pod. */
  private record PodJson(
      @Nullable MetadataJson metadata, @Nullable SpecJson spec, @Nullable StatusJson status) {

    /** The Pod as plans see it; empty where it waits for no image. */
    Optional<PodView> view() {
      if (metadata == null || spec == null || status == null) {
        return Optional.empty();
      }
      var waiting = status.waiting();
      var images = spec.images(waiting);
      return images.isEmpty() || metadata.creationTimestamp() == null
          ? Optional.empty()
          : Optional.of(
              new PodView(
                  Objects.requireNonNullElse(metadata.namespace(), ""),
                  Objects.requireNonNullElse(metadata.name(), ""),
                  Objects.requireNonNullElse(metadata.uid(), ""),
                  Objects.requireNonNullElse(metadata.resourceVersion(), ""),
                  Instant.parse(metadata.creationTimestamp()),
                  metadata.deletionTimestamp() != null,
                  orEmpty(metadata.annotations()).containsKey(MIRROR),
                  orEmpty(metadata.labels()),
                  Objects.requireNonNullElse(spec.serviceAccountName(), ""),
                  orEmpty(spec.imagePullSecrets()).stream().map(NameJson::nameOrEmpty).toList(),
                  images,
                  metadata.controller()));
    }
  }

  private record MetadataJson(
      @Nullable String namespace,
      @Nullable String name,
      @Nullable String uid,
      @Nullable String resourceVersion,
      @Nullable String creationTimestamp,
      @Nullable String deletionTimestamp,
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> annotations,
      @Nullable List<OwnerJson> ownerReferences) {

    PodView.@Nullable Owner controller() {
      return orEmpty(ownerReferences).stream()
          .filter(owner -> Boolean.TRUE.equals(owner.controller()))
          .findFirst()
          .map(
              owner ->
                  new PodView.Owner(
                      Objects.requireNonNullElse(owner.apiVersion(), ""),
                      Objects.requireNonNullElse(owner.kind(), ""),
                      Objects.requireNonNullElse(owner.name(), "")))
          .orElse(null);
    }
  }

  private record OwnerJson(
      @Nullable String apiVersion,
      @Nullable String kind,
      @Nullable String name,
      @Nullable Boolean controller) {}

  private record NameJson(@Nullable String name) {
    String nameOrEmpty() {
      return name == null ? "" : name;
    }
  }

  private record SpecJson(
      @Nullable String serviceAccountName,
      @Nullable List<NameJson> imagePullSecrets,
      @Nullable List<ContainerJson> initContainers,
      @Nullable List<ContainerJson> containers) {

    /** The images of the containers of these names. */
    List<String> images(List<String> waiting) {
      var all = new ArrayList<>(orEmpty(initContainers));
      all.addAll(orEmpty(containers));
      return all.stream()
          .filter(container -> container.name() != null && waiting.contains(container.name()))
          .map(ContainerJson::image)
          .filter(Objects::nonNull)
          .toList();
    }
  }

  private record ContainerJson(@Nullable String name, @Nullable String image) {}

  private record StatusJson(
      @Nullable List<ContainerStatusJson> initContainerStatuses,
      @Nullable List<ContainerStatusJson> containerStatuses) {

    /** The names of the containers that wait for their image. */
    List<String> waiting() {
      var all = new ArrayList<>(orEmpty(initContainerStatuses));
      all.addAll(orEmpty(containerStatuses));
      return all.stream()
          .filter(ContainerStatusJson::isWaiting)
          .map(ContainerStatusJson::name)
          .filter(Objects::nonNull)
          .toList();
    }
  }

  private record ContainerStatusJson(@Nullable String name, @Nullable StateJson state) {
    boolean isWaiting() {
      return state != null
          && state.waiting() != null
          && state.waiting().reason() != null
          && WAITING.contains(state.waiting().reason());
    }
  }

  private record StateJson(@Nullable WaitingJson waiting) {}

  private record WaitingJson(@Nullable String reason) {}

  private record JobJson(@Nullable JobSpecJson spec, @Nullable JobStatusJson status) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record JobSpecJson(
      @Nullable Integer backoffLimit,
      @Nullable Integer backoffLimitPerIndex,
      @Nullable Object podFailurePolicy) {}

  private record JobStatusJson(int failed) {}

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
