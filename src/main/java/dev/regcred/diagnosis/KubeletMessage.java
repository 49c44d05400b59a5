package dev.regcred.diagnosis;

import dev.regcred.dockerconfig.ImageName;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kubelet's last message about an image, which is its container runtime's, and that the
 * registry's: what it is about, as far as the words tell.
 */
public final class KubeletMessage {
  /**
   * The kinds of messages, in the order in which they are looked for: a word of an earlier one
   * decides.
   */
  public enum Kind {
    /** The registry counts pulls, and has had too many. */
    RATE_LIMITED("too many requests", "toomanyrequests", "rate limit"),
    /** There is no image for the platform of the node. */
    PLATFORM("no match for platform", "no matching manifest"),
    /** The registry speaks HTTP where HTTPS is asked for. */
    PLAIN_HTTP("server gave http response to https client"),
    /** The node does not trust the certificate. */
    CERTIFICATE("x509:", "certificate"),
    /** The registry is not reached. */
    NETWORK(
        "no such host",
        "connection refused",
        "connection reset",
        "i/o timeout",
        "no route to host",
        "network is unreachable",
        "server misbehaving",
        "handshake timeout",
        "deadline exceeded"),
    /** The node has no room for it. */
    DISK("no space left on device"),
    /** The account is refused, or there is none and one is asked for. */
    DENIED(
        "unauthorized",
        "unauthenticated",
        "authentication required",
        "authorization failed",
        "failed to authorize",
        "insufficient_scope",
        "no basic auth credentials",
        "denied",
        "forbidden"),
    /** The registry says that there is no such image. */
    NOT_FOUND("not found", "manifest unknown", "name unknown", "manifest_unknown", "name_unknown"),
    /** None of these. */
    OTHER();

    private final Pattern words;

    Kind(String... words) {
      this.words =
          Pattern.compile(
              words.length == 0
                  ? "(?!)"
                  : Stream.of(words).map(Pattern::quote).collect(Collectors.joining("|")));
    }
  }

  /** Hosts that are asked for images of Docker Hub. */
  private static final Pattern HUBS = Pattern.compile("(?:.*\\.)?docker\\.(?:io|com)");

  /** In a text without accounts, which say so where they were. */
  private static final Pattern HOST =
      Pattern.compile("(?i)https?://(?:\\.+@)?([a-z0-9\\[][a-z0-9._:\\[\\]-]*)");

  /** What kubelets before 1.31 say and nothing else; newer ones add what went wrong. */
  private static final Pattern SAYS_NOTHING = Pattern.compile("Back-off pulling image \"[^\"]*\"");

  private KubeletMessage() {}

  /**
   * The kind of a message. URLs are no part of what it says: the name of a mirror, or a path, may
   * be one of the words that are looked for.
   *
   * @param image the image that it is about, whose name has words of its own
   */
  public static Kind kind(String message, String image) {
    var text =
        Redacted.withoutUrls(message)
            .toLowerCase(Locale.ROOT)
            .replace(image.toLowerCase(Locale.ROOT), "");
    var bare =
        ImageName.parse(image)
            .map(
                name ->
                    text.replace(name.toString().toLowerCase(Locale.ROOT), "")
                        .replace(name.repository().toLowerCase(Locale.ROOT), "")
                        .replace(name.registry().toLowerCase(Locale.ROOT), ""))
            .orElse(text);
    for (Kind kind : Kind.values()) {
      if (kind.words.matcher(bare).find()) {
        return kind;
      }
    }
    return Kind.OTHER;
  }

  /** Whether a message does not say what went wrong: it is told in an Event. */
  public static boolean saysNothing(String message) {
    return SAYS_NOTHING.matcher(message).matches();
  }

  /**
   * The first host in it that is not the image's registry: a mirror, or who gives out tokens. Where
   * a URL of the message has an account, that is no part of the host.
   */
  public static Optional<String> otherHost(String message, ImageName image) {
    var isHub = HUBS.matcher(image.registry()).matches();
    return HOST.matcher(Redacted.withoutAccounts(message))
        .results()
        .map((MatchResult found) -> found.group(1))
        .filter(host -> !host.equals(image.registry()))
        .filter(host -> !(isHub && HUBS.matcher(host).matches()))
        .findFirst();
  }
}
