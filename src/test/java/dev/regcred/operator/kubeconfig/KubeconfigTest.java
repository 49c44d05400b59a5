package dev.regcred.operator.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of each field of a kubeconfig, and of what is refused one sentence that names the
 * field and the file. What an API server says to it, {@code KubeconfigIT} shows.
 */
class KubeconfigTest {
  private static final String TOKEN = "token: t0ken-of-the-tests";

  private static final Map<String, TestIdentity> IDENTITIES = new HashMap<>();

  @TempDir private Path directory = Path.of("");

  /** Once for all: it takes a second each. */
  @BeforeAll
  static void create(@TempDir Path keys) throws Exception {
    for (String algorithm : List.of("EC", "RSA")) {
      IDENTITIES.put(algorithm, TestIdentity.create(keys, algorithm));
    }
  }

  private static TestIdentity identity(String algorithm) {
    return Objects.requireNonNull(IDENTITIES.get(algorithm));
  }

  @Test
  void aTokenAndAnAuthorityAreTaken() throws Exception {
    var identity = identity("EC");
    var config =
        read(
            "server: https://api.example.com:6443/k8s/one, certificate-authority-data: "
                + base64(identity.certificatePem()),
            TOKEN);
    assertThat(config.getMasterUrl()).isEqualTo("https://api.example.com:6443/k8s/one/");
    assertThat(config.getOauthToken()).isEqualTo("t0ken-of-the-tests");
    assertThat(config.getCaCertData()).isNotNull();
    assertThat(config.isTrustCerts()).isFalse();
    assertThat(config.getHttpsProxy()).isNull();
  }

