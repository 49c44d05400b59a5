package dev.regcred.pullsecret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is read off a Secret that is there. */
class PullSecretTest {
  private static final CredentialRef PULL = new CredentialRef("RegistryCredential", "pull");

  @Test
  void itIsKeptForThoseThatItsMarkNames() {
    assertThat(PullSecrets.ours("any").isKeptFor(PULL)).isTrue();
    assertThat(PullSecrets.ours("any").isKeptFor(new CredentialRef("RegistryCredential", "any")))
        .isFalse();
    assertThat(
            PullSecrets.ours("any")
                .isKeptFor(new CredentialRef("ClusterRegistryCredential", "pull")))
        .as("of another kind")
        .isFalse();
    assertThat(PullSecrets.stripped(PullSecrets.ours("any")).isKeptFor(PULL)).isFalse();
  }

  @Test
  void itIsOtherPeoplesTooAsLongAsItSaysSo() {
    var adopted = Map.of("regcred.dev/adopted", "true");
    assertThat(PullSecrets.ours("pull").isAdopted()).isFalse();
    assertThat(PullSecrets.withAnnotations(PullSecrets.ours("pull"), adopted).isAdopted()).isTrue();
    assertThat(
            PullSecrets.withAnnotations(PullSecrets.stripped(PullSecrets.ours("pull")), adopted)
                .isAdopted())
        .as("without the rest of the mark")
        .isTrue();
    assertThat(
            PullSecrets.withAnnotations(
                    PullSecrets.ours("pull"), Map.of("regcred.dev/adopted", "no"))
                .isAdopted())
        .isFalse();
  }

  @Test
  void oneThatIsOursIsNotHandedOver() {
    var offer = Map.of("regcred.dev/adopt", "RegistryCredential/pull");
    var foreign = PullSecrets.foreign("pull", PullSecret.TYPE, PullSecrets.ENTRY);
    assertThat(PullSecrets.withAnnotations(foreign, offer).isOffered()).isTrue();
    assertThat(foreign.isOffered()).isFalse();
    assertThat(PullSecrets.withAnnotations(PullSecrets.ours("pull"), offer).isOffered()).isFalse();
  }

  /** Whatever somebody writes into our record of it, our mark is not taken for theirs. */
  @Test
  void whatWasPutOnItForCredentialsIsReadAsItIsNow() {
    var labels = Map.of("team", "red", "theirs", "l");
    var secret =
        PullSecrets.withAnnotations(
            PullSecrets.withLabels(PullSecrets.ours("pull"), labels),
            Map.of(
                "note",
                "n",
                "other",
                "o",
                "regcred.dev/applied",
                "{\"labels\":[\"gone\",\"regcred.dev/managed\",\"team\"],"
                    + "\"annotations\":[\"note\",\"regcred.dev/contributors\"]}"));
    assertThat(secret.appliedLabels()).isEqualTo(Map.of("team", "red"));
    assertThat(secret.appliedAnnotations()).isEqualTo(Map.of("note", "n"));
  }

  @Test
  void itIsBlankWithoutAnyAccountOnly() {
    assertThat(PullSecrets.blank("pull").isBlank()).isTrue();
    assertThat(PullSecrets.ours("pull").isBlank()).isFalse();
    assertThat(PullSecrets.withContent(PullSecrets.ours("pull"), "{}").isBlank()).isFalse();
    assertThat(PullSecrets.withData(PullSecrets.ours("pull"), Map.of()).isBlank()).isFalse();
    assertThat(
            PullSecrets.withData(
                    PullSecrets.blank("pull"),
                    Map.of(
                        PullSecret.KEY, PullSecrets.base64(PullSecrets.BLANK), "more", "bW9yZQ=="))
                .isBlank())
        .isFalse();
  }

  @Test
  void itIsWhatWeWouldWriteOnlyInTypeAndEveryByte() {
    var desired = DesiredSecrets.forPull(null);
    var stripped = PullSecrets.stripped(PullSecrets.ours("pull"));
    assertThat(stripped.hasContentOf(desired)).isTrue();
    assertThat(PullSecrets.ofType(stripped, "Opaque").hasContentOf(desired)).isFalse();
    assertThat(PullSecrets.withContent(stripped, PullSecrets.ENTRY + "\n").hasContentOf(desired))
        .isFalse();
    assertThat(PullSecrets.blank("pull").hasContentOf(desired)).isFalse();
  }

  @Test
  void nothingOfItsContentAndAnnotationsIsPrinted() {
    var secret =
        PullSecrets.withAnnotations(
            PullSecrets.ours("pull"),
            Map.of("kubectl.kubernetes.io/last-applied-configuration", PullSecrets.PASSWORD));
    assertThat(secret.toString())
        .contains("pull", "uid-of-pull", "41", PullSecret.KEY)
        .doesNotContain(PullSecrets.PASSWORD)
        .doesNotContain(PullSecrets.base64(PullSecrets.ENTRY));
  }
}
