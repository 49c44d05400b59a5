package dev.regcred.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.operator.leader.LeaseSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an administrator sets, and what a wrong value is answered by. */
class OperatorConfigTest {
  @Test
  void nothingSetIsTheOnlyOperatorOfAllNamespaces() {
    assertThat(OperatorConfig.fromEnvironment(Map.of()))
        .isEqualTo(
            new OperatorConfig(8080, Set.of(), 16, "regcred-system", "regcred-system", null));
  }

  @Test
  void everythingIsLookedAtAgainEveryFourHoursUnlessOtherHoursAreSet() {
    assertThat(OperatorConfig.fromEnvironment(Map.of()).resync()).isEqualTo(Duration.ofHours(4));
    assertThat(OperatorConfig.fromEnvironment(Map.of("REGCRED_RESYNC_HOURS", "12")).resync())
        .isEqualTo(Duration.ofHours(12));
  }

  @Test
  void sourcesAreInTheOperatorsNamespaceUnlessAnotherIsNamed() {
    assertThat(OperatorConfig.fromEnvironment(Map.of("REGCRED_NAMESPACE", "ops")).sourceNamespace())
        .isEqualTo("ops");
    assertThat(
            OperatorConfig.fromEnvironment(
                    Map.of("REGCRED_NAMESPACE", "ops", "REGCRED_SOURCE_NAMESPACE", "vault"))
                .sourceNamespace())
        .isEqualTo("vault");
  }

  @Test
  void allHostsMayBeAskedUnlessSomeAreNamed() {
    assertThat(OperatorConfig.fromEnvironment(Map.of()).verificationHosts()).isEmpty();
    assertThat(
            OperatorConfig.fromEnvironment(
                    Map.of(
                        "REGCRED_VERIFICATION_HOSTS", "GHCR.io, *.corp.example.com,10.0.0.5,::1"))
                .verificationHosts())
        .containsExactly("ghcr.io", "*.corp.example.com", "10.0.0.5", "::1");
  }

