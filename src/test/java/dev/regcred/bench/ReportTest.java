package dev.regcred.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path directory;

  private static Results results() {
    var results = new Results();
    results.add(
        CredentialScenario.ACTIVATION,
        new Results.Row()
            .with("credentials", 500L)
            .with("finalizer", "by the operator")
            .with("start", "cold")
            .with("s", 4.0)
            .with("share of raw, %", 81.0));
    results.add(
        CredentialScenario.ACTIVATION,
        new Results.Row()
            .with("credentials", 10_000L)
            .with("finalizer", "by the operator")
            .with("start", "cold")
            .with("s", 100.0)
            .with("share of raw, %", Double.NaN));
    return results;
  }

  @Test
  void derivesGrowthAndGoals() {
    var results = results();
    new Goals(results).add();

    assertThat(results.value(Goals.GROWTH, Map.of("to", 10_000L), "times the time each"))
        .hasValue(1.25);
    assertThat(results.tables().get(Goals.TABLE))
        .extracting(row -> row.get("figure") + ": " + row.get("met"))
        .containsExactly(
            "500 credentials, cold, finalizer by the operator, % of raw: yes",
            "growth to 10,000, times the time each: no");
  }

  @Test
  void writesJsonMarkdownAndPlots() throws Exception {
    new Report(directory, Map.of("Machine", "2 cores")).write(results());

    var json = new ObjectMapper().readTree(directory.resolve("bench.json").toFile());
    assertThat(json.path("conditions").path("Machine").asText()).isEqualTo("2 cores");
    assertThat(json.path("tables").path(CredentialScenario.ACTIVATION)).hasSize(2);
    assertThat(directory.resolve("growth.svg")).exists();
    assertThat(directory.resolve("latency.svg")).doesNotExist();
    assertThat(Files.readString(directory.resolve("bench.md")))
        .contains("- Machine: 2 cores", " 10,000 |", "![Time until");
  }

  @Test
  void publishesBetweenTheMarksOfAPage() throws Exception {
    var page = directory.resolve("page.md");
    Files.writeString(page, "before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n");

    new Report(directory, Map.of()).publish(results(), page);

    assertThat(Files.readString(page))
        .startsWith("before\n<!-- bench -->\n")
        .contains("10,000", "performance/growth.svg")
        .doesNotContain("\nold\n")
        .endsWith("<!-- /bench -->\nafter\n");
  }

  @Test
  void saysWhatIsLeftOut() {
    var properties = new Properties();
    properties.setProperty("bench.sizes", "500,100");
    properties.setProperty("bench.scenarios", "");

    var options = BenchOptions.of(properties);

    assertThat(options.sizes()).containsExactly(100, 500);
    assertThat(options.leftOut()).containsExactly("Sizes left out by bench.sizes: [2000, 10000].");
  }

  @Test
  void countsTheRequestsOfOurKindsAndTheTimeThatTheyTook() {
    var metrics =
        """
        # HELP apiserver_request_total
        apiserver_request_total{code="201",group="",resource="secrets",subresource="",verb="POST"} 7
        apiserver_request_total{code="409",group="",resource="secrets",subresource="",verb="POST"} 1
        apiserver_request_total{code="200",group="regcred.dev",resource="registrycredentials",subresource="status",verb="PUT"} 5
        apiserver_request_total{code="200",group="",resource="serviceaccounts",subresource="token",verb="POST"} 3
        apiserver_request_total{code="200",group="apps",resource="deployments",subresource="",verb="GET"} 2
        # TYPE process_cpu_seconds_total counter
        process_cpu_seconds_total 12.5
        """;

    var counters = ApiServerMeter.parse(metrics);

    assertThat(counters.byKind())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("POST secrets", 8L, "PUT registrycredentials/status", 5L));
    assertThat(counters.since(ApiServerMeter.parse("")).writes()).isEqualTo(13);
    assertThat(counters.cpuSeconds()).isEqualTo(12.5);
  }
}
