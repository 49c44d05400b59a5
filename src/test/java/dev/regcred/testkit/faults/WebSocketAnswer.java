package dev.regcred.testkit.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** A WebSocket (RFC 6455) that opens, says one thing and closes. */
final class WebSocketAnswer {
  /** With it a server shows that it has understood the client's key. */
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final int WHOLE_TEXT = 0x81;
  private static final int LENGTH_IN_TWO_BYTES = 126;
  private static final byte[] CLOSE_NORMALLY = {(byte) 0x88, 2, 0x03, (byte) 0xe8};

  private WebSocketAnswer() {}

  /**
   * Answers a request to open one.
   *
   * @param request the head of it
   * @param text what is said, of 126 to 65,535 bytes
   */
  static void write(HttpMessage request, String text, OutputStream out) throws IOException {
    var key = Objects.requireNonNull(request.field("Sec-WebSocket-Key"), "It is no WebSocket");
    var answer =
        List.of(
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + accept(key));
    new HttpMessage("HTTP/1.1 101 Switching Protocols", answer).writeTo(out);
    var payload = text.getBytes(StandardCharsets.UTF_8);
    out.write(WHOLE_TEXT);
    out.write(LENGTH_IN_TWO_BYTES);
    out.write(ByteBuffer.allocate(Short.BYTES).putShort((short) payload.length).array());
    out.write(payload);
    out.write(CLOSE_NORMALLY);
    out.flush();
  }

  private static String accept(String key) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
