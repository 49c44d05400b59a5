package dev.regcred.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.ServerAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedHostsTest {
  @Test
  void withoutAListAllHostsAtPublicAddressesAreAllowed() {
    var all = new AllowedHosts(List.of());
    assertThat(all.isAllowed("registry.example.com")).isTrue();
    assertThat(all.isAllowed("registry.example.com", NetworkScope.PUBLIC)).isTrue();
    assertThat(all.isAllowed("registry.example.com", NetworkScope.INTERNAL)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example.com, true",
    "other.example.com, false",
    "registry.example.com.evil.test, false",
    "a.corp.example.com, true",
    "a.b.corp.example.com, true",
    "corp.example.com, false",
    "evilcorp.example.com, false",
    ".corp.example.com, false",
    "10.0.0.5, true",
    "10.0.0.50, false",
  })
  void aListSaysWhichAndThoseMayBeInside(String host, boolean allowed) {
    var some = new AllowedHosts(List.of("registry.example.com", "*.corp.example.com", "10.0.0.5"));
    assertThat(some.isAllowed(host)).isEqualTo(allowed);
    assertThat(some.isAllowed(host, NetworkScope.INTERNAL)).isEqualTo(allowed);
    assertThat(some.isAllowed(host, NetworkScope.FORBIDDEN)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example.com, registry.example.com, true",
    "registry.example.com, gitlab.example.com, true",
    "registry.example.com, evil.example.com, false",
    "registry.example.com, auth.docker.io, false",
    "registry-1.docker.io, auth.docker.io, true",
    "registry.gitlab.com, gitlab.com, true",
    "registry-1.docker.io, gitlab.com, false",
  })
  void anAccountGoesToTheTokenEndpointsOfItsRegistryOnly(
      String registry, String realm, boolean allowed) {
    assertThat(AllowedHosts.isRealmOf(registry, List.of("gitlab.example.com"), realm))
        .isEqualTo(allowed || realm.equals("gitlab.example.com"));
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io, registry-1.docker.io, 443",
    "ghcr.io, ghcr.io, 443",
    "ghcr.io/team, ghcr.io, 443",
    "Registry.Example.com:5000/a/b, registry.example.com, 5000",
    "127.0.0.1:5000, 127.0.0.1, 5000",
    "[fd00:10::5]:5000, fd00:10::5, 5000",
  })
  void theApiOfARegistryIsAtItsHost(String address, String host, int port) {
    assertThat(RegistryEndpoint.of(ServerAddress.parse(address)))
        .isEqualTo(new RegistryEndpoint(host, port));
  }

  @ParameterizedTest
  @CsvSource({
    "team/app:1.2, team/app, 1.2",
    "app:latest, app, latest",
    "a/b_c/d--e:x, a/b_c/d--e, x",
    "team/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, team/app, sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  })
  void anImageIsNamedByRepositoryAndTag(String image, String repository, String reference) {
    assertThat(Probe.parse(image)).contains(new Probe(repository, reference));
  }

  @ParameterizedTest
  @CsvSource({
    "team/app",
    "Team/app:1",
    "../x:1",
    "a/../b:1",
    "a:1/../x",
    "a:..",
    "a?x=1:1",
    "':1'"
  })
  void nothingElseIsAnImage(String image) {
    assertThat(Probe.parse(image)).isEmpty();
  }
}
