package dev.regcred.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.diagnosis.ObservedSecret.Accounts;
import dev.regcred.diagnosis.ObservedSecret.Ambiguous;
import dev.regcred.diagnosis.ObservedSecret.Broken;
import dev.regcred.diagnosis.ObservedSecret.PassedOver;
import dev.regcred.diagnosis.PodKeyring.Entry;
import dev.regcred.dockerconfig.ImageName;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodKeyringTest {
  private static final String TYPE = "kubernetes.io/dockerconfigjson";
  private static final ImageName IMAGE = ImageName.parse("ghcr.io/team/app").orElseThrow();

  @Test
  void theLongerPlaceIsFirstAndOfOnePlaceTheSecretThatIsNamedFirst() {
    var keyring =
        PodKeyring.of(
            List.of(
                of("a", "ghcr.io"),
                of("b", "quay.io", "ghcr.io/team"),
                of("c", "ghcr.io"),
                of("d", "https://ghcr.io")));
    assertThat(keyring.lookup(IMAGE))
        .containsExactly(
            new Entry("b", "ghcr.io/team"),
            new Entry("a", "ghcr.io"),
            new Entry("c", "ghcr.io"),
            new Entry("d", "https://ghcr.io"));
  }

  @Test
  void whatKubeletsPassOverHasNoEntries() {
    var opaque = secret("Opaque", ".dockerconfigjson", "{\"auths\":{\"ghcr.io\":{}}}");
    assertThat(PodKeyring.of(List.of(opaque)).entries()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kubernetes.io/dockerconfigjson | .dockerconfigjson | {\"auths\":{\"a\":{}}}          | READ",
        "kubernetes.io/dockercfg        | .dockercfg        | {\"a\":{}}                      | READ",
        "kubernetes.io/dockercfg        | .dockerconfigjson | {\"auths\":{\"a\":{}}}          | PASSED_OVER",
        "kubernetes.io/dockerconfigjson | .dockercfg        | {\"a\":{}}                      | PASSED_OVER",
        "Opaque                         | .dockerconfigjson | {\"auths\":{\"a\":{}}}          | PASSED_OVER",
        "kubernetes.io/dockerconfigjson | .dockerconfigjson | {\"auths\":\"a\"}               | BROKEN",
        "kubernetes.io/dockerconfigjson | .dockerconfigjson | {\"auths\":{\"a\":{\"auth\":\"b\"}}} | BROKEN",
        "kubernetes.io/dockercfg        | .dockercfg        | {\"a\":{\"auth\":\"b\"}}          | BROKEN",
        "kubernetes.io/dockerconfigjson | .dockerconfigjson | {\"auths\":{},\"auths\":{}}     | AMBIGUOUS",
        "kubernetes.io/dockerconfigjson | .dockerconfigjson | null                          | AMBIGUOUS",
      })
  void aSecretIsReadByItsType(String type, String key, String content, String expected) {
    var state =
        switch (secret(type, key, content).content()) {
          case Accounts _ -> "READ";
          case PassedOver _ -> "PASSED_OVER";
          case Broken _ -> "BROKEN";
          case Ambiguous _ -> "AMBIGUOUS";
        };
    assertThat(state).isEqualTo(expected);
  }

  @Test
  void aSecretIsDecodedOnce() {
    var secret = secret(TYPE, ".dockerconfigjson", "{\"auths\":{}}");
    assertThat(secret.content()).isSameAs(secret.content());
  }

  @Test
  void aSecretDoesNotPrintItsContent() {
    assertThat(secret(TYPE, ".dockerconfigjson", "{}")).asString().doesNotContain("e30");
  }

  private static ObservedSecret of(String name, String... servers) {
    var auths = String.join(",", List.of(servers).stream().map("\"%s\":{}"::formatted).toList());
    return new ObservedSecret(
        name,
        TYPE,
        Map.of(".dockerconfigjson", base64("{\"auths\":{%s}}".formatted(auths))),
        Map.of(),
        Map.of());
  }

  private static ObservedSecret secret(String type, String key, String content) {
    return new ObservedSecret("pull", type, Map.of(key, base64(content)), Map.of(), Map.of());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
