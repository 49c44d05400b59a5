package dev.regcred.pullsecret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which values a user name can have: one table for {@link CredentialValue} and for the API server,
 * whose CRD has to accept and refuse the same texts as {@code publicValue}. A password differs only
 * in that it may have a colon.
 */
public final class CredentialValues {
  /** Exactly as long as a value may be, in characters of one, two, three and four bytes. */
  private static final List<String> LONGEST =
      List.of(
          "a".repeat(4_096),
          "\u00e9".repeat(2_048),
          "\u4f60".repeat(1_365) + "a",
          "\ud83d\udd11".repeat(1_024));

  public static final List<String> ACCEPTED_USER_NAMES =
      concat(
          List.of(
              "a",
              "user",
              "User.Name@example.com",
              "_json_key",
              "robot$ci+push",
              "DOMAIN\\user",
              " leading and trailing ",
              "\"quoted\"",
              "<a&b>",
              "j\u00f6rg",
              "\u4f60\u597d",
              "\ud83d\udd11",
              "\ud800\udc00\udbff\udfff",
              "\u00a0\u00ad",
              "\u2028\u2029",
              "\u200b\ufeff\ufffd"),
          LONGEST);

  public static final List<String> REFUSED_USER_NAMES =
      concat(
          List.of(
              "",
              ":",
              "user:",
              ":user",
              "user:name",
              "user\n",
              "user\r\n",
              "user\r",
              "\nuser",
              "us\ter",
              "us\u0000er",
              "us\u0001er",
              "us\u001fer",
              "us\u007fer",
              "us\u0080er",
              "us\u0085er",
              "us\u009fer"),
          LONGEST.stream().map(longest -> longest + "a").toList());

  /** Bytes that are no UTF-8: truncated, overlong, a surrogate, above U+10FFFF, a stray byte. */
  static final List<byte[]> NOT_UTF_8 =
      List.of(
          new byte[] {'a', (byte) 0xc3},
          new byte[] {(byte) 0xc0, (byte) 0xaf},
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          new byte[] {'a', (byte) 0xff, 'b'},
          "j\u00f6rg".getBytes(StandardCharsets.ISO_8859_1));

  private CredentialValues() {}

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<String> concat(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
