package dev.regcred.pullsecret;

import java.util.List;

/**
 * Which server addresses there are: one table for the parser and for the API server, whose CRD has
 * to accept and refuse the same texts.
 */
public final class ServerAddresses {
  private static final String HUB = "https://index.docker.io/v1/";

  /** A text that is accepted, and its canonical form. */
  public record Accepted(String text, String canonical) {}

  /** A text that is refused, and a part of the parser's message. */
  public record Refused(String text, String because) {}

  public static final List<Accepted> ACCEPTED =
      List.of(
          new Accepted("registry.example.com", "registry.example.com"),
          new Accepted("Registry.Example.COM", "registry.example.com"),
          new Accepted("REGISTRY.EXAMPLE.COM:5000/team", "registry.example.com:5000/team"),
          new Accepted("registry.example.com:1", "registry.example.com:1"),
          new Accepted("registry.example.com:80", "registry.example.com:80"),
          new Accepted("registry.example.com:443", "registry.example.com:443"),
          new Accepted("registry.example.com:9999", "registry.example.com:9999"),
          new Accepted("registry.example.com:59999", "registry.example.com:59999"),
          new Accepted("registry.example.com:65535", "registry.example.com:65535"),
          new Accepted("localhost", "localhost"),
          new Accepted("localhost:5000", "localhost:5000"),
          new Accepted("registry", "registry"),
          new Accepted("r", "r"),
          new Accepted("registry.kube-system.svc:5000", "registry.kube-system.svc:5000"),
          new Accepted("1password.example.com", "1password.example.com"),
          new Accepted("2024.example", "2024.example"),
          new Accepted("registry.3com", "registry.3com"),
          new Accepted("a--b.example.com", "a--b.example.com"),
          new Accepted("xn--bcher-kva.example", "xn--bcher-kva.example"),
          new Accepted("10.0.0.5", "10.0.0.5"),
          new Accepted("10.0.0.5:5000", "10.0.0.5:5000"),
          new Accepted("0.0.0.0", "0.0.0.0"),
          new Accepted("255.255.255.255:65535/a", "255.255.255.255:65535/a"),
          new Accepted("ghcr.io/team", "ghcr.io/team"),
          new Accepted("ghcr.io/team/v1", "ghcr.io/team/v1"),
          new Accepted("ghcr.io/v1.2/team", "ghcr.io/v1.2/team"),
          new Accepted("ghcr.io/v10", "ghcr.io/v10"),
          new Accepted("ghcr.io/v3", "ghcr.io/v3"),
          new Accepted("ghcr.io/a/b-c/d_e/f__g/h.i/j---k/0", "ghcr.io/a/b-c/d_e/f__g/h.i/j---k/0"),
          new Accepted("docker.io", HUB),
          new Accepted("Docker.IO", HUB),
          new Accepted("index.docker.io", HUB),
          new Accepted("registry-1.docker.io", HUB),
          new Accepted("https://index.docker.io/v1/", HUB),
          new Accepted("https://index.docker.io/v1", HUB),
          new Accepted("hub.docker.io", "hub.docker.io"),
          new Accepted("docker.io.example.com/team", "docker.io.example.com/team"),
          new Accepted("mydocker.io", "mydocker.io"),
          new Accepted("a".repeat(63) + ".example.com", "a".repeat(63) + ".example.com"),
          new Accepted(hostOfLength(253), hostOfLength(253)),
          new Accepted(hostOfLength(253) + ":65535", hostOfLength(253) + ":65535"),
          new Accepted(
              hostOfLength(253) + pathOfLength(259), hostOfLength(253) + pathOfLength(259)));

