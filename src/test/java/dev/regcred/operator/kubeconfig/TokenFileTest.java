package dev.regcred.operator.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir private Path directory = Path.of("");
  private long now;

  /** As a kubelet does it: the new file takes the place of the old one. */
  @Test
  void aNewTokenIsUsedWithinASecondAndTheLastOneWhileThereIsNone() throws IOException {
    var file = Files.writeString(directory.resolve("token"), "first\n");
    var token = new TokenFile(file, () -> now);
    assertThat(token.getToken()).isEqualTo("first");

    var next = Files.writeString(directory.resolve("next"), "second");
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(token.getToken()).isEqualTo("second");

    Files.delete(file);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(token.getToken()).isEqualTo("second");

    for (String nothing : List.of("", "two\nlines")) {
      Files.writeString(file, nothing);
      now += Duration.ofSeconds(1).toNanos();
      assertThat(token.getToken()).isEqualTo("second");
    }
    Files.writeString(file, "third");
    now += Duration.ofSeconds(1).toNanos();
    assertThat(token.getToken()).isEqualTo("third");
  }

  /** A token that was revoked: whoever replaces it need not wait for the next look. */
  @Test
  void aTokenThatIsRefusedIsReadAgainAtOnce() throws IOException {
    var file = Files.writeString(directory.resolve("token"), "first");
    var token = new TokenFile(file, () -> now);
    Files.writeString(file, "second");
    token.refuse("another");
    assertThat(token.getToken()).isEqualTo("first");

    token.refuse("first");
    assertThat(token.getToken()).isEqualTo("second");
  }
}
