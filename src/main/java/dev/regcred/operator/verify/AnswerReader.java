package dev.regcred.operator.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.verification.AuthChallenge;
import dev.regcred.verification.RegistryAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.Challenge;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The reader of what a registry answers, of which it keeps what a verdict may follow from. */
final class AnswerReader {
  /** How much of a body is read, in bytes; go-containerregistry has the same bound. */
  static final int MAX_BODY = 64 << 10;

  /** How many challenges are looked at; nobody has more than two. */
  private static final int MAX_CHALLENGES = 16;

  /** No registry is left alone for longer, whatever it says. */
  private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  private static final String RETRY_AFTER = "Retry-After";

  /** The same header under a name that OkHttp does not know. */
  private static final String KEPT_RETRY_AFTER = "Regcred-Retry-After";

  private static final int MAX_TOKEN = 16 << 10;

  /** What may be sent as a token; another character would end the header. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1," + MAX_TOKEN + "}");

  private static final Set<String> DENIALS = Set.of("DENIED", "UNAUTHORIZED");

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private static final ObjectMapper JSON = new ObjectMapper();

  private AnswerReader() {}

  /**
   * An interceptor that keeps OkHttp from sending a request again by itself, as it does where a 503
   * comes with {@code Retry-After: 0}.
   */
  static Response keepFromRepeating(Interceptor.Chain chain) throws IOException {
    var response = chain.proceed(chain.request());
    var after = response.header(RETRY_AFTER);
    return after == null
        ? response
        : response.newBuilder().removeHeader(RETRY_AFTER).header(KEPT_RETRY_AFTER, after).build();
  }

  /**
   * Reads an answer, and what is needed of its body.
   *
   * @throws IOException if it breaks off before it is known what it says
   */
  static RegistryAnswer.Received read(Response response) throws IOException {
    var problem = response.isSuccessful() ? "" : problem(response);
    return new RegistryAnswer.Received(
        response.code(),
        response.challenges().stream().limit(MAX_CHALLENGES).map(AnswerReader::challenge).toList(),
        response.isSuccessful() ? token(body(response)) : null,
        problem.toLowerCase(Locale.ROOT).contains("expired"),
        saysDenied(problem),
        retryAfter(response.header(KEPT_RETRY_AFTER)));
  }

  private static AuthChallenge challenge(Challenge challenge) {
    var parameters = challenge.authParams();
    return new AuthChallenge(
        challenge.scheme(), parameters.get("realm"), parameters.get("service"));
  }

  /** The beginning of the body; nothing of one that is longer than it may be. */
  private static String body(Response response) throws IOException {
    var body = response.body();
    if (body == null) {
      return "";
    }
    var source = body.source();
    return source.request(MAX_BODY + 1L) ? "" : source.getBuffer().readString(UTF_8);
  }

  private static @Nullable String token(String body) {
    try {
      var json = JSON.readTree(body);
      return Stream.of("token", "access_token")
          .map(json::path)
          .filter(JsonNode::isTextual)
          .map(JsonNode::textValue)
          .filter(token -> TOKEN.matcher(token).matches())
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null; // No JSON.
    }
  }

  /** The status has refused the account already; a body that breaks off takes nothing of that. */
  private static String problem(Response response) {
    try {
      return body(response);
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether it is an error as the distribution specification writes it, of one of these codes. */
  private static boolean saysDenied(String problem) {
    try {
      return StreamSupport.stream(JSON.readTree(problem).path("errors").spliterator(), false)
          .anyMatch(error -> DENIALS.contains(error.path("code").asText()));
    } catch (IOException e) {
      return false; // No JSON.
    }
  }

  /** The other form of the header, a date, would need the registry's clock to be right. */
  private static @Nullable Duration retryAfter(@Nullable String header) {
    if (header == null || !SECONDS.matcher(header.strip()).matches()) {
      return null;
    }
    var asked = Duration.ofSeconds(Long.parseLong(header.strip()));
    return List.of(asked, MAX_RETRY_AFTER).stream().min(Duration::compareTo).orElseThrow();
  }
}