  public static final List<Refused> REFUSED =
      List.of(
          new Refused("", "is empty"),
          new Refused(" ", "has a host"),
          new Refused(" registry.example.com", "has a host"),
          new Refused("registry.example.com ", "has a host"),
          new Refused("registry.example.com\n", "has a host"),
          new Refused("registry.example.com:5000\n", "has a port"),
          new Refused("ghcr.io/team\n", "has a path"),
          new Refused("registry.\texample.com", "has a host"),
          new Refused("registry\u0000.example.com", "has a host"),
          new Refused("-registry.example.com", "has a host"),
          new Refused("registry-.example.com", "has a host"),
          new Refused("registry..example.com", "has a host"),
          new Refused(".registry.example.com", "has a host"),
          new Refused("registry.example.com.", "has a host"),
          new Refused("my_registry.example.com", "has a host"),
          new Refused("b\u00fccher.example", "has a host"),
          new Refused("\u212aelvin.example", "has a host"),
          new Refused("registry\uff0eexample.com", "has a host"),
          new Refused("*.example.com", "has a host"),
          new Refused("registry.example.*", "has a host"),
          new Refused("registry?.example.com", "has a host"),
          new Refused("registry.example.com?ns=a", "has a host"),
          new Refused("registry.example.com#a", "has a host"),
          new Refused("registry[0-9].example.com", "has a host"),
          new Refused("[::1]:5000", "has a host"),
          new Refused("[2001:db8::1]", "has a host"),
          new Refused("::1", "has a host"),
          new Refused("2001:db8::1", "ends its host in a number"),
          new Refused("fe80::1", "has a port"),
          new Refused("%31.example.com", "has a host"),
          new Refused("example.com\\team", "has a host"),
          new Refused("@registry.example.com", "has an @"),
          new Refused("user@registry.example.com", "has an @"),
          new Refused("user:password@registry.example.com", "has an @"),
          new Refused("registry.example.com/team@sha256", "has an @"),
          new Refused("/team", "has a host"),
          new Refused("//registry.example.com", "has a host"),
          new Refused(":5000", "has a host"),
          new Refused("5000", "ends its host in a number"),
          new Refused("registry.5000", "ends its host in a number"),
          new Refused("256.0.0.1", "ends its host in a number"),
          new Refused("10.0.0", "ends its host in a number"),
          new Refused("10.0.0.0.1", "ends its host in a number"),
          new Refused("010.0.0.1", "ends its host in a number"),
          new Refused("127.1:5000", "ends its host in a number"),
          new Refused("registry.example.com:", "has a port"),
          new Refused("registry.example.com:/team", "has a port"),
          new Refused("registry.example.com:0", "has a port"),
          new Refused("registry.example.com:0443", "has a port"),
          new Refused("registry.example.com:65536", "has a port"),
          new Refused("registry.example.com:99999", "has a port"),
          new Refused("registry.example.com:100000", "has a port"),
          new Refused("registry.example.com:+443", "has a port"),
          new Refused("registry.example.com:-1", "has a port"),
          new Refused("registry.example.com:http", "has a port"),
          new Refused("registry.example.com:443:443", "has a port"),
          new Refused("registry.example.com:\u0664\u0664\u0663", "has a port"),
          new Refused("registry.example.com/", "ends in a slash"),
          new Refused("ghcr.io/team/", "ends in a slash"),
          new Refused("ghcr.io//team", "has a path that is no"),
          new Refused("ghcr.io/team//app", "has a path that is no"),
          new Refused("ghcr.io/Team", "has a path that is no"),
          new Refused("ghcr.io/.", "has a path that is no"),
          new Refused("ghcr.io/..", "has a path that is no"),
          new Refused("ghcr.io/team/../other", "has a path that is no"),
          new Refused("ghcr.io/a..b", "has a path that is no"),
          new Refused("ghcr.io/a___b", "has a path that is no"),
          new Refused("ghcr.io/a-_b", "has a path that is no"),
          new Refused("ghcr.io/-team", "has a path that is no"),
          new Refused("ghcr.io/team-", "has a path that is no"),
          new Refused("ghcr.io/_catalog", "has a path that is no"),
          new Refused("ghcr.io/te am", "has a path that is no"),
          new Refused("ghcr.io/team:latest", "has a path that is no"),
          new Refused("ghcr.io/team*", "has a path that is no"),
          new Refused("ghcr.io/team?a=b", "has a path that is no"),
          new Refused("ghcr.io/team#a", "has a path that is no"),
          new Refused("ghcr.io/team[1]", "has a path that is no"),
          new Refused("ghcr.io/%74eam", "has a path that is no"),
          new Refused("ghcr.io/b\u00fccher", "has a path that is no"),
          new Refused("ghcr.io/v1", "starts with v1 or v2"),
          new Refused("ghcr.io/v2", "starts with v1 or v2"),
          new Refused("ghcr.io/v1/", "ends in a slash"),
          new Refused("ghcr.io/v2/team", "starts with v1 or v2"),
          new Refused("ghcr.io:5000/v1/team/app", "starts with v1 or v2"),
          new Refused("http://registry.example.com", "has a scheme"),
          new Refused("https://registry.example.com", "has a scheme"),
          new Refused("https://ghcr.io/v2/", "has a scheme"),
          new Refused("oci://ghcr.io/team", "has a scheme"),
          new Refused("https://docker.io", "has a scheme"),
          new Refused("https://index.docker.io", "has a scheme"),
          new Refused("https://index.docker.io/", "has a scheme"),
          new Refused("https://index.docker.io/v2/", "has a scheme"),
          new Refused("https://index.docker.io/v1//", "has a scheme"),
          new Refused("http://index.docker.io/v1/", "has a scheme"),
          new Refused("HTTPS://index.docker.io/v1/", "has a scheme"),
          new Refused("https://Index.docker.io/v1/", "has a scheme"),
          new Refused("index.docker.io/v1/", "ends in a slash"),
          new Refused("index.docker.io/v1", "starts with v1 or v2"),
          new Refused("docker.io/library", "is Docker Hub"),
          new Refused("DOCKER.IO/library", "is Docker Hub"),
          new Refused("index.docker.io/library", "is Docker Hub"),
          new Refused("registry-1.docker.io/library/busybox", "is Docker Hub"),
          new Refused("docker.io:443", "is Docker Hub"),
          new Refused("index.docker.io:443", "is Docker Hub"),
          new Refused("registry-1.docker.io:443/library", "is Docker Hub"),
          new Refused("a".repeat(64) + ".example.com", "has a host"),
          new Refused(hostOfLength(254), "has a host"),
          new Refused(hostOfLength(253) + pathOfLength(260), "is longer than 512"));

  private ServerAddresses() {}

  /** A host of exactly that many characters (more than 10), in labels of at most 50. */
  private static String hostOfLength(int length) {
    var host = new StringBuilder("example.io");
    while (host.length() < length) {
      host.insert(0, "a".repeat(Math.min(49, length - host.length() - 1)) + ".");
    }
    return host.toString();
  }

  private static String pathOfLength(int length) {
    return "/" + "a".repeat(length - 1);
  }
}
