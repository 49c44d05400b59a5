package dev.regcred.pullsecret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.api.v1alpha1.Labels;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The mark is what the operator writes on a Secret to know it again: the label {@link
 * Labels#MANAGED}, and the annotations {@link Labels#CONTRIBUTORS} and {@link Labels#APPLIED}.
 */
public final class OwnershipMark {
  /**
   * The most credentials that a Secret is kept for. A rotation of one of them reads the sources of
   * all.
   */
  public static final int MAX_ENTRIES = 200;

  /** The most characters of {@link Labels#CONTRIBUTORS}. */
  public static final int MAX_CHARACTERS = Labels.MAX_RECORD;

  private static final ObjectMapper JSON = new ObjectMapper();

  private OwnershipMark() {}

  /** The keys that were written for contributors, as {@link Labels#APPLIED} has them. */
  record AppliedKeys(SortedSet<String> labels, SortedSet<String> annotations) {
    static final AppliedKeys NOTHING =
        new AppliedKeys(Collections.emptySortedSet(), Collections.emptySortedSet());

    // Jackson hands over null for an absent field, whatever the component's type says.
    AppliedKeys {
      Objects.requireNonNull(labels);
      Objects.requireNonNull(annotations);
    }
  }

  /** An entry as JSON has it; Jackson can't build a nested record from one flat object. */
  private record Entry(String kind, String name, @Nullable String server) {
    MarkEntry markEntry() {
      return new MarkEntry(new CredentialRef(kind, name), server);
    }
  }

  /**
   * The credentials that a Secret's metadata names; none where it does not carry the mark, or the
   * mark can't be read or is more than we ever write.
   */
  public static List<MarkEntry> entries(
      @Nullable Map<String, String> labels, @Nullable Map<String, String> annotations) {
    var list = annotations == null ? null : annotations.get(Labels.CONTRIBUTORS);
    if (list == null || labels == null || !"true".equals(labels.get(Labels.MANAGED))) {
      return List.of();
    }
    return list.length() > MAX_CHARACTERS ? List.of() : read(list);
  }

  private static List<MarkEntry> read(String list) {
    try {
      var entries = JSON.readValue(list, new TypeReference<List<Entry>>() {});
      return entries.size() > MAX_ENTRIES
          ? List.of()
          : entries.stream()
              .map(Entry::markEntry)
              .filter(entry -> entry.credential().canExist())
              .distinct()
              .toList();
    } catch (JsonProcessingException | NullPointerException e) {
      return List.of();
    }
  }

  static String contributorsValue(List<MarkEntry> entries) {
    return write(entries);
  }

  /** What was written before; nothing where that can't be read, so that nothing is taken away. */
  static AppliedKeys applied(Map<String, String> annotations) {
    var value = annotations.get(Labels.APPLIED);
    if (value == null) {
      return AppliedKeys.NOTHING;
    }
    try {
      return Objects.requireNonNullElse(
          JSON.readValue(value, AppliedKeys.class), AppliedKeys.NOTHING);
    } catch (JsonProcessingException e) {
      return AppliedKeys.NOTHING;
    }
  }

  static String appliedValue(AppliedKeys applied) {
    return write(applied);
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
