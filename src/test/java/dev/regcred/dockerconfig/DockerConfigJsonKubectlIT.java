package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testcluster.Kubectl;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our bytes beside those of the real kubectl, one process for each comparison. */
class DockerConfigJsonKubectlIT {
  private static final Kubectl KUBECTL = Kubectl.withoutCluster();

  /** Every canonical address, with the accounts in turn. */
  static Stream<Arguments> table() {
    var servers = ServerAddresses.ACCEPTED.stream().map(row -> row.canonical()).distinct().toList();
    var rows = new ArrayList<Arguments>();
    for (int i = 0; i < Math.max(servers.size(), Accounts.NASTY.size()); i++) {
      rows.add(
          Arguments.of(
              servers.get(i % servers.size()), Accounts.NASTY.get(i % Accounts.NASTY.size())));
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "{index}: {0}")
  @MethodSource("table")
  void writesWhatKubectlWrites(String server, Account account) {
    var ours = DockerConfigJson.of(Map.of(ServerAddress.parse(server), account.entry()));
    assertThat(text(ours)).isEqualTo(byKubectl(server, account));
  }

  /** Any text as server: no such address is ours, but its entry may be foreign. */
  @Property(tries = 110, shrinking = ShrinkingMode.OFF)
  @Domain(Accounts.class)
  void writesWhatKubectlWritesForAnything(
      @ForAll @From("servers") String server, @ForAll Account account) {
    var ours = new DockerConfigJson(Map.of(server, account.entry().toJson()), Map.of());
    assertThat(text(ours)).isEqualTo(byKubectl(server, account));
  }

  @Provide
  Arbitrary<String> servers() {
    return Accounts.text();
  }

  /**
   * {@code create secret docker-registry} takes one server only, so Go's order of keys is seen on
   * another map of strings that kubectl prints as JSON.
   */
  @Test
  void keysAreInTheOrderOfGo() throws Exception {
    var keys =
        List.of(
            "b",
            "a",
            "B",
            "a:1",
            "a.b",
            "a/b",
            "a-b",
            "a_b",
            "ab",
            "\u00e9",
            "\uffff",
            "\ue000",
            "\ud800\udc00",
            "\udbff\udfff",
            "https://index.docker.io/v1/",
            "<",
            "\u2028",
            "10.0.0.1");
    var values = keys.stream().collect(Collectors.toMap(key -> key, key -> "\"\""));
    var annotations = keys.stream().collect(Collectors.toMap(key -> key, key -> ""));
    var object =
        Map.of(
            "apiVersion", "v1",
            "kind", "ConfigMap",
            "metadata", Map.of("name", "x", "annotations", annotations));
    var printed =
        KUBECTL.runWithInput(
            new ObjectMapper().writeValueAsString(object),
            "label",
            "--local",
            "-f-",
            "a=b",
            "-o=jsonpath={.metadata.annotations}");
    assertThat(printed.stderr()).isEmpty();
    assertThat(text(new DockerConfigJson(values, Map.of())))
        .isEqualTo("{\"auths\":" + printed.stdout() + "}");
  }

  private static String byKubectl(String server, Account account) {
    // A JVM passes arguments in the encoding of its locale.
    assertThat(System.getProperty("sun.jnu.encoding"))
        .as("this test needs a UTF-8 locale, such as LC_ALL=C.UTF-8")
        .isEqualTo("UTF-8");
    var result =
        KUBECTL.run(
            "create",
            "secret",
            "docker-registry",
            "x",
            "--docker-server=" + server,
            "--docker-username=" + account.username(),
            "--docker-password=" + account.password(),
            "--docker-email=" + account.email(),
            "--dry-run=client",
            "-o=jsonpath={.data.\\.dockerconfigjson}");
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    return new String(Base64.getDecoder().decode(result.stdout()), UTF_8);
  }

  private static String text(DockerConfigJson config) {
    return new String(config.toBytes(), UTF_8);
  }
}
