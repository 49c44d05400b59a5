package dev.regcred.testcluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Compiles the local control plane (src/localcluster), once for each state of its sources.
 *
 * <p>The program is kept in the user's cache directory and not in target/: compiling Kubernetes
 * takes minutes, and {@code mvn clean} should not cost them again.
 *
 * @param sources the directory with go.mod
 * @param cache where the programs are kept
 * @param goCommand the go command
 */
record ControlPlaneBuild(Path sources, ProgramCache cache, String goCommand) {
  /** No C compiler is needed, and the program runs in an image that has no C library. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("CGO_ENABLED", "0", "GOWORK", "off");

  private static final Pattern KUBERNETES =
      Pattern.compile("^\\s*k8s\\.io/kubernetes (v\\S+)", Pattern.MULTILINE);
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final Object ONE_BUILD_IN_THIS_JVM = new Object();

  static ControlPlaneBuild ofThisProject() {
    var project = Path.of(System.getProperty("basedir", ""));
    return new ControlPlaneBuild(
        project.resolve("src/localcluster").toAbsolutePath(), ProgramCache.ofUser(), "go");
  }

  /** The program if it has been built already. */
  Optional<Path> existing() {
    try {
      return Optional.of(cache.program(key(GoToolchain.find(goCommand, sources))))
          .filter(Files::isExecutable);
    } catch (ClusterUnavailableException e) {
      return Optional.empty(); // it cannot have been built without Go
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The program, which is built first if need be.
   *
   * @throws ClusterUnavailableException if Go is missing or too old
   * @throws IllegalStateException if it does not compile
   */
  Path program(Progress progress) {
    try {
      var go = GoToolchain.find(goCommand, sources);
      var key = key(go);
      var program = cache.program(key);
      if (!Files.isExecutable(program)) {
        Files.createDirectories(program.getParent());
        buildAlone(program, progress);
        cache.removeUnused();
      }
      cache.touch(key);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two Maven runs at the same time build once: the later one waits and finds the program. */
  private void buildAlone(Path program, Progress progress) throws IOException {
    synchronized (ONE_BUILD_IN_THIS_JVM) { // a file lock is held by a JVM, not by a thread
      try (var file = FileChannel.open(cache.root().resolve("build.lock"), CREATE, WRITE);
          var _ = lock(file, progress)) {
        if (!Files.isExecutable(program)) {
          compile(program, progress);
        }
      }
    }
  }

  private static FileLock lock(FileChannel file, Progress progress) throws IOException {
    try (var _ = progress.during("Waiting for another build of the local control plane")) {
      return file.lock();
    }
  }

  private void compile(Path program, Progress progress) throws IOException {
    progress.say(
        "Building the local control plane: this compiles Kubernetes, which takes minutes the first"
            + " time and seconds later.");
    var unfinished = program.resolveSibling("kubecp.unfinished");
    var command = new ArrayList<>(List.of(goCommand, "build"));
    command.addAll(flags());
    command.addAll(List.of("-o", unfinished.toString(), "."));
    try (var _ = progress.during("Building the local control plane")) {
      var output = Subprocess.of(command).with(ENVIRONMENT).in(sources).run("", LIMIT);
      if (output.exitCode() != 0) {
        throw new IllegalStateException(
            "The local control plane does not compile: " + output.stderr().strip());
      }
    }
    Files.move(unfinished, program, ATOMIC_MOVE);
    progress.say("Built the local control plane: " + program);
  }

  /** Neither flag reaches the compiler, so Go's build cache serves every way to build it. */
  private List<String> flags() throws IOException {
    var version = KUBERNETES.matcher(Files.readString(sources.resolve("go.mod")));
    if (!version.find()) {
      throw new IllegalStateException(sources + "/go.mod requires no k8s.io/kubernetes");
    }
    // Else the API server calls itself v0.0.0-master+$Format, which clients cannot parse.
    var stamp = "-X k8s.io/component-base/version.gitVersion=" + version.group(1);
    return List.of("-trimpath", "-ldflags", "-s -w " + stamp);
  }

  private String key(GoToolchain go) throws IOException {
    var digest = sha256();
    digest.update((go.version() + new TreeMap<>(ENVIRONMENT) + flags()).getBytes(UTF_8));
    List<Path> files;
    try (var entries = Files.list(sources)) {
      files = entries.filter(ControlPlaneBuild::isSource).sorted().toList();
    }
    for (var file : files) {
      digest.update(file.getFileName().toString().getBytes(UTF_8));
      digest.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private static boolean isSource(Path file) {
    var name = file.getFileName().toString();
    return name.endsWith(".go") || name.equals("go.mod") || name.equals("go.sum");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
