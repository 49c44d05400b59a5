package dev.regcred.operator.client;

import dev.regcred.plan.Failure;
import dev.regcred.plan.Failure.Kind;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one place where an answer of the API server becomes a {@link Failure}.
 *
 * <p>A message names who refused and which fields, and quotes nothing else of the answer: that may
 * repeat what the object holds.
 */
public final class FailureClassifier {
  /** The cause that the API server's NamespaceLifecycle admission gives. */
  private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

  /** Those who refuse, as the API server words them: a webhook, and a policy with its binding. */
  private static final Pattern ADMISSION =
      Pattern.compile(
          "admission webhook \"[^\"]{1,253}\"|ValidatingAdmissionPolicy '[^']{1,253}'(?= with"
              + " binding)");

  private static final int TOO_MANY_REQUESTS = 429;

  /** How many fields a message names. */
  private static final int NAMED = 3;

  private FailureClassifier() {}

  /**
   * What an answer to a write means.
   *
   * @param attempt what was tried, such as {@code create Secret x}
   */
  public static Failure classify(KubernetesClientException exception, String attempt) {
    return switch (exception.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND ->
          failure(exception, Kind.CONFLICT, attempt, "it changed meanwhile");
      default -> classifyOther(exception, attempt);
    };
  }

  /** What an answer to a read means: there is no old view that it could be in conflict with. */
  public static Failure classifyRead(KubernetesClientException exception) {
    var what =
        Stream.of(exception.getResourcePlural(), exception.getName())
            .filter(Objects::nonNull)
            .collect(Collectors.joining("/"));
    return classifyOther(exception, "read " + (what.isEmpty() ? "what it depends on" : what));
  }

  private static Failure classifyOther(KubernetesClientException exception, String attempt) {
    var code = exception.getCode();
    return switch (code) {
      case HttpURLConnection.HTTP_FORBIDDEN -> forbidden(exception, attempt);
      case HttpURLConnection.HTTP_UNAUTHORIZED,
          HttpURLConnection.HTTP_CLIENT_TIMEOUT,
          HttpURLConnection.HTTP_NOT_FOUND,
          HttpURLConnection.HTTP_CONFLICT,
          HttpURLConnection.HTTP_GONE,
          TOO_MANY_REQUESTS ->
          failure(exception, Kind.API, attempt, answer(exception));
      default ->
          code >= HttpURLConnection.HTTP_BAD_REQUEST && code < HttpURLConnection.HTTP_INTERNAL_ERROR
              ? failure(exception, Kind.REFUSED, attempt, refusal(exception))
              : failure(exception, Kind.API, attempt, answer(exception));
    };
  }

  private static Failure failure(
      KubernetesClientException exception, Kind kind, String attempt, String why) {
    return new Failure(
        kind,
        "Could not %s: %s. It is tried again.".formatted(attempt, why),
        retryAfter(exception.getStatus()));
  }

  private static Failure forbidden(KubernetesClientException exception, String attempt) {
    var status = exception.getStatus();
    if (isNamespaceTerminating(status)) {
      return failure(
          exception, Kind.NAMESPACE_TERMINATING, attempt, "the namespace is being deleted");
    }
    var message = message(status);
    if (message.contains("exceeded quota")) {
      return failure(exception, Kind.QUOTA, attempt, "a ResourceQuota of the namespace is used up");
    }
    var admission = admission(message);
    if (admission.isPresent()) {
      return failure(exception, Kind.FORBIDDEN, attempt, admission.get() + " forbids it");
    }
    return new Failure(
        Kind.FORBIDDEN,
        ("Could not %s: it is forbidden%s. Give the operator's ServiceAccount the permission;"
                + " it is tried again.")
            .formatted(attempt, message.isEmpty() ? "" : " (" + untilColon(message) + ")"),
        retryAfter(status));
  }

  private static boolean isNamespaceTerminating(@Nullable Status status) {
    return causes(status).stream()
        .anyMatch(cause -> NAMESPACE_TERMINATING.equals(cause.getReason()));
  }

  /** Who refused, by the names that an administrator gave. */
  private static Optional<String> admission(String message) {
    return ADMISSION.matcher(message).results().map(result -> result.group()).findFirst();
  }

  /** An answer may quote the object that it refuses after the colon. */
  private static String untilColon(String message) {
    var colon = message.indexOf(':');
    return colon < 0 ? message : message.substring(0, colon);
  }

  private static String refusal(KubernetesClientException exception) {
    var status = exception.getStatus();
    var admission = admission(message(status));
    if (admission.isPresent()) {
      return admission.get() + " refuses it";
    }
    var fields =
        causes(status).stream()
            .map(StatusCause::getField)
            .filter(field -> field != null && !field.isEmpty())
            .distinct()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    return "the API server refuses it as %s (%s)%s"
        .formatted(
            reason(status).orElse("not acceptable"),
            exception.getCode(),
            fields.isEmpty() ? "" : " because of " + fields);
  }

  private static String answer(KubernetesClientException exception) {
    var code = exception.getCode();
    if (code > 0) {
      return reason(exception.getStatus())
          .map(reason -> "the API server answered %s (%s)".formatted(reason, code))
          .orElse("the API server answered with code " + code);
    }
    for (Throwable cause = exception.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException || cause instanceof InterruptedIOException) {
        return "the API server did not answer in time";
      }
    }
    return "the API server was not reached";
  }

  private static Optional<String> reason(@Nullable Status status) {
    return Optional.ofNullable(status)
        .map(Status::getReason)
        .filter(reason -> !reason.isEmpty() && !"Unknown".equals(reason));
  }

  private static String message(@Nullable Status status) {
    return status == null || status.getMessage() == null ? "" : status.getMessage();
  }

  private static List<StatusCause> causes(@Nullable Status status) {
    return status == null || status.getDetails() == null
        ? List.of()
        : status.getDetails().getCauses();
  }

  private static @Nullable Duration retryAfter(@Nullable Status status) {
    return status == null
            || status.getDetails() == null
            || status.getDetails().getRetryAfterSeconds() == null
            || status.getDetails().getRetryAfterSeconds() <= 0
        ? null
        : Duration.ofSeconds(status.getDetails().getRetryAfterSeconds());
  }
}
