package dev.regcred.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.diagnosis.CredentialTable.Listed;
import dev.regcred.diagnosis.CredentialTable.Problem;
import dev.regcred.diagnosis.CredentialTable.Row;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.testkit.Canary;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialTableTest {
  private static final Condition READY =
      condition("Ready", "True", "Active", "It holds the entry.");

  @Test
  void whatIsReadyNeedsNothing() {
    var table = table(listed("a", 1, READY), listed("b", 1, READY));
    assertThat(table.areReady()).isTrue();
    assertThat(table.advice()).isEqualTo("Nothing is to be done: all credentials are Ready.");
    assertThat(table.credentials().getFirst())
        .isEqualTo(new Row("RegistryCredential", "team", "a", null, "Active", "True", null, null));
  }

  @Test
  void whatIsNotReadyComesFirstWithItsFirstProblem() {
    var table =
        table(
            listed("a", 1, READY, condition("Verified", "False", "Refused", "Renew it.")),
            listed(
                "b",
                1,
                condition("Stalled", "True", "SourceInvalid", "Second."),
                condition("Ready", "False", "SourceInvalid", "Write it anew.")));
    assertThat(table.areReady()).isFalse();
    assertThat(table.credentials()).extracting(Row::name).containsExactly("b", "a");
    assertThat(table.credentials())
        .extracting(Row::problem)
        .containsExactly(
            new Problem("Ready", "SourceInvalid", "Write it anew."),
            new Problem("Verified", "Refused", "Renew it."));
    assertThat(table.advice())
        .isEqualTo(
            "See RegistryCredential b in namespace team, Ready is False (SourceInvalid): Write it anew.");
  }

  /** It is in use, and yet something is to be done. */
  @Test
  void anAccountThatIsRefusedIsSaidOfACredentialThatIsReady() {
    var table =
        table(listed("a", 1, READY, condition("Verified", "False", "Refused", "Renew it.")));
    assertThat(table.areReady()).isTrue();
    assertThat(table.credentials().getFirst().verified()).isEqualTo("Refused");
    assertThat(table.advice())
        .isEqualTo(
            "See RegistryCredential a in namespace team, Verified is False (Refused): Renew it.");
    assertThat(
            table(listed("a", 1, READY, condition("Verified", "Unknown", "Pending", "Wait.")))
                .advice())
        .isEqualTo("Nothing is to be done: all credentials are Ready.");
  }

  /** A status may speak of what was declared before. */
  @Test
  void aStatusOfAnOlderSpecIsNotReady() {
    var table = table(listed("a", 2, READY));
    assertThat(table.credentials().getFirst().ready()).isEqualTo("Unknown");
    assertThat(table.areReady()).isFalse();
    assertThat(table.advice())
        .isEqualTo(
            "See whether the operator runs: it has not looked at RegistryCredential a in namespace team as it is now.");
  }

  @Test
  void whatIsSaidIsFitToBeShown() {
    var problem =
        table(
                listed(
                    "a",
                    1,
                    condition(
                        "Ready", "False", "X", "https://u:%s@h\u001b[2J".formatted(Canary.TEXT))))
            .credentials()
            .getFirst()
            .problem();
    assertThat(problem).isEqualTo(new Problem("Ready", "X", "https://...@h [2J"));
  }

  @Test
  void noneIsSaid() {
    assertThat(table().advice()).isEqualTo("There is no credential.");
    assertThat(table().areReady()).isTrue();
  }

  private static CredentialTable table(Listed... listed) {
    return CredentialTable.of(List.of(listed), List.of());
  }

  private static Listed listed(String name, long generation, Condition... conditions) {
    return new Listed(
        "team",
        generation,
        new ObservedCredential(
            new CredentialRef("RegistryCredential", name),
            null,
            new CredentialStatusBuilder()
                .state(LifecycleState.ACTIVE, 1)
                .conditions(conditions)
                .serverAddress("ghcr.io")
                .secretName(name)
                .build()));
  }

  private static Condition condition(String type, String status, String reason, String message) {
    return new Condition(type, status, 1L, Instant.EPOCH, reason, message);
  }
}
