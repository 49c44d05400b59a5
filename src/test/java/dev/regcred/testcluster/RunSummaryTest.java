package dev.regcred.testcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSummaryTest {
  private static final Instant BEGAN = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path directory;

  @Test
  void addsUpTheRecordsOfAllJvmsAndNamesTheLongestClassFirst() throws IOException {
    write("unit-1", new RunRecord("", 1000, 0, 1, Map.of("a.Unit", millis(999))), BEGAN);
    write(
        "integration-1",
        new RunRecord("one", 10, 1, 2, Map.of("a.LongIT", millis(12_345), "a.ShortIT", millis(1))),
        BEGAN.plusSeconds(60));
    write(
        "integration-2",
        new RunRecord("another", 20, 2, 4, Map.of("a.LongerIT", millis(123_456))),
        BEGAN.plusSeconds(70));
    assertThat(RunSummary.of(directory, BEGAN).lines())
        .containsExactly(
            "  123.5 s  a.LongerIT",
            "   12.3 s  a.LongIT",
            "    1.0 s  2 classes of less than a second each",
            "Integration tests: 30 ran, 3 failed, 6 skipped, on one; and on another");
  }

  @Test
  void twoJvmsOnOneClusterNameItOnce() throws IOException {
    write("integration-1", new RunRecord("one", 10, 0, 0, Map.of()), BEGAN);
    write("integration-2", new RunRecord("one", 20, 0, 0, Map.of()), BEGAN);
    write("integration-3", new RunRecord("", 5, 0, 0, Map.of()), BEGAN);
    assertThat(RunSummary.of(directory, BEGAN).lines())
        .containsExactly("Integration tests: 35 ran, 0 failed, 0 skipped, on one");
  }

  @Test
  void whatAnEarlierBuildLeftIsNoPartOfIt() throws IOException {
    write("integration-2", new RunRecord("one", 10, 0, 0, Map.of()), BEGAN.minusSeconds(1));
    assertThat(RunSummary.of(directory, BEGAN).lines())
        .containsExactly("No integration test ran on a cluster.");
  }

  @Test
  void withoutAnyRecordNothingRan() throws IOException {
    assertThat(RunSummary.of(directory.resolve("none"), BEGAN).lines())
        .containsExactly("No integration test ran on a cluster.");
  }

  private void write(String run, RunRecord record, Instant time) throws IOException {
    var file = directory.resolve(run);
    record.writeTo(file);
    assertThat(RunRecord.readFrom(file)).isEqualTo(record);
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
