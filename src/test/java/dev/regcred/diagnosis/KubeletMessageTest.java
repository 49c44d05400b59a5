package dev.regcred.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.diagnosis.KubeletMessage.Kind;
import dev.regcred.dockerconfig.ImageName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages of containerd and CRI-O, and through them of registries. */
class KubeletMessageTest {
  private static final String IMAGE = "ghcr.io/team/app:1";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed | DENIED",
        "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized | DENIED",
        "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://ghcr.io/token: 403 Forbidden | DENIED",
        "reading manifest 1 in ghcr.io/team/app: unauthorized: authentication required | DENIED",
        "Requesting bearer token: received unexpected HTTP status: 401 Unauthorized | DENIED",
        "no basic auth credentials | DENIED",
        "failed to resolve reference \"ghcr.io/team/app:1\": ghcr.io/team/app:1: not found | NOT_FOUND",
        "reading manifest 1 in ghcr.io/team/app: manifest unknown | NOT_FOUND",
        "unexpected status code https://ghcr.io/v2/team/app/manifests/1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. | RATE_LIMITED",
        "no match for platform in manifest: not found | PLATFORM",
        "no matching manifest for linux/arm64/v8 in the manifest list entries | PLATFORM",
        "http: server gave HTTP response to HTTPS client | PLAIN_HTTP",
        "tls: failed to verify certificate: x509: certificate signed by unknown authority | CERTIFICATE",
        "failed to authorize: failed to fetch anonymous token: Get \"https://ghcr.io/token\": dial tcp: lookup ghcr.io: no such host | NETWORK",
        "dial tcp 10.0.0.1:443: i/o timeout | NETWORK",
        "write /var/lib/containerd/x: no space left on device | DISK",
        "Head \"https://certificate.example.com/v2/team/app/manifests/1\": EOF | OTHER",
        "Get https://mirror.example.com/forbidden/token?scope=denied: unexpected EOF | OTHER",
        "something that nobody has seen | OTHER",
      })
  void aMessageIsAboutOneThing(String message, Kind kind) {
    assertThat(KubeletMessage.kind(message, IMAGE)).isEqualTo(kind);
  }

  /** An image may be called after a fault. */
  @ParameterizedTest
  @CsvSource({
    "denied.example.com/unauthorized/not-found:1",
    "Forbidden.example.com/certificate",
    "denied/forbidden",
  })
  void theNameOfTheImageIsNoPartOfIt(String image) {
    var name = ImageName.parse(image).orElseThrow();
    assertThat(
            KubeletMessage.kind(
                "rpc error: failed to resolve %s, that is %s of https://%s/v2/: whatever"
                    .formatted(image, name, name.registry()),
                image))
        .isEqualTo(Kind.OTHER);
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io/team/app:1, Head https://mirror.example.com:5000/v2/team/app: 403, mirror.example.com:5000",
    "ghcr.io/team/app:1, Head https://ghcr.io/v2/team/app: 403,",
    "ghcr.io/team/app:1, denied,",
    "nginx,              Get https://auth.docker.io/token: 401,",
    "nginx,              Head https://registry-1.docker.io/v2/library/nginx: 401,",
    "nginx,              Head https://mirror.example.com/v2/library/nginx: 401, mirror.example.com",
    "ghcr.io/team/app:1, Head https://robot:pass@mirror.example.com/v2/: 401, mirror.example.com",
    "ghcr.io/team/app:1, Head https://robot:pass@ghcr.io/v2/team/app: 401,",
    "ghcr.io/team/app:1, Head https://mirror.example.com/v2/app@sha256:00: 401, mirror.example.com",
  })
  void theHostThatItIsAboutMayBeAnother(String image, String message, @Nullable String host) {
    assertThat(KubeletMessage.otherHost(message, ImageName.parse(image).orElseThrow()))
        .isEqualTo(Optional.ofNullable(host));
  }
}
