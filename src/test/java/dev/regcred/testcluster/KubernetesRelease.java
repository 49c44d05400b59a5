package dev.regcred.testcluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A Kubernetes that the local control plane can be built of.
 *
 * @param minor such as {@code 1.34}
 * @param version such as {@code v1.34.4}
 * @param modFile the go.mod that requires it
 */
record KubernetesRelease(String minor, String version, Path modFile) {
  static final String PROPERTY = "regcred.kubernetes";

  private static final Pattern REQUIRED =
      Pattern.compile("^\\s*k8s\\.io/kubernetes (v(1\\.\\d+)\\.\\S+)", Pattern.MULTILINE);

  /** That of go.mod, which everything is built of unless somebody says otherwise. */
  static KubernetesRelease standard(Path sources) {
    return read(sources.resolve("go.mod"));
  }

  /**
   * The chosen one.
   *
   * @param minor empty for the standard one
   * @throws ClusterUnavailableException if there is no such release
   */
  static KubernetesRelease of(String minor, Path sources) {
    if (minor.isEmpty()) {
      return standard(sources);
    }
    var releases = all(sources);
    return releases.stream()
        .filter(release -> release.minor().equals(minor))
        .findFirst()
        .orElseThrow(
            () ->
                new ClusterUnavailableException(
                    "%s=%s is none that the local control plane can be built of: it may be %s."
                        .formatted(
                            PROPERTY,
                            minor,
                            String.join(
                                ", ", releases.stream().map(KubernetesRelease::minor).toList()))));
  }

  /**
   * All releases, the oldest first: that of go.mod, and those of the directory {@code kubernetes}.
   */
  static List<KubernetesRelease> all(Path sources) {
    var releases = new ArrayList<>(List.of(standard(sources)));
    var others = sources.resolve("kubernetes");
    if (Files.isDirectory(others)) {
      try (var files = Files.list(others)) {
        files
            .filter(file -> file.getFileName().toString().endsWith(".mod"))
            .map(KubernetesRelease::read)
            .forEach(releases::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    releases.sort(
        Comparator.comparingInt(
            release -> Integer.parseInt(release.minor().substring("1.".length()))));
    return releases;
  }

  private static KubernetesRelease read(Path modFile) {
    try {
      var required = REQUIRED.matcher(Files.readString(modFile));
      if (!required.find()) {
        throw new IllegalStateException(modFile + " requires no k8s.io/kubernetes");
      }
      return new KubernetesRelease(required.group(2), required.group(1), modFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The flags of {@code go build}. None of them changes how a package is compiled, so Go's build
   * cache serves every way to build it.
   */
  List<String> flags() {
    // Else the API server calls itself v0.0.0-master+$Format, which clients cannot parse.
    var stamp = "-X k8s.io/component-base/version.gitVersion=" + version;
    return List.of("-trimpath", "-ldflags", "-s -w " + stamp);
  }
}
