package dev.regcred.operator.observe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.operator.client.StreamedGets;
import dev.regcred.plan.credential.PodView;
import dev.regcred.plan.credential.StuckPods.JobView;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

  /** How large a page may be that counts as one; a larger one counts as several. 16 kB a Pod. */
  static final int PAGE_BYTES = 8_388_608;

  /** How many pages are read at most of a namespace, and of all namespaces together. */
  static final int MAX_PAGES = 40;

  static final int MAX_PAGES_OF_ALL = 200;

  /** How long it may take until an answer was read. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final StreamedGets gets;
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
    this.gets = new StreamedGets(client, timeout);
  }

  /**
   * What was read.
   *
   * @param pages how many pages
   * @param isWhole whether these were all
   */
  record Reading(int pages, boolean isWhole) {}

  /**
   * Reads the Pods that wait for an image; no more than {@value #MAX_PAGES} pages, or {@value
   * #MAX_PAGES_OF_ALL}.
   *
   * @param namespace the namespace; empty for all
   * @param serviceAccount the ServiceAccount whose Pods are read; empty for all
   * @param time is told the time by the clock of the API server, before the first Pod
   * @throws KubernetesClientException as the API server answers
   */
  Reading read(
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
    int most = namespace.isPresent() ? MAX_PAGES : MAX_PAGES_OF_ALL;
    var next = "";
    for (int pages = 0; pages < most; ) {
      try (var answer = gets.get(path + (next.isEmpty() ? "" : "&continue=" + encoded(next)));
          var body = new BoundedStream(answer.body(), (long) (most - pages) * PAGE_BYTES);
          var parser = mapper.createParser(body)) {
        if (pages == 0) {
          answer.date().ifPresent(time);
        }
        next = readPage(parser, found);
        pages += (int) Math.max(1, Math.ceilDiv(body.count(), PAGE_BYTES));
      } catch (BoundedStream.TooLongException e) {
        LOG.debug("A list of Pods is too long", e);
        break;
      } catch (IOException e) {
        throw new KubernetesClientException("The list of Pods broke off", e);
      }
      if (next.isEmpty()) {
        return new Reading(pages, true);
      }
    }
    return new Reading(most, false);
  }

  /**
   * Reads a Job.
   *
   * @return empty where there is none, or it can't be read now
   */
  Optional<JobView> job(String namespace, String name) {
    var path = "/apis/batch/v1/namespaces/%s/jobs/%s".formatted(namespace, name);
    try (var answer = gets.get(path)) {
      return mapper.readValue(answer.body(), JobJson.class).view();
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

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** What is read of a list. */
  private record ListJson(@JsonProperty("continue") @Nullable String next) {}
}
