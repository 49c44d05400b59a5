package dev.regcred.operator.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.execute.Adoptions.Attempt;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.observe.ClusterViews;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdoptionsTest {
  private static final Attempt ATTEMPT = new Attempt("team", "theirs", "uid-1", "7");

  private final KubernetesClientException lost =
      new KubernetesClientException("patch", new SocketTimeoutException("no answer"));
  private final KubernetesClientException conflict =
      new KubernetesClientException("conflict", 409, null);
  private final RegistryCredential one = credential("one");
  private final RegistryCredential other = credential("other");
  private final List<String> told = new ArrayList<>();
  private Optional<SecretMetadata> secret = Optional.empty();
  private final Adoptions adoptions =
      new Adoptions(
          ClusterViews.answering("secret", _ -> secret),
          (credential, name) -> told.add(credential.getMetadata().getName() + " " + name));

  @Test
  void oneWhoseAnswerIsLostIsToldWhenTheCacheKnowsOfIt() {
    adoptions.recordFailed(one, ATTEMPT, lost);
    adoptions.tellUnanswered(one);
    assertThat(told).isEmpty();

    secret = Optional.of(keptForBoth("uid-1"));
    adoptions.tellUnanswered(other);
    adoptions.tellUnanswered(one);
    adoptions.tellUnanswered(one);

    assertThat(told).containsExactly("one theirs");
  }

  @Test
  void oneOfASharedSecretIsToldForTheCredentialWhoseWriteItWas() {
    adoptions.recordDone(other, ATTEMPT);
    adoptions.recordFailed(one, ATTEMPT, conflict);
    secret = Optional.of(keptForBoth("uid-1"));
    adoptions.tellUnanswered(one);

    assertThat(told).containsExactly("other theirs");
  }

  @Test
  void theSameWhereTheConflictIsKnownFirst() {
    adoptions.recordFailed(one, ATTEMPT, conflict);
    adoptions.recordDone(other, ATTEMPT);
    secret = Optional.of(keptForBoth("uid-1"));
    adoptions.tellUnanswered(one);

    assertThat(told).containsExactly("other theirs");
  }

  @Test
  void aConflictWithOneWhoseAnswerWasLostIsNotToldAgain() {
    adoptions.recordFailed(other, ATTEMPT, lost);
    secret = Optional.of(keptForBoth("uid-1"));
    adoptions.tellUnanswered(other);
    adoptions.recordFailed(one, ATTEMPT, conflict);
    adoptions.tellUnanswered(one);

    assertThat(told).containsExactly("other theirs");
  }

  @Test
  void aSecretThatTheOperatorHasMadeSinceUnderTheNameWasNotTakenOver() {
    adoptions.recordFailed(one, ATTEMPT, lost);
    secret = Optional.of(keptForBoth("uid-2"));
    adoptions.tellUnanswered(one);

    assertThat(told).isEmpty();
  }

  @Test
  void aSecretThatIsOfferedAgainIsToldAgain() {
    adoptions.recordDone(one, ATTEMPT);
    adoptions.recordFailed(one, new Attempt("team", "theirs", "uid-1", "9"), lost);
    secret = Optional.of(keptForBoth("uid-1"));
    adoptions.tellUnanswered(one);

    assertThat(told).containsExactly("one theirs", "one theirs");
  }

  private static RegistryCredential credential(String name) {
    var credential = new RegistryCredential();
    credential.setMetadata(
        new ObjectMetaBuilder().withNamespace("team").withName(name).withUid("of-" + name).build());
    return credential;
  }

  private static SecretMetadata keptForBoth(String uid) {
    return SecretMetadata.of(
        new ObjectMetaBuilder()
            .withNamespace("team")
            .withName("theirs")
            .withUid(uid)
            .addToLabels("regcred.dev/managed", "true")
            .addToAnnotations(
                "regcred.dev/contributors",
                "[{\"kind\":\"RegistryCredential\",\"name\":\"one\"},{\"kind\":\"RegistryCredential\",\"name\":\"other\"}]")
            .build());
  }
}
