package dev.regcred.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Watcher.Action;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PullSecretWatchTest {
  private static final String NAME = "load/pull";

  private final PullSecretWatch watch = new PullSecretWatch();

  @Test
  void findsNoFaultWithAnAccount() {
    watch.eventReceived(Action.ADDED, secret(account("one")));
    watch.eventReceived(Action.MODIFIED, secret(account("two")));

    assertThat(watch.faults()).isEmpty();
    assertThat(watch.states()).isEqualTo(2);
  }

  @Test
  void notesEachStateInWhichNoPodCouldPull() {
    watch.eventReceived(Action.MODIFIED, secret("{\"auths\":{}}"));
    watch.eventReceived(Action.MODIFIED, secret("{\"auths\":{\"127.0"));
    watch.eventReceived(Action.DELETED, secret(account("one")));

    assertThat(watch.faults())
        .containsExactly(NAME + " had no entry", NAME + " had no entry", NAME + " was deleted");
  }

  @Test
  void awaitsAPasswordUntilItIsThere() {
    watch.expect(NAME, "two");
    watch.eventReceived(Action.MODIFIED, secret(account("one")));
    assertThat(watch.isAwaited(NAME)).isTrue();

    watch.eventReceived(Action.MODIFIED, secret(account("two")));
    assertThat(watch.awaited()).isZero();
    assertThat(watch.takeLongest()).isPositive();
  }

  private static String account(String password) {
    return "{\"auths\":{\"127.0.0.1:5000\":{\"username\":\"u\",\"password\":\"%s\"}}}"
        .formatted(password);
  }

  private static Secret secret(String content) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("load")
        .withName("pull")
        .endMetadata()
        .addToData(
            ".dockerconfigjson",
            Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
