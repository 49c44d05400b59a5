package dev.regcred.cluster;

import dev.regcred.plan.Failure;
import dev.regcred.plan.Failure.Kind;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one place where an answer of the API server becomes a {@link Failure}. */
public final class FailureClassifier {
  /** The cause that the API server's NamespaceLifecycle admission gives. */
  private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

  private FailureClassifier() {}

  /**
   * What an answer means for the one who asked.
   *
   * @param attempt what was tried, such as {@code create Secret x}
   */
  public static Failure classify(KubernetesClientException exception, String attempt) {
    var status = exception.getStatus();
    return switch (exception.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND ->
          new Failure(Kind.CONFLICT, attempt + ": the object changed meanwhile", null);
      case HttpURLConnection.HTTP_FORBIDDEN -> forbidden(status, attempt);
      default ->
          new Failure(
              Kind.API,
              "Could not %s: %s. It is tried again.".formatted(attempt, summary(exception, status)),
              retryAfter(status));
    };
  }

  private static Failure forbidden(@Nullable Status status, String attempt) {
    if (isNamespaceTerminating(status)) {
      return new Failure(
          Kind.NAMESPACE_TERMINATING, attempt + ": the namespace is being deleted", null);
    }
    var message = status == null || status.getMessage() == null ? "" : status.getMessage();
    if (message.contains("exceeded quota")) {
      return new Failure(
          Kind.QUOTA,
          "Could not %s: a ResourceQuota of the namespace is used up. It is tried again."
              .formatted(attempt),
          null);
    }
    return new Failure(
        Kind.FORBIDDEN,
        ("Could not %s: it is forbidden (%s). Give the operator's ServiceAccount the permission;"
                + " it is tried again.")
            .formatted(attempt, untilColon(message)),
        null);
  }

  private static boolean isNamespaceTerminating(@Nullable Status status) {
    return status != null
        && status.getDetails() != null
        && status.getDetails().getCauses().stream()
            .anyMatch(cause -> NAMESPACE_TERMINATING.equals(cause.getReason()));
  }

  /**
   * An admission webhook may quote the object it refuses after the colon; before it stands who
   * refused.
   */
  private static String untilColon(String message) {
    var colon = message.indexOf(':');
    return colon < 0 ? message : message.substring(0, colon);
  }

  private static String summary(KubernetesClientException exception, @Nullable Status status) {
    if (status != null && status.getReason() != null && !status.getReason().isEmpty()) {
      return "the API server answered %s (%d)".formatted(status.getReason(), exception.getCode());
    }
    return exception.getCode() > 0
        ? "the API server answered with code " + exception.getCode()
        : "the API server was not reached";
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
