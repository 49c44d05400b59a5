package dev.regcred.dockerconfig;

import java.util.List;

/**
 * For which image a kubelet sends the account of which key of a Docker config: one table for the
 * kubelet's own code, and for ours that does the same.
 */
final class KeyringRows {
  private static final boolean SENT = true;
  private static final boolean NOT_SENT = false;

  /** Whether a kubelet sends the account of that server when it pulls that image. */
  record Row(String server, String image, boolean sent) {}

  /** A server address as a user writes it. */
  static final List<Row> ADDRESSES =
      List.of(
          new Row("docker.io", "busybox", SENT),
          new Row("docker.io", "busybox:1.37", SENT),
          new Row("docker.io", "library/busybox", SENT),
          new Row("docker.io", "foo/bar", SENT),
          new Row("docker.io", "docker.io/busybox", SENT),
          new Row("docker.io", "docker.io/foo/bar:1", SENT),
          new Row("docker.io", "docker.io/foo/bar@sha256:" + "0".repeat(64), SENT),
          new Row("docker.io", "index.docker.io/foo/bar", SENT),
          new Row("docker.io", "quay.io/foo/bar", NOT_SENT),
          new Row("docker.io", "docker.io.example.com/foo/bar", NOT_SENT),
          new Row("docker.io", "mydocker.io/foo/bar", NOT_SENT),
          // The keyring asks for a dot or a port; that localhost is a host it does not know.
          new Row("docker.io", "localhost/foo/bar", SENT),
          // A kubelet knows Docker Hub by two names only, and compares a port literally.
          new Row("docker.io", "registry-1.docker.io/foo/bar", NOT_SENT),
          new Row("docker.io", "docker.io:443/foo/bar", NOT_SENT),
          new Row("Docker.IO", "busybox", SENT),
          new Row("index.docker.io", "busybox", SENT),
          new Row("registry-1.docker.io", "busybox", SENT),
          new Row("https://index.docker.io/v1", "busybox", SENT),
          new Row("https://index.docker.io/v1/", "busybox", SENT),
          new Row("registry.example.com", "registry.example.com/app", SENT),
          new Row("registry.example.com", "registry.example.com/team/app:1", SENT),
          new Row("registry.example.com", "registry.example.com/v2/app", SENT),
          new Row("registry.example.com", "example.com/app", NOT_SENT),
          new Row("registry.example.com", "registry.example.com.evil.io/app", NOT_SENT),
          new Row("registry.example.com", "my.registry.example.com/app", NOT_SENT),
          new Row("registry.example.com", "registry-example.com/app", NOT_SENT),
          new Row("registry.example.com", "registry.example.com:443/app", NOT_SENT),
          new Row("registry.example.com", "registry.example.com:5000/app", NOT_SENT),
          new Row("registry.example.com", "busybox", NOT_SENT),
          new Row("REGISTRY.Example.com", "registry.example.com/app", SENT),
          new Row("REGISTRY.Example.com", "REGISTRY.Example.com/app", NOT_SENT),
          new Row("registry.example.com:443", "registry.example.com:443/app", SENT),
          new Row("registry.example.com:443", "registry.example.com/app", NOT_SENT),
          new Row("registry.example.com:5000", "registry.example.com:5000/app", SENT),
          new Row("registry.example.com:5000", "registry.example.com:5001/app", NOT_SENT),
          new Row("registry.example.com:5000", "registry.example.com:50/app", NOT_SENT),
          new Row("10.0.0.5", "10.0.0.5/app", SENT),
          new Row("10.0.0.5", "10.0.0.50/app", NOT_SENT),
          new Row("10.0.0.5:5000", "10.0.0.5:5000/app", SENT),
          new Row("10.0.0.5:5000", "10.0.0.5/app", NOT_SENT),
          // From Kubernetes 1.36 on. It is compared literally.
          new Row("[fd00:10::5]:5000", "[fd00:10::5]:5000/app", SENT),
          new Row("[FD00:10::5]:5000/team", "[fd00:10::5]:5000/team/app", SENT),
          new Row("[fd00:10::5]:5000", "[fd00:10::5]:5001/app", NOT_SENT),
          new Row("[fd00:10::5]:5000", "[fd00:10:0::5]:5000/app", NOT_SENT),
          new Row("[fd00:10::5]:5000", "[fd00:10::50]:5000/app", NOT_SENT),
          new Row("localhost", "localhost/app", SENT),
          new Row("localhost:5000", "localhost:5000/app", SENT),
          new Row("registry:5000", "registry:5000/app", SENT),
          // The image is one of Docker Hub; nothing says that registry is a host.
          new Row("registry", "registry/app", NOT_SENT),
          new Row("ghcr.io/team", "ghcr.io/team", SENT),
          new Row("ghcr.io/team", "ghcr.io/team/app", SENT),
          new Row("ghcr.io/team", "ghcr.io/other/app", NOT_SENT),
          new Row("ghcr.io/team", "ghcr.io/other/team/app", NOT_SENT),
          new Row("ghcr.io/team", "ghcr.io/app", NOT_SENT),
          new Row("ghcr.io/team", "quay.io/team/app", NOT_SENT),
          // The path is a prefix of characters, not of segments.
          new Row("ghcr.io/team", "ghcr.io/team-two/app", SENT),
          new Row("ghcr.io/team/v1", "ghcr.io/team/v1/app", SENT),
          new Row("ghcr.io/v10", "ghcr.io/v10/app", SENT),
          new Row("registry.example.com:5000/team/app", "registry.example.com:5000/team/app", SENT),
          new Row("registry.example.com:5000/team/app", "registry.example.com/team/app", NOT_SENT));

