package dev.regcred.operator.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The digests that accounts are known by, so that no password is kept. Their key is random and ends
 * with the process: nobody who sees one can try passwords on it.
 */
final class AccountDigest {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key;

  /** Digests under a key of their own. */
  AccountDigest(SecureRandom random) {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** The digest of an account at a host: the same for the same two only, however it is checked. */
  String of(CheckRequest request) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String part :
          List.of(
              request.registry().host() + ":" + request.registry().port(),
              request.account().userName(),
              request.account().password())) {
        var bytes = part.getBytes(UTF_8);
        mac.update((byte) (bytes.length >> 16));
        mac.update((byte) (bytes.length >> 8));
        mac.update((byte) bytes.length);
        mac.update(bytes);
      }
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
