package dev.regcred.migration;

import static dev.regcred.migration.ImportTestData.account;
import static dev.regcred.migration.ImportTestData.auths;
import static dev.regcred.migration.ImportTestData.authsOf;
import static dev.regcred.migration.ImportTestData.immutable;
import static dev.regcred.migration.ImportTestData.lines;
import static dev.regcred.migration.ImportTestData.newer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.DockerConfigRef;
import dev.regcred.migration.MigrationInput.ExistingCredential;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an import makes of Secrets for which something is declared already. */
class DeclaredTest {
  private static final String FAULT =
      " but %s: nothing is declared for it, and the Secret is not handed over. Correct or delete the credential, and run it again.";

  /**
   * What is there besides Secret {@code pull} of {@code team-a}, and what comes of that.
   *
   * @param wrong why it is not right; null where it is
   */
  record Row(String what, ImportTestData data, @Nullable String wrong) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Row> credentials() {
    return Stream.of(
        new Row(
            "the same account",
            pull().registry("team-a", "github", "ghcr.io").credential(mine(true, "robot")),
            null),
        new Row(
            "another account",
            pull().registry("team-a", "github", "ghcr.io").credential(mine(true, "someone")),
            "has another account"),
        new Row(
            "an account that nobody may read",
            pull().registry("team-a", "github", "ghcr.io").credential(mine(true, null)),
            "its account is not there, or can't be read"),
        new Row(
            "out of use",
            pull().registry("team-a", "github", "ghcr.io").credential(mine(false, "robot")),
            "is not in use"),
        new Row(
            "at a registry that is out of use",
            pull().registry("team-a", "github", "ghcr.io", false).credential(mine(true, "robot")),
            "its registry is not in use"));
  }

  private static ImportTestData pull() {
    return new ImportTestData()
        .secret(newer("pull", auths("https://ghcr.io", "quay.io")), "team-a");
  }

  private static ExistingCredential mine(boolean isInUse, @Nullable String userName) {
    return new ExistingCredential(
        "team-a",
        "mine",
        "pull",
        "team-a",
        "github",
        isInUse,
        Set.of("team-a"),
        null,
        userName == null ? null : account(userName));
  }

  /** The other server of the Secret is declared in any case, and handed over to no wrong one. */
  @ParameterizedTest
  @MethodSource("credentials")
  void whatIsThereIsTakenOnlyWhereItIsSurelyRight(Row row) {
    var plan = row.data().plan();
    assertThat(lines(plan))
        .filteredOn(line -> line.startsWith("RegistryCredential") || line.startsWith("source"))
        .containsExactly(
            "RegistryCredential team-a/pull-quay.io at quay.io into pull: {pull-quay.io-account}",
            "source team-a/pull-quay.io-account of team-a/pull quay.io");
    if (row.wrong() == null) {
      assertThat(lines(plan)).contains("hand over pull of team-a to RegistryCredential/mine");
      assertThat(plan.findings()).isEmpty();
    } else {
      assertThat(plan.handovers()).isEmpty();
      assertThat(plan.findings())
          .extracting(Finding::text)
          .containsExactly(
              "RegistryCredential team-a/mine is there for ghcr.io and Secret team-a/pull,"
                  + FAULT.formatted(row.wrong()));
      assertThat(plan.isIncomplete()).isTrue();
    }
  }

  /** It may be for any of the servers. */
  @Test
  void oneAtARegistryThatNobodyMayReadIsInTheWayOfAll() {
    var plan = pull().credential(mine(true, "robot")).plan();
    assertThat(lines(plan)).isEmpty();
    assertThat(plan.findings())
        .hasSize(2)
        .allMatch(one -> one.text().contains(" but its registry is not there, or can't be read: "));
  }

  @Test
  void oneThatIsOutOfUseIsNoMatterBesideOneThatIsInUse() {
    var data =
        pull()
            .registry("team-a", "github", "ghcr.io")
            .credential("team-a", "other", "pull", "github", "robot")
            .credential(mine(false, "someone"));
    assertThat(lines(data.plan())).contains("hand over pull of team-a to RegistryCredential/other");
  }

