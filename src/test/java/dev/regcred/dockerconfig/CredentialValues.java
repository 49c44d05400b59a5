package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which values a user name can have: one table for {@link CredentialValue} and for the API server,
 * whose CRD has to accept and refuse the same texts as {@code publicValue}; and which passwords.
 */
public final class CredentialValues {
  /** Exactly as long as a user name may be, in characters of one, two, three and four bytes. */
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

  /** A Google key file as it comes, but for the key: thirteen lines, and the last one ends. */
  static final String GOOGLE_KEY =
      """
      {
        "type": "service_account",
        "project_id": "example-project",
        "private_key_id": "0123456789abcdef0123456789abcdef01234567",
        "private_key": "-----BEGIN PRIVATE KEY-----\\nc29tZSBieXRlcw==\\n-----END PRIVATE KEY-----\\n",
        "client_email": "puller@example-project.iam.gserviceaccount.com",
        "client_id": "123456789012345678901",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": "https://www.googleapis.com/robot/v1/metadata/x509/puller",
        "universe_domain": "googleapis.com"
      }
      """;

  /** What a password may be besides all that a user name may. */
  static final List<String> ACCEPTED_PASSWORDS =
      concat(
          List.of(
              ":",
              "user:name",
              "one\ttab",
              "\tat the begin",
              "\nat the begin",
              "two\nlines",
              "two\nlines\n",
              "two\r\nlines\r\n",
              "old\rMac",
              "two\nlines and an empty one\n\n",
              GOOGLE_KEY,
              // An access token of Azure, and twice the size of the largest that is known.
              "a".repeat(6_090),
              "a".repeat(CredentialValue.MAX_PASSWORD_BYTES)),
          List.of("\u00e9".repeat(CredentialValue.MAX_PASSWORD_BYTES / 2)));

  static final List<String> REFUSED_PASSWORDS =
      List.of(
          "",
          "\n",
          "\r\n",
          "\n\n",
          "token\n",
          "token\r\n",
          "token\r",
          "token\n\n",
          "to\tken\n",
          "to\u0000ken",
          "to\u0007ken",
          "to\u000bken",
          "to\u000cken",
          "to\u001bken",
          "to\u007fken",
          "to\u0085ken",
          "a".repeat(CredentialValue.MAX_PASSWORD_BYTES + 1),
          "\u00e9".repeat(CredentialValue.MAX_PASSWORD_BYTES / 2) + "a");

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
