package dev.regcred.dockerconfig;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A user name or password as it was read, checked.
 *
 * <ul>
 *   <li>A user name is 1..{@value #MAX_USER_NAME_BYTES} bytes of valid UTF-8 without a control
 *       character (Unicode category Cc: C0, DEL and C1) and without {@code :}, because a client
 *       splits {@code user:password} at the first one.
 *   <li>A password is 1..{@value #MAX_PASSWORD_BYTES} bytes of valid UTF-8. Line breaks and tabs
 *       are the control characters that it may have: a key file of Google has thirteen lines, and
 *       kubelets and kubectl take it as it is. A line break at the end of a value that has no other
 *       is what {@code echo} adds, and is refused.
 * </ul>
 *
 * <p>Nothing is trimmed: a value that is silently changed is a value nobody can find in the source.
 */
public sealed interface CredentialValue {
  /**
   * The most bytes of a user name's UTF-8 form. The CRDs have the same bound for {@code
   * publicValue}.
   */
  int MAX_USER_NAME_BYTES = 4_096;

  /**
   * The most bytes of a password's UTF-8 form. It is there to find a wrong key, and no token comes
   * near it: those of cloud registries have six thousand characters. What a pull Secret has room
   * for is another matter ({@code SharedSecret.MAX_BYTES}).
   */
  int MAX_PASSWORD_BYTES = 65_536;

  /** The value is fit for use. */
  record Valid(String value) implements CredentialValue {
    /** The text has not the value in it. */
    @Override
    public String toString() {
      return "Valid[redacted]";
    }
  }

  /**
   * The value is unfit.
   *
   * @param message names the place and says what to do; it tells nothing of the value but which
   *     rule it breaks
   */
  record Invalid(String message) implements CredentialValue {}

  /**
   * Checks a user name.
   *
   * @param place where it stands, as the subject of a sentence: {@code Key username of Secret
   *     account}
   * @param bytes the value
   */
  static CredentialValue userName(String place, byte[] bytes) {
    var checked = text(place, bytes, MAX_USER_NAME_BYTES);
    if (!(checked instanceof Valid(var value))) {
      return checked;
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      return controlCharacter(place);
    }
    return value.indexOf(':') < 0
        ? checked
        : invalid(place, "has a colon, which no user name can have");
  }

  /**
   * Checks a password or token.
   *
   * @param place where it stands, as for {@link #userName}
   * @param bytes the value
   */
  static CredentialValue password(String place, byte[] bytes) {
    var checked = text(place, bytes, MAX_PASSWORD_BYTES);
    return checked instanceof Valid(var value)
            && value.chars().anyMatch(c -> Character.isISOControl(c) && !isLayout(c))
        ? controlCharacter(place)
        : checked;
  }

  private static CredentialValue text(String place, byte[] bytes, int maxBytes) {
    if (bytes.length == 0) {
      return invalid(place, "is empty; write the value into it");
    }
    if (bytes.length > maxBytes) {
      return invalid(
          place, "is longer than " + maxBytes + " bytes; check that it is the right value");
    }
    String value;
    try {
      value = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return invalid(place, "is not valid UTF-8; write it as text");
    }
    return isOneLineAndItsEnd(value)
        ? invalid(
            place,
            "ends with a line break; write it with `printf %s` or `kubectl create secret generic"
                + " --from-literal`")
        : new Valid(value);
  }

  /** Whether a value is a single line with line breaks at its end, as {@code echo} writes it. */
  private static boolean isOneLineAndItsEnd(String value) {
    int end = value.length();
    while (end > 0 && isLineBreak(value.charAt(end - 1))) {
      end--;
    }
    return end < value.length()
        && value.substring(0, end).chars().noneMatch(CredentialValue::isLineBreak);
  }

  private static boolean isLineBreak(int c) {
    return c == '\n' || c == '\r';
  }

  /** What a text of several lines is laid out with. */
  private static boolean isLayout(int c) {
    return isLineBreak(c) || c == '\t';
  }

  private static Invalid controlCharacter(String place) {
    return invalid(place, "has a control character; write it without");
  }

  private static Invalid invalid(String place, String problem) {
    return new Invalid(place + " " + problem + ".");
  }
}
