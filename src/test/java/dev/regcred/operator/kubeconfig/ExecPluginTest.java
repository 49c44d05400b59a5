package dev.regcred.operator.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testkit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecPluginTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory = Path.of("");

  /** With {@code n} of the run in its token. */
  private ExecPlugin printing(String status) throws IOException {
    return plugin(
        """
        echo >> runs
        printf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","status":STATUS}' \
        | sed s/RUN/$(wc -l < runs)/
        """
            .replace("STATUS", status),
        Patience.LIMIT);
  }

  private ExecPlugin plugin(String script, Duration limit) throws IOException {
    Files.writeString(directory.resolve("plugin"), script);
    var exec = new ObjectMapper().createObjectNode();
    exec.put("apiVersion", "client.authentication.k8s.io/v1").put("interactiveMode", "Never");
    exec.put("command", "sh");
    exec.putArray("args").add("-c").add("cd " + directory + " && . ./plugin");
    return new ExecPlugin(
        new Section(directory.resolve("config"), "exec", exec),
        new ObjectMapper().createObjectNode(),
        Clock.fixed(NOW, ZoneOffset.UTC),
        limit);
  }

  @Test
  void itIsRunAgainWhenTheTokenHasRunOut() throws IOException {
    var plugin =
        printing("{\"token\":\"RUN\",\"expirationTimestamp\":\"2026-01-01T01:00:00+01:00\"}");
    assertThat(plugin.getToken()).isEqualTo("1");
    assertThat(plugin.getToken()).isEqualTo("2");
  }

  @Test
  void itIsRunAgainWhenThePresentTokenIsRefusedAndForNoOther() throws IOException {
    var plugin =
        printing("{\"token\":\"RUN\",\"expirationTimestamp\":\"2026-01-01T01:00:01+01:00\"}");
    assertThat(plugin.getToken()).isEqualTo("1");
    plugin.refuse("0");
    assertThat(plugin.getToken()).isEqualTo("1");
    plugin.refuse("1");
    assertThat(plugin.getToken()).isEqualTo("2");
    assertThat(plugin.getToken()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | printed no status.token",
        "{\"token\":\"t0ken\\nx\"} | printed no status.token in printable ASCII",
        "{\"token\":\"t0ken\",\"expirationTimestamp\":\"soon\"} | is no time",
        "{\"token\":\"t0ken\",\"clientCertificateData\":\"x\"} | printed a client certificate",
      })
  void whatItPrintsAndIsNotTakenIsNotRepeated(String status, String expected) throws IOException {
    var plugin = printing(status);
    assertThatThrownBy(plugin::getToken)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(directory.resolve("config") + ": exec.command ")
        .hasMessageContaining(expected)
        .hasMessageNotContaining("t0ken");
  }

  /** A command that waits for another one, which has its output, too. */
  @Test
  void itIsEndedIfItTakesTooLongWithAllThatItHasStarted() throws Exception {
    var plugin = plugin("sleep 600 & echo $! > child; wait", Duration.ofSeconds(2));
    assertThatThrownBy(plugin::getToken).hasMessageContaining("has not ended within 2 s");
    var child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
    Patience.await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }
}
