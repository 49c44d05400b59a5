package dev.regcred.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.monitoring.Dashboard.Target;
import dev.regcred.monitoring.DashboardSvg.Line;
import dev.regcred.monitoring.DashboardSvg.Shown;
import dev.regcred.monitoring.PrometheusServer.Series;
import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.RunningOperator;
import dev.regcred.operator.leader.LeaseSettings;
import dev.regcred.testkit.Installation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The alert rules and the dashboard that ship, judged by the real promtool and by a real Prometheus
 * that scrapes real operators.
 *
 * <p>{@code -Dmonitoring.publish=true} draws docs/monitoring/dashboard.svg anew, from a run of
 * {@code -Dmonitoring.seconds}.
 */
class MonitoringIT {
  private static final Path PICTURE = Path.of("docs/monitoring/dashboard.svg");
  private static final boolean IS_PUBLISHED = Boolean.getBoolean("monitoring.publish");
  private static final int ROUNDS = 3;
  private static final int POINTS = 240;

  /** What the team does is a reason for these, if it lasted. */
  private static final Set<String> MAY_BE_PENDING =
      Set.of("RegcredCredentialsNotReady", "RegcredDriftGoesOn", "RegcredFailures");

  private static final Pattern METRIC = Pattern.compile("\\bregcred_[a-z_]+\\b");

  @TempDir private Path directory;

  @Test
  void promtoolFindsNothingWrongWithTheRules() {
    var output =
        PrometheusPrograms.promtool(
            "check", "rules", "--lint=all", "--lint-fatal", AlertRules.FILE.toString());
    assertThat(output.exitCode()).as(output.text()).isZero();
    assertThat(output.text()).contains("SUCCESS");
  }

  @Test
  void everyAlertFiresWhenItShouldAndOnlyThen() {
    var output = PrometheusPrograms.promtool("test", "rules", AlertRules.CASES.toString());
    assertThat(output.exitCode()).as(output.text()).isZero();
    assertThat(output.text()).contains("SUCCESS");
  }

