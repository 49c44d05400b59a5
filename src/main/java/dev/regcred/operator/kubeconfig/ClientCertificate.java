package dev.regcred.operator.kubeconfig;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.security.Signature;
import javax.net.ssl.X509KeyManager;

/**
 * The client certificate of a user and its key. They have to belong together, as Go's {@code
 * tls.X509KeyPair} asks: else only the API server would find out, and say no more than an alert.
 */
final class ClientCertificate {
  private static final byte SIGNED = 1;

  private ClientCertificate() {}

  /** Configures it, and says whether there is one. */
  static boolean configure(Section user, ConfigBuilder config) {
    var certificate = Pem.of(user, "client-certificate");
    var key = Pem.of(user, "client-key");
    if (certificate == null && key == null) {
      return false;
    }
    if (certificate == null || key == null) {
      throw user.refused(
          certificate == null ? "client-certificate" : "client-key",
          "is not set beside " + (certificate == null ? "client-key" : "client-certificate"));
    }
    var read = key.key();
    config
        .withClientCertData(certificate.certificates())
        .withClientKeyData(read.base64())
        .withClientKeyAlgo(read.algorithm());
    try {
      if (!isOfOne(config.build(), read.algorithm())) {
        throw key.refused("has a key that is not the certificate's");
      }
    } catch (KeyStoreException e) {
      throw certificate.refused("has certificates that are not one chain");
    } catch (GeneralSecurityException | IOException | KubernetesClientException e) {
      throw key.refused("has a key that can't be read: allowed are EC and RSA");
    }
    return true;
  }

  private static boolean isOfOne(Config config, String algorithm)
      throws GeneralSecurityException, IOException {
    var manager = (X509KeyManager) SSLUtils.keyManagers(config)[0];
    var aliases = manager.getClientAliases(algorithm, null);
    if (aliases == null) { // The certificate is for a key of the other algorithm.
      return false;
    }
    var signature =
        Signature.getInstance("SHA256with" + (algorithm.equals("EC") ? "ECDSA" : "RSA"));
    signature.initSign(manager.getPrivateKey(aliases[0]));
    signature.update(SIGNED);
    var signed = signature.sign();
    signature.initVerify(manager.getCertificateChain(aliases[0])[0]);
    signature.update(SIGNED);
    return signature.verify(signed);
  }
}
