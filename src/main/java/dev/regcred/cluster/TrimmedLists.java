package dev.regcred.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.regcred.api.v1alpha1.BoundedMetadata;
import dev.regcred.pullsecret.Attachments;
import java.io.IOException;
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
 * Takes out of the lists of watched kinds what nobody here reads, while they come in: the client
 * collects an answer whole before it looks at it, and a page of objects may be hundreds of
 * megabytes where each is as large as the API server lets it be.
 *
 * <p>What is left of an object is bounded by {@link BoundedMetadata}, by {@link
 * Attachments#MAX_PULL_SECRETS} and by the schemas of our own kinds. A watch brings objects one by
 * one and is not concerned.
 */
final class TrimmedLists implements Interceptor {
  private static final Pattern WATCHED =
      Pattern.compile(
          "/api/v1/(namespaces/[^/]+/)?(secrets|serviceaccounts)"
              + "|/api/v1/namespaces"
              + "|/apis/regcred\\.dev/[^/]+/(namespaces/[^/]+/)?[^/]+");

  private final JsonFactory json =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

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
            .body(new TrimmedBody(body, json))
            .build();
  }

  private static final class TrimmedBody extends ResponseBody {
    private final ResponseBody whole;
    private final BufferedSource source;

    TrimmedBody(ResponseBody whole, JsonFactory json) throws IOException {
      this.whole = whole;
      this.source = Okio.buffer(new Trimmed(whole.source(), json));
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
    private final JsonParser in;
    private final Buffer out = new Buffer();
    private final JsonGenerator generator;
    private boolean isInItems;
    private boolean isOver;

    Trimmed(BufferedSource whole, JsonFactory json) throws IOException {
      this.whole = whole;
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
        item();
      } else {
        isInItems = false;
        generator.copyCurrentEvent(in);
      }
    }

    private void item() throws IOException {
      generator.writeStartObject();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        switch (in.currentName()) {
          case "apiVersion", "kind", "spec", "status" -> generator.copyCurrentStructure(in);
          case "imagePullSecrets" -> elements(Attachments.MAX_PULL_SECRETS + 1);
          case "metadata" -> metadata();
          default -> pass();
        }
      }
      generator.writeEndObject();
    }

    private void metadata() throws IOException {
      if (isEmptyField(JsonToken.START_OBJECT)) {
        return;
      }
      generator.writeStartObject();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        switch (in.currentName()) {
          case "name",
              "namespace",
              "uid",
              "resourceVersion",
              "generation",
              "creationTimestamp",
              "deletionTimestamp" ->
              generator.copyCurrentStructure(in);
          case "finalizers" -> elements(BoundedMetadata.MAX_FINALIZERS + 1);
          case "labels" -> labels();
          case "annotations" -> annotations();
          case "managedFields" -> managers();
          default -> pass();
        }
      }
      generator.writeEndObject();
    }

    private void labels() throws IOException {
      if (isEmptyField(JsonToken.START_OBJECT)) {
        return;
      }
      generator.writeStartObject();
      var count = 0;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        if (BoundedMetadata.isRead(in.currentName(), count)) {
          count++;
          generator.copyCurrentStructure(in);
        } else {
          pass();
        }
      }
      generator.writeEndObject();
    }

    private void annotations() throws IOException {
      if (isEmptyField(JsonToken.START_OBJECT)) {
        return;
      }
      generator.writeStartObject();
      var hasOthers = false;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        var key = in.currentName();
        in.nextToken();
        if (BoundedMetadata.isRecord(key)) {
          generator.writeStringField(key, BoundedMetadata.cut(in.getText()));
        } else if (!hasOthers) {
          hasOthers = true;
          generator.writeStringField(key, "");
        }
      }
      generator.writeEndObject();
    }

    private void managers() throws IOException {
      if (isEmptyField(JsonToken.START_ARRAY)) {
        return;
      }
      generator.writeStartArray();
      for (int i = 0; in.nextToken() == JsonToken.START_OBJECT; i++) {
        if (i < BoundedMetadata.MAX_MANAGERS) {
          generator.writeStartObject();
          while (in.nextToken() == JsonToken.FIELD_NAME) {
            switch (in.currentName()) {
              case "manager", "time" -> generator.copyCurrentStructure(in);
              default -> pass();
            }
          }
          generator.writeEndObject();
        } else {
          in.skipChildren();
        }
      }
      generator.writeEndArray();
    }

    private void elements(int most) throws IOException {
      if (isEmptyField(JsonToken.START_ARRAY)) {
        return;
      }
      generator.writeStartArray();
      for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
        if (i < most) {
          generator.copyCurrentStructure(in);
        } else {
          in.skipChildren();
        }
      }
      generator.writeEndArray();
    }

    /** Writes the field's name; whether its value is something else than that, such as null. */
    private boolean isEmptyField(JsonToken start) throws IOException {
      generator.writeFieldName(in.currentName());
      if (in.nextToken() == start) {
        return false;
      }
      generator.copyCurrentStructure(in);
      return true;
    }

    private void pass() throws IOException {
      in.nextToken();
      in.skipChildren();
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
