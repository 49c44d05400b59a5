package dev.regcred.operator.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.core.JsonParseException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is said, and how often, of a watch that fails again and again. */
class WatchFailureAppenderTest {
  private static final String REGISTRIES = "regcred.dev/v1alpha1/registries";
  private static final String SECRETS = "v1/secrets";

  private final AtomicLong nanos = new AtomicLong(-1);
  private final WatchFailureAppender failures = new WatchFailureAppender(nanos::get);
  private final ListAppender<ILoggingEvent> seen = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(WatchFailureAppender.class);

  @BeforeEach
  void listen() {
    seen.start();
    log.addAppender(seen);
    failures.start();
  }

  @AfterEach
  void stop() {
    log.detachAppender(seen);
  }

  @Test
  void eachAnswerIsSaidWithWhatToDo() {
    failed(REGISTRIES, answer(404, "NotFound", "the server could not find the resource"));
    failed(SECRETS, answer(403, "Forbidden", "secrets is forbidden: User \"x\" cannot list"));
    failed(SECRETS, answer(401, "Unauthorized", "Unauthorized"));
    failed(SECRETS, answer(503, "ServiceUnavailable", "later"));
    failed(SECRETS, new KubernetesClientException("list", new ConnectException("refused")));
    assertThat(said())
        .containsExactly(
            "WARN The API server has no registries.regcred.dev (404 Not Found); apply crds. It is"
                + " tried again.",
            "WARN The operator may not list and watch secrets (secrets is forbidden: User"
                + " \"x\" cannot list); apply deploy or the chart, or see whose kubeconfig it has."
                + " It is tried again.",
            "WARN The API server does not know the operator (401 Unauthorized); see the token or"
                + " the certificate of its kubeconfig or Pod. It is tried again.",
            "WARN The API server answered the list or watch of secrets with 503"
                + " ServiceUnavailable. It is tried again.",
            "WARN The API server was not reached (ConnectException: refused); see the server in the"
                + " operator's kubeconfig, and the network. It is tried again.");
    assertThat(seen.list).allSatisfy(event -> assertThat(event.getThrowableProxy()).isNull());
  }

  @Test
  void whatGoesOnIsSaidOnceAndAgainAfterFiveMinutes() {
    for (int second = 0; second <= 301; second += 3) {
      failed(REGISTRIES, answer(404, "NotFound", "no"));
      nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    }
    assertThat(said()).hasSize(1);
    failed(REGISTRIES, answer(404, "NotFound", "no"));
    assertThat(said()).hasSize(2);
  }

  /** Java answers a second question from memory, without what the system said. */
  @Test
  void aHostThatIsNotFoundIsSaidOnce() {
    for (String message :
        List.of("api.example.com: Name or service not known", "api.example.com")) {
      failed(REGISTRIES, new KubernetesClientException("list", new UnknownHostException(message)));
    }
    assertThat(said())
        .singleElement()
        .asString()
        .contains("(UnknownHostException: api.example.com)");
  }

  @Test
  void whatComesBackIsNews() {
    failed(REGISTRIES, answer(404, "NotFound", "no"));
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    failed(REGISTRIES, answer(404, "NotFound", "no"));
    assertThat(said()).hasSize(2);
  }

  @Test
  void aConnectionThatBreaksIsSaidIfThatGoesOn() {
    var broken = new KubernetesClientException("list", new IOException("stream was reset"));
    for (int second = 0; second <= 5; second++) {
      failed(REGISTRIES, broken);
      failed(SECRETS, broken);
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }
    assertThat(said()).isEmpty();
    failed(REGISTRIES, broken);
    failed(SECRETS, broken);
    assertThat(said()).singleElement().asString().contains("stream was reset");
  }

  @Test
  void ofKindsThatFailForOneReasonItIsSaidOnce() {
    var refused = new KubernetesClientException("list", new ConnectException("refused"));
    failed(REGISTRIES, refused);
    failed(SECRETS, refused);
    assertThat(said()).hasSize(1);
    failed(REGISTRIES, answer(404, "NotFound", "no"));
    failed(SECRETS, answer(404, "NotFound", "no"));
    assertThat(said()).as("each names its kind").hasSize(3);
  }

  @Test
  void theStackIsThereForWhoAsksForIt() {
    log.setLevel(Level.DEBUG);
    try {
      failed(REGISTRIES, answer(404, "NotFound", "no"));
      assertThat(seen.list)
          .extracting(ILoggingEvent::getLevel, event -> event.getThrowableProxy() != null)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(Level.WARN, false),
              org.assertj.core.groups.Tuple.tuple(Level.DEBUG, true));
    } finally {
      log.setLevel(null);
    }
  }

  @Test
  void aFaultOfTheCodeKeepsItsStack() {
    failed(REGISTRIES, new IllegalStateException("unforeseen"));
    failed(
        REGISTRIES,
        new KubernetesClientException("list", new JsonParseException(null, "not JSON")));
    assertThat(seen.list)
        .hasSize(2)
        .allSatisfy(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.WARN);
              assertThat(event.getThrowableProxy()).isNotNull();
            });
  }

  @Test
  void whatTheReflectorSaysBesidesIsPassedOn() {
    event("Something {}", null, "else");
    assertThat(said()).containsExactly("WARN Something else");
  }

  private void failed(String path, Throwable failure) {
    event(
        "{} failed for {}, will retry", new CompletionException(failure), "listSyncAndWatch", path);
  }

  private void event(String message, @Nullable Throwable thrown, Object... arguments) {
    var logger = new LoggerContext().getLogger("reflector");
    failures.doAppend(new LoggingEvent("", logger, Level.WARN, message, thrown, arguments));
  }

  private List<String> said() {
    return seen.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  private static KubernetesClientException answer(int code, String reason, String message) {
    Status status =
        new StatusBuilder().withCode(code).withReason(reason).withMessage(message).build();
    return new KubernetesClientException(message, code, status);
  }
}
