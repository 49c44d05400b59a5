package dev.regcred.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The accounts of the private registry, and all passwords that they ever had. */
final class Accounts {
  private final Terminal terminal;
  private final Path directory;
  private final List<String> secrets = new ArrayList<>();

  Accounts(Terminal terminal, Path directory) throws IOException {
    this.terminal = terminal;
    this.directory = directory;
    Files.createFile(file());
  }

  /** The registry's file of accounts. */
  Path file() {
    return directory.resolve("htpasswd");
  }

  /**
   * Gives an account a new password, in the registry and in the file {@code $DIR/NAME.password}.
   */
  void renew(String account) {
    renewFile(account);
    terminal.run("htpasswd -iB $DIR/htpasswd %1$s < $DIR/%1$s.password".formatted(account));
  }

  /** The same for a registry with tokens, which reads that file. */
  void renewFile(String account) {
    terminal.run(
        "(umask 077; head -c 24 /dev/urandom | base64 | tr -d '\\n' > $DIR/%s.password)"
            .formatted(account));
    try {
      var password = Files.readString(directory.resolve(account + ".password"));
      secrets.add(password);
      secrets.add(
          Base64.getEncoder()
              .encodeToString((account + ":" + password).getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a text shows a password, as it is or as registries and pull Secrets encode it. */
  boolean isShownIn(String text) {
    return secrets.stream().anyMatch(text::contains);
  }
}
