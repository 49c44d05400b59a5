package dev.regcred.operator.client;

import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that the API server's certificate may be from: those that were named
 * and no others, where the client itself would add all that the JVM trusts. Where a file names
 * them, it is read again when a certificate is from none of them, since a cluster may exchange its
 * authority: the new one is in the file of a Pod's ServiceAccount by then.
 */
final class ServerTrust extends X509ExtendedTrustManager {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Pattern.DOTALL);

  private final @Nullable Path file;
  private volatile byte[] read;
  private volatile X509ExtendedTrustManager authorities;

  private ServerTrust(@Nullable Path file, byte[] pem) {
    this.file = file;
    read = pem;
    authorities = authorities(pem);
  }

  /**
   * The authorities that a configuration names; null where none are named: then those of the JVM
   * are trusted, or everybody.
   */
  static @Nullable ServerTrust of(Config config) {
    if (config.isTrustCerts()) {
      return null;
    }
    var file = config.getCaCertFile() == null ? null : Path.of(config.getCaCertFile());
    if (config.getCaCertData() != null) {
      return new ServerTrust(file, Base64.getMimeDecoder().decode(config.getCaCertData()));
    }
    if (file == null) {
      return null;
    }
    try {
      return new ServerTrust(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("the certificate authority can't be read: " + file);
    }
  }

  private static X509ExtendedTrustManager authorities(byte[] pem) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null);
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(certificates(pem)));
      if (certificates.isEmpty()) { // As of a file that is being written.
        throw new IllegalArgumentException("the certificate authority of the API server is empty");
      }
      for (var certificate : certificates) {
        store.setCertificateEntry(String.valueOf(store.size()), certificate);
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the certificate authority of the API server is not PEM");
    }
  }

  /**
   * The certificates of a PEM without what else is in it: the JDK takes nothing beside
   * certificates.
   */
  private static byte[] certificates(byte[] pem) {
    return CERTIFICATE
        .matcher(new String(pem, StandardCharsets.ISO_8859_1))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @FunctionalInterface
  private interface Check {
    void by(X509ExtendedTrustManager authorities) throws CertificateException;
  }

  private void check(Check check) throws CertificateException {
    try {
      check.by(authorities);
    } catch (CertificateException e) {
      if (!isReadAnew()) {
        throw e;
      }
      check.by(authorities);
    }
  }

  private synchronized boolean isReadAnew() {
    if (file == null) {
      return false;
    }
    try {
      var now = Files.readAllBytes(file);
      if (Arrays.equals(now, read)) {
        return false;
      }
      authorities = authorities(now);
      read = now;
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false; // Those that were read last stay.
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(by -> by.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(by -> by.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(by -> by.checkServerTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    authorities.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    authorities.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    authorities.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
