package dev.regcred.status;

import java.nio.charset.StandardCharsets;

/**
 * Something that an Event tells; no secret value.
 *
 * @param type whether somebody should look at it
 * @param reason what it is, one word; of a fault the reason of the Ready condition
 * @param action what was done, or tried
 * @param note for people; at most {@value #NOTE_BYTES} bytes of UTF-8, what is longer is cut off
 */
public record EventContent(Type type, String reason, String action, String note) {
  /** What the API server accepts as a note. */
  static final int NOTE_BYTES = 1024;

  private static final String CUT = "...";

  /** The two types that events.k8s.io knows. */
  public enum Type {
    /** It went as declared. */
    NORMAL("Normal"),
    /** Something is wrong. */
    WARNING("Warning");

    private final String value;

    Type(String value) {
      this.value = value;
    }

    /** The word used in the API. */
    public String value() {
      return value;
    }
  }

  public EventContent {
    note = shortened(note);
  }

  private static String shortened(String note) {
    if (bytes(note) <= NOTE_BYTES) {
      return note;
    }
    var end = 0;
    var size = CUT.length();
    while (true) {
      var next = note.offsetByCodePoints(end, 1);
      size += bytes(note.substring(end, next));
      if (size > NOTE_BYTES) {
        return note.substring(0, end) + CUT;
      }
      end = next;
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
