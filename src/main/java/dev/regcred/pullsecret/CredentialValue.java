package dev.regcred.pullsecret;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A user name or password as it was read from a key of a source Secret, checked.
 *
 * <p>Both are 1..{@value #MAX_BYTES} bytes of valid UTF-8 without a control character (Unicode
 * category Cc: C0, DEL and C1); a user name has no {@code :} either, because a client splits {@code
 * user:password} at the first one. Nothing is trimmed: a value that is silently changed is a value
 * nobody can find in the source.
 */
public sealed interface CredentialValue {
  /** Of a value's UTF-8 form. */
  int MAX_BYTES = 4_096;

  /** The value is fit for use. */
  record Valid(String value) implements CredentialValue {
    /** Without the value. */
    @Override
    public String toString() {
      return "Valid[redacted]";
    }
  }

  /**
   * The value is unfit.
   *
   * @param message names the Secret and the key and says what to do; it tells nothing of the value
   *     but which rule it breaks
   */
  record Invalid(String message) implements CredentialValue {}

  /** Checks the bytes of key {@code key} of the Secret {@code secret} as a user name. */
  static CredentialValue userName(String secret, String key, byte[] bytes) {
    var checked = password(secret, key, bytes);
    if (checked instanceof Valid(var value) && value.indexOf(':') >= 0) {
      return invalid(secret, key, "has a colon, which no user name can have");
    }
    return checked;
  }

  /** Checks the bytes of key {@code key} of the Secret {@code secret} as a password or token. */
  static CredentialValue password(String secret, String key, byte[] bytes) {
    if (bytes.length == 0) {
      return invalid(secret, key, "is empty; write the value into it");
    }
    if (bytes.length > MAX_BYTES) {
      return invalid(
          secret, key, "is longer than " + MAX_BYTES + " bytes; check that it is the right key");
    }
    String value;
    try {
      value = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return invalid(secret, key, "is not valid UTF-8; write it as text");
    }
    if (value.endsWith("\n") || value.endsWith("\r")) {
      return invalid(
          secret,
          key,
          "ends with a line break; write it with `printf %s` or `kubectl create secret generic"
              + " --from-literal`");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      return invalid(secret, key, "has a control character; write it without");
    }
    return new Valid(value);
  }

  private static Invalid invalid(String secret, String key, String problem) {
    return new Invalid("Key " + key + " of Secret " + secret + " " + problem + ".");
  }
}
