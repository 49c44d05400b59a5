package dev.regcred.operator.kinds;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import dev.regcred.api.v1alpha1.Labels;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A deserializer that reads of the metadata of a watched object what somebody here asks for, and of
 * what its owner may write only as much as may be kept: no more of it is ever in memory, however
 * large the object is.
 *
 * <p>What exceeds a bound is read up to one more than that, so that whoever judges the object sees
 * it. The Kubernetes API bounds the annotations of an object (256 KiB in all, {@code
 * TotalAnnotationSizeLimitB}), but neither the number of its labels nor that of its finalizers.
 */
public final class BoundedMetadata extends JsonDeserializer<ObjectMeta> {
  /** The most labels that an object may have to be served. */
  public static final int MAX_LABELS = 64;

  /** The most finalizers that an object may have to be served. */
  public static final int MAX_FINALIZERS = 32;

  /** How many of those who wrote an object are looked at for the one who did last. */
  public static final int MAX_MANAGERS = 64;

  /** The annotations that are read of objects that the operator watches. */
  private static final Set<String> RECORDS = Set.of(Labels.ATTACHED, Labels.CONTRIBUTORS);

  /** Whether the value of that annotation is read. */
  public static boolean isRecord(String annotation) {
    return RECORDS.contains(annotation);
  }

  /** Whether one more label is read, beside those that are there. */
  public static boolean isRead(String label, int before) {
    return before <= MAX_LABELS || label.equals(Labels.MANAGED);
  }

  /** A record as it may be kept: one that is too long is still seen to be so. */
  public static String cut(String record) {
    return record.length() > Labels.MAX_RECORD
        ? record.substring(0, Labels.MAX_RECORD + 1)
        : record;
  }

  @Override
  public ObjectMeta deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    var metadata = new ObjectMeta();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "name" -> metadata.setName(text(parser, context));
        case "namespace" -> metadata.setNamespace(text(parser, context));
        case "uid" -> metadata.setUid(text(parser, context));
        case "resourceVersion" -> metadata.setResourceVersion(text(parser, context));
        case "generation" -> metadata.setGeneration(parser.getLongValue());
        case "creationTimestamp" -> metadata.setCreationTimestamp(text(parser, context));
        case "deletionTimestamp" -> metadata.setDeletionTimestamp(text(parser, context));
        case "finalizers" -> metadata.setFinalizers(finalizers(parser, context));
        case "labels" -> metadata.setLabels(labels(parser, context));
        case "annotations" -> metadata.setAnnotations(annotations(parser));
        case "managedFields" -> metadata.setManagedFields(managers(parser, context));
        default -> parser.skipChildren();
      }
    }
    return metadata;
  }

  /**
   * The text, read by the mapper at hand, which may keep one instance of what comes again and
   * again.
   */
  private static String text(JsonParser parser, DeserializationContext context) throws IOException {
    return (String)
        context
            .findNonContextualValueDeserializer(context.constructType(String.class))
            .deserialize(parser, context);
  }

  private static List<String> finalizers(JsonParser parser, DeserializationContext context)
      throws IOException {
    var finalizers = new ArrayList<String>(1);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (finalizers.size() <= MAX_FINALIZERS) {
        finalizers.add(text(parser, context));
      }
    }
    return finalizers;
  }

  private static Map<String, String> labels(JsonParser parser, DeserializationContext context)
      throws IOException {
    var labels = new HashMap<String, String>(0);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var key = parser.currentName();
      parser.nextToken();
      if (isRead(key, labels.size())) {
        labels.put(key, text(parser, context));
      }
    }
    return labels;
  }

  /**
   * The annotations that are read, and of all others one without its value, so that it is known
   * that there are.
   */
  private static Map<String, String> annotations(JsonParser parser) throws IOException {
    var annotations = new HashMap<String, String>(0);
    var hasOthers = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var key = parser.currentName();
      parser.nextToken();
      if (isRecord(key)) {
        annotations.put(key, cut(parser.getText()));
      } else if (!hasOthers) {
        hasOthers = true;
        annotations.put(key, "");
      }
    }
    return annotations;
  }

  private static List<ManagedFieldsEntry> managers(
      JsonParser parser, DeserializationContext context) throws IOException {
    var managers = new ArrayList<ManagedFieldsEntry>();
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      var entry = new ManagedFieldsEntry();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "manager" -> entry.setManager(text(parser, context));
          case "time" -> entry.setTime(text(parser, context));
          default -> parser.skipChildren();
        }
      }
      if (managers.size() < MAX_MANAGERS) {
        managers.add(entry);
      }
    }
    return managers;
  }
}
