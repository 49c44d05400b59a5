package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.Redacted;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The kubectl on the PATH, which does all calls of the API server, each in a process of its own.
 * Paths are asked for by {@code --raw}, so that kubectl need not ask first which kinds there are.
 */
final class Kubectl {
  private static final Pattern ERROR =
      Pattern.compile("(?m)^Error from server(?: \\((?<reason>\\w+)\\))?: ");

  /** The words by which kubectl says that an object is not valid. */
  private static final Pattern INVALID = Pattern.compile("(?m)^The .* is invalid(?:: |$)");

  /** The words of an admission webhook that gives no reason. */
  private static final Pattern DENIED = Pattern.compile("admission webhook .* denied the request");

  private static final Pattern PREFIX = Pattern.compile("(?m)^error: ");

  /** How many processes run at the same time: a Pod may name hundreds of Secrets. */
  private static final int AT_ONCE = 8;

  private final Semaphore free = new Semaphore(AT_ONCE);
  private final List<String> program;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param program the program, and the options that choose cluster and user
   */
  Kubectl(List<String> program) {
    this.program = List.copyOf(program);
  }

  /**
   * What a process of kubectl printed, and its exit code.
   *
   * @param error its own errors; what else it wrote to standard error has been shown
   */
  record Result(int exitCode, String out, String error) {}

  /**
   * Gets a path of the API.
   *
   * @throws CommandException if neither an answer nor a refusal came
   */
  Lookup<JsonNode> get(String path) {
    var result = run("get", "--raw", path);
    if (result.exitCode() == 0) {
      try {
        return new Lookup.Found<>(json.readTree(result.out()));
      } catch (IOException e) {
        throw CommandException.notSeen("kubectl printed no JSON for " + path + ".");
      }
    }
    return switch (reason(result)) {
      case "NotFound" -> new Lookup.Absent<>();
      case "Forbidden" -> new Lookup.Forbidden<>();
      default -> throw failed(result);
    };
  }

  /** The API server's reason for an error, one of those of Kubernetes; empty where it gave none. */
  private static String reason(Result result) {
    var error = ERROR.matcher(result.error());
    if (error.find() && error.group("reason") != null) {
      return error.group("reason");
    }
    return INVALID.matcher(result.error()).find() ? "Invalid" : "";
  }

  /**
   * Watches a path of the API, as long as that says: {@code --request-timeout} is for questions,
   * and would end a watch in the middle.
   *
   * @param isLast whether an event is the last one that is wanted
   * @throws CommandException if the watch is refused, or fails
   */
  void watch(String path, Predicate<JsonNode> isLast) {
    var process =
        start(
            ProcessBuilder.Redirect.INHERIT, List.of("get", "--raw", path, "--request-timeout=0"));
    var error = Background.run(() -> ErrorRelay.relay(process.getErrorStream(), System.err));
    try (var events =
        json.readerFor(JsonNode.class).<JsonNode>readValues(process.getInputStream())) {
      while (events.hasNextValue()) {
        if (isLast.test(events.nextValue())) {
          return;
        }
      }
      var result = new Result(process.waitFor(), "", Background.join(error));
      if (result.exitCode() != 0) {
        throw failed(result);
      }
    } catch (IOException e) {
      throw CommandException.notSeen("The watch of kubectl broke off.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.notSeen("Interrupted.");
    } finally {
      process.destroy();
    }
  }

  /**
   * The failure of a process as kubectl itself words it. What is not there is usage, what the API
   * server refuses for what it is a fault; all else says that the question could not be asked.
   */
  static CommandException failed(Result result) {
    var error = Redacted.text(PREFIX.matcher(result.error()).replaceAll(""));
    var message = error.isEmpty() ? "kubectl ended with " + result.exitCode() + "." : error;
    return switch (reason(result)) {
      case "NotFound" -> CommandException.usage(message);
      case "Conflict", "Invalid", "BadRequest", "AlreadyExists" -> CommandException.fault(message);
      default ->
          DENIED.matcher(result.error()).find()
              ? CommandException.fault(message)
              : CommandException.notSeen(message);
    };
  }

  /**
   * Runs a command of kubectl. What its authentication asks on the terminal is seen there.
   *
   * @throws CommandException if there is no kubectl
   */
  Result run(String... arguments) {
    return run(ProcessBuilder.Redirect.INHERIT, new byte[0], arguments);
  }

  /**
   * Runs a command of kubectl that reads its standard input.
   *
   * @param input what it reads; nobody else sees it
   * @throws CommandException if there is no kubectl
   */
  Result runWithInput(byte[] input, String... arguments) {
    return run(ProcessBuilder.Redirect.PIPE, input, arguments);
  }

  private Result run(ProcessBuilder.Redirect from, byte[] input, String... arguments) {
    free.acquireUninterruptibly();
    try {
      var process = start(from, List.of(arguments));
      var error = Background.run(() -> ErrorRelay.relay(process.getErrorStream(), System.err));
      var out = Background.run(() -> text(process.getInputStream()));
      feed(process, input);
      return new Result(process.waitFor(), Background.join(out), Background.join(error));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.notSeen("Interrupted.");
    } finally {
      free.release();
    }
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw CommandException.notSeen("The output of kubectl broke off.");
    }
  }

  /** Gives a process its input; one that ends before it has read that says why itself. */
  private static void feed(Process process, byte[] input) {
    try (var in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      // Its exit code and its error tell.
    }
  }

  private Process start(ProcessBuilder.Redirect from, List<String> arguments) {
    var command = new ArrayList<>(program);
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command).redirectInput(from).start();
    } catch (IOException e) {
      throw CommandException.notSeen(
          "There is no %s on the PATH, which does all calls of the API server."
              .formatted(program.getFirst()));
    }
  }

  /** The program, and the options that choose cluster and user. */
  List<String> program() {
    return program;
  }
}
