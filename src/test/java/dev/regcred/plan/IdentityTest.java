package dev.regcred.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdentityTest {
  @Test
  void aMessageHasTheNamespaceOfWhatIsInOne() {
    assertThat(new Identity("RegistryCredential", "team", "pull", "u", 1, false, true))
        .returns("team/pull", Identity::qualifiedName);
    assertThat(new Identity("ClusterRegistryCredential", null, "pull", "u", 1, false, true))
        .returns("pull", Identity::qualifiedName);
  }
}
