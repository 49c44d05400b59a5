package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.migration.ImportedSecret;
import dev.regcred.migration.MigrationInput.ExistingCredential;
import dev.regcred.migration.MigrationInput.ExistingRegistry;
import dev.regcred.testkit.Canary;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an import knows of registries and credentials that are there. */
class ExistingReaderTest {
  private static final String NONE = "{\"items\":[]}";
  private static final String FORBIDDEN = "Error from server (Forbidden): no";
  private static final List<String> KINDS =
      List.of(
          "registries", "clusterregistries", "registrycredentials", "clusterregistrycredentials");

  @TempDir private Path folder;

  /** Nobody knows then what is declared, and an import would declare it once more. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "registries",
        "clusterregistries",
        "registrycredentials",
        "clusterregistrycredentials"
      })
  void whatMayNotBeListedEndsAnImport(String forbidden) {
    var kubectl =
        new ScriptedKubectl(folder).fails("*/v1alpha1/%s*".formatted(forbidden), FORBIDDEN);
    KINDS.forEach(kind -> kubectl.prints("*/v1alpha1/%s*".formatted(kind), NONE));
    var reader = reader(kubectl, null);
    assertThatThrownBy(
            () -> {
              reader.registries();
              reader.credentials();
            })
        .isInstanceOfSatisfying(
            CommandException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.NOT_SEEN))
        .hasMessage(
            "You may not list %s, so nobody knows what is declared already.".formatted(forbidden));
  }

  @Test
  void aClusterWithoutTheKindsHasNone() {
    var reader =
        reader(new ScriptedKubectl(folder).fails("*", "Error from server (NotFound): no"), null);
    assertThat(reader.registries()).isEmpty();
    assertThat(reader.credentials()).isEmpty();
  }

  /** A credential of the namespace may be at one of them. */
  @Test
  void ofOneNamespaceClusterWideRegistriesAreReadWhereTheyMayBe() {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("*/v1alpha1/clusterregistries*", "{\"items\":[%s]}".formatted(registry("{}")))
            .prints("*/namespaces/team/registries*", NONE);
    assertThat(reader(kubectl, "team").registries())
        .extracting(ExistingRegistry::serverAddress)
        .containsExactly("ghcr.io");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | true",
        "{\"state\":\"Activating\"} | true",
        "{\"state\":\"Active\"} | true",
        "{\"state\":\"Inactive\"} | false",
        "{\"state\":\"Purged\"} | false",
        "{\"state\":\"Unheard\"} | false",
      })
  void aStateIsOneInUseOrNot(String status, boolean isInUse) {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("*/v1alpha1/clusterregistries*", NONE)
            .prints("*/v1alpha1/registries*", "{\"items\":[%s]}".formatted(registry(status)));
    assertThat(reader(kubectl, null).registries())
        .extracting(ExistingRegistry::isInUse)
        .containsExactly(isInUse);
  }

  private static String registry(String status) {
    return "{\"metadata\":{\"name\":\"ghcr\"},\"spec\":{\"serverAddress\":\"ghcr.io\"},\"status\":%s}"
        .formatted(status);
  }

  /** Where it goes, whether it is in use, and which account it has, from wherever it has it. */
  @Test
  void aClusterWideCredentialIsReadToItsAccount() {
    var credential =
        read(
            "{\"metadata\":{\"name\":\"pull\"},\"spec\":{\"email\":\"a@b.c\",\"registryRef\":{\"kind\":\"ClusterRegistry\",\"name\":\"ghcr\"},\"publicValue\":\"robot\",\"secretValueFrom\":{\"secretKeyRef\":{\"name\":\"src\",\"key\":\"pw\"}},\"namespaceSelector\":{},\"excludedNamespaces\":[\"b\"]},\"status\":{\"state\":\"Activating\"}}",
            "{\"regcred.dev/source\":\"true\"}");
    assertThat(credential.namespaces()).containsExactly("a");
    assertThat(credential.isInUse()).isTrue();
    assertThat(credential.account()).isEqualTo("digest of robot:" + Canary.TEXT.length());
  }

  /** The operator does not read such a Secret for many namespaces. */
  @Test
  void aSourceWithoutItsLabelIsNone() {
    assertThat(
            read(
                    "{\"metadata\":{\"name\":\"pull\"},\"spec\":{\"email\":\"a@b.c\",\"registryRef\":{\"name\":\"ghcr\"},\"publicValue\":\"robot\",\"secretValueFrom\":{\"secretKeyRef\":{\"name\":\"src\",\"key\":\"pw\"}},\"namespaceSelector\":{}}}",
                    "{}")
                .account())
        .isNull();
  }

  private ExistingCredential read(String clusterWide, String labels) {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints(
                "*/v1alpha1/clusterregistrycredentials*", "{\"items\":[%s]}".formatted(clusterWide))
            .prints("*/v1alpha1/registrycredentials*", NONE)
            .prints(
                "*/namespaces/ops/secrets/src",
                "{\"metadata\":{\"name\":\"src\",\"labels\":%s},\"data\":{\"pw\":\"%s\"}}"
                    .formatted(
                        labels,
                        Base64.getEncoder()
                            .encodeToString(Canary.TEXT.getBytes(StandardCharsets.UTF_8))));
    var reader = reader(kubectl, null);
    var secret =
        new ImportedSecret(
            "a",
            "pull",
            "1",
            false,
            null,
            null,
            List.of(
                new ImportedSecret.Entry(
                    "ghcr.io", ServerAddress.parse("ghcr.io"), "digest", false)),
            List.of());
    var found =
        reader.accounts(
            reader.credentials(),
            List.of(secret),
            Map.of("a", Map.of(), "b", Map.of(), "ops", Map.of(), "kube-system", Map.of()));
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private ExistingReader reader(ScriptedKubectl kubectl, @Nullable String namespace) {
    return new ExistingReader(
        new ClusterReader(
            kubectl.client(),
            new Progress(() -> false, new PrintStream(OutputStream.nullOutputStream()))),
        account -> {
          var text = new String(account, StandardCharsets.UTF_8);
          int colon = text.indexOf(':');
          return "digest of %s:%s".formatted(text.substring(0, colon), text.length() - colon - 1);
        },
        namespace,
        "ops");
  }
}
