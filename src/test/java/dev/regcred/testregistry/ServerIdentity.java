package dev.regcred.testregistry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The certificate of a server, which is its own authority, for 127.0.0.1 and all names that end in
 * {@code .test}. It is in files as well, for programs.
 */
public final class ServerIdentity {
  private static final String PASSWORD = "changeit";
  private static final String NAMES =
      "san=ip:127.0.0.1,dns:localhost,dns:registry.test,dns:tokens.test,dns:inside.test,dns:*.corp.test";

  private final KeyStore keys;
  private final Path directory;

  private ServerIdentity(KeyStore keys, Path directory) {
    this.keys = keys;
    this.directory = directory;
  }

  /** Makes one, with the JDK's keytool. */
  public static ServerIdentity create(Path directory) {
    try {
      var store = directory.resolve("server.p12");
      var command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
              "-genkeypair",
              "-keyalg",
              "RSA",
              "-keysize",
              "2048",
              "-dname",
              "CN=registry",
              "-ext",
              NAMES,
              "-alias",
              "server",
              "-keystore",
              store.toString(),
              "-storepass",
              PASSWORD);
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
      var identity =
          new ServerIdentity(
              KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), directory);
      Files.writeString(identity.certificateFile(), identity.certificatePem());
      Files.writeString(identity.keyFile(), pem("PRIVATE KEY", identity.privateKey().getEncoded()));
      return identity;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The certificate as a client is told of it. */
  public String certificatePem() {
    return pem("CERTIFICATE", certificate());
  }

  byte[] certificate() {
    try {
      return Objects.requireNonNull(keys.getCertificate("server")).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  PrivateKey privateKey() {
    try {
      return (PrivateKey) keys.getKey("server", PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  Path certificateFile() {
    return directory.resolve("server.pem");
  }

  Path keyFile() {
    return directory.resolve("server-key.pem");
  }

  SSLContext serverContext() {
    try {
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), label);
  }
}
