package dev.regcred.operator.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities of a registry whose certificate none that the JVM trusts has made.
 */
final class CaBundle {
  private CaBundle() {}

  /**
   * A client that trusts these authorities and no others.
   *
   * @param pem their certificates in PEM; null for those that the JVM trusts
   * @throws IllegalArgumentException if there is no certificate in it that can be read
   */
  static OkHttpClient trust(OkHttpClient http, @Nullable String pem) {
    if (pem == null) {
      return http;
    }
    try {
      var authorities = authorities(pem);
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {authorities}, null);
      return http.newBuilder().sslSocketFactory(context.getSocketFactory(), authorities).build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("The certificate authorities are not PEM.");
    }
  }

  private static X509TrustManager authorities(String pem)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    var certificates =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem.getBytes(US_ASCII)));
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("There is no certificate authority.");
    }
    for (var certificate : certificates) {
      store.setCertificateEntry(String.valueOf(store.size()), certificate);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509TrustManager) factory.getTrustManagers()[0];
  }
}
