package dev.regcred.operator.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * An interceptor that puts the header {@code Retry-After} of an error into its Status, where the
 * client keeps it.
 *
 * <p>Where the API server sheds load (priority and fairness, too many requests in flight) it
 * answers before it looks at the request, in plain text, and says only in the header when to come
 * again.
 */
final class RetryAfterHeader implements Interceptor {
  private static final MediaType JSON = MediaType.get("application/json");

  private final ObjectMapper mapper = new ObjectMapper();

  @Override
  public Response intercept(Chain chain) throws IOException {
    var response = chain.proceed(chain.request());
    var seconds = seconds(response.header("Retry-After"));
    if (response.code() < HttpURLConnection.HTTP_BAD_REQUEST
        || seconds <= 0
        || response.body() == null) {
      return response;
    }
    var status = status(response.body().string());
    status.put("kind", "Status").put("apiVersion", "v1").put("code", response.code());
    var details =
        status.get("details") instanceof ObjectNode object ? object : status.putObject("details");
    if (!details.has("retryAfterSeconds")) {
      details.put("retryAfterSeconds", seconds);
    }
    return response.newBuilder().body(ResponseBody.create(status.toString(), JSON)).build();
  }

  private ObjectNode status(String body) {
    try {
      return mapper.readTree(body) instanceof ObjectNode object
          ? object
          : mapper.createObjectNode();
    } catch (JsonProcessingException e) {
      return mapper.createObjectNode(); // Plain text, which says no more than the code.
    }
  }

  /**
   * The seconds in a header, 0 where there is none; the API server never sends the other form, a
   * date.
   */
  private static int seconds(@Nullable String header) {
    try {
      return header == null ? 0 : Integer.parseInt(header.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
