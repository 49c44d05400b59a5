package dev.regcred.plan.credential;

import static dev.regcred.api.v1alpha1.LifecycleState.ACTIVE;
import static dev.regcred.plan.credential.CredentialFixture.NOW;
import static dev.regcred.plan.credential.CredentialFixture.in;
import static dev.regcred.pullsecret.PullSecrets.ENTRY;
import static dev.regcred.pullsecret.PullSecrets.foreign;
import static dev.regcred.pullsecret.PullSecrets.ofType;
import static dev.regcred.pullsecret.PullSecrets.ours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.ServiceAccountView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Which Secrets a credential may have left behind, beside its target {@code pull}. */
class SecretSnapshotTest {
  /**
   * A Secret {@code before}.
   *
   * @param secret what there is of it
   * @param attached what a ServiceAccount says that it was given
   * @param others who else asks for it
   * @param recorded the pull Secret that the credential's status names
   */
  record Case(
      String situation,
      @Nullable PullSecret secret,
      List<String> attached,
      List<CredentialView> others,
      String recorded,
      boolean isLeft) {
    @Override
    public String toString() {
      return situation;
    }
  }

  static final List<Case> CASES =
      List.of(
          new Case("its mark names it", ours("before"), List.of(), List.of(), "pull", true),
          new Case(
              "somebody has put the mark on a Secret of another type",
              ofType(ours("before"), "Opaque"),
              List.of(),
              List.of(),
              "pull",
              false),
          new Case(
              "its mark names another",
              PullSecrets.keptFor(foreign("before", PullSecret.TYPE, ENTRY), "other"),
              List.of(),
              List.of(),
              "pull",
              false),
          new Case(
              "it has no mark",
              foreign("before", PullSecret.TYPE, ENTRY),
              List.of("before"),
              List.of(),
              "pull",
              false),
          new Case("it is gone", null, List.of("pull"), List.of(), "pull", false),
          new Case(
              "it is gone, and the status names it", null, List.of(), List.of(), "before", true),
          new Case(
              "it is gone, and attached still",
              null,
              List.of("pull", "before"),
              List.of(),
              "pull",
              true),
          new Case(
              "it is gone and attached, and another credential asks for it",
              null,
              List.of("before"),
              List.of(in(ACTIVE).named("other", NOW).claimant()),
              "pull",
              false));

  @ParameterizedTest
  @FieldSource("CASES")
  void isLeft(Case one) {
    var account =
        new ServiceAccountView(
            "runner", "uid-r", "7", Map.of(), true, one.attached, List.of("before", "pull"));
    var secret =
        new SecretSnapshot(
            "before", one.secret, one.others, List.of(), List.of(account), null, Map.of());
    assertThat(secret.isLeftBy(in(ACTIVE).wiredTo(one.recorded).claimant())).isEqualTo(one.isLeft);
  }
}
