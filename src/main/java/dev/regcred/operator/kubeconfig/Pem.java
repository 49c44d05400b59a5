package dev.regcred.operator.kubeconfig;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The PEM data are what a field of a kubeconfig says in PEM, by itself or in a file. As with Go's
 * {@code tls.X509KeyPair} the blocks of another kind are passed over: a kubelet has its certificate
 * and its key in one file.
 *
 * @param section where it is
 * @param field the field that was set
 * @param file the file that it is in; null where it is in the kubeconfig itself
 * @param text all of it
 */
record Pem(Section section, String field, @Nullable Path file, String text) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /** The headers of private keys, each with the name of its algorithm, which PKCS#8 says inside. */
  private static final String PKCS8 = "PRIVATE KEY";

  private static final String SEC1 = "EC PRIVATE KEY";
  private static final String PKCS1 = "RSA PRIVATE KEY";

  /**
   * Reads the PEM of a field.
   *
   * @param field the one that names a file; the one with {@code -data} has it in base64
   * @return null if neither is set
   */
  static @Nullable Pem of(Section section, String field) {
    var name = section.text(field);
    var dataField = field + "-data";
    var data = section.text(dataField);
    if (name != null && data != null) {
      throw section.refused(field, "and " + dataField + " are both set; one is allowed");
    }
    if (data != null) {
      return new Pem(section, dataField, null, decoded(section, dataField, data));
    }
    if (name == null) {
      return null;
    }
    var file = section.resolve(name);
    try {
      return new Pem(section, field, file, Files.readString(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw section.refused(field, "names a file that can't be read: " + file);
    }
  }

  private static String decoded(Section section, String field, String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64.replaceAll("[\r\n]", ""));
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      throw section.refused(field, "is not base64");
    }
  }

  /** The certificates in it, at least one, in base64 of PEM. */
  String certificates() {
    var blocks = blocks().filter(block -> block.group(1).equals("CERTIFICATE")).toList();
    if (blocks.isEmpty()) {
      throw refused("has no certificate in PEM");
    }
    var all = String.join("\n", blocks.stream().map(MatchResult::group).toList());
    try {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(
              new ByteArrayInputStream(all.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (GeneralSecurityException e) {
      throw refused("has a certificate that can't be read");
    }
    return base64(all);
  }

  /**
   * A private key in a PEM file.
   *
   * @param algorithm {@code EC} or {@code RSA}
   * @param base64 its block, in base64 of PEM
   */
  record Key(String algorithm, String base64) {
    @Override
    public String toString() {
      return algorithm;
    }
  }

  /** The first private key in it. */
  Key key() {
    var block =
        blocks()
            .filter(found -> found.group(1).endsWith(PKCS8))
            .findFirst()
            .orElseThrow(() -> refused("has no private key in PEM"));
    if (block.group().contains("ENCRYPTED")) {
      throw refused("has an encrypted key; decrypt it");
    }
    var algorithm =
        switch (block.group(1)) {
          case SEC1 -> "EC";
          case PKCS1 -> "RSA";
          case PKCS8 -> algorithm(block.group(2));
          default -> throw refused("has a " + block.group(1) + "; allowed are those of EC and RSA");
        };
    return new Key(algorithm, base64(block.group()));
  }

  private String algorithm(String body) {
    var der = Base64.getMimeDecoder().decode(body);
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        return algorithm;
      } catch (GeneralSecurityException e) {
        // It is of another one.
      }
    }
    throw refused("has a key that can't be read: allowed are EC and RSA");
  }

  private Stream<MatchResult> blocks() {
    return BLOCK.matcher(text).results();
  }

  IllegalArgumentException refused(String why) {
    return section.refused(field, file == null ? why : why + ": " + file);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The text says where it is, and nothing of what is in it. */
  @Override
  public String toString() {
    return section + "." + field;
  }
}
