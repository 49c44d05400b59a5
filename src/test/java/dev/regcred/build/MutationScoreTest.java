package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.build.MutationScore.Mutant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MutationScoreTest {
  private static final Mutant KILLED = mutant("KILLED");
  private static final Mutant SURVIVOR = mutant("SURVIVED");
  private static final String ROW = "| `Sum.of` | `a \\| b` | replaced or | equivalent |\n";
  private static final String JUDGED = "# Mutants\n\n## `sum`\n" + ROW + "\n## `other`\n";

  @Test
  void aSurvivorIsJudged() {
    assertThat(of(99, SURVIVOR).faults(JUDGED)).isEmpty();
    assertThat(of(99, SURVIVOR).faults("## `other`\n" + ROW))
        .containsExactly("sum: unjudged survivor: | `Sum.of` | `return a \\| b;` | replaced or |");
    assertThat(of(98, SURVIVOR, mutant("NO_COVERAGE")).faults(JUDGED)).hasSize(1);
    assertThat(of(99, SURVIVOR).faults(JUDGED.replace("equivalent", "?"))).hasSize(1);
  }

  @Test
  void aJudgementIsAboutASurvivor() {
    assertThat(of(99).faults(JUDGED))
        .containsExactly("sum: judged, but no survivor: " + ROW.strip());
  }

  @Test
  void enoughAreKilled() {
    var five = Collections.nCopies(5, SURVIVOR).toArray(Mutant[]::new);
    var judged = JUDGED.replace(ROW, ROW.repeat(5));
    assertThat(of(95, five).faults(judged)).isEmpty();
    assertThat(of(94, five).faults(judged))
        .containsExactly("sum: less than 95 % of the mutants are killed");
  }

  @Test
  void aTableSaysHowMany() {
    assertThat(of(7, SURVIVOR, mutant("TIMED_OUT"), mutant("NO_COVERAGE")))
        .hasToString(
            "sum              10       7          1         1            1  80.0%     88.9%");
  }

  private static Mutant mutant(String status) {
    return new Mutant("Sum.of", "return a | b;", "replaced or", status);
  }

  private static MutationScore of(int killed, Mutant... others) {
    return new MutationScore(
        "sum",
        Stream.concat(Collections.nCopies(killed, KILLED).stream(), List.of(others).stream())
            .toList());
  }
}
