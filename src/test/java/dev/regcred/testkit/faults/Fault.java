package dev.regcred.testkit.faults;

import java.util.Map;

/** What becomes of a request. */
public sealed interface Fault {
  /** Nothing happens to it. */
  record None() implements Fault {}

  /** This is answered, and the API server never hears of it. */
  record Answer(int code, Map<String, String> headers, String body) implements Fault {}

  /** No answer at all: the API server never hears of it, the client waits until it gives up. */
  record Silence() implements Fault {}

  /** The connection is lost in the place of an answer: the API server never hears of it. */
  record ConnectionLost() implements Fault {}

  /** The API server does it, but the answer is lost with the connection. */
  record AnswerLost() implements Fault {}

  /** A watch begins, brings this one event, and ends. */
  record WatchEvent(String event) implements Fault {}

  static Fault none() {
    return new None();
  }

  /** An answer of the form that the API server gives to whatever it does not do. */
  static Answer status(int code, String reason, String message) {
    return status(code, reason, message, "{}");
  }

  /**
   * The same with details.
   *
   * @param details JSON, such as {@code {"causes": [...]}}
   */
  static Answer status(int code, String reason, String message, String details) {
    return new Answer(
        code,
        Map.of(),
        """
        {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", \
        "message": "%s", "reason": "%s", "details": %s, "code": %d}
        """
            .formatted(message, reason, details, code));
  }

  /** An answer of what stands before the API server, in lines that are no JSON. */
  static Answer page(int code) {
    return new Answer(code, Map.of(), "<html>\n<body>No backend is ready.</body>\n</html>\n");
  }

  /** What a watch brings from which the API server no longer has all events. */
  static WatchEvent expired() {
    var status = status(410, "Expired", "too old resource version");
    return new WatchEvent("{\"type\": \"ERROR\", \"object\": %s}".formatted(status.body()));
  }

  /** As the API server says it when it is asked too much. */
  static Answer tooManyRequests(int retryAfterSeconds) {
    var status =
        status(
            429,
            "TooManyRequests",
            "too many requests, please try again later",
            "{\"retryAfterSeconds\": %d}".formatted(retryAfterSeconds));
    return new Answer(
        429, Map.of("Retry-After", Integer.toString(retryAfterSeconds)), status.body());
  }
}
