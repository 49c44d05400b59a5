package dev.regcred.operator.kubeconfig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.regcred.operator.client.RenewableToken;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A command that prints a token, by the rules of client-go's {@code plugin/pkg/client/auth/exec}.
 * It is run without a shell and without input, what it writes to its standard error goes to the
 * operator's, and it is run again when the token has run out or is refused.
 *
 * <p>A client certificate is the one thing that it may print for kubectl and not here. Other than
 * kubectl's it is ended if it takes too long: nobody is there to do that.
 */
final class ExecPlugin implements RenewableToken {
  /** How long it may take. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String GROUP = "client.authentication.k8s.io/";
  private static final Set<String> VERSIONS = Set.of(GROUP + "v1", GROUP + "v1beta1");
  private static final int MOST_BYTES = 1 << 20;

  private final ObjectMapper json = new ObjectMapper();
  private final Section exec;
  private final List<String> command;
  private final Map<String, String> environment;
  private final String version;
  private final Clock clock;
  private final Duration limit;
  private @Nullable String token;
  private @Nullable Instant until;

  /**
   * Checks what the section says; the command is run for the first time by {@link #getToken}.
   *
   * @param exec the section {@code exec}
   * @param cluster what the command is told of the cluster if it asks for that
   * @param limit how long it may take
   */
  ExecPlugin(Section exec, ObjectNode cluster, Clock clock, Duration limit) {
    this.exec = exec;
    this.clock = clock;
    this.limit = limit;
    version = exec.required("apiVersion");
    if (!VERSIONS.contains(version)) {
      throw exec.refused(
          "apiVersion", "is '%s'; allowed is one of %s".formatted(version, VERSIONS));
    }
    checkInteractiveMode();
    command = command();
    environment = environment(cluster);
  }

  private void checkInteractiveMode() {
    var mode = exec.text("interactiveMode");
    if (mode == null && version.endsWith("/v1")) {
      throw exec.refused("interactiveMode", "is not set; allowed is Never or IfAvailable");
    }
    if (mode != null && !mode.equals("Never") && !mode.equals("IfAvailable")) {
      throw exec.refused(
          "interactiveMode",
          "is '%s'; allowed is Never or IfAvailable: nobody is there to be asked".formatted(mode));
    }
  }

  private List<String> command() {
    var all = new ArrayList<String>();
    var name = exec.required("command");
    all.add(name.contains("/") ? exec.resolve(name).toString() : name);
    all.addAll(exec.texts("args"));
    return all;
  }

  private Map<String, String> environment(ObjectNode cluster) {
    var all = new LinkedHashMap<String, String>();
    for (JsonNode item : exec.items("env")) {
      var variable = new Section(exec.file(), exec.path() + ".env[]", item);
      var value = variable.text("value");
      all.put(variable.required("name"), value == null ? "" : value);
    }
    var info = json.createObjectNode().put("kind", "ExecCredential").put("apiVersion", version);
    var spec = info.putObject("spec").put("interactive", false);
    if (exec.flag("provideClusterInfo")) {
      spec.set("cluster", cluster);
    }
    all.put("KUBERNETES_EXEC_INFO", info.toString());
    return all;
  }

  /**
   * The present token, for which the command may have to be run.
   *
   * @throws IllegalArgumentException if that fails
   */
  @Override
  public synchronized String getToken() {
    var known = token;
    if (known == null || (until != null && !clock.instant().isBefore(until))) {
      known = token(run());
      token = known;
    }
    return known;
  }

  @Override
  public synchronized void refuse(String refused) {
    if (refused.equals(token)) {
      token = null;
    }
  }

  private JsonNode run() {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      try {
        process.getOutputStream().close();
        return printed(process);
      } finally {
        // What it has started may hold on to its output.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw exec.refused("command", "can't be run: is it installed?" + hint());
    }
  }

  private JsonNode printed(Process process) {
    var reading =
        new FutureTask<>(
            () -> {
              var bytes = process.getInputStream().readNBytes(MOST_BYTES);
              var code = process.waitFor();
              if (code != 0) {
                throw exec.refused("command", "has ended with code %s".formatted(code));
              }
              return json.readTree(bytes);
            });
    Thread.ofPlatform().daemon().name("exec").start(reading);
    try {
      return reading.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw exec.refused("command", "has not ended within %s s".formatted(limit.toSeconds()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw e.getCause() instanceof JsonProcessingException // It may repeat a token.
          ? exec.refused("command", "printed no ExecCredential in JSON")
          : exec.refused("command", "has an output that can't be read");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw exec.refused("command", "was interrupted");
    }
  }

  /** The hint of the kubeconfig in one line. */
  private String hint() {
    var hint = exec.text("installHint");
    return hint == null ? "" : " " + hint.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  private String token(JsonNode printed) {
    if (!version.equals(printed.path("apiVersion").asText())) {
      throw exec.refused("command", "printed another apiVersion than " + version);
    }
    var status = printed.path("status");
    if (status.hasNonNull("clientCertificateData")) {
      throw exec.refused("command", "printed a client certificate; only a token is taken");
    }
    var next = status.path("token").asText();
    if (next.isEmpty() || !Section.isSendable(next)) {
      throw exec.refused("command", "printed no status.token in printable ASCII");
    }
    var expires = status.path("expirationTimestamp");
    try {
      until = expires.isTextual() ? OffsetDateTime.parse(expires.asText()).toInstant() : null;
    } catch (DateTimeParseException e) {
      throw exec.refused("command", "printed a status.expirationTimestamp that is no time");
    }
    return next;
  }
}
