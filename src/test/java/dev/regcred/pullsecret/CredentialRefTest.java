package dev.regcred.pullsecret;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who does without a server's entry for whom, and who waits in line. */
class CredentialRefTest {
  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          credential,                who has the entry,         overridden
          ClusterRegistryCredential, RegistryCredential,        true
          ClusterRegistryCredential, ClusterRegistryCredential, false
          RegistryCredential,        RegistryCredential,        false
          RegistryCredential,        ClusterRegistryCredential, false
          """)
  void onlyAClusterWideOneIsOverriddenAndOnlyByANamespacedOne(
      String kind, String holder, boolean isOverridden) {
    assertThat(new CredentialRef(kind, "pull").isOverriddenBy(new CredentialRef(holder, "other")))
        .isEqualTo(isOverridden);
  }
}
