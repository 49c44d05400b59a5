package dev.regcred.testcluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A control plane of one's own that can be stopped, suspended and set back to an older copy of its
 * store, as {@code etcdctl snapshot restore} does, and whose store can be small. It is etcd and an
 * API server, without the controllers: {@code kubecp up} shows how these are run, and ends when one
 * of them does.
 */
public final class RestorableControlPlane implements TestCluster {
  private static final String ETCD = "etcd";

  /** Of its clients; {@code kubecp} names it so. */
  private static final String ETCD_SOCKET = "etcd.sock:0";

  private static final String API_SERVER = "kube-apiserver";

  /** Of a store, and of the member that has answered, which its alarm names. */
  private static final Pattern HEADER =
      Pattern.compile("\"member_id\":\\s*\"(\\d+)\",\\s*\"revision\":\\s*\"(\\d+)\"");

  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Path program;
  private final Path directory;
  private final Map<String, List<String>> arguments;
  private final Map<String, Process> running = new LinkedHashMap<>();
  private final String version;
  private final Thread killer = Thread.ofPlatform().unstarted(this::stop);

  private RestorableControlPlane(
      Path program, Path directory, Map<String, List<String>> arguments, String version) {
    this.program = program;
    this.directory = directory;
    this.arguments = arguments;
    this.version = version;
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /** Starts one; returns when its API server is ready. */
  public static RestorableControlPlane create() throws IOException {
    return create(List.of());
  }

  /**
   * Starts one whose store takes no more than so many bytes; etcd itself raises its alarm {@code
   * NOSPACE} then.
   */
  public static RestorableControlPlane withStoreOf(long bytes) throws IOException {
    return create(List.of("--quota-backend-bytes=" + bytes));
  }

  private static RestorableControlPlane create(List<String> moreOfEtcd) throws IOException {
    var program = ControlPlaneBuild.ofThisProject().program(Progress.onConsole());
    var directory = Files.createTempDirectory("regcred-restorable-");
    var template =
        new ProcessBuilder(program.toString(), "up")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      var ready = new ObjectMapper().readTree(template.inputReader().readLine());
      var arguments = new LinkedHashMap<String, List<String>>();
      template
          .descendants()
          .map(process -> process.info().arguments().map(Arrays::asList).orElse(List.of()))
          .filter(line -> !line.isEmpty())
          .forEach(line -> arguments.put(line.getFirst(), line));
      arguments.computeIfPresent(
          ETCD, (_, line) -> Stream.concat(line.stream(), moreOfEtcd.stream()).toList());
      try (var files = Files.list(Path.of(ready.path("directory").asText()))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, directory.resolve(file.getFileName()));
        }
      }
      template.getOutputStream().close();
      template.waitFor();
      var cluster =
          new RestorableControlPlane(program, directory, arguments, ready.path("version").asText());
      cluster.start();
      return cluster;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      template.destroyForcibly();
    }
  }

  /** Starts it with what the store has; returns when its API server is ready. */
  public void start() {
    run(ETCD);
    run(API_SERVER);
    Awaitility.await()
        .atMost(START_LIMIT)
        .until(() -> kubectl().run("get", "--raw", "/readyz").exitCode() == 0);
  }

  private void run(String part) {
    var command =
        Stream.concat(
                Stream.of(program.toString()), arguments.getOrDefault(part, List.of()).stream())
            .toList();
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(part + ".log").toFile()));
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("HOME", directory.toString(), "TMPDIR", directory.toString()));
    try {
      running.put(part, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills both; what etcd has answered to is in its store. */
  public void stop() {
    running.values().forEach(Process::destroyForcibly);
    running.values().forEach(process -> process.onExit().join());
    running.clear();
  }

  /** Suspends the API server: it keeps its connections and answers nothing. */
  public void suspend() {
    signal("STOP");
  }

  /** Lets the API server go on. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    var process = running.get(API_SERVER);
    if (process == null) {
      throw new IllegalStateException("It does not run");
    }
    try {
      var output =
          Subprocess.of(List.of("kill", "-" + name, String.valueOf(process.pid())))
              .run("", Duration.ofSeconds(5));
      if (output.exitCode() != 0) {
        throw new IllegalStateException(output.stderr());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Gives back the space of what was deleted and disarms the alarm, as an administrator does with
   * {@code etcdctl compact}, {@code defrag} and {@code alarm disarm}.
   */
  public void reclaimSpace() {
    var header = HEADER.matcher(etcd("status", "{}"));
    if (!header.find()) {
      throw new IllegalStateException("etcd names neither itself nor a revision");
    }
    etcd("/v3/kv/compaction", "{\"revision\":\"%s\",\"physical\":true}".formatted(header.group(2)));
    etcd("defragment", "{}");
    etcd(
        "alarm",
        "{\"action\":\"DEACTIVATE\",\"alarm\":\"NOSPACE\",\"memberID\":\"%s\"}"
            .formatted(header.group(1)));
  }

  /**
   * Asks etcd by its own gateway, at the socket that it serves the API server on.
   *
   * @param path of the request; without a slash, what is asked of its maintenance
   */
  private String etcd(String path, String body) {
    var request =
        "POST %s HTTP/1.1\r\nHost: etcd\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s"
            .formatted(
                path.startsWith("/") ? path : "/v3/maintenance/" + path, body.length(), body);
    var address = UnixDomainSocketAddress.of(directory.resolve(ETCD_SOCKET));
    try (var socket = SocketChannel.open(address)) {
      socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      var answer =
          new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.UTF_8);
      if (!answer.startsWith("HTTP/1.1 200 ")) {
        throw new IllegalStateException(answer);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps a copy of the store of one that is stopped. */
  public void backUp() {
    copy(directory.resolve(ETCD), directory.resolve("backup"));
  }

  /** Puts the copy in the place of the store of one that is stopped. */
  public void restore() {
    delete(directory.resolve(ETCD));
    copy(directory.resolve("backup"), directory.resolve(ETCD));
  }

  private static void copy(Path from, Path to) {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path root) {
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String description() {
    return "a control plane that can be restored, Kubernetes " + version;
  }

  @Override
  public String kubernetesVersion() {
    return version;
  }

  @Override
  public Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  @Override
  public Kubectl kubectl() {
    return new Kubectl(
        KubectlProgram.builtIn(program), kubeconfig(), directory.resolve("kubectl-cache"));
  }

  @Override
  public void close() {
    stop();
    Runtime.getRuntime().removeShutdownHook(killer);
    delete(directory);
  }
}
