package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.migration.MigrationPlan;
import dev.regcred.migration.MigrationPlan.Handover;
import dev.regcred.migration.MigrationPlan.Source;
import dev.regcred.pullsecret.CredentialRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImportTextTest {
  /** A Secret that has changed meanwhile is not handed over, nor one of another cluster. */
  @Test
  void aCommandIsForWhatWasReadWhereItWasRead() {
    var plan =
        new MigrationPlan(
            List.of(),
            List.of(),
            List.of(
                new Handover("a", "pull", "4711", new CredentialRef("RegistryCredential", "x"))),
            List.of());
    assertThat(new ImportText(List.of("kubectl", "--context=prod", "--as=it's me")).of(plan, false))
        .isEqualTo(
            """
            Hand over, once that is applied:
              kubectl --context=prod '--as=it'\\''s me' annotate secret pull -n a --resource-version=4711 regcred.dev/adopt=RegistryCredential/x
            Then hand the Secrets over.
            """);
  }

  /** Where the accounts of all go is said by whoever has them written. */
  @Test
  void clusterWideSourcesAreWrittenWhereSomebodySays() {
    var plan =
        new MigrationPlan(
            List.of(),
            List.of(new Source("ops", "pull-account", true, "a", "pull", "ghcr.io", "digest")),
            List.of(new Handover("a", "pull", "1", new CredentialRef("RegistryCredential", "x"))),
            List.of());
    assertThat(new ImportText(List.of("kubectl")).of(plan, false))
        .contains(
            "Run it again with --write-sources --source-namespace=ops, which creates the source Secret; ");
  }
}
