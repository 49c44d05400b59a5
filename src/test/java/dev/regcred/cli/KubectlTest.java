package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubectlTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Error from server (NotFound): registries \"a\" not found | 2 | Error from server (NotFound): registries \"a\" not found",
        "Error from server (Conflict): the object has been modified | 1 | Error from server (Conflict): the object has been modified",
        "The RegistryCredential \"pull\" is invalid: spec: it is Purged | 1 | The RegistryCredential \"pull\" is invalid: spec: it is Purged",
        "Error from server: admission webhook \"x\" denied the request: no | 1 | Error from server: admission webhook \"x\" denied the request: no",
        "Error from server (Forbidden): registries is forbidden | 3 | Error from server (Forbidden): registries is forbidden",
        "Error from server (InternalError): etcd | 3 | Error from server (InternalError): etcd",
        "Unable to connect to the server: EOF | 3 | Unable to connect to the server: EOF",
        "error: You must be logged in to the server | 3 | You must be logged in to the server",
        "'' | 3 | kubectl ended with 1.",
      })
  void aFailureHasTheExitCodeOfItsReason(String error, int exitCode, String message) {
    var failure = Kubectl.failed(new Kubectl.Result(1, "", error));
    assertThat(failure.exitCode()).isEqualTo(exitCode);
    assertThat(failure).hasMessage(message);
  }

  /** What is shown at once is not told again. */
  @Test
  void eachLineIsShownOrKept() {
    var shown = new ByteArrayOutputStream();
    var kept =
        ErrorRelay.relay(
            stream(
                "Log in at https://login.example.com\nE1128 could not connect\nerror: no\n\nThe RegistryCredential \"pull\" is invalid: \n* spec: no\nThe code is 123\nerror"),
            shown);
    assertThat(kept)
        .isEqualTo("error: no\nThe RegistryCredential \"pull\" is invalid: \n* spec: no\nerror");
    assertThat(shown.toString(UTF_8))
        .isEqualTo(
            "Log in at https://login.example.com\nE1128 could not connect\n\nThe code is 123\n");
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  /** Of an option that is given twice kubectl takes the last. */
  @Test
  void theTimeOfARequestDoesNotEndAWatch() {
    var kubectl = new ScriptedKubectl(folder).prints("get --raw /watched *", "{}");
    kubectl.client().watch("/watched", _ -> true);
    assertThat(kubectl.calls()).containsExactly("get --raw /watched --request-timeout=0");
  }
}
