package dev.regcred.testkit.faults;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1.1 message; its body comes after it in the stream.
 *
 * @param start the request line or the status line
 * @param fields the header lines
 */
record HttpMessage(String start, List<String> fields) {
  private static final int HEXADECIMAL = 16;
  private static final String FRAMING = "(?i)(content-length|transfer-encoding):.*";

  /** The next one; null where the stream ends before it. */
  static @Nullable HttpMessage read(InputStream in) throws IOException {
    var start = line(in);
    if (start == null) {
      return null;
    }
    var fields = new ArrayList<String>();
    for (var line = requiredLine(in); !line.isEmpty(); line = requiredLine(in)) {
      fields.add(line);
    }
    return new HttpMessage(start, List.copyOf(fields));
  }

  /** A part of the first line, counted from 0. */
  String word(int index) {
    return start.split(" ", 3)[index];
  }

  /** Hands it on; the body is not part of it. */
  void writeTo(OutputStream out) throws IOException {
    writeLine(out, start);
    for (String field : fields) {
      writeLine(out, field);
    }
    writeLine(out, "");
    out.flush();
  }

  /** The whole body, without what frames it. */
  byte[] readBody(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    if (isChunked()) {
      copyChunks(in, body, OutputStream.nullOutputStream());
    } else {
      copy(in, body, contentLength() < 0 ? 0 : contentLength());
    }
    return body.toByteArray();
  }

  /** The same message for a body that is sent in one piece. */
  HttpMessage withLength(int length) {
    var others = new ArrayList<>(fields.stream().filter(field -> !field.matches(FRAMING)).toList());
    others.add("Content-Length: " + length);
    return new HttpMessage(start, others);
  }

  /** Hands the body on as it comes, also one that has no end yet. */
  void copyBody(InputStream in, OutputStream out) throws IOException {
    if (isChunked()) {
      copyChunks(in, out, out);
    } else if (contentLength() >= 0) {
      copy(in, out, contentLength());
    } else {
      in.transferTo(out);
    }
    out.flush();
  }

  /** Whether the connection can be used again after this answer. */
  boolean isDelimited() {
    return isChunked() || contentLength() >= 0;
  }

  private boolean isChunked() {
    return "chunked".equalsIgnoreCase(field("Transfer-Encoding"));
  }

  private long contentLength() {
    var length = field("Content-Length");
    return length == null ? -1 : Long.parseLong(length);
  }

  /** The value of a header. */
  @Nullable String field(String name) {
    return fields.stream()
        .filter(field -> field.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(field -> field.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(null);
  }

  /**
   * Copies a chunked body.
   *
   * @param content where the content goes
   * @param frame where the lines between go; they are flushed after each chunk
   */
  private static void copyChunks(InputStream in, OutputStream content, OutputStream frame)
      throws IOException {
    while (true) {
      var head = requiredLine(in);
      writeLine(frame, head);
      var size = Long.parseLong(head.split(";", 2)[0].strip(), HEXADECIMAL);
      copy(in, content, size);
      if (size == 0) {
        String trailer;
        do {
          trailer = requiredLine(in);
          writeLine(frame, trailer);
        } while (!trailer.isEmpty());
        return;
      }
      writeLine(frame, requiredLine(in));
      frame.flush();
    }
  }

  private static void copy(InputStream in, OutputStream out, long count) throws IOException {
    var buffer = new byte[8192];
    for (long left = count; left > 0; ) {
      var read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException("The connection ended within a body");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static String requiredLine(InputStream in) throws IOException {
    var line = line(in);
    if (line == null) {
      throw new EOFException("The connection ended within a message");
    }
    return line;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static void writeLine(OutputStream out, String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }
}
