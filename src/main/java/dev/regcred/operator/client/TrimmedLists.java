package dev.regcred.operator.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * An interceptor that takes out of the lists of watched kinds what nobody here reads, while they
 * come in: the client collects an answer whole before it looks at it, and a page of objects may be
 * hundreds of megabytes where each is as large as the API server lets it be. Of a namespace whose
 * objects are large all the same a page has no more than a bound, and less where there are many
 * such namespaces; of those that come after it is left which ones they are, and that they are
 * ignored.
 *
 * @see TrimmedEvents for what a watch brings
 */
final class TrimmedLists implements Interceptor {
  /** The size in bytes of JSON up to which an object counts nothing: most are far below. */
  static final long USUAL_SIZE = 4_096;

  /**
   * How much the objects of one namespace may have in a page beyond the usual size, in bytes of
   * JSON. It is more than is kept of them, and far less than a page of the largest.
   */
  static final long NAMESPACE_BUDGET = 4 << 20;

  /**
   * How much those of all namespaces may have in a page, before it counts what each namespace has,
   * in bytes of JSON: a fifth of the heap, together with what is made of it.
   */
  static final long PAGE_BUDGET = 2 * NAMESPACE_BUDGET;

  /**
   * How much a namespace may have in a page beyond the usual size in any case, in bytes of JSON.
   */
  static final long NAMESPACE_SHARE = 1 << 16;

  private static final String IGNORED =
      "The namespace has more of that kind than is served: %s bytes in one page of a list beyond %s for each, or %s where all namespaces together have %s; delete some, or make them smaller."
          .formatted(NAMESPACE_BUDGET, USUAL_SIZE, NAMESPACE_SHARE, PAGE_BUDGET);

  /** Those of one namespace are bounded by what is read of it; it is no other's business. */
  private static final String NAMESPACES = "/api/v1/namespaces";

  private static final Pattern WATCHED =
      Pattern.compile(
          "/api/v1/(namespaces/[^/]+/)?(secrets|serviceaccounts)"
              + "|"
              + NAMESPACES
              + "|/apis/regcred\\.dev/[^/]+/(namespaces/[^/]+/)?[^/]+");

  /** Names are not remembered for the next one that is alike: tenants make them up, as labels. */
  private final JsonFactory json =
      JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  @Override
  public Response intercept(Chain chain) throws IOException {
    var request = chain.request();
    var response = chain.proceed(request);
    var url = request.url();
    var body = response.body();
    return body == null
            || !response.isSuccessful()
            || !request.method().equals("GET")
            || url.queryParameter("watch") != null
            || !WATCHED.matcher(url.encodedPath()).matches()
        ? response
        : response
            .newBuilder()
            .removeHeader("Content-Length")
            .body(new TrimmedBody(body, json, !url.encodedPath().equals(NAMESPACES)))
            .build();
  }

  private static final class TrimmedBody extends ResponseBody {
    private final ResponseBody whole;
    private final BufferedSource source;

    TrimmedBody(ResponseBody whole, JsonFactory json, boolean hasBudget) throws IOException {
      this.whole = whole;
      this.source = Okio.buffer(new Trimmed(whole.source(), json, hasBudget));
    }

    @Override
    public @Nullable MediaType contentType() {
      return whole.contentType();
    }

    @Override
    public long contentLength() {
      return -1;
    }

    @Override
    public BufferedSource source() {
      return source;
    }
  }

  /** The trimmed list, one object after the other, as it is asked for. */
  private static final class Trimmed implements Source {
    private final BufferedSource whole;
    private final JsonFactory json;
    private final boolean hasBudget;
    private final JsonParser in;
    private final Buffer out = new Buffer();
    private final JsonGenerator generator;
    private final Map<String, Long> used = new HashMap<>();
    private long usedByAll;
    private boolean isInItems;
    private boolean isOver;

    Trimmed(BufferedSource whole, JsonFactory json, boolean hasBudget) throws IOException {
      this.whole = whole;
      this.json = json;
      this.hasBudget = hasBudget;
      this.in = json.createParser(whole.inputStream());
      this.generator = json.createGenerator(out.outputStream());
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      while (out.size() == 0 && !isOver) {
        advance();
        generator.flush();
      }
      return out.size() == 0 ? -1 : out.read(sink, byteCount);
    }

    private void advance() throws IOException {
      var token = in.nextToken();
      if (token == null) {
        isOver = true;
      } else if (!isInItems) {
        isInItems =
            token == JsonToken.START_ARRAY
                && in.getParsingContext().getParent().inObject()
                && "items".equals(in.currentName());
        generator.copyCurrentEvent(in);
      } else if (token == JsonToken.START_OBJECT) {
        object();
      } else {
        isInItems = false;
        generator.copyCurrentEvent(in);
      }
    }

    private void object() throws IOException {
      var trimmed = new Buffer();
      String namespace;
      try (var copy = json.createGenerator(trimmed.outputStream())) {
        namespace = new TrimmedObject(in, copy).copy();
      }
      if (isRoomFor(namespace, Math.max(0, trimmed.size() - USUAL_SIZE))) {
        generator.writeRawValue(trimmed.readUtf8());
        return;
      }
      try (var again = json.createParser(trimmed.inputStream())) {
        again.nextToken();
        new TrimmedObject(again, generator).ignore(IGNORED);
      }
    }

    private boolean isRoomFor(String namespace, long excess) {
      var mine = used.getOrDefault(namespace, 0L) + excess;
      var isRoom =
          !hasBudget
              || mine <= NAMESPACE_SHARE
              || (mine <= NAMESPACE_BUDGET && usedByAll + excess <= PAGE_BUDGET);
      if (isRoom) {
        used.put(namespace, mine);
        usedByAll += excess;
      }
      return isRoom;
    }

    @Override
    public Timeout timeout() {
      return whole.timeout();
    }

    @Override
    public void close() throws IOException {
      in.close();
      whole.close();
    }
  }
}
