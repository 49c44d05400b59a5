package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.RestorableControlPlane;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.OperatorProcess;
import dev.regcred.testkit.Patience;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the log says of a start that has to wait: in lines, each of which says what is wrong and
 * what to do, once. On a control plane of its own, from which things can be taken.
 */
class StartLogIT {
  private static RestorableControlPlane cluster;
  private static Installation installation;

  @TempDir Path files;

  @BeforeAll
  static void install() throws IOException {
    cluster = RestorableControlPlane.create();
    installation = Installation.on(cluster);
  }

  @AfterAll
  static void stop() {
    installation.admin().close();
    cluster.close();
  }

  @Test
  void withoutTheCrdsItSaysSoOfEachKindAndGoesOnWhenTheyAreThere() throws Exception {
    cluster.kubectl().ok("delete", "-f", "crds");
    try (var operator = operator("start-without-crds", config -> config)) {
      Patience.await()
          .untilAsserted(
              () ->
                  assertThat(complaints(operator))
                      .contains(
                          missing("registries"),
                          missing("registrycredentials"),
                          missing("clusterregistries"),
                          missing("clusterregistrycredentials")));
      cluster.kubectl().ok("apply", "-f", "crds");
      operator.awaitReady(Patience.LIMIT);
      assertThat(complaints(operator)).doesNotHaveDuplicates();
    } finally {
      cluster.kubectl().ok("apply", "-f", "crds");
    }
  }

  private static String missing(String plural) {
    return "WARN The API server has no %s.regcred.dev (404 Not Found); apply crds. It is tried again."
        .formatted(plural);
  }

  @Test
  void withoutAPermissionItSaysWhichAndGoesOnWhenItHasIt() throws Exception {
    cluster.kubectl().ok("delete", "clusterrolebinding", "regcred-operator");
    try (var operator = operator("start-without-permission", config -> config)) {
      Patience.await()
          .untilAsserted(
              () ->
                  assertThat(complaints(operator))
                      .anySatisfy(
                          line ->
                              assertThat(line)
                                  .startsWith(
                                      "WARN The operator may not list and watch"
                                          + " registries.regcred.dev")
                                  .contains(
                                      "User \"system:serviceaccount:regcred-system:regcred-operator\"",
                                      "apply deploy")));
      cluster.kubectl().ok("apply", "-f", "deploy");
      operator.awaitReady(Patience.LIMIT);
      assertThat(complaints(operator)).doesNotHaveDuplicates();
    } finally {
      cluster.kubectl().ok("apply", "-f", "deploy");
    }
  }

  @Test
  void withATokenThatIsNoneItSaysSoOnce() throws Exception {
    try (var operator =
        operator("start-without-token", config -> config.withOauthToken("nonsense"))) {
      awaitOnly(operator, "does not know the operator (401 Unauthorized); see the token");
    }
  }

  @Test
  void withoutAServerItSaysWhichAndWhyOnce() throws Exception {
    try (var operator =
        operator("start-without-server", config -> config.withMasterUrl("https://127.0.0.1:1"))) {
      awaitOnly(operator, "was not reached (ConnectException: ");
      assertThat(operator.log()).contains("/127.0.0.1:1");
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            Map.of("REGCRED_WATCH_NAMESPACES", "JOSDK_ALL_NAMESPACES"),
            "REGCRED_WATCH_NAMESPACES is 'JOSDK_ALL_NAMESPACES'; allowed is names of namespaces"),
        Arguments.of(
            Map.of("REGCRED_THREADS", "many\nof them"),
            "REGCRED_THREADS is 'many of them'; allowed is a whole number from 1 to 256"),
        Arguments.of(
            Map.of("REGCRED_WATCH_NAMESPACE", "team-a"),
            "REGCRED_WATCH_NAMESPACE is no setting of the operator; there are"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsRefusedEndsItWithOneLine(Map<String, String> settings, String line)
      throws IOException, InterruptedException {
    var kubeconfig = installation.writeKubeconfig(files.resolve("refused.kubeconfig"));
    try (var operator = new OperatorProcess(kubeconfig, "start-refused", List.of(), settings)) {
      assertOnlyLine(operator, line);
    }
  }

  @Test
  void aPortThatIsTakenIsNamedInOneLine() throws IOException, InterruptedException {
    var kubeconfig = installation.writeKubeconfig(files.resolve("port.kubeconfig"));
    try (var other = new ServerSocket(0);
        var operator =
            new OperatorProcess(
                kubeconfig,
                "start-port",
                List.of(),
                Map.of("REGCRED_HTTP_PORT", String.valueOf(other.getLocalPort())))) {
      assertOnlyLine(
          operator,
          "Port %s for metrics and health can't be had: Address already in use. Set REGCRED_HTTP_PORT"
              .formatted(other.getLocalPort()));
    }
  }

  @Test
  void aServerWithAPortThatCantBeIsNamedInOneLine() throws IOException, InterruptedException {
    try (var operator =
        operator("start-server", config -> config.withMasterUrl("https://127.0.0.1:99999"))) {
      assertOnlyLine(operator, "cluster.server has a port that can't be: allowed is 1 to 65535");
    }
  }

  private static void assertOnlyLine(OperatorProcess operator, String line)
      throws InterruptedException {
    operator.awaitEnd(Patience.LIMIT);
    assertThat(operator.log().lines()).hasSize(1);
    assertThat(complaints(operator)).singleElement().asString().startsWith("ERROR").contains(line);
  }

  /** After as many attempts as each watch makes in some seconds. */
  private static void awaitOnly(OperatorProcess operator, String said) {
    Patience.await().until(() -> operator.log().contains(said));
    var since = System.nanoTime();
    Patience.await().until(() -> System.nanoTime() - since > 3_000_000_000L);
    assertThat(complaints(operator)).singleElement().asString().contains(said);
  }

  private OperatorProcess operator(String name, UnaryOperator<ConfigBuilder> change)
      throws IOException {
    Config config = change.apply(new ConfigBuilder(installation.operatorConfig())).build();
    var kubeconfig =
        new Installation(cluster, installation.admin(), config)
            .writeKubeconfig(files.resolve(name + ".kubeconfig"));
    return new OperatorProcess(kubeconfig, name, List.of());
  }

  /** The warnings and errors, without time and logger; nothing else is in the log but lines. */
  private static List<String> complaints(OperatorProcess operator) {
    var complaints = new ArrayList<String>();
    for (String line : operator.log().lines().toList()) {
      assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z (INFO|WARN|ERROR) .*");
      var parts = line.split(" +", 4);
      if (!parts[1].equals("INFO")) {
        complaints.add(parts[1] + " " + parts[3]);
      }
    }
    return complaints;
  }
}