  static List<String> alerts() {
    return AlertRules.shipped().alertNames();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void anAlertThatNeverFiresOrAlwaysFiresIsNoticed(String alert) throws IOException {
    var rules = AlertRules.shipped();
    for (String expression : List.of("vector(1) > 1", "vector(1)")) {
      var changed = directory.resolve("rules.yaml");
      Files.writeString(changed, rules.with(alert, expression));
      var cases = Files.writeString(directory.resolve("cases.yaml"), rules.casesFor(changed));
      var output = PrometheusPrograms.promtool("test", "rules", cases.toString());
      assertThat(output.exitCode()).as("%s: %s: %s", alert, expression, output.text()).isNotZero();
      assertThat(output.text()).contains("alertname: " + alert);
    }
  }

  @Test
  void everyPanelAndEveryRuleReadsWhatRealOperatorsTell() throws IOException {
    var installation = Installation.shared();
    try (var prometheus = PrometheusServer.start(directory, AlertRules.FILE)) {
      awaitAlert(prometheus, "RegcredAbsent", "pending");
      try (var replicas = new Replicas(installation, prometheus);
          var team = BusyTeam.in(installation)) {
        replicas.start();
        awaitValue(prometheus, "sum(regcred_leader)", 1);
        replicas.start();
        awaitValue(prometheus, "count(regcred_leader)", 2);
        awaitAlert(prometheus, "RegcredAbsent", "inactive");
        var from = Instant.now();
        var half = Duration.ofSeconds(Long.getLong("monitoring.seconds", 0)).dividedBy(2);
        team.begin();
        work(team, prometheus, from.plus(half));
        replicas.stopLeader();
        awaitValue(prometheus, "sum(regcred_leader)", 1);
        replicas.start();
        team.fill();
        for (String late : List.of("late", "later", "latest")) {
          team.fail(late);
          awaitScrapes(prometheus);
        }
        work(team, prometheus, from.plus(half.multipliedBy(2)));
        team.withdraw();
        awaitValue(prometheus, "max(regcred_not_ready{reason=\"QuotaExceeded\"})", 3);
        awaitValue(prometheus, "sum(regcred_ready)", 2);

        for (Dashboard.Panel panel : Dashboard.shipped().panels()) {
          panel.targets().forEach(target -> awaitValues(prometheus, panel.title(), target));
        }
        checkRules(prometheus);
        checkNames(replicas.leadersPort());
        draw(prometheus, from, Instant.now());
      }
    }
  }

  /** Operators that take turns; the first that is started leads. */
  private static final class Replicas implements AutoCloseable {
    private static final String NAMESPACE = "regcred-system";
    private static final LeaseSettings LEASE =
        new LeaseSettings(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

    private final Installation installation;
    private final PrometheusServer prometheus;
    private final Deque<RunningOperator> running = new ArrayDeque<>();

    Replicas(Installation installation, PrometheusServer prometheus) {
      this.installation = installation;
      this.prometheus = prometheus;
    }

    void start() throws IOException {
      var config = new OperatorConfig(0, Set.of(), 8, NAMESPACE, NAMESPACE, LEASE);
      running.add(RunningOperator.start(config, installation.operatorConfig()));
      scrape();
    }

    void stopLeader() {
      running.removeFirst().close();
      scrape();
    }

    private void scrape() {
      prometheus.scrape(running.stream().map(RunningOperator::httpPort).toList());
    }

    int leadersPort() {
      return running.getFirst().httpPort();
    }

    @Override
    public void close() {
      running.forEach(RunningOperator::close);
    }
  }

  private static void work(BusyTeam team, PrometheusServer prometheus, Instant until) {
    for (int round = 0; round < ROUNDS || Instant.now().isBefore(until); round++) {
      team.work();
      awaitScrapes(prometheus);
    }
  }

  /** Until Prometheus has scraped the leader twice more; more often where it is drawn. */
  private static void awaitScrapes(PrometheusServer prometheus) {
    var more = IS_PUBLISHED ? 12 : 2;
    var scrapes = "max(count_over_time(regcred_leader[1h]) and on (instance) regcred_leader == 1)";
    var before = value(prometheus, scrapes);
    BusyTeam.await().until(() -> value(prometheus, scrapes) >= before + more);
  }

  private static double value(PrometheusServer prometheus, String query) {
    return prometheus.query(query).stream()
        .mapToDouble(series -> series.points().getFirst().value())
        .sum();
  }

  private static void awaitValue(PrometheusServer prometheus, String query, double value) {
    BusyTeam.await()
        .untilAsserted(() -> assertThat(value(prometheus, query)).as(query).isEqualTo(value));
  }

  private static void awaitAlert(PrometheusServer prometheus, String alert, String state) {
    BusyTeam.await()
        .untilAsserted(
            () ->
                assertThat(prometheus.rules())
                    .hasEntrySatisfying(
                        alert,
                        rule ->
                            assertThat(rule.path("state").asText()).as(alert).isEqualTo(state)));
  }

  private static void awaitValues(PrometheusServer prometheus, String panel, Target target) {
    var query = target.query("1m");
    BusyTeam.await()
        .untilAsserted(
            () ->
                assertThat(prometheus.query(query))
                    .as("%s: %s", panel, query)
                    .isNotEmpty()
                    .allSatisfy(
                        series ->
                            assertThat(series.points().getFirst().value())
                                .as("%s", series.labels())
                                .isFinite()
                                .isNotNegative()));
  }

  private static void checkRules(PrometheusServer prometheus) {
    var rules = AlertRules.shipped();
    assertThat(prometheus.rules().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(rules.alertNames().stream(), rules.recorded().stream()).toList());
    awaitAlert(prometheus, "RegcredCredentialsNotReady", "pending"); // the late ones
    rules.alertNames().stream()
        .filter(name -> !MAY_BE_PENDING.contains(name))
        .forEach(name -> awaitAlert(prometheus, name, "inactive"));
    assertThat(prometheus.rules().values())
        .allSatisfy(
            rule -> {
              assertThat(rule.path("health").asText()).as("%s", rule).isEqualTo("ok");
              assertThat(rule.path("lastError").asText()).isEmpty();
            });
    rules.expressions().forEach(prometheus::query);
  }

  /** A name that is misspelt makes a query that is valid, and empty for ever. */
  private static void checkNames(int port) throws IOException {
    var rules = AlertRules.shipped();
    var expressions =
        Stream.concat(
                rules.expressions().stream(),
                Dashboard.shipped().panels().stream()
                    .flatMap(panel -> panel.targets().stream())
                    .map(Target::expression))
            .collect(Collectors.joining("\n"));
    for (String recorded : rules.recorded()) {
      expressions = expressions.replace(recorded, "");
    }
    var used =
        METRIC.matcher(expressions).results().map(MatchResult::group).collect(Collectors.toSet());
    assertThat(used).hasSizeGreaterThan(5);
    assertThat(served(port)).containsAll(used);
  }

  private static Set<String> served(int port) throws IOException {
    try (var http = HttpClient.newHttpClient()) {
      var metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
      var answer =
          http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
      return answer
          .body()
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("[{ ]", 2)[0])
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void draw(PrometheusServer prometheus, Instant from, Instant to)
      throws IOException {
    var step = Duration.ofSeconds(Math.max(1, Duration.between(from, to).toSeconds() / POINTS));
    var shown = new ArrayList<Shown>();
    for (Dashboard.Panel panel : Dashboard.shipped().panels()) {
      var lines = new ArrayList<Line>();
      for (Target target : panel.targets()) {
        prometheus.queryRange(target.query("15s"), from, to, step).stream()
            .map((Series series) -> new Line(target.legend(series.labels()), series.points()))
            .forEach(lines::add);
      }
      shown.add(new Shown(panel, lines));
    }
    var file = Boolean.getBoolean("monitoring.publish") ? PICTURE : Path.of("target/dashboard.svg");
    Files.writeString(file, DashboardSvg.of(shown, from, to));
  }
}
