package dev.regcred.operator.kubeconfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A key pair and a certificate of its own, by the JDK's keytool. */
final class TestIdentity {
  private static final String PASSWORD = "changeit";

  private final byte[] privateKey;
  private final byte[] certificate;

  /**
   * Takes one that is there.
   *
   * @param privateKey in PKCS#8
   * @param certificate in DER
   */
  TestIdentity(byte[] privateKey, byte[] certificate) {
    this.privateKey = privateKey;
    this.certificate = certificate;
  }

  /** Its name is {@code CN=someone}. */
  static TestIdentity create(Path directory, String algorithm)
      throws IOException, GeneralSecurityException, InterruptedException {
    var store = directory.resolve(algorithm + ".p12");
    var size =
        algorithm.equals("EC") ? List.of("-groupname", "secp256r1") : List.of("-keysize", "2048");
    var arguments = new ArrayList<>(List.of("-genkeypair", "-keyalg", algorithm));
    arguments.addAll(size);
    arguments.addAll(List.of("-dname", "CN=someone"));
    keytool(store, arguments);
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    return new TestIdentity(
        keys.getKey("me", PASSWORD.toCharArray()).getEncoded(),
        keys.getCertificate("me").getEncoded());
  }

  private static void keytool(Path store, List<String> arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-alias", "me", "-keystore", store.toString(), "-storepass", PASSWORD));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  String certificatePem() {
    return pem("CERTIFICATE", certificate);
  }

  /**
   * The key in PEM.
   *
   * @param form {@code PKCS8}, {@code PKCS1} of an RSA key or {@code SEC1} of one on the curve
   *     P-256
   */
  String keyPem(String form) {
    return switch (form) {
      case "PKCS1" -> pem("RSA PRIVATE KEY", inner());
      case "SEC1" -> pem("EC PRIVATE KEY", withCurve(inner()));
      default -> pem("PRIVATE KEY", privateKey);
    };
  }

  /** What PKCS#8 wraps: its last octet string, which is longer than 127 bytes or shorter. */
  private byte[] inner() {
    for (int start = 4; start < privateKey.length; start++) {
      var header = privateKey[start] == 4 ? lengthOfHeader(start) : 0;
      if (header > 0 && privateKey[start + header] == 0x30) {
        return Arrays.copyOfRange(privateKey, start + header, privateKey.length);
      }
    }
    throw new IllegalStateException("no key in it");
  }

  private int lengthOfHeader(int start) {
    var first = privateKey[start + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  /** The JDK leaves the curve out within PKCS#8, where it is said before. */
  private static byte[] withCurve(byte[] key) {
    var curve =
        new byte[] {(byte) 0xa0, 10, 6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
    var all = Arrays.copyOf(Arrays.copyOf(key, 39), 39 + curve.length);
    System.arraycopy(curve, 0, all, 39, curve.length);
    all[1] = (byte) (all.length - 2);
    return all;
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), label);
  }
}
