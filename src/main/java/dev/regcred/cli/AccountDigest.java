package dev.regcred.cli;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Accounts by a digest, so that two of them can be compared without being kept. The key is another
 * one in each run, and known to nobody: a digest without one would tell a short password.
 */
final class AccountDigest implements Function<byte[], String> {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key;

  private AccountDigest(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** One for this run. */
  static AccountDigest create() {
    var key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new AccountDigest(key);
  }

  @Override
  public String apply(byte[] account) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return Base64.getEncoder().encodeToString(mac.doFinal(account));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