  @Test
  void whoIsImpersonatedIsNeverIgnored() throws Exception {
    var config =
        read(
            "server: https://api",
            TOKEN
                + ", as: jane, as-uid: u-1, as-groups: [team, all],"
                + " as-user-extra: {example.com/scope: [a, b], plain: [c]}");
    assertThat(config.getImpersonateUsername()).isEqualTo("jane");
    assertThat(config.getImpersonateGroups()).containsExactly("team", "all");
    assertThat(config.getImpersonateExtras()).containsOnlyKeys("example.com%2Fscope", "plain");
    assertThat(config.getCustomHeaders()).contains(entry("Impersonate-Uid", "u-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PKCS8", "PKCS1", "SEC1"})
  void aClientKeyIsTakenInEveryForm(String form) throws Exception {
    var identity = identity(form.equals("PKCS1") ? "RSA" : "EC");
    // One file of both, as kubelets have it, with what openssl writes beside a key.
    var file =
        Files.writeString(
            directory.resolve("both.pem"),
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + identity.keyPem(form)
                + identity.certificatePem());
    var config = read("server: https://api", "client-certificate: both.pem, client-key: " + file);
    assertThat(config.getClientKeyAlgo()).isEqualTo(form.equals("PKCS1") ? "RSA" : "EC");
    assertThat(SSLUtils.keyManagers(config)).hasSize(1);
  }

  /** Within another block, or with the older form of encryption, too. */
  @ParameterizedTest
  @CsvSource({
    "ENCRYPTED PRIVATE KEY, eA==, has an encrypted key; decrypt it",
    "RSA PRIVATE KEY, 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\neA==', has an encrypted",
    "EC PRIVATE KEY, eA==, has a key that can't be read: allowed are EC and RSA",
    "PRIVATE KEY, eA==, has a key that can't be read: allowed are EC and RSA",
    "OPENSSH PRIVATE KEY, eA==, has a OPENSSH PRIVATE KEY; allowed are those of EC and RSA",
  })
  void aClientKeyThatCantBeReadIsRefused(String label, String body, String expected)
      throws Exception {
    var certificate = base64(identity("EC").certificatePem());
    Files.writeString(
        directory.resolve("key.pem"),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(label, body.replace("\\n", "\n"), label));
    assertRefused(
        "server: https://api",
        "client-key: key.pem, client-certificate-data: " + certificate,
        "users[u].user.client-key " + expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void aKeyThatIsNotTheCertificatesIsRefused(String algorithm) throws Exception {
    var other = algorithm.equals("EC") ? TestIdentity.create(directory, "EC") : identity(algorithm);
    var identity = identity("EC");
    assertRefused(
        "server: https://api",
        "client-certificate-data: %s, client-key-data: %s"
            .formatted(base64(other.certificatePem()), base64(identity.keyPem("PKCS8"))),
        "users[u].user.client-key-data has a key that is not the certificate's");
  }

  /** It would have the rights of whoever its own reading of the environment finds. */
  @Test
  void theClientNeverReadsAKubeconfigByItself() throws Exception {
    var config = new ConfigBuilder(read("server: http://127.0.0.1:8001", "as: jane")).build();
    assertThat(config.refresh()).isSameAs(config);
  }

  @Test
  void aTokenFileIsRelativeToItsKubeconfigAndGoesBeforeAToken() throws Exception {
    Files.writeString(directory.resolve("token"), "from-a-file\n");
    var config = read("server: https://api", TOKEN + ", tokenFile: token");
    assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("from-a-file");
    assertThat(config.getOauthToken()).isNull();
  }

  @Test
  void theServersNameItsCompressionAndItsCertificateAreAsItSays() throws Exception {
    var config =
        read(
            "server: https://api, tls-server-name: other, insecure-skip-tls-verify: true,"
                + " disable-compression: true",
            TOKEN);
    assertThat(config.getAdditionalProperties()).contains(entry("tls-server-name", "other"));
    assertThat(config.isTrustCerts()).isTrue();
    assertThat(config.isDisableHostnameVerification()).isTrue();
    assertThat(config.getCustomHeaders()).contains(entry("Accept-Encoding", "identity"));
  }

  @Test
  void nothingIsSentInTheClear() throws Exception {
    var config = read("server: http://127.0.0.1:8001", TOKEN + ", as: jane");
    assertThat(config.getOauthToken()).isNull();
    assertThat(config.getImpersonateUsername()).isEqualTo("jane");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://proxy:3128, -, -, https://api, http://proxy:3128",
        "http://me:pw@proxy, -, -, https://api, http://me:pw@proxy:80",
        "socks5://proxy, -, -, https://api, socks5://proxy:1080",
        "http://proxy:1, http://env:2, '*', https://api, http://proxy:1",
        "-, http://env:2, -, https://api, http://env:2",
        "-, env:2, -, https://api, http://env:2",
        "-, env:2, -, http://api, -",
        "-, env:2, -, https://localhost, -",
        "-, env:2, -, https://127.0.0.1:6443, -",
        "-, env:2, '*', https://api, -",
        "-, env:2, example.com, https://api.example.com, -",
        "-, env:2, .example.com, https://example.com, http://env:2",
        "-, env:2, ample.com, https://api.example.com, http://env:2",
        "-, env:2, 'x, 10.0.0.0/8', https://10.1.2.3, -",
        "-, env:2, 10.0.0.0/8, https://11.1.2.3, http://env:2",
        "-, env:2, api:6443, https://api:6443, -",
        "-, env:2, api:6443, https://api:443, http://env:2",
        "-, env:2, 10.0.0.1, https://10.0.0.1:6443, -",
        "-, env:2, 10.0.0.1:6443, https://10.0.0.1:6443, -",
        "-, env:2, 10.0.0.1:6443, https://10.0.0.1, http://env:2",
        "-, env:2, face:6443, https://face:6443, -",
        "-, env:2, fd00::/8, 'https://[fd00::1]:6443', -",
        "-, env:2, '[fd00::1]:6443', 'https://[fd00::1]:6443', -",
        "-, env:2, -, 'https://[::1]:6443', -",
      })
  void theProxyIsAsItSaysOrAsTheEnvironmentDoes(
      @Nullable String url,
      @Nullable String variable,
      @Nullable String leftOut,
      String server,
      @Nullable String expected)
      throws Exception {
    var environment = new HashMap<String, String>();
    if (variable != null) {
      environment.put("HTTPS_PROXY", variable);
    }
    if (leftOut != null) {
      environment.put("no_proxy", leftOut);
    }
    var cluster = "server: \"%s\"".formatted(server);
    var config =
        read(url == null ? cluster : cluster + ", proxy-url: \"" + url + "\"", TOKEN, environment);
    assertThat(config.getHttpsProxy()).isEqualTo(expected);
    assertThat(config.getHttpProxy()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: 'https://me:pw@api' | users[].user",
        "server: 'ftp://api' | clusters[c].cluster.server is served with https:// and http:// only",
        "server: 'api:6443', insecure-skip-tls-verify: true | server is served with https:// and"
            + " http:// only",
        "server: 'api' | clusters[c].cluster.server is served with https:// and http:// only",
        "server: 'https://api?token=t0ken' | clusters[c].cluster.server has a query",
        "server: 'https://api:99999' | clusters[c].cluster.server has a port that can't be: allowed"
            + " is 1 to 65535",
        "server: 'https://api:0' | clusters[c].cluster.server has a port that can't be",
        "server: 'https://api', proxy-url: 'http://proxy:70000' | clusters[c].cluster.proxy-url has"
            + " a port that can't be",
        "tls-server-name: x | clusters[c].cluster.server is not set",
        "server: 'https://api', certificate-authority: none.pem |"
            + " clusters[c].cluster.certificate-authority names a file that can't be read",
        "server: 'https://api', certificate-authority-data: '%%%' |"
            + " clusters[c].cluster.certificate-authority-data is not base64",
        "server: 'https://api', certificate-authority-data: eA== |"
            + " clusters[c].cluster.certificate-authority-data has no certificate",
        "server: 'https://api', certificate-authority-data: eA==, certificate-authority: x | are"
            + " both set",
        "server: 'https://api', certificate-authority-data: eA==, insecure-skip-tls-verify: true |"
            + " beside insecure-skip-tls-verify",
        "server: 'https://api', insecure-skip-tls-verify: maybe |"
            + " clusters[c].cluster.insecure-skip-tls-verify is neither true nor false",
        "server: 'https://api', proxy-url: 'https://proxy' | clusters[c].cluster.proxy-url is"
            + " served with http:// and socks5:// only",
        "server: 'https://api', proxy-url: 'socks5://me:pw@proxy' | clusters[c].cluster.proxy-url"
            + " has a user name",
      })
  void aClusterThatIsNotServedIsRefusedInOneSentence(String cluster, String expected) {
    assertRefused(cluster, TOKEN, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "as-groups: [team] | users[u].user.as is not set beside",
        "as-uid: x | users[u].user.as is not set beside",
        "as: 'ä' | users[u].user.as has a character",
        "as: [jane] | users[u].user.as is not a text",
        "as: jane | users[u].user has no credentials",
        "auth-provider: {name: oidc} | users[u].user.auth-provider is not served; say the"
            + " provider's own command in exec",
        "token: t, username: u | users[u].user.token is set beside username",
        "username: u | users[u].user.password is not set",
        "tokenFile: none | users[u].user.tokenFile names a file that can't be read",
        "client-certificate-data: eA== | users[u].user.client-key is not set beside"
            + " client-certificate",
        "client-key-data: eA== | users[u].user.client-certificate is not set beside client-key",
        "client-certificate-data: eA==, client-key-data: eA== | users[u].user.client-key-data has"
            + " no private key in PEM",
        "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x} |"
            + " users[u].user.exec.apiVersion is",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: x} |"
            + " users[u].user.exec.interactiveMode is not set",
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always} |"
            + " nobody is there to be asked",
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1} | users[u].user.exec.command is"
            + " not set",
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: not-there, installHint:"
            + " \"get\\n"
            + "it\"} | users[u].user.exec.command can't be run: is it installed? get it",
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: 'false'} |"
            + " users[u].user.exec.command has ended with code 1",
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: echo, args: [t0ken]} |"
            + " users[u].user.exec.command printed no ExecCredential",
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: echo, args: [{t0ken:"
            + " 1}]} | users[u].user.exec.args is not a list of texts",
      })
  void aUserThatIsNotServedIsRefusedInOneSentence(String user, String expected) {
    assertRefused("server: https://api", user, expected);
  }

  private void assertRefused(String cluster, String user, String expected) {
    assertThatThrownBy(() -> read(cluster, user))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(directory.resolve("config") + ": ")
        .hasMessageContaining(expected)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("t0ken");
  }

  @Test
  void theCommandIsToldWhatItMayKnowAndRunWithoutAShell() throws Exception {
    script(
        "plugin",
        """
        [ "$1" = 'a b; exit 3' ] || exit 4
        echo this exec command warns of something, which a person sees >&2
        printf '%s' "$KUBERNETES_EXEC_INFO" > "$INFO"
        printf '%s' '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"printed"}}'
        """);
    var info = directory.resolve("info");
    var config =
        read(
            "server: https://api, tls-server-name: other, extensions: [{name:"
                + " client.authentication.k8s.io/exec, extension: {audience: me}}]",
            "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command:"
                + " ./plugin, args: ['a b; exit 3'], provideClusterInfo: true, env: [{name:"
                + " INFO, value: '%s'}]}".formatted(info));
    assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("printed");
    assertThat(Files.readString(info))
        .isEqualTo(
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\","
                + "\"spec\":{\"interactive\":false,\"cluster\":{\"server\":\"https://api\","
                + "\"tls-server-name\":\"other\",\"config\":{\"audience\":\"me\"}}}}");
  }

  @Test
  void withoutACurrentContextNoClusterIsGuessed() throws Exception {
    var file = Files.writeString(directory.resolve("config"), "kind: Config\ncontexts: []\n");
    assertThatThrownBy(() -> Kubeconfig.read(Map.of("KUBECONFIG", file.toString())))
        .hasMessage(
            file + ": current-context is not set: choose one by kubectl config use-context");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "current-context: gone | current-context names a context that is not there: 'gone'",
        "current-context: x, contexts: [{name: x, context: {cluster: c}}] |"
            + " contexts[x].context.cluster names a cluster that is not there: 'c'",
        "current-context: x, contexts: [{name: x, context: {user: u}}] |"
            + " contexts[x].context.cluster is not set",
        "current-context: x, contexts: [{name: x}, {name: x}] | contexts has two entries of the"
            + " name 'x'",
        "current-context: x, contexts: {name: x} | contexts is not a list",
        "kind: Pod | kind is not Config",
        "apiVersion: v2 | apiVersion is not v1",
      })
  void whatIsNamedAndNotThereIsRefused(String fields, String expected) throws Exception {
    var file = Files.writeString(directory.resolve("config"), "---\n{" + fields + "}");
    assertThatThrownBy(() -> Kubeconfig.read(Map.of("KUBECONFIG", file.toString())))
        .hasMessage(file + ": " + expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"users:\n- t0ken: [\n", "users: [{name: u}]\nusers: [{name: t0ken}]\n"})
  void aFileThatIsNoYamlIsNotRepeated(String text) throws Exception {
    var file = Files.writeString(directory.resolve("config"), text);
    assertThatThrownBy(() -> Kubeconfig.read(Map.of("KUBECONFIG", file.toString())))
        .hasMessageStartingWith(file + " is not YAML, near line ")
        .hasMessageNotContaining("t0ken");
  }

  /** As editors of Windows write them, and with base64 in lines. */
  @Test
  void aByteOrderMarkAndLinesOfAnotherSystemAreTaken() throws Exception {
    var authority = identity("EC").certificatePem();
    var lines = Base64.getMimeEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8));
    var text =
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: c
          cluster:
            server: https://api
            certificate-authority-data: |
              %s
        users: [{name: u, user: {token: t}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(lines.replace("\r\n", "\n      "));
    var file =
        Files.writeString(directory.resolve("config"), "\ufeff" + text.replace("\n", "\r\n"));
    var config = Kubeconfig.read(Map.of("KUBECONFIG", file.toString()));
    assertThat(config.getMasterUrl()).isEqualTo("https://api/");
    assertThat(config.getCaCertData()).isNotNull();
  }

  /** It may say who is to be impersonated: it is not passed over as one that is not there. */
  @Test
  void aFileThatMayNotBeReadIsRefused() throws Exception {
    var second = Files.writeString(directory.resolve("second"), "");
    var circle = directory.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    for (Path file : List.of(directory, circle)) {
      assertThatThrownBy(() -> Kubeconfig.read(Map.of("KUBECONFIG", file + ":" + second)))
          .hasMessage(file + " can't be read");
    }
    assertThatThrownBy(() -> Kubeconfig.read(Map.of("KUBECONFIG", second.toString())))
        .hasMessage(
            second + ": current-context is not set: choose one by kubectl config use-context");
  }

  @Test
  void ofSeveralFilesTheFirstEntryOfANameCounts() throws Exception {
    var first =
        Files.writeString(
            directory.resolve("first"), "users: [{name: u, user: {token: first}}]\nclusters: []\n");
    var second =
        Files.writeString(
            directory.resolve("second"),
            """
            users: [{name: u, user: {token: second, as: jane}}]
            clusters: [{name: c, cluster: {server: "https://api"}}]
            contexts: [{name: x, context: {cluster: c, user: u, namespace: team}}]
            current-context: x
            """);
    var config =
        Kubeconfig.read(
            Map.of("KUBECONFIG", first + ":" + directory.resolve("none") + ":" + second));
    assertThat(config.getOauthToken()).isEqualTo("first");
    assertThat(config.getImpersonateUsername()).isNull();
  }

  @Test
  void namedFilesOfWhichNoneIsThereAreRefused() {
    var file = directory.resolve("none");
    assertThatThrownBy(() -> Kubeconfig.read(Map.of("KUBECONFIG", file.toString())))
        .hasMessage("KUBECONFIG names no file that is there: " + file);
  }

  @Test
  void withoutAnyItIsThePodsServiceAccount() throws Exception {
    var mounted = Files.createDirectories(directory.resolve("mounted"));
    Files.writeString(mounted.resolve("token"), "of-the-pod");
    var environment =
        Map.of(
            "HOME",
            directory.toString(),
            "KUBERNETES_SERVICE_HOST",
            "fd00::1",
            "KUBERNETES_SERVICE_PORT",
            "443",
            "REGCRED_SERVICE_ACCOUNT_DIRECTORY",
            mounted.toString());
    var config = Kubeconfig.read(environment);
    assertThat(config.getMasterUrl()).isEqualTo("https://[fd00::1]:443/");
    assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("of-the-pod");
    Files.delete(mounted.resolve("token"));
    assertThatThrownBy(() -> Kubeconfig.read(environment))
        .hasMessageContaining("automountServiceAccountToken");
  }

  @Test
  void withoutAnythingThereIsNoCluster() {
    assertThatThrownBy(() -> Kubeconfig.read(Map.of("HOME", directory.toString())))
        .hasMessageStartingWith("there is no cluster: KUBECONFIG is not set");
  }

  private Config read(String cluster, String user) throws IOException {
    return read(cluster, user, Map.of());
  }

  private Config read(String cluster, String user, Map<String, String> environment)
      throws IOException {
    var file =
        Files.writeString(
            directory.resolve("config"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {%s}}]
            users: [{name: u, user: {%s}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
                .formatted(cluster, user));
    var all = new HashMap<>(environment);
    all.put("KUBECONFIG", file.toString());
    return Kubeconfig.read(all);
  }

  private void script(String name, String text) throws IOException {
    var file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
