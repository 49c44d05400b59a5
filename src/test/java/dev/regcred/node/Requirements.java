package dev.regcred.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a machine must have so that it can be a node for a while. */
final class Requirements {
  /** The tools and the Debian packages that they are in. */
  private static final List<Tool> TOOLS =
      List.of(
          new Tool("containerd", "containerd"),
          new Tool("ctr", "containerd"),
          new Tool("runc", "runc"),
          new Tool("docker-registry", "docker-registry"),
          new Tool("skopeo", "skopeo"),
          new Tool("htpasswd", "apache2-utils"),
          new Tool("ip", "iproute2"),
          new Tool("unshare", "util-linux"),
          new Tool("setpriv", "util-linux"),
          new Tool("mount", "mount"));

  private static final List<Path> BRIDGE =
      List.of(
          Path.of("/usr/lib/cni/bridge"),
          Path.of("/opt/cni/bin/bridge"),
          Path.of("/usr/libexec/cni/bridge"));
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private record Tool(String command, String debianPackage) {}

  private Requirements() {}

  /** What this machine lacks, in words for the person at the keyboard; empty if nothing. */
  static Optional<String> complaint(Path operatorImage) {
    return complaint(
        System.getProperty("os.name", ""), isRoot(), operatorImage, Files::isReadable, search());
  }

  static Optional<String> complaint(
      String system, boolean root, Path operatorImage, Predicate<Path> isThere, List<Path> search) {
    if (!system.equals("Linux")) {
      return Optional.of("A node needs Linux, and this is " + system + ".");
    }
    if (!root) {
      return Optional.of("A node needs root: sudo mvn -Pnode");
    }
    var missing = missing(isThere, search);
    if (!missing.isEmpty()) {
      return Optional.of(
          """
          There is no %s on this machine. On Debian and Ubuntu:

            apt-get update && apt-get install -y %s
          """
              .formatted(
                  missing.stream().map(Tool::command).collect(Collectors.joining(", ")),
                  String.join(" ", packages(missing))));
    }
    if (!isThere.test(operatorImage)) {
      return Optional.of(
          "There is no operator image, %s: mvn -Pimage makes it.".formatted(operatorImage));
    }
    return Optional.empty();
  }

  private static List<Tool> missing(Predicate<Path> isThere, List<Path> search) {
    var tools =
        TOOLS.stream()
            .filter(tool -> search.stream().map(d -> d.resolve(tool.command)).noneMatch(isThere));
    var bridge = new Tool("CNI plugin bridge", "containernetworking-plugins");
    var busybox = new Tool("static busybox", "busybox-static");
    return Stream.of(
            tools,
            BRIDGE.stream().noneMatch(isThere) ? Stream.of(bridge) : Stream.<Tool>empty(),
            isThere.test(BUSYBOX) ? Stream.<Tool>empty() : Stream.of(busybox))
        .flatMap(part -> part)
        .toList();
  }

  private static Set<String> packages(List<Tool> tools) {
    return tools.stream().map(Tool::debianPackage).collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> search() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(Path::of)
        .toList();
  }

  private static boolean isRoot() {
    try {
      return Files.exists(Path.of("/proc/self"))
          && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
