package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.cli.ResourceName.Kind;
import dev.regcred.cli.StatusReader.Asked;
import dev.regcred.diagnosis.CredentialTable.Row;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusReaderTest {
  private static final String FORBIDDEN = "Error from server (Forbidden): no";

  @TempDir private Path folder;

  @Test
  void whatMayNotBeListedIsANoteAndNothingAtAllIsNoAnswer() {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("*/registrycredentials*", "{\"items\":[%s]}".formatted(pull("Active")))
            .fails("*/clusterregistrycredentials*", FORBIDDEN);
    var table = reader(kubectl, Kind.CREDENTIAL, Kind.CLUSTER_CREDENTIAL).read();
    assertThat(table.credentials()).hasSize(1);
    assertThat(table.notes()).containsExactly("You may not list ClusterRegistryCredentials.");
    assertThatThrownBy(() -> reader(kubectl, Kind.CLUSTER_CREDENTIAL).read())
        .isInstanceOfSatisfying(
            CommandException.class,
            refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.NOT_SEEN));
  }

  @Test
  void aClusterWithoutTheKindIsToldSo() {
    var kubectl = new ScriptedKubectl(folder).fails("*", "Error from server (NotFound): no");
    assertThatThrownBy(() -> reader(kubectl, Kind.CREDENTIAL).read())
        .hasMessage("The cluster has no kind RegistryCredential: the CRDs are not installed.");
  }

  /** A watch begins with what is there; of that only what is new is told. */
  @Test
  void aWatchTellsWhatHasChanged() {
    var kubectl =
        new ScriptedKubectl(folder)
            .breaksOff(
                "*watch=true*",
                "{\"type\":\"ADDED\",\"object\":%s}{\"type\":\"MODIFIED\",\"object\":%s}{\"type\":\"MODIFIED\",\"object\":%2$s}{\"type\":\"DELETED\",\"object\":%2$s}"
                    .formatted(pull("Active"), pull("Inactive")),
                "error: enough")
            .prints("*/registrycredentials*", "{\"items\":[%s]}".formatted(pull("Active")));
    var reader = reader(kubectl, Kind.CREDENTIAL);
    var table = reader.read();
    var told = new ArrayList<String>();
    assertThatThrownBy(() -> reader.watch(table, row -> told.add(String.valueOf(row.state()))))
        .hasMessage("enough");
    assertThat(told).containsExactly("Inactive", "Deleted");
  }

  /** The API server ends it, too old as it is: it begins anew, after a pause, and tells no row. */
  @Test
  void aWatchThatEndsBeginsAnewAfterAPause() {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints(
                "*watch=true*",
                "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}")
            .prints("*/registrycredentials*", "{\"items\":[]}");
    var pauses = new AtomicInteger();
    var reader =
        reader(
            kubectl,
            () -> {
              if (pauses.incrementAndGet() == 2) {
                throw CommandException.notSeen("enough");
              }
            },
            Kind.CREDENTIAL);
    var told = new ArrayList<Row>();
    var table = reader.read();
    assertThatThrownBy(() -> reader.watch(table, told::add)).hasMessage("enough");
    assertThat(told).isEmpty();
    assertThat(kubectl.calls()).filteredOn(call -> call.contains("watch=true")).hasSize(2);
  }

  private static StatusReader reader(ScriptedKubectl kubectl, Kind... kinds) {
    return reader(kubectl, () -> {}, kinds);
  }

  private static StatusReader reader(ScriptedKubectl kubectl, Runnable pause, Kind... kinds) {
    var client = kubectl.client();
    return new StatusReader(
        client,
        new ClusterReader(
            client, new Progress(() -> false, new PrintStream(OutputStream.nullOutputStream()))),
        List.of(kinds).stream().map(kind -> new Asked(kind, null, null)).toList(),
        pause);
  }

  private static String pull(String state) {
    return "{\"metadata\":{\"namespace\":\"team\",\"name\":\"pull\",\"generation\":1},\"status\":{\"state\":\"%s\",\"observedGeneration\":1}}"
        .formatted(state);
  }
}
