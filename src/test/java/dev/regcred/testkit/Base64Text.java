package dev.regcred.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/** Base64 of texts, as the data of a Secret has them. */
public final class Base64Text {
  private Base64Text() {}

  /** The base64 of a text in UTF-8. */
  public static String of(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** The text in UTF-8 that a base64 stands for. */
  public static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), UTF_8);
  }
}
