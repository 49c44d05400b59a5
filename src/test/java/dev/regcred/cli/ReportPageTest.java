package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.diagnosis.CredentialTable;
import dev.regcred.diagnosis.Fault;
import dev.regcred.diagnosis.KubeletMessage;
import dev.regcred.diagnosis.ObservedPod;
import dev.regcred.diagnosis.PodReport;
import dev.regcred.diagnosis.PullMatrix;
import dev.regcred.dockerconfig.Mismatch;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/cli.md has the shape of what the commands print for programs. */
class ReportPageTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (`[A-Z][A-Za-z]+`(?:, `[A-Z][A-Za-z]+`)*) \\|");
  private static final Pattern WORD = Pattern.compile("`([A-Za-z_]+)(?:\\[])?`");

  private String page = "";

  @BeforeEach
  void read() throws IOException {
    page = Files.readString(Path.of("docs/cli.md"));
  }

  @Test
  void itHasTheFaultsInTheirOrder() {
    assertThat(ROW.matcher(page).results().flatMap(row -> WORD.matcher(row.group(1)).results()))
        .extracting(word -> word.group(1))
        .containsExactlyElementsOf(Stream.of(Fault.values()).map(OutputFormat::word).toList());
  }

  @Test
  void itHasEveryFieldAndEveryValue() {
    var words = WORD.matcher(page).results().map(word -> word.group(1)).toList();
    var fields =
        Stream.of(
                PodReport.class,
                PodReport.OfSecret.class,
                PodReport.OfCredential.class,
                PodReport.OfContainer.class,
                PodReport.Tried.class,
                PodReport.NotTried.class,
                PullMatrix.class,
                PullMatrix.Row.class,
                CredentialTable.class,
                CredentialTable.Row.class,
                CredentialTable.Problem.class)
            .flatMap(type -> Stream.of(type.getRecordComponents()))
            .map(RecordComponent::getName);
    var values =
        Stream.of(
                PodReport.NamedBy.values(),
                PodReport.SecretState.values(),
                ObservedPod.ImageState.values(),
                KubeletMessage.Kind.values(),
                Mismatch.values())
            .flatMap(Stream::of)
            .map(value -> OutputFormat.word((Enum<?>) value));
    assertThat(words).containsAll(List.copyOf(Stream.concat(fields, values).toList()));
  }
}
