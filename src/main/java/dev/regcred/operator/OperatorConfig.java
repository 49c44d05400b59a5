package dev.regcred.operator;

import dev.regcred.operator.kubeconfig.Kubeconfig;
import dev.regcred.operator.leader.LeaseSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the process, read once from its environment.
 *
 * @param httpPort the port of metrics and health, 0 for any free one ({@code REGCRED_HTTP_PORT},
 *     default 8080)
 * @param namespaces the namespaces that are watched, empty for all ({@code
 *     REGCRED_WATCH_NAMESPACES}, separated by commas; of two commas in a row one is passed over)
 * @param threads how many resources are reconciled at the same time ({@code REGCRED_THREADS},
 *     default 16); also in how many namespaces of one cluster-wide credential is written at a time
 * @param namespace the operator's own namespace, which cluster-wide credentials leave out unless
 *     they name it ({@code REGCRED_NAMESPACE}, default {@code regcred-system})
 * @param sourceNamespace where the source Secrets of cluster-wide credentials are ({@code
 *     REGCRED_SOURCE_NAMESPACE}, default the operator's own)
 * @param lease how it takes turns with other operators ({@code REGCRED_LEASE_SECONDS}, default 15,
 *     {@code REGCRED_LEASE_RENEW_SECONDS}, 10, and {@code REGCRED_LEASE_RETRY_SECONDS}, 2); null if
 *     it is the only one ({@code REGCRED_LEADER_ELECTION}, default {@code false})
 * @param resync when a resource is looked at again at the latest, however quiet it is ({@code
 *     REGCRED_RESYNC_HOURS}, default 4)
 * @param verificationHosts the hosts that may be asked about accounts, names and {@code *.} before
 *     the end of one, wherever they are ({@code REGCRED_VERIFICATION_HOSTS}, separated by commas);
 *     with none all hosts at public addresses
 */
public record OperatorConfig(
    int httpPort,
    Set<String> namespaces,
    int threads,
    String namespace,
    String sourceNamespace,
    @Nullable LeaseSettings lease,
    Duration resync,
    List<String> verificationHosts) {
  private static final String NAMESPACE = "regcred-system";
  private static final int MAX_PORT = 65_535;
  private static final int MAX_THREADS = 256;
  private static final int MAX_LEASE_SECONDS = 3_600;
  private static final int RESYNC_HOURS = 4;
  private static final int MAX_RESYNC_HOURS = 168;

  private static final String PREFIX = "REGCRED_";

  /**
   * Each setting there is; {@code REGCRED_LOG_FORMAT} is read by logback.xml, {@code
   * REGCRED_SERVICE_ACCOUNT_DIRECTORY} with the kubeconfig.
   */
  private static final List<String> SETTINGS =
      List.of(
          "REGCRED_HTTP_PORT",
          "REGCRED_WATCH_NAMESPACES",
          "REGCRED_THREADS",
          "REGCRED_NAMESPACE",
          "REGCRED_SOURCE_NAMESPACE",
          "REGCRED_LEADER_ELECTION",
          "REGCRED_LEASE_SECONDS",
          "REGCRED_LEASE_RENEW_SECONDS",
          "REGCRED_LEASE_RETRY_SECONDS",
          "REGCRED_RESYNC_HOURS",
          "REGCRED_VERIFICATION_HOSTS",
          "REGCRED_LOG_FORMAT",
          Kubeconfig.SERVICE_ACCOUNT_DIRECTORY);

  /**
   * What a kubelet adds for a Service whose name begins with {@code regcred}, where the Pod does
   * not forbid it ({@code enableServiceLinks}).
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

  /** A DNS label (RFC 1123), as the name of a namespace has to be. */
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** A name, the end of one after {@code *.}, or an IP address. */
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9.]{0,252}[a-z0-9])?|[0-9a-f:]{2,45}");

  public OperatorConfig {
    namespaces = Set.copyOf(namespaces);
    verificationHosts = List.copyOf(verificationHosts);
  }

  /** The only one, in the namespace that the manifests and the chart have it in. */
  public OperatorConfig(int httpPort, Set<String> namespaces, int threads) {
    this(httpPort, namespaces, threads, NAMESPACE, NAMESPACE, null);
  }

  /** The settings with the usual time between two looks. */
  public OperatorConfig(
      int httpPort,
      Set<String> namespaces,
      int threads,
      String namespace,
      String sourceNamespace,
      @Nullable LeaseSettings lease) {
    this(
        httpPort,
        namespaces,
        threads,
        namespace,
        sourceNamespace,
        lease,
        Duration.ofHours(RESYNC_HOURS),
        List.of());
  }

  /**
   * Reads the settings of the process.
   *
   * @throws IllegalArgumentException if a value is not allowed; the message names the variable
   */
  public static OperatorConfig fromEnvironment(Map<String, String> environment) {
    checkNames(environment);
    var namespace = namespace(environment, "REGCRED_NAMESPACE", NAMESPACE);
    var format = environment.getOrDefault("REGCRED_LOG_FORMAT", "");
    // As it stands: logback.xml compares it so, too.
    if (!Set.of("", "text", "json").contains(format)) {
      throw refused("REGCRED_LOG_FORMAT", format, "text or json");
    }
    return new OperatorConfig(
        number(environment, "REGCRED_HTTP_PORT", 8080, 0, MAX_PORT),
        watched(environment),
        number(environment, "REGCRED_THREADS", 16, 1, MAX_THREADS),
        namespace,
        namespace(environment, "REGCRED_SOURCE_NAMESPACE", namespace),
        isElected(environment) ? lease(environment) : null,
        Duration.ofHours(
            number(environment, "REGCRED_RESYNC_HOURS", RESYNC_HOURS, 1, MAX_RESYNC_HOURS)),
        hosts(environment));
  }

  /**
   * A misspelt setting would be one that is not set: {@code REGCRED_WATCH_NAMESPACE} would have the
   * operator serve all namespaces.
   */
  private static void checkNames(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          var isOurs = name.startsWith(PREFIX) && !SETTINGS.contains(name);
          if (isOurs && !SERVICE_LINK.matcher(name).matches() && !value.contains("://")) {
            throw new IllegalArgumentException(
                "%s is no setting of the operator; there are %s"
                    .formatted(name, String.join(", ", SETTINGS)));
          }
        });
  }

  private static Set<String> watched(Map<String, String> environment) {
    var name = "REGCRED_WATCH_NAMESPACES";
    var text = text(environment, name, "");
    var namespaces =
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(namespace -> !namespace.isEmpty())
            .collect(Collectors.toSet());
    // What was to name some, and names none, is not to become all.
    if ((namespaces.isEmpty() && !text.isEmpty())
        || !namespaces.stream().allMatch(OperatorConfig::isName)) {
      throw refused(
          name, text, "names of namespaces, separated by commas, and nothing at all for all");
    }
    return namespaces;
  }

  private static List<String> hosts(Map<String, String> environment) {
    var name = "REGCRED_VERIFICATION_HOSTS";
    var text = text(environment, name, "");
    var hosts =
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .map(host -> host.toLowerCase(Locale.ROOT))
            .toList();
    // What was to name some, and names none, is not to become all.
    if ((hosts.isEmpty() && !text.isEmpty()) || !hosts.stream().allMatch(HOST.asMatchPredicate())) {
      throw refused(
          name, text, "names of hosts without ports, separated by commas, such as *.example.com");
    }
    return hosts;
  }

  private static String namespace(Map<String, String> environment, String name, String otherwise) {
    var namespace = text(environment, name, otherwise);
    if (!isName(namespace)) {
      throw refused(name, namespace, "the name of a namespace");
    }
    return namespace;
  }

  private static boolean isName(String namespace) {
    return DNS_LABEL.matcher(namespace).matches();
  }

  private static boolean isElected(Map<String, String> environment) {
    var name = "REGCRED_LEADER_ELECTION";
    var text = text(environment, name, "false");
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(name, text, "true or false");
    };
  }

  private static IllegalArgumentException refused(String name, String value, String allowed) {
    return new IllegalArgumentException(
        "%s is '%s'; allowed is %s".formatted(name, value, allowed));
  }

  private static LeaseSettings lease(Map<String, String> environment) {
    return new LeaseSettings(
        seconds(environment, "REGCRED_LEASE_SECONDS", 15),
        seconds(environment, "REGCRED_LEASE_RENEW_SECONDS", 10),
        seconds(environment, "REGCRED_LEASE_RETRY_SECONDS", 2));
  }

  private static Duration seconds(Map<String, String> environment, String name, int otherwise) {
    return Duration.ofSeconds(number(environment, name, otherwise, 1, MAX_LEASE_SECONDS));
  }

  private static String text(Map<String, String> environment, String name, String otherwise) {
    var text = environment.getOrDefault(name, "").strip();
    return text.isEmpty() ? otherwise : text;
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
    throw refused(name, text, "a whole number from %s to %s".formatted(from, to));
  }
}
