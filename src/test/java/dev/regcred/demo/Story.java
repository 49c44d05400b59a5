package dev.regcred.demo;

import dev.regcred.testcluster.Kubectl;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Runs kubectl and prints what a user would type and see. */
final class Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Kubectl kubectl;
  private final PrintStream out;

  Story(Kubectl kubectl, PrintStream out) {
    this.kubectl = kubectl;
    this.out = out;
  }

  void chapter(String title) {
    out.printf("%n== %s%n", title);
  }

  void say(String line) {
    out.println("   " + line);
  }

  /** A command as the user types it, and what it prints. */
  void run(String... arguments) {
    out.println(
        "$ kubectl " + Stream.of(arguments).map(Story::quoted).collect(Collectors.joining(" ")));
    kubectl.ok(arguments).lines().forEach(line -> out.println("  " + line));
  }

  /** As a shell takes it. */
  private static String quoted(String argument) {
    return argument.matches("[-\\w=/.]+") ? argument : "'" + argument + "'";
  }

  /** Waits for something that is seen without being told. */
  void until(String what, BooleanSupplier isSo) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(isSo::getAsBoolean);
    say(what + ".");
  }

  /** A field of an object; empty if it is not there. */
  String field(String resource, String jsonPath) {
    return kubectl.run("get", resource, "-o", "jsonpath=" + jsonPath).stdout();
  }

  /** The decoded content of the pull Secret, which is compared and never printed. */
  String content(String secret) {
    return new String(
        Base64.getDecoder().decode(field("secret/" + secret, "{.data.\\.dockerconfigjson}")),
        StandardCharsets.UTF_8);
  }
}
