package dev.regcred.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequirementsTest {
  private static final Path IMAGE = Path.of("target/image.tar");
  private static final Set<Path> ALL =
      Stream.of(
              "/usr/bin/containerd",
              "/usr/bin/ctr",
              "/usr/sbin/runc",
              "/usr/bin/docker-registry",
              "/usr/bin/skopeo",
              "/usr/bin/htpasswd",
              "/usr/sbin/ip",
              "/usr/bin/unshare",
              "/usr/bin/setpriv",
              "/usr/bin/mount",
              "/opt/cni/bin/bridge",
              "/bin/busybox",
              IMAGE.toString())
          .map(Path::of)
          .collect(Collectors.toSet());

  @Test
  void nothingIsSaidOfAMachineThatHasAll() {
    assertThat(complaint("Linux", true, Set.of())).isEmpty();
  }

  @Test
  void namesWhatIsMissingAndTheCommandThatInstallsIt() {
    assertThat(
            complaint(
                "Linux",
                true,
                Set.of("/usr/bin/containerd", "/usr/bin/ctr", "/opt/cni/bin/bridge")))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("There is no containerd, ctr, CNI plugin bridge on this machine.")
                    .contains("apt-get install -y containerd containernetworking-plugins\n"));
  }

  @Test
  void namesTheCommandThatMakesTheImage() {
    assertThat(complaint("Linux", true, Set.of(IMAGE.toString())))
        .hasValue("There is no operator image, target/image.tar: mvn -Pimage makes it.");
  }

  @Test
  void wantsRootOnLinux() {
    assertThat(complaint("Linux", false, Set.of())).hasValue("A node needs root: sudo mvn -Pnode");
    assertThat(complaint("Mac OS X", true, Set.of()))
        .hasValue("A node needs Linux, and this is Mac OS X.");
  }

  private static Optional<String> complaint(String system, boolean root, Set<String> missing) {
    var there = new HashSet<>(ALL);
    missing.forEach(file -> there.remove(Path.of(file)));
    var search = List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"));
    return Requirements.complaint(system, root, IMAGE, there::contains, search);
  }
}
