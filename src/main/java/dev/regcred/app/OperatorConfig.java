package dev.regcred.app;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of the process, read once from its environment.
 *
 * @param httpPort the port of metrics and health, 0 for any free one ({@code REGCRED_HTTP_PORT},
 *     default 8080)
 * @param namespaces the namespaces that are watched, empty for all ({@code
 *     REGCRED_WATCH_NAMESPACES}, separated by commas)
 * @param threads how many resources are reconciled at the same time ({@code REGCRED_THREADS},
 *     default 16)
 */
public record OperatorConfig(int httpPort, Set<String> namespaces, int threads) {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_THREADS = 256;

  public OperatorConfig {
    namespaces = Set.copyOf(namespaces);
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if a value is not allowed; the message names the variable
   */
  public static OperatorConfig fromEnvironment(Map<String, String> environment) {
    return new OperatorConfig(
        number(environment, "REGCRED_HTTP_PORT", 8080, 0, MAX_PORT),
        Arrays.stream(environment.getOrDefault("REGCRED_WATCH_NAMESPACES", "").split(","))
            .map(String::strip)
            .filter(namespace -> !namespace.isEmpty())
            .collect(Collectors.toSet()),
        number(environment, "REGCRED_THREADS", 16, 1, MAX_THREADS));
  }

  private static int number(
      Map<String, String> environment, String name, int otherwise, int from, int to) {
    var text = environment.get(name);
    if (text == null || text.isBlank()) {
      return otherwise;
    }
    try {
      var number = Integer.parseInt(text.strip());
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s is '%s'; allowed is a whole number from %d to %d".formatted(name, text, from, to));
  }
}