  /** A key as it stands in a Secret: why we write and accept no such key. */
  static final List<Row> KEYS_WE_NEVER_WRITE =
      List.of(
          new Row("REGISTRY.example.com", "registry.example.com/app", NOT_SENT),
          new Row("registry-1.docker.io", "busybox", NOT_SENT),
          new Row("registry.example.com:0443", "registry.example.com:443/app", NOT_SENT),
          new Row("ghcr.io/Team", "ghcr.io/team/app", NOT_SENT),
          new Row("ghcr.io/team/", "ghcr.io/team", NOT_SENT),
          new Row("ghcr.io//team", "ghcr.io/team/app", NOT_SENT),
          new Row("ghcr.io/team?a=b", "ghcr.io/team/app", SENT),
          new Row("ghcr.io/%74eam", "ghcr.io/team/app", SENT),
          new Row("ghcr.io/v2/team", "ghcr.io/team/app", SENT),
          new Row("ghcr.io/v2", "ghcr.io/team/app", NOT_SENT),
          new Row("https://ghcr.io/v2/", "ghcr.io/team/app", SENT),
          new Row("user:password@ghcr.io", "ghcr.io/team/app", SENT),
          new Row("*.example.com", "any.example.com/app", SENT),
          new Row("registr[xy].example.com", "registry.example.com/app", NOT_SENT),
          new Row("registr?.example.com", "registry.example.com/app", NOT_SENT),
          // Any host that matches: another registry's, too.
          new Row("*.dkr.ecr.eu-west-1.amazonaws.com", "9.dkr.ecr.eu-west-1.amazonaws.com/a", SENT),
          new Row("*.jfrog.io", "registry.jfrog.io/app", SENT),
          new Row("*.jfrog.io", "jfrog.io/app", NOT_SENT),
          // An IPv6 address without a port is taken as a set of characters.
          new Row("[2001:db8::1]", "[2001:db8::1]/app", NOT_SENT));

  /** A key as nobody would write it, in forms that Go reads in its own way. */
  static final List<Row> RARE_KEYS =
      List.of(
          new Row("http://ghcr.io", "ghcr.io/app", SENT),
          new Row("HTTPS://ghcr.io", "ghcr.io/app", NOT_SENT),
          new Row("https://http://ghcr.io", "ghcr.io/app", NOT_SENT),
          new Row("ghcr.io/", "ghcr.io/app", SENT),
          new Row("ghcr.io/v1/", "ghcr.io/app", SENT),
          new Row("ghcr.io/v1/v2/team", "ghcr.io/v2/team/app", SENT),
          new Row("ghcr.io/v1/v2/team", "ghcr.io/team/app", NOT_SENT),
          new Row("ghcr.io/v3/", "ghcr.io/team/app", NOT_SENT),
          // A port that is none.
          new Row("ghcr.io:", "ghcr.io/app", SENT),
          new Row("ghcr.io:x", "ghcr.io/app", NOT_SENT),
          new Row("ghcr.io:443:443", "ghcr.io:443/app", NOT_SENT),
          // What stands around the server in a URL.
          new Row("ghcr.io#fragment", "ghcr.io/app", SENT),
          new Row("ghcr.io#%zz", "ghcr.io/app", NOT_SENT),
          new Row("ghcr.io/?query", "ghcr.io/app", SENT),
          new Row("ghcr.io?a=%zz", "ghcr.io/app", SENT),
          new Row("u%41@ghcr.io", "ghcr.io/app", SENT),
          new Row("u%4@ghcr.io", "ghcr.io/app", NOT_SENT),
          new Row("u p@ghcr.io", "ghcr.io/app", NOT_SENT),
          new Row("a@b@ghcr.io", "ghcr.io/app", SENT),
          new Row("ghcr.io/te%61m", "ghcr.io/team/app", SENT),
          new Row("ghcr.io/te%6am", "ghcr.io/tejm", SENT),
          new Row("ghcr.io/te%6Am", "ghcr.io/tejm", SENT),
          new Row("ghcr.io/te%6", "ghcr.io/te", NOT_SENT),
          new Row("ghcr.io/te%6x", "ghcr.io/te", NOT_SENT),
          new Row("ghcr.io/te%x6", "ghcr.io/te", NOT_SENT),
          new Row("ghcr.io\n", "ghcr.io/app", NOT_SENT),
          new Row("ghcr.io/te\u007f", "ghcr.io/te", NOT_SENT),
          new Row("ghcr.io/te am", "ghcr.io/te", NOT_SENT),
          new Row("ghcr%2eio", "ghcr.io/app", NOT_SENT),
          new Row("ghcr|io", "ghcr.io/app", NOT_SENT),
          // Stars, within a label.
          new Row("*.io", "ghcr.io/app", SENT),
          new Row("*", "ghcr.io/app", NOT_SENT),
          new Row("gh*.io", "ghcr.io/app", SENT),
          new Row("gh*.io", "gh.io/app", SENT),
          new Row("*cr.io", "ghcr.io/app", SENT),
          new Row("g*r.io", "ghcrcr.io/app", SENT),
          new Row("g*cr.io", "gcrxcr.io/app", SENT),
          new Row("g*c*r.io", "ghcxr.io/app", SENT),
          new Row("g*c*r.io", "ghxr.io/app", NOT_SENT),
          new Row("gh*.io", "xgh.io/app", NOT_SENT),
          new Row("*h.io", "ghx.io/app", NOT_SENT),
          new Row("ghcr**.io", "ghcr.io/app", SENT),
          new Row("ghcrx*.io", "ghcr.io/app", NOT_SENT),
          new Row("ghcr.*", "ghcr.io/app", SENT),
          new Row("ghcr.io:*", "ghcr.io:443/app", NOT_SENT),
          // An IPv6 address that nothing follows is a set of characters; one in another way is
          // refused. A host of one capital letter is one, for an image.
          new Row("[::A]", "A/app", SENT),
          new Row("[::A]", "B/app", NOT_SENT),
          new Row("[::A]:1", "A/app", NOT_SENT),
          new Row("[::1%2525A-F]", "A/app", SENT),
          new Row("[::1%2525A-F]", "C/app", SENT),
          new Row("[::1%2525A-F]", "F/app", SENT),
          new Row("[::1%2525A-F]", "G/app", NOT_SENT),
          new Row("[::1%2525A-]", "A/app", NOT_SENT),
          new Row("[::1%2525-A]", "A/app", SENT),
          new Row("[::1%25]", "A/app", NOT_SENT),
          new Row("[::A", "A/app", NOT_SENT),
          new Row("[::A]x", "A/app", NOT_SENT),
          new Row("[A]", "A/app", NOT_SENT),
          new Row("x[::A]", "A/app", NOT_SENT));

