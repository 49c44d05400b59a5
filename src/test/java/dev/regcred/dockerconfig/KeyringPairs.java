package dev.regcred.dockerconfig;

import dev.regcred.dockerconfig.KeyringIT.Pair;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Pairs of a Docker config's keys and an image, of which about half match. */
final class KeyringPairs {
  private static final List<String> HOSTS =
      List.of(
          "docker.io",
          "index.docker.io",
          "registry-1.docker.io",
          "ghcr.io",
          "quay.io",
          "registry.example.com",
          "a.b",
          "10.0.0.5",
          "[fd00:10::5]:5000",
          "[fd00:10::5]",
          "[::ffff:10.0.0.5]:443",
          "localhost",
          "localhost:5000",
          "registry",
          "registry:5000",
          "A",
          "F",
          "Registry.example.com",
          "a_b.c",
          "my-registry.io:443",
          "x--y.io",
          "-x.io",
          "x..y",
          "9.dkr.ecr.eu-west-1.amazonaws.com",
          "a.b:",
          "a.b:0443",
          "b\u00fccher.de",
          "a.b:1:2",
          "[::1%25en0]",
          "[:::1]:80",
          "a%62.io",
          "xn--a.io");
  private static final List<String> SEGMENTS =
      List.of(
          "team",
          "app",
          "a",
          "v1",
          "v2",
          "team-two",
          "library",
          "busybox",
          "a_b",
          "a__b",
          "a.b",
          "a--b",
          "Team",
          "a___b",
          "",
          "te",
          "\u00e9",
          "a%62",
          "app.",
          "x".repeat(130));
  private static final List<String> ENDS =
      List.of(
          "",
          "",
          "",
          ":1",
          ":latest",
          ":Tag_1.2-3",
          ":",
          ":-x",
          ":" + "t".repeat(129),
          "@sha256:" + "0".repeat(64),
          ":1@sha256:" + "a".repeat(64),
          "@sha256:" + "A".repeat(64),
          "@sha512:" + "0".repeat(128),
          "@md5:" + "0".repeat(32),
          "@sha384:" + "0".repeat(64),
          "@",
          " ",
          "@sha256:00");
  private static final String ODD = "*?[]^\\%/:@#.-_ aZ9\u00e9\u0001\t\"'~|{}!$&()+,;=<>`";
  private static final List<String> INSERTS =
      List.of(
          "*", "?", "[a-z]", "[", "]", "%", "%41", "%2e", "%2F", "%zz", "%25", "%C3%A9", ".", "/",
          "//", ":", "#", "#%", "@", "u:p@", "..", "v1/", "/v2/", "\u00e9", "\n", "^", "\\");

  private final Random random;

  KeyringPairs(Random random) {
    this.random = random;
  }

  Pair next() {
    var host = HOSTS.get(random.nextInt(chance(4) ? HOSTS.size() : 14));
    var path = path();
    var image = (chance(8) ? "" : host + "/") + path + (chance(2) ? "" : any(ENDS));
    if (chance(20)) {
      image = changed(image);
    }
    if (chance(300)) {
      image = "0123456789abcdef".repeat(4);
    }
    Set<String> servers = new LinkedHashSet<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      servers.add(chance(5) ? server(any(HOSTS), path()) : server(host, path));
    }
    return new Pair(List.copyOf(servers), image);
  }

  private String path() {
    var segments = new ArrayList<String>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      segments.add(SEGMENTS.get(random.nextInt(chance(12) ? SEGMENTS.size() : 9)));
    }
    return String.join("/", segments);
  }

  /** A key that is near to the image's registry. */
  private String server(String host, String path) {
    var key = new StringBuilder(any(List.of("", "", "", "https://", "http://", "HTTPS://")));
    if (chance(15)) {
      key.append("user:pa%20ss@");
    }
    key.append(chance(10) ? host.toLowerCase(Locale.ROOT) : chance(4) ? pattern(host) : host);
    if (chance(6)) {
      key.append(any(List.of("/v1", "/v2", "/v1/", "/v2/", "/v10")));
    }
    if (chance(2)) {
      key.append('/').append(path, 0, random.nextInt(path.length() + 1));
    }
    if (chance(8)) {
      key.append(any(List.of("/", "//", "?a=b", "#frag", "#%zz", "?", ":443", "/%2e%2e", "%")));
    }
    var text = key.toString();
    return chance(8) ? changed(text) : text;
  }

  /** The host with stars in it, or a set of characters. */
  private String pattern(String host) {
    var labels = host.split("\\.", -1);
    int i = random.nextInt(labels.length);
    var label = labels[i];
    int cut = random.nextInt(label.length() + 1);
    labels[i] =
        any(
            List.of(
                "*",
                label.substring(0, cut) + "*",
                "*" + label.substring(cut),
                label.substring(0, cut) + "*" + label.substring(cut),
                "*" + label + "*",
                "**",
                "*.*",
                "[a-z]",
                "[" + label + "]"));
    return chance(30)
        ? any(List.of("[::A]", "[::F]", "[A::F]", "[::1%2525A-Z]", "[::1%252541]", "[::%25]"))
        : String.join(".", labels);
  }

  /** The text with a character more, fewer, or another one. */
  private String changed(String text) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(2));
    var insert =
        chance(2) ? any(INSERTS) : String.valueOf(ODD.charAt(random.nextInt(ODD.length())));
    return text.substring(0, at) + (chance(3) ? "" : insert) + text.substring(end);
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
