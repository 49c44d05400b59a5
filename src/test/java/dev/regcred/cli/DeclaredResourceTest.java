package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredResourceTest {
  private static final String INACTIVE =
      "{\"metadata\":{\"resourceVersion\":\"7\"},\"status\":{\"state\":\"Inactive\",\"observedGeneration\":1}}";

  @TempDir private Path folder;

  /** The API server takes whole seconds: of less than one it is asked for one. */
  @ParameterizedTest
  @CsvSource({"PT1S, 1", "PT0.5S, 1", "PT89.5S, 90"})
  void aWatchLastsAtLeastAsLongAsItIsWaited(Duration limit, long seconds) {
    var kubectl =
        new ScriptedKubectl(folder)
            .fails("*watch=true*", "error: enough")
            .prints("get --raw */registrycredentials/pull", INACTIVE);
    assertThatThrownBy(() -> pull(kubectl, "team").await(LifecycleState.ACTIVE, 2, limit))
        .hasMessage("enough");
    assertThat(kubectl.calls())
        .hasSize(2)
        .last()
        .asString()
        .contains("&timeoutSeconds=%s ".formatted(seconds));
  }

  @Test
  void withoutTimeThereIsOneLook() {
    var kubectl =
        new ScriptedKubectl(folder).prints("get --raw */registrycredentials/pull", INACTIVE);
    assertThatThrownBy(() -> pull(kubectl, "team").await(LifecycleState.ACTIVE, 2, Duration.ZERO))
        .hasMessage("RegistryCredential pull is Inactive after 0 s. Does the operator run?");
    assertThat(kubectl.calls()).hasSize(1);
  }

  @Test
  void aRefusedPatchIsNotCalledAFault() {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("get --raw */registrycredentials/pull", INACTIVE)
            .fails("patch *", "Error from server (Forbidden): you may not patch");
    var pull = pull(kubectl, "team");
    assertThatThrownBy(() -> pull.declare(DesiredState.ACTIVE, pull.read(), false))
        .isInstanceOfSatisfying(
            CommandException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.NOT_SEEN));
  }

  @ParameterizedTest
  @CsvSource({"../x", "a/b", "''", "A"})
  void aNamespaceThatCantBeIsNotAskedFor(String namespace) {
    assertThatThrownBy(() -> pull(new ScriptedKubectl(folder), namespace).read())
        .isInstanceOfSatisfying(
            CommandException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE));
  }

  private static DeclaredResource pull(ScriptedKubectl kubectl, String namespace) {
    return new DeclaredResource(kubectl.client(), ResourceName.parse("pull"), namespace);
  }
}