  /** An image as it stands in a Pod, and the key that would do for it. */
  static final List<Row> IMAGES =
      List.of(
          new Row("docker.io/library/busybox", "busybox", SENT),
          new Row("docker.io/library/busybox", "docker.io/busybox", SENT),
          new Row("docker.io/library/busybox", "index.docker.io/busybox", SENT),
          new Row("docker.io/foo", "foo/bar", SENT),
          new Row("docker.io/foo", "index.docker.io/foo/bar", SENT),
          new Row("docker.io/library", "foo/bar", NOT_SENT),
          new Row("Registry", "Registry/app", SENT),
          new Row("docker.io/registry", "registry/app", SENT),
          new Row("ghcr.io", "ghcr.io/app:Tag_1.2-3", SENT),
          new Row("ghcr.io", "ghcr.io/app:" + "t".repeat(128), SENT),
          new Row("ghcr.io", "ghcr.io/a_b/a__b/a.b/a--b", SENT),
          new Row("ghcr.io", "ghcr.io/" + "a".repeat(255), SENT),
          new Row("ghcr.io", "ghcr.io/app@sha256:" + "0".repeat(64), SENT),
          new Row("ghcr.io", "ghcr.io/app:1@sha256:" + "0".repeat(64), SENT),
          new Row("ghcr.io", "ghcr.io/app@sha384:" + "0".repeat(96), SENT),
          new Row("ghcr.io", "ghcr.io/app@sha512:" + "0".repeat(128), SENT),
          // A digit more, and it would be a digest.
          new Row("docker.io/library", "0123456789abcdef".repeat(4).substring(1), SENT),
          // No address: it is not pulled.
          new Row("https://index.docker.io/v1/", "[:::1]:80/app", NOT_SENT),
          new Row("https://index.docker.io/v1/", "localhost:80/app", NOT_SENT),
          new Row("https://index.docker.io/v1/", "A/app", SENT));

  /** An image that no kubelet can read, and none pulls. */
  static final List<String> UNREADABLE =
      List.of(
          "ghcr.io/app:" + "t".repeat(129),
          "ghcr.io/app:",
          "ghcr.io/app:-1",
          "ghcr.io/app ",
          "ghcr.io/App",
          "ghcr.io/a___b",
          "ghcr.io/",
          "ghcr.io/" + "a".repeat(256),
          "ghcr.io/app@sha256:" + "0".repeat(63),
          "ghcr.io/app@sha256:" + "A".repeat(64),
          "ghcr.io/app@sha512:" + "0".repeat(64),
          "ghcr.io/app@md5:" + "0".repeat(32),
          "0123456789abcdef".repeat(4),
          "[::ffff:10.0.0.5]/app");

  private KeyringRows() {}
}
