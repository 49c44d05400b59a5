package dev.regcred.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/** An account at a registry: the user name and the password that a pull Secret has. */
public record Account(String userName, String password) {
  /** The value of the header {@code Authorization} that shows it (RFC 7617, UTF-8). */
  public String basic() {
    var pair = userName + ":" + password;
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** The text has neither of the two in it. */
  @Override
  public String toString() {
    return "Account[redacted]";
  }
}
