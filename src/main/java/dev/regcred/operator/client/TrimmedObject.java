package dev.regcred.operator.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.regcred.operator.kinds.Bounded;
import dev.regcred.operator.kinds.BoundedMetadata;
import dev.regcred.pullsecret.ImagePullSecrets;
import java.io.IOException;

/**
 * A copier of watched objects leaves out what nobody here reads of them, and reads over the rest
 * token by token: of the largest object that the API server takes no more is in memory at a time
 * than of a usual one.
 *
 * <p>What is left of an object is bounded by {@link BoundedMetadata}, by {@link
 * ImagePullSecrets#MAX_PULL_SECRETS} and by the schemas of our own kinds.
 */
final class TrimmedObject {
  private final JsonParser in;
  private final JsonGenerator out;
  private String namespace = "";

  /**
   * Copies from one to the other.
   *
   * @param in at the start of an object, and behind its end afterwards
   */
  TrimmedObject(JsonParser in, JsonGenerator out) {
    this.in = in;
    this.out = out;
  }

  /**
   * Copies what is read of the object; that of an error, whose kind is Status, as it is.
   *
   * @return its namespace; empty if it has none
   */
  String copy() throws IOException {
    var isError = false;
    out.writeStartObject();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      switch (in.currentName()) {
        case "kind" -> isError = isError();
        case "apiVersion", "spec", "status" -> out.copyCurrentStructure(in);
        case "imagePullSecrets" -> elements(ImagePullSecrets.MAX_PULL_SECRETS + 1);
        case "metadata" -> metadata();
        default -> {
          if (isError) {
            out.copyCurrentStructure(in);
          } else {
            pass();
          }
        }
      }
    }
    out.writeEndObject();
    return namespace;
  }

  /**
   * Copies of an object that was copied before which one it is, and its status.
   *
   * @param reason why nothing more of it is read, for {@link Bounded#ignore}
   */
  void ignore(String reason) throws IOException {
    out.writeStartObject();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      switch (in.currentName()) {
        case "kind", "apiVersion", "status" -> out.copyCurrentStructure(in);
        case "metadata" -> identity();
        default -> pass();
      }
    }
    out.writeStringField(Bounded.IGNORED, reason);
    out.writeEndObject();
  }

  private void identity() throws IOException {
    if (isEmptyField(JsonToken.START_OBJECT)) {
      return;
    }
    out.writeStartObject();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      switch (in.currentName()) {
        case "labels", "annotations", "managedFields" -> pass();
        default -> out.copyCurrentStructure(in);
      }
    }
    out.writeEndObject();
  }

  /** Go writes the kind before all fields of an object but its apiVersion. */
  private boolean isError() throws IOException {
    out.writeFieldName(in.currentName());
    in.nextToken();
    out.copyCurrentStructure(in);
    return in.hasToken(JsonToken.VALUE_STRING) && in.getText().equals("Status");
  }

  private void metadata() throws IOException {
    if (isEmptyField(JsonToken.START_OBJECT)) {
      return;
    }
    out.writeStartObject();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      switch (in.currentName()) {
        case "namespace" -> {
          out.writeFieldName(in.currentName());
          in.nextToken();
          namespace = in.getText();
          out.copyCurrentStructure(in);
        }
        case "name",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp" ->
            out.copyCurrentStructure(in);
        case "finalizers" -> elements(BoundedMetadata.MAX_FINALIZERS + 1);
        case "labels" -> labels();
        case "annotations" -> annotations();
        case "managedFields" -> managers();
        default -> pass();
      }
    }
    out.writeEndObject();
  }

  private void labels() throws IOException {
    if (isEmptyField(JsonToken.START_OBJECT)) {
      return;
    }
    out.writeStartObject();
    var count = 0;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      if (BoundedMetadata.isRead(in.currentName(), count)) {
        count++;
        out.copyCurrentStructure(in);
      } else {
        pass();
      }
    }
    out.writeEndObject();
  }

  private void annotations() throws IOException {
    if (isEmptyField(JsonToken.START_OBJECT)) {
      return;
    }
    out.writeStartObject();
    var hasOthers = false;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      var key = in.currentName();
      in.nextToken();
      if (BoundedMetadata.isRecord(key)) {
        out.writeStringField(key, BoundedMetadata.cut(in.getText()));
      } else if (!hasOthers) {
        hasOthers = true;
        out.writeStringField(key, "");
      }
    }
    out.writeEndObject();
  }

  private void managers() throws IOException {
    if (isEmptyField(JsonToken.START_ARRAY)) {
      return;
    }
    out.writeStartArray();
    for (int i = 0; in.nextToken() == JsonToken.START_OBJECT; i++) {
      if (i < BoundedMetadata.MAX_MANAGERS) {
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          switch (in.currentName()) {
            case "manager", "time" -> out.copyCurrentStructure(in);
            default -> pass();
          }
        }
        out.writeEndObject();
      } else {
        in.skipChildren();
      }
    }
    out.writeEndArray();
  }

  private void elements(int most) throws IOException {
    if (isEmptyField(JsonToken.START_ARRAY)) {
      return;
    }
    out.writeStartArray();
    for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
      if (i < most) {
        out.copyCurrentStructure(in);
      } else {
        in.skipChildren();
      }
    }
    out.writeEndArray();
  }

  /** Writes the field's name; whether its value is something else than that, such as null. */
  private boolean isEmptyField(JsonToken start) throws IOException {
    out.writeFieldName(in.currentName());
    if (in.nextToken() == start) {
      return false;
    }
    out.copyCurrentStructure(in);
    return true;
  }

  private void pass() throws IOException {
    in.nextToken();
    in.skipChildren();
  }
}
