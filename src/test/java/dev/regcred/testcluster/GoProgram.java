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
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program that is compiled from a Go module, once for each state of the module.
 *
 * <p>It is kept in the user's cache directory and not in target/: compiling takes minutes, and
 * {@code mvn clean} should not cost them again.
 */
public final class GoProgram {
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final Object ONE_BUILD_IN_THIS_JVM = new Object();

  private final String what;
  private final String compiled;
  private final GoModule module;
  private final String mainPackage;
  private final List<String> flags;
  private final ProgramCache cache;

  /**
   * @param what the program, as it is called in a sentence
   * @param compiled what takes the time
   * @param module that it is built in
   * @param mainPackage a directory of the module, such as "./kubecp", or the path of a package in a
   *     module that go.mod requires
   * @param flags of {@code go build}
   */
  GoProgram(
      String what,
      String compiled,
      GoModule module,
      String mainPackage,
      List<String> flags,
      ProgramCache cache) {
    this.what = what;
    this.compiled = compiled;
    this.module = module;
    this.mainPackage = mainPackage;
    this.flags = flags;
    this.cache = cache;
  }

  /**
   * A command of a module that is somebody else's; it is built first if need be.
   *
   * @param compiled what takes the time
   * @param sources the directory with the go.mod that requires the module
   * @param mainPackage its path; the command is named by its end
   * @param flags of {@code go build}
   * @throws ClusterUnavailableException if Go is missing or too old
   * @throws IllegalStateException if it does not compile
   */
  public static Path command(
      String compiled, Path sources, String mainPackage, List<String> flags) {
    var name = mainPackage.substring(mainPackage.lastIndexOf('/') + 1);
    var module = GoModule.in(sources);
    var go = GoToolchain.find("go", sources, name, "");
    return new GoProgram(
            name, compiled, module, mainPackage, flags, ProgramCache.ofUser(name, name))
        .path(go, Progress.onConsole());
  }

  /** The program if it has been built already. */
  Optional<Path> existing(GoToolchain go) {
    try {
      return Optional.of(cache.program(key(go))).filter(Files::isExecutable);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The program, which is built first if need be.
   *
   * @throws IllegalStateException if it does not compile
   */
  Path path(GoToolchain go, Progress progress) {
    try {
      var key = key(go);
      var program = cache.program(key);
      if (!Files.isExecutable(program)) {
        Files.createDirectories(program.getParent());
        buildAlone(go, program, progress);
        cache.removeUnused();
      }
      cache.touch(key);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two Maven runs at the same time build once: the later one waits and finds the program. */
  private void buildAlone(GoToolchain go, Path program, Progress progress) throws IOException {
    synchronized (ONE_BUILD_IN_THIS_JVM) { // a file lock is held by a JVM, not by a thread
      try (var file = FileChannel.open(cache.root().resolve("build.lock"), CREATE, WRITE);
          var _ = lock(file, progress)) {
        if (!Files.isExecutable(program)) {
          compile(go, program, progress);
        }
      }
    }
  }

  private FileLock lock(FileChannel file, Progress progress) throws IOException {
    try (var _ = progress.during("Waiting for another build of " + what)) {
      return file.lock();
    }
  }

  private void compile(GoToolchain go, Path program, Progress progress) throws IOException {
    progress.say(
        "Building %s: this compiles %s, which takes minutes the first time and seconds later."
            .formatted(what, compiled));
    var unfinished = program.resolveSibling(program.getFileName() + ".unfinished");
    var arguments = new ArrayList<>(List.of("build"));
    arguments.addAll(module.flags());
    arguments.addAll(flags);
    arguments.addAll(List.of("-o", unfinished.toString(), mainPackage));
    try (var _ = progress.during("Building " + what)) {
      var output = go.run(module.directory(), arguments, LIMIT);
      if (output.exitCode() != 0) {
        throw new IllegalStateException(
            "Building %s failed: %s".formatted(what, output.stderr().strip()));
      }
    }
    Files.move(unfinished, program, ATOMIC_MOVE);
    progress.say("Built %s: %s".formatted(what, program));
  }

  /** Whatever changes the program; where the sources are does not. */
  private String key(GoToolchain go) throws IOException {
    var digest = sha256();
    var how = List.of(go.version(), go.settings(), mainPackage, flags);
    digest.update((how.toString() + new TreeMap<>(GoToolchain.ENVIRONMENT)).getBytes(UTF_8));
    for (var file : module.sources()) {
      digest.update(module.directory().relativize(file).toString().getBytes(UTF_8));
      digest.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
