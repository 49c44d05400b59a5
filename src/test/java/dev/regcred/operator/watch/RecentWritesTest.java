package dev.regcred.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.SecretMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
  private static final ResourceID PULL = new ResourceID("pull", "team");

  private final RecentWrites writes = new RecentWrites();

  @Test
  void knowsWhatWasWrittenUntilTheWatchBringsIt() {
    writes.add(version("10"), Optional.of(version("9")));
    assertThat(writes.in("team")).containsExactly(PULL);
    assertThat(writes.in("other")).isEmpty();
    assertThat(writes.all()).containsExactly(PULL);

    writes.removeArrived(version("10"));

    assertThat(writes.all()).isEmpty();
  }

  @Test
  void anEventOfBeforeTheWriteEndsNothing() {
    writes.add(version("10"), Optional.of(version("8")));

    writes.removeArrived(version("9"));

    assertThat(writes.in("team")).containsExactly(PULL);
  }

  @Test
  void anEventOfAfterTheWriteEndsIt() {
    writes.add(version("9"), Optional.empty());

    writes.removeArrived(version("10"));

    assertThat(writes.all()).isEmpty();
  }

  @Test
  void aWriteThatTheWatchHasBroughtBeforeItsAnswerIsNotKept() {
    writes.add(version("10"), Optional.of(version("10")));
    writes.add(version("10"), Optional.of(version("11")));

    assertThat(writes.all()).isEmpty();
  }

  @Test
  void theNewerOfTwoWritesIsAwaited() {
    writes.add(version("11"), Optional.of(version("9")));
    writes.add(version("10"), Optional.of(version("9")));

    writes.removeArrived(version("10"));
    assertThat(writes.all()).containsExactly(PULL);

    writes.removeArrived(version("11"));
    assertThat(writes.all()).isEmpty();
  }

  @Test
  void whatIsGoneIsNotAwaited() {
    writes.add(version("10"), Optional.empty());

    writes.removeDeleted(version("9"));

    assertThat(writes.all()).isEmpty();
  }

  private static SecretMetadata version(String version) {
    var secret = new SecretMetadata();
    secret.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("team")
            .withName("pull")
            .withResourceVersion(version)
            .build());
    return secret;
  }
}
