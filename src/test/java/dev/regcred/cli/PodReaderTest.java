package dev.regcred.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.regcred.diagnosis.ObservedPod.Container;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import dev.regcred.diagnosis.PodObservation;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodReaderTest {
  private static final String FORBIDDEN = "Error from server (Forbidden): no";
  private static final String BACK_OFF = "Back-off pulling image \\\"nginx\\\"";

  @TempDir private Path folder;

  /** A name that is mistyped costs one question. */
  @Test
  void withoutThePodNothingElseIsAskedFor() {
    var kubectl =
        new ScriptedKubectl(folder).fails("*/pods/web", "Error from server (NotFound): no");
    assertThatThrownBy(() -> read(kubectl)).hasMessage("There is no Pod web in namespace team.");
    assertThat(kubectl.calls()).containsExactly("get --raw /api/v1/namespaces/team/pods/web");
  }

  @Test
  void eventsAreAskedForOnceWhateverTheNumberOfContainers() {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("*/pods/web", pod(waiting("a", BACK_OFF) + "," + waiting("b", BACK_OFF)))
            .prints(
                "*/events*",
                "{\"items\":[%s,%s]}".formatted(event("a", "x509: a"), event("b", "EOF: b")))
            .fails("*", FORBIDDEN);
    var seen = read(kubectl);
    assertThat(seen.pod().containers())
        .extracting(Container::message)
        .containsExactly(
            "Failed to pull image \"nginx\": x509: a", "Failed to pull image \"nginx\": EOF: b");
    assertThat(seen.isWithoutEvents()).isFalse();
    assertThat(kubectl.calls()).filteredOn(call -> call.contains("/events")).hasSize(1);
  }

  @Test
  void thatEventsMayNotBeListedIsKnown() {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("*/pods/web", pod(waiting("a", BACK_OFF)))
            .fails("*", FORBIDDEN);
    assertThat(read(kubectl).isWithoutEvents()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "ImagePullBackOff,           '', FAILED,    denied",
        "ImagePullBackOff,           x,  FAILED,    denied",
        "ErrImageNeverPull,          '', FAILED,    denied",
        "ContainerCreating,          '', NOT_ASKED, -",
        "PodInitializing,            '', NOT_ASKED, -",
        "CreateContainerConfigError, '', PULLED,    -",
        "CreateContainerError,       '', PULLED,    -",
        "RunContainerError,          '', PULLED,    -",
        "CrashLoopBackOff,           x,  PULLED,    -",
        "SomethingNew,               x,  PULLED,    -",
        "SomethingNew,               '', NOT_ASKED, -",
      })
  void aReasonSaysWhetherTheImageIsThere(
      String reason, String imageId, ImageState state, @Nullable String message) {
    var kubectl =
        new ScriptedKubectl(folder)
            .prints("*/pods/web", pod(status("a", imageId, reason, "denied")))
            .fails("*", FORBIDDEN);
    assertThat(read(kubectl).pod().containers())
        .containsExactly(new Container("a", "nginx", state, reason, message));
    assertThat(kubectl.calls()).noneMatch(call -> call.contains("/events"));
  }

  private static PodObservation read(ScriptedKubectl kubectl) {
    var progress = new Progress(() -> false, new PrintStream(OutputStream.nullOutputStream()));
    return new PodReader(new ClusterReader(kubectl.client(), progress)).read("team", "web", null);
  }

  private static String pod(String statuses) {
    var containers =
        statuses.contains("\"name\":\"b\"")
            ? "{\"name\":\"a\",\"image\":\"nginx\"},{\"name\":\"b\",\"image\":\"nginx\"}"
            : "{\"name\":\"a\",\"image\":\"nginx\"}";
    return "{\"metadata\":{\"name\":\"web\",\"namespace\":\"team\",\"uid\":\"u\"},\"spec\":{\"containers\":[%s]},\"status\":{\"containerStatuses\":[%s]}}"
        .formatted(containers, statuses);
  }

  private static String waiting(String name, String message) {
    return status(name, "", "ImagePullBackOff", message);
  }

  private static String status(String name, String imageId, String reason, String message) {
    return "{\"name\":\"%s\",\"imageID\":\"%s\",\"state\":{\"waiting\":{\"reason\":\"%s\",\"message\":\"%s\"}}}"
        .formatted(name, imageId, reason, message);
  }

  private static String event(String container, String what) {
    return "{\"involvedObject\":{\"fieldPath\":\"spec.containers{%s}\"},\"message\":\"Failed to pull image \\\"nginx\\\": %s\"}"
        .formatted(container, what);
  }
}