  /** A registry of the same address is used, unless it is on its way out. */
  @Test
  void aRegistryThatIsOutOfUseIsNotUsed() {
    var secret = newer("pull", auths("ghcr.io"));
    assertThat(
            lines(
                new ImportTestData()
                    .secret(secret, "team-a")
                    .registry("team-a", "github", "https://ghcr.io")
                    .plan()))
        .anyMatch(line -> line.startsWith("RegistryCredential team-a/pull at github "));
    assertThat(
            lines(
                new ImportTestData()
                    .secret(secret, "team-a")
                    .registry("team-a", "ghcr.io", "ghcr.io", false)
                    .plan()))
        .anyMatch(line -> line.matches("Registry team-a/ghcr.io-[0-9a-f]+ is ghcr.io"));
  }

  /** c and d have an account of their own, which the credential of all others is not to replace. */
  @Test
  void aClusterWideCredentialIsTakenOnlyWhereItReachesWithTheSameAccount() {
    var data =
        new ImportTestData()
            .all()
            .secret(newer("pull", auths("ghcr.io")), "a", "b", "e", "f")
            .secret(newer("pull", authsOf("someone", "ghcr.io")), "c", "d")
            .registry("", "ghcr.io", "ghcr.io")
            .wideCredential("pull", "pull", "ghcr.io", "robot", "a", "b", "c", "d");
    var plan = data.plan();
    assertThat(plan.findings())
        .filteredOn(Finding::isFault)
        .extracting(Finding::text)
        .containsExactly(
            "ClusterRegistryCredential pull is there for ghcr.io and Secret c/pull,"
                + FAULT.formatted("has another account"),
            "ClusterRegistryCredential pull is there for ghcr.io and Secret d/pull,"
                + FAULT.formatted("has another account"));
    assertThat(lines(plan))
        .filteredOn(line -> line.startsWith("hand over"))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo("hand over pull of a b to ClusterRegistryCredential/pull"),
            line ->
                assertThat(line)
                    .matches("hand over pull of e f to ClusterRegistryCredential/pull-[0-9a-f]+"));
    assertThat(lines(plan))
        .filteredOn(line -> line.startsWith("ClusterRegistryCredential"))
        .singleElement()
        .asString()
        .contains("values:[e,f]");
  }

  /** One namespace of those that were handed over is not yet: it is no credential of its own. */
  @Test
  void aCopyThatIsLeftGoesToTheCredentialOfAll() {
    assertThat(
            lines(
                new ImportTestData()
                    .all()
                    .secret(newer("pull", auths("ghcr.io")), "b")
                    .registry("", "ghcr.io", "ghcr.io")
                    .wideCredential("pull", "pull", "ghcr.io", "robot", "a", "b")
                    .plan()))
        .containsExactly("hand over pull of b to ClusterRegistryCredential/pull");
  }

  /** Also once the operator has written the Secret beside, whose name is taken then. */
  @Test
  void aSecondImportOfSecretsThatStayDeclaresNothing() {
    var one =
        new ImportTestData()
            .secret(immutable("pull", auths("https://ghcr.io")), "team-a")
            .secret(newer("pull-pull", auths("ghcr.io")), "team-a")
            .registry("team-a", "ghcr.io", "ghcr.io")
            .credential(
                new ExistingCredential(
                    "team-a",
                    "pull",
                    "pull-pull",
                    "team-a",
                    "ghcr.io",
                    true,
                    Set.of("team-a"),
                    new DockerConfigRef("pull", "ghcr.io"),
                    null))
            .plan();
    assertThat(lines(one)).noneMatch(line -> line.contains("dockerConfigRef"));

    var many =
        new ImportTestData()
            .all()
            .secret(immutable("pull", auths("ghcr.io")), "a", "b")
            .registry("", "ghcr.io", "ghcr.io")
            .wideCredential("pull", "pull-pull", "ghcr.io", "robot", "a", "b")
            .plan();
    assertThat(lines(many)).isEmpty();
    assertThat(many.isIncomplete()).isFalse();
  }
}
