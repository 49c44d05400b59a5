package dev.regcred.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.diagnosis.PullMatrix.Row;
import dev.regcred.dockerconfig.ImageName;
import dev.regcred.pullsecret.CredentialRef;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullMatrixTest {
  private static final ImageName IMAGE = ImageName.parse("ghcr.io/team/app:1").orElseThrow();
  private static final String ACCOUNT = "{\"username\":\"robot\",\"password\":\"p\"}";
  private static final String UNREAD =
      "its content can't be read, and kubelets refuse every image for it";
  private static final String EMPTY = "its entry has neither user name nor password";
  private static final String AMBIGUOUS =
      "its content has the key auths in another case, and what kubelets make of that is not known here";

  /** The Secrets of the namespace, by what is in them. */
  private static final List<ObservedSecret> SECRETS =
      List.of(
          secret("good", "{\"auths\":{\"ghcr.io\":%s}}".formatted(ACCOUNT)),
          secret("longer", "{\"auths\":{\"ghcr.io/team\":%s}}".formatted(ACCOUNT)),
          secret("empty", "{\"auths\":{\"ghcr.io/team\":{\"auth\":\"Og==\"}}}"),
          secret("other", "{\"auths\":{\"quay.io\":%s}}".formatted(ACCOUNT)),
          secret("broken", "{\"auths\":\"text\"}"),
          secret("ambiguous", "{\"Auths\":{\"ghcr.io\":%s}}".formatted(ACCOUNT)));

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          Secrets,          secret,    server,       problem
          good,             good,      ghcr.io,      -
          good longer,      longer,    ghcr.io/team, -
          other good,       good,      ghcr.io,      -
          gone good,        good,      ghcr.io,      -
          other,            -,         -,            -
          gone,             -,         -,            -
          good broken,      broken,    -,            UNREAD
          empty,            empty,     ghcr.io/team, EMPTY
          empty good,       good,      ghcr.io,      -
          ambiguous,        ambiguous, -,            AMBIGUOUS
          ambiguous empty,  empty,     ghcr.io/team, EMPTY
          ambiguous good,   good,      ghcr.io,      -
          ambiguous broken, broken,    -,            UNREAD
          """)
  void aServiceAccountHasAnAccountOrAProblem(
      String names, @Nullable String secret, @Nullable String server, @Nullable String problem) {
    var matrix =
        PullMatrix.of(IMAGE, List.of(namespace(List.of(names.split(" ")), new Lookup.Absent<>())));
    var isWithAccount = secret != null && problem == null;
    assertThat(matrix.rows())
        .isEqualTo(
            secret == null
                ? List.of()
                : List.of(new Row("team", "default", secret, server, List.of(), text(problem))));
    assertThat(matrix.canPull()).isEqualTo(isWithAccount ? 1 : 0);
    assertThat(matrix.of()).isEqualTo(1);
    assertThat(matrix.isPulledBySomebody()).isEqualTo(isWithAccount);
    assertThat(matrix.notes()).isEmpty();
  }

  private static @Nullable String text(@Nullable String problem) {
    return problem == null
        ? null
        : Map.of("UNREAD", UNREAD, "EMPTY", EMPTY, "AMBIGUOUS", AMBIGUOUS).get(problem);
  }

  /** They are all Pods of the namespace, and not counted among its ServiceAccounts. */
  @Test
  void whatThePolicyGivesToPodsHasARowOfItsOwn() {
    var credentials = new Lookup.Found<>(List.of(givenToPods("good"), givenToPods("gone")));
    var matrix = PullMatrix.of(IMAGE, List.of(namespace(List.of(), credentials)));
    assertThat(matrix.rows())
        .containsExactly(new Row("team", "*", "good", "ghcr.io", List.of(), null));
    assertThat(matrix.canPull()).isZero();
    assertThat(matrix.isPulledBySomebody()).isTrue();
  }

  @Test
  void whoMayNotListCredentialsIsTold() {
    var matrix =
        PullMatrix.of(IMAGE, List.of(namespace(List.of("good"), new Lookup.Forbidden<>())));
    assertThat(matrix.canPull()).isEqualTo(1);
    assertThat(matrix.notes())
        .containsExactly(
            "You may not list RegistryCredentials: to which Pods attach: Pods gives a Secret is not known.");
  }

  @Test
  void whoKeepsASecretIsWhatItsMarkSays() {
    var marked =
        new ObservedSecret(
            "good",
            SECRETS.getFirst().type(),
            SECRETS.getFirst().data(),
            Map.of(Labels.MANAGED, "true"),
            Map.of(
                Labels.CONTRIBUTORS,
                "[{\"kind\":\"RegistryCredential\",\"name\":\"a\"},{\"kind\":\"Evil\\n\",\"name\":\"b\"}]"));
    var matrix =
        PullMatrix.of(
            IMAGE,
            List.of(
                new ObservedNamespace(
                    "team",
                    Map.of("default", List.of("good")),
                    Map.of("good", marked),
                    new Lookup.Absent<>())));
    assertThat(matrix.rows())
        .extracting(Row::keptBy)
        .containsExactly(List.of("RegistryCredential a"));
  }

  private static ObservedNamespace namespace(
      List<String> pullSecrets, Lookup<List<ObservedCredential>> credentials) {
    return new ObservedNamespace(
        "team",
        Map.of("default", pullSecrets),
        SECRETS.stream().collect(Collectors.toMap(ObservedSecret::name, Function.identity())),
        credentials);
  }

  private static ObservedCredential givenToPods(String secret) {
    return new ObservedCredential(
        new CredentialRef("RegistryCredential", "pull"),
        null,
        new CredentialStatusBuilder()
            .state(LifecycleState.ACTIVE, 1)
            .podsAttachedTime(Instant.EPOCH)
            .serverAddress("ghcr.io")
            .secretName(secret)
            .build());
  }

  private static ObservedSecret secret(String name, String content) {
    return new ObservedSecret(
        name,
        "kubernetes.io/dockerconfigjson",
        Map.of(".dockerconfigjson", Base64.getEncoder().encodeToString(content.getBytes(UTF_8))),
        Map.of(),
        Map.of());
  }
}
