package dev.regcred.operator.kubeconfig;

import dev.regcred.operator.client.KubernetesClients;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig says which cluster the operator works on, and as whom, as kubectl would have it of
 * the same environment: the files of {@code KUBECONFIG}, or {@code ~/.kube/config}, or the Pod's
 * ServiceAccount. Each field of client-go's {@code tools/clientcmd/api/v1} is served, or refused by
 * its name; docs/kubeconfig.md has them all. Nothing is ignored that would make the rights wider
 * than what the file says.
 */
public final class Kubeconfig {
  /** The variable that names the directory with the token and the authority of a Pod. */
  public static final String SERVICE_ACCOUNT_DIRECTORY = "REGCRED_SERVICE_ACCOUNT_DIRECTORY";

  /** Where a kubelet mounts them, if the Pod does not say otherwise. */
  private static final String MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** What the API server counts as characters of a header's name. */
  private static final String TOKEN_CHARACTERS = "!#$&'*+-.^_`|~";

  private final Map<String, String> environment;
  private final ConfigBuilder config = new ConfigBuilder(Config.empty());
  private final Map<String, String> headers = new LinkedHashMap<>();

  private Kubeconfig(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads the configuration of a client.
   *
   * @param environment of the process
   * @throws IllegalArgumentException if something in it can't be served; its message is one
   *     sentence that names the field and the file
   */
  public static Config read(Map<String, String> environment) {
    var named = environment.getOrDefault("KUBECONFIG", "");
    if (!named.isEmpty()) {
      var files = existing(List.of(named.split(File.pathSeparator, -1)));
      if (files.isEmpty()) {
        throw new IllegalArgumentException("KUBECONFIG names no file that is there: " + named);
      }
      return new Kubeconfig(environment).fromFiles(KubeconfigFiles.read(files));
    }
    var home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
    var files = existing(List.of(Path.of(home, ".kube", "config").toString()));
    return files.isEmpty()
        ? new Kubeconfig(environment).fromServiceAccount()
        : new Kubeconfig(environment).fromFiles(KubeconfigFiles.read(files));
  }

  private static List<Path> existing(List<String> names) {
    return names.stream()
        .filter(name -> !name.isEmpty())
        .distinct()
        .map(Path::of)
        .filter(file -> !Files.notExists(file)) // One that may not be looked at is refused.
        .toList();
  }

  /** The configuration of a Pod, as client-go's {@code rest.InClusterConfig} makes it. */
  private Config fromServiceAccount() {
    var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
    if (host.isEmpty() || port.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no cluster: KUBECONFIG is not set, ~/.kube/config is not there, and this is no"
              + " Pod");
    }
    URI server;
    try {
      server =
          new URI("https://%s:%s".formatted(host.contains(":") ? "[" + host + "]" : host, port));
    } catch (URISyntaxException e) {
      throw noServer(host, port);
    }
    if (server.getHost() == null || !ProxyChoice.isPort(server)) {
      throw noServer(host, port);
    }
    config.withMasterUrl(server.toString());
    proxy(ProxyChoice.ofEnvironment(server, environment));
    var named = environment.getOrDefault(SERVICE_ACCOUNT_DIRECTORY, "");
    var directory = Path.of(named.isEmpty() ? MOUNTED : named);
    var authority = directory.resolve("ca.crt");
    if (Files.exists(authority)) {
      config.withCaCertFile(authority.toString());
    }
    var token = directory.resolve("token");
    try {
      config.withOauthTokenProvider(new TokenFile(token, System::nanoTime));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          token + " can't be read: is automountServiceAccountToken of the Pod false?");
    }
    return config.build();
  }

  private static IllegalArgumentException noServer(String host, String port) {
    return new IllegalArgumentException(
        "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT name no server: '%s' and '%s'"
            .formatted(host, port));
  }

  private Config fromFiles(KubeconfigFiles files) {
    var context = files.currentContext();
    var cluster = files.named(context, "cluster");
    var user = files.named(context, "user");
    var server = server(cluster);
    config.withMasterUrl(server.toString());
    proxy(ProxyChoice.of(cluster, server, environment));
    authority(cluster);
    var expected = cluster.text("tls-server-name");
    if (expected != null) {
      config.addToAdditionalProperties(KubernetesClients.TLS_SERVER_NAME, expected);
    }
    if (cluster.flag("disable-compression")) {
      headers.put("Accept-Encoding", "identity");
    }
    impersonation(user);
    checkWays(user);
    // client-go sends no credentials in the clear.
    if (server.getScheme().equals("https")) {
      credentials(user, cluster);
    }
    return config.withCustomHeaders(headers).build();
  }

  private static URI server(Section cluster) {
    URI server;
    try {
      server = new URI(cluster.required("server"));
    } catch (URISyntaxException e) {
      throw cluster.refused("server", "is not a URL");
    }
    var scheme = server.getScheme();
    if (!"https".equals(scheme) && !"http".equals(scheme)) {
      throw cluster.refused("server", "is served with https:// and http:// only");
    }
    if (server.getHost() == null) {
      throw cluster.refused("server", "has no host");
    }
    if (!ProxyChoice.isPort(server)) {
      throw cluster.refused("server", "has a port that can't be: allowed is 1 to 65535");
    }
    if (server.getUserInfo() != null) {
      throw cluster.refused("server", "has a user name; say it in users[].user");
    }
    if (server.getQuery() != null || server.getFragment() != null) {
      throw cluster.refused("server", "has a query or a fragment");
    }
    return server;
  }

  private void proxy(@Nullable String url) {
    if (url != null) {
      config.withHttpProxy(url).withHttpsProxy(url);
    }
  }

  private void authority(Section cluster) {
    var isUnchecked = cluster.flag("insecure-skip-tls-verify");
    var authority = Pem.of(cluster, "certificate-authority");
    if (isUnchecked && authority != null) {
      throw cluster.refused(authority.field(), "is set beside insecure-skip-tls-verify");
    }
    config.withTrustCerts(isUnchecked).withDisableHostnameVerification(isUnchecked);
    if (authority != null) {
      config.withCaCertData(authority.certificates());
      if (authority.file() != null) {
        config.withCaCertFile(authority.file().toString());
      }
    }
  }

  private void impersonation(Section user) {
    var name = user.header("as");
    var uid = user.header("as-uid");
    var groups = user.headers("as-groups");
    var extra = new TreeMap<String, List<String>>();
    user.headersByKey("as-user-extra").forEach((key, values) -> extra.put(escaped(key), values));
    if (name == null) {
      if (uid != null || !groups.isEmpty() || !extra.isEmpty()) {
        throw user.refused("as", "is not set beside as-uid, as-groups or as-user-extra");
      }
      return;
    }
    config
        .withImpersonateUsername(name)
        .withImpersonateGroups(groups.toArray(String[]::new))
        .withImpersonateExtras(extra);
    if (uid != null) {
      headers.put("Impersonate-Uid", uid);
    }
  }

  /** The key with escapes, as client-go's {@code transport.headerKeyEscape} writes it. */
  private static String escaped(String key) {
    var escaped = new StringBuilder();
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      var isLetter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (isLetter || TOKEN_CHARACTERS.indexOf(b) >= 0) {
        escaped.append((char) b);
      } else {
        escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return escaped.toString();
  }

  /** What client-go's {@code clientcmd.ConfirmUsable} refuses, and what is not served. */
  private static void checkWays(Section user) {
    if (user.has("auth-provider")) {
      throw user.refused(
          "auth-provider", "is not served; say the provider's own command in exec instead");
    }
    if (user.text("token") != null
        && (user.text("username") != null || user.text("password") != null)) {
      throw user.refused("token", "is set beside username or password; one way is allowed");
    }
  }

  private void credentials(Section user, Section cluster) {
    var hasCertificate = ClientCertificate.configure(user, config);
    var token = user.header("token");
    var tokenFile = user.text("tokenFile");
    if (tokenFile != null) {
      tokenFile(user, tokenFile); // Before the token, as with client-go.
    } else if (token != null) {
      config.withOauthToken(token);
    } else if (user.text("username") != null || user.text("password") != null) {
      config.withUsername(user.required("username")).withPassword(user.required("password"));
    } else if (hasCertificate) {
      return; // It goes before a command, as with client-go.
    } else if (user.has("exec")) {
      exec(user.section("exec"), cluster);
    } else {
      throw new IllegalArgumentException(
          "%s: %s has no credentials: set client-certificate, token, tokenFile, username or exec"
              .formatted(user.file(), user.path()));
    }
  }

  private void tokenFile(Section user, String name) {
    var file = user.resolve(name);
    try {
      config.withOauthTokenProvider(new TokenFile(file, System::nanoTime));
    } catch (IOException e) {
      throw user.refused("tokenFile", "names a file that can't be read, or has no token: " + file);
    }
  }

  private void exec(Section exec, Section cluster) {
    var plugin = new ExecPlugin(exec, ExecCluster.of(cluster), Clock.systemUTC(), ExecPlugin.LIMIT);
    plugin.getToken(); // So that what is wrong with it is said at the start.
    config.withOauthTokenProvider(plugin);
  }
}