  @Test
  void operatorsTakeTurnsAsClientGoHasThemUnlessOtherTimesAreSet() {
    assertThat(lease("true", "", "", ""))
        .isEqualTo(
            new LeaseSettings(
                Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)));
    assertThat(lease("true", "4", "3", "1"))
        .isEqualTo(
            new LeaseSettings(Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofSeconds(1)));
    assertThat(lease("false", "4", "3", "1")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "REGCRED_HTTP_PORT, 65536, from 0 to 65535",
    "REGCRED_HTTP_PORT, http, from 0 to 65535",
    "REGCRED_THREADS, 0, from 1 to 256",
    "REGCRED_RESYNC_HOURS, 0, from 1 to 168",
    "REGCRED_HTTP_PORT, tcp://10.0.0.1:8080, from 0 to 65535",
    "REGCRED_THREADS, 16.0, from 1 to 256",
    "REGCRED_THREADS, 1_6, from 1 to 256",
    "REGCRED_THREADS, 99999999999, from 1 to 256",
    "REGCRED_RESYNC_HOURS, 4h, from 1 to 168",
    // What was to name some hosts, and names none, would allow all.
    "REGCRED_VERIFICATION_HOSTS, ',', without ports",
    "REGCRED_VERIFICATION_HOSTS, ghcr.io:443, without ports",
    "REGCRED_VERIFICATION_HOSTS, https://ghcr.io, without ports",
    "REGCRED_VERIFICATION_HOSTS, *, without ports",
    "REGCRED_VERIFICATION_HOSTS, ghcr.*, without ports",
    "REGCRED_LEADER_ELECTION, yes, true or false",
    "REGCRED_LEADER_ELECTION, True, true or false",
    "REGCRED_LEADER_ELECTION, 1, true or false",
    "REGCRED_LOG_FORMAT, JSON, text or json",
    "REGCRED_LOG_FORMAT, ' json', text or json",
    "REGCRED_NAMESPACE, Ops, the name of a namespace",
    "REGCRED_SOURCE_NAMESPACE, ops/vault, the name of a namespace",
    // Words by which java-operator-sdk means all namespaces, and the one of the kubeconfig.
    "REGCRED_WATCH_NAMESPACES, JOSDK_ALL_NAMESPACES, separated by commas",
    "REGCRED_WATCH_NAMESPACES, JOSDK_WATCH_CURRENT, separated by commas",
    "REGCRED_WATCH_NAMESPACES, *, separated by commas",
    "REGCRED_WATCH_NAMESPACES, 'team-a team-b', separated by commas",
    "REGCRED_WATCH_NAMESPACES, 'team-a;team-b', separated by commas",
    "REGCRED_WATCH_NAMESPACES, 'team-a,Team_B', separated by commas",
    "REGCRED_WATCH_NAMESPACES, '[team-a]', separated by commas",
    "REGCRED_WATCH_NAMESPACES, '\"team-a\"', separated by commas",
    "REGCRED_WATCH_NAMESPACES, team-, separated by commas",
    "REGCRED_WATCH_NAMESPACES, ',', separated by commas",
    "REGCRED_WATCH_NAMESPACES, 'team-a,aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg', separated by commas",
  })
  void aWrongValueIsNamedWithWhatIsAllowed(String variable, String value, String allowed) {
    assertThatThrownBy(() -> OperatorConfig.fromEnvironment(Map.of(variable, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(variable, "'" + value + "'", allowed);
  }

  @Test
  void namespacesAreSeparatedByCommasWithWhateverIsBetween() {
    assertThat(namespaces("team-a,team-b")).isEqualTo(Set.of("team-a", "team-b"));
    assertThat(namespaces(" team-a , team-b,\n")).isEqualTo(Set.of("team-a", "team-b"));
    assertThat(namespaces("team-a,,team-a,")).isEqualTo(Set.of("team-a"));
    assertThat(namespaces("0")).isEqualTo(Set.of("0"));
    assertThat(namespaces("  ")).as("set to nothing").isEmpty();
  }

  private static Set<String> namespaces(String text) {
    return OperatorConfig.fromEnvironment(Map.of("REGCRED_WATCH_NAMESPACES", text)).namespaces();
  }

  @ParameterizedTest
  @CsvSource({"REGCRED_WATCH_NAMESPACE", "REGCRED_RESYNC", "REGCRED_METRICS_PORT"})
  void aSettingThatThereIsNotIsNamedWithThoseThereAre(String misspelt) {
    assertThatThrownBy(() -> OperatorConfig.fromEnvironment(Map.of(misspelt, "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(misspelt + " is no setting of the operator; there are ")
        .hasMessageContainingAll("REGCRED_WATCH_NAMESPACES", "REGCRED_RESYNC_HOURS");
  }

  /** A kubelet adds them for Services whose names begin like the settings. */
  @Test
  void whatTellsOfServicesIsNoSetting() {
    var environment = new HashMap<String, String>();
    environment.put("REGCRED_SERVICE_HOST", "10.0.0.1");
    environment.put("REGCRED_OPERATOR_SERVICE_PORT", "8080");
    environment.put("REGCRED_OPERATOR_SERVICE_PORT_HTTP", "8080");
    environment.put("REGCRED_OPERATOR_PORT", "tcp://10.0.0.1:8080");
    environment.put("REGCRED_OPERATOR_PORT_8080_TCP", "tcp://10.0.0.1:8080");
    environment.put("REGCRED_OPERATOR_PORT_8080_TCP_PROTO", "tcp");
    environment.put("REGCRED_OPERATOR_PORT_8080_TCP_PORT", "8080");
    environment.put("REGCRED_OPERATOR_PORT_8080_TCP_ADDR", "10.0.0.1");
    assertThat(OperatorConfig.fromEnvironment(environment))
        .isEqualTo(OperatorConfig.fromEnvironment(Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 2", "15, 2, 2", "0, 10, 2", "15, 10, x"})
  void timesThatDoNotFitTogetherAreNamed(String duration, String renewal, String retry) {
    assertThatThrownBy(() -> lease("true", duration, renewal, retry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("REGCRED_LEASE_");
  }

  private static @Nullable LeaseSettings lease(
      String isElected, String duration, String renewal, String retry) {
    var environment = new HashMap<String, String>();
    environment.put("REGCRED_LEADER_ELECTION", isElected);
    environment.put("REGCRED_LEASE_SECONDS", duration);
    environment.put("REGCRED_LEASE_RENEW_SECONDS", renewal);
    environment.put("REGCRED_LEASE_RETRY_SECONDS", retry);
    return OperatorConfig.fromEnvironment(environment).lease();
  }
}
