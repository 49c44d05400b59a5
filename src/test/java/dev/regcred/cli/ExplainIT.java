package dev.regcred.cli;

import static dev.regcred.cli.Workloads.IMAGE;
import static dev.regcred.cli.Workloads.TYPE;
import static dev.regcred.cli.Workloads.config;
import static dev.regcred.cli.Workloads.denied;
import static dev.regcred.cli.Workloads.pod;
import static dev.regcred.cli.Workloads.pullSecret;
import static dev.regcred.cli.Workloads.secret;
import static dev.regcred.cli.Workloads.serviceAccount;
import static dev.regcred.cli.Workloads.stick;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.WithoutOperator;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code kubectl regcred explain}, from its folder, by a real kubectl. There is no kubelet: the
 * test says of the Pods what one would.
 */
@WithoutOperator
class ExplainIT {
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^\\$ kubectl regcred explain web -n team-a\\n(.*?)^```");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final KubernetesClient ADMIN = Installation.shared().admin();

  private final TestNamespace namespace = TestNamespace.create(ADMIN);

  @AfterEach
  void remove() {
    namespace.close();
  }

  /**
   * A fault that is made, and what is said last.
   *
   * @param what the fault, for the name of the test
   * @param image the image that the Pod waits for
   * @param pullSecrets the Pod's own
   * @param objects what else there is
   * @param message the kubelet's message
   * @param advice the last line
   */
  record Row(
      String what,
      String image,
      List<String> pullSecrets,
      String objects,
      String message,
      String advice) {
    @Override
    public String toString() {
      return what;
    }

    static Row refused(String what, List<String> pullSecrets, String objects, String advice) {
      return new Row(what, IMAGE, pullSecrets, objects, denied(IMAGE), advice);
    }

    static Row misspelt(String server, String image, String advice) {
      return new Row(
          server, image, List.of("pull"), pullSecret("pull", server), denied(image), advice);
    }

    static Row said(String what, String message, String advice) {
      return new Row(what, IMAGE, List.of("pull"), pullSecret("pull", "ghcr.io"), message, advice);
    }
  }

  static Stream<Row> faults() {
    return Stream.of(withoutAccount(), misspelt(), withAccount()).flatMap(rows -> rows);
  }

  private static Stream<Row> withoutAccount() {
    return Stream.of(
        Row.refused(
            "no reference",
            List.of(),
            "",
            "Make a pull Secret for ghcr.io, name it in imagePullSecrets of ServiceAccount default, and make the Pod anew: it names none."),
        Row.refused(
            "Secret absent",
            List.of("pull"),
            "",
            "Make Secret pull in namespace NAMESPACE, or correct imagePullSecrets: there is no such Secret."),
        Row.refused(
            "a name that no Secret can have",
            List.of("map[name:pull]"),
            "",
            "Correct the template that imagePullSecrets come from: no Secret can have the name \"map[name:pull]\"."),
        Row.refused(
            "wrong type",
            List.of("pull"),
            secret("pull", "Opaque", config("ghcr.io")),
            "Make Secret pull anew as one of type kubernetes.io/dockerconfigjson: kubelets pass over it, as it is of type Opaque."),
        Row.refused(
            "one of two Secrets has auths that are a text",
            List.of("pull", "broken"),
            pullSecret("pull", "ghcr.io")
                + secret("broken", TYPE, "{\"auths\":\"%s\"}".formatted(Canary.TEXT)),
            "Write Secret broken anew: its content has a value of auths that is not an object, and kubelets refuse every image of the Pod for it."),
        Row.refused(
            "one of two Secrets has an auth that is not base64",
            List.of("pull", "broken"),
            pullSecret("pull", "ghcr.io")
                + secret(
                    "broken",
                    TYPE,
                    "{\"auths\":{\"quay.io\":{\"auth\":\"robot:%s\"}}}".formatted(Canary.TEXT)),
            "Write Secret broken anew: its content has an entry whose auth is not base64 of user:password, or with a username, password or email that is no string, and kubelets refuse every image of the Pod for it."),
        Row.refused(
            "none of two for this registry",
            List.of("pull", "other"),
            pullSecret("pull", "quay.io") + pullSecret("other", "registry.example.com"),
            "Add an account for ghcr.io to one of the pull Secrets of the Pod, or name another one: none of them has one."),
        Row.refused(
            "a list of its own beside the ServiceAccount's",
            List.of("other"),
            pullSecret("other", "quay.io")
                + pullSecret("pull", "ghcr.io")
                + serviceAccount("default", "pull"),
            "Add Secret pull to imagePullSecrets of the Pod: it has a list of its own, and so takes none of ServiceAccount default."));
  }

  private static Stream<Row> misspelt() {
    return Stream.of(
        Row.misspelt(
            "oci://ghcr.io",
            IMAGE,
            "Write the entry oci://ghcr.io of Secret pull under ghcr.io, if it is meant for ghcr.io/team/app: kubelets know no scheme but https:// and http://."),
        Row.misspelt(
            "ghcr.io ",
            IMAGE,
            "Write the entry ghcr.io of Secret pull under ghcr.io, if it is meant for ghcr.io/team/app: kubelets can't read it as an address."),
        Row.misspelt(
            "ghcr.io:443",
            IMAGE,
            "Write the entry ghcr.io:443 of Secret pull under ghcr.io, if it is meant for ghcr.io/team/app: kubelets compare the port as it stands."),
        Row.misspelt(
            "https://ghcr.io/other/",
            IMAGE,
            "Write the entry https://ghcr.io/other/ of Secret pull under ghcr.io, if it is meant for ghcr.io/team/app: kubelets compare the path as it stands."),
        Row.misspelt(
            "GHCR.io",
            IMAGE,
            "Write the entry GHCR.io of Secret pull under ghcr.io, if it is meant for ghcr.io/team/app: kubelets compare upper and lower case."),
        Row.misspelt(
            "registry-1.docker.io",
            "team/app:1",
            "Write the entry registry-1.docker.io of Secret pull under https://index.docker.io/v1/, if it is meant for docker.io/team/app: kubelets don't take it for Docker Hub."),
        Row.misspelt(
            "https://hub.docker.com",
            "nginx",
            "Write the entry https://hub.docker.com of Secret pull under https://index.docker.io/v1/, if it is meant for docker.io/library/nginx: kubelets don't take it for Docker Hub."),
        Row.misspelt(
            "https://index.docker.io/v2",
            "docker.io/nginx:1",
            "Write the entry https://index.docker.io/v2 of Secret pull under https://index.docker.io/v1/, if it is meant for docker.io/library/nginx: kubelets don't take it for Docker Hub."),
        Row.misspelt(
            "https://robot:%s@ghcr.io:443".formatted(Canary.TEXT),
            IMAGE,
            "Write the entry https://...@ghcr.io:443 of Secret pull under ghcr.io, if it is meant for ghcr.io/team/app: kubelets can't read it as an address."));
  }

  private static Stream<Row> withAccount() {
    return Stream.of(
        Row.said(
            "refused",
            denied(IMAGE),
            "Renew the account for ghcr.io in Secret pull, or have it allowed to pull ghcr.io/team/app: the registry refuses it."),
        new Row(
            "an auth of two values that were not set",
            IMAGE,
            List.of("pull"),
            secret(
                "pull",
                TYPE,
                "{\"auths\":{\"ghcr.io\":{\"username\":\"robot\",\"password\":\"%s\",\"auth\":\"Og==\"}}}"
                    .formatted(Canary.TEXT)),
            denied(IMAGE),
            "Write user name and password into the entry ghcr.io of Secret pull: kubelets find neither in it."),
        Row.said(
            "wrong tag",
            "rpc error: code = NotFound desc = failed to pull and unpack image \"ghcr.io/team/app:1\": failed to resolve reference \"ghcr.io/team/app:1\": ghcr.io/team/app:1: not found",
            "Correct the name or the tag of ghcr.io/team/app:1: ghcr.io has no such image."),
        Row.said(
            "rate limit",
            "failed to copy: httpReadSeeker: failed open: unexpected status code https://mirror.example.com/v2/team/app/manifests/1: 429 Too Many Requests",
            "Wait, or pull with an account that has a higher limit: mirror.example.com counts pulls, and has had too many."),
        Row.said(
            "certificate",
            "failed to do request: Head \"https://ghcr.io/v2/team/app/manifests/1\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "Have the node trust the certificate of ghcr.io; no account helps."),
        Row.said(
            "not for this platform",
            "no match for platform in manifest: not found",
            "Use an image that is built for the platform of the node: ghcr.io/team/app:1 is not, and no account helps."));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void saysLastWhatToDo(Row row) {
    if (!row.objects().isEmpty()) {
      namespace.apply(row.objects());
    }
    namespace.apply(pod("web", row.image(), row.pullSecrets()));
    stick(namespace, "web", row.message());

    var run = explain("web");
    assertThat(run.error()).isEmpty();
    assertThat(run.lastLine()).isEqualTo(row.advice().replace("NAMESPACE", namespace.name()));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.all()).matches(text -> !Canary.isIn(text), "has no password");
  }

  @Test
  void aPodIsOlderThanWhatItsServiceAccountHas() {
    namespace.apply(pullSecret("pull", "ghcr.io"));
    namespace.apply(pod("web", IMAGE, List.of()));
    namespace.apply(serviceAccount("default", "pull"));
    stick(namespace, "web", denied(IMAGE));
    assertThat(explain("web").lastLine())
        .isEqualTo(
            "Make Pod web anew: ServiceAccount default has Secret pull, but got it only after the Pod was created.");
  }

  @Test
  void entriesAreTriedInTheOrderOfKubelets() throws Exception {
    namespace.apply(
        pullSecret("first", "ghcr.io")
            + pullSecret("second", "https://ghcr.io")
            + pullSecret("third", "ghcr.io/team"));
    namespace.apply(pod("web", IMAGE, List.of("first", "second", "third")));
    stick(namespace, "web", denied(IMAGE));
    var report = JSON.readTree(explain("web", "--output=json").out());
    assertThat(report.toString()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(report.path("fault").asText()).isEqualTo("AccountRefused");
    assertThat(report.path("advice").asText()).isEqualTo(explain("web").lastLine());
    assertThat(report.at("/containers/0/tried"))
        .extracting(entry -> entry.path("secret").asText())
        .containsExactly("third", "first", "second");
    assertThat(explain("web", "-o", "yaml").out()).contains("\n  tried:\n  - secret: \"third\"\n");
  }

  @Test
  void whoMayNotGetSecretsIsToldTheRest() {
    namespace.apply(pullSecret("pull", "ghcr.io"));
    namespace.apply(pod("web", IMAGE, List.of("pull")));
    stick(namespace, "web", denied(IMAGE));
    namespace.apply(viewer("pods", "serviceaccounts"));
    var viewer = "--as=system:serviceaccount:%s:viewer".formatted(namespace.name());
    var run = explain("web", viewer);
    assertThat(run.error()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out())
        .contains(
            "You may not get Secrets in namespace %s: what is in them, and whether they are there, is not known."
                .formatted(namespace.name()));
    assertThat(run.lastLine())
        .isEqualTo(
            "Have somebody ask who may get Secrets in namespace %s: without them it can't be said whether one has an account for ghcr.io."
                .formatted(namespace.name()));

    stick(namespace, "web", "ghcr.io/team/app:1: not found");
    run = explain("web", viewer);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.lastLine())
        .isEqualTo(
            "Correct the name or the tag of ghcr.io/team/app:1: ghcr.io has no such image, or hides it from who has no account.");

    var forbidden = explain("web", "--as=nobody");
    assertThat(forbidden.exitCode()).isEqualTo(3);
    assertThat(forbidden.error())
        .isEqualTo("error: You may not get Pod web in namespace %s.%n".formatted(namespace.name()));
  }

  @Test
  void whatIsNotThereIsUsage() {
    namespace.apply(pod("web", IMAGE, List.of()));
    var absent = explain("other");
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.error())
        .isEqualTo("error: There is no Pod other in namespace %s.%n".formatted(namespace.name()));
    var container = explain("web", "-c", "side");
    assertThat(container.exitCode()).isEqualTo(2);
    assertThat(container.error()).isEqualTo("error: Pod web has no container side, but app.\n");
    assertThat(explain("../secrets/x").exitCode()).isEqualTo(2);
    assertThat(explain("web", "--no-such-option").exitCode()).isEqualTo(2);
  }

  @Test
  void whatHasItsImageIsFine() {
    namespace.apply(pod("web", IMAGE, List.of()));
    var run = explain("web");
    assertThat(run.exitCode()).isZero();
    assertThat(run.lastLine())
        .isEqualTo("Nothing is known to be wrong: no image was refused so far.");
    namespace.patchStatus(
        "Pod",
        "web",
        "{\"status\":{\"containerStatuses\":[{\"name\":\"app\",\"image\":\"%1$s\",\"imageID\":\"%1$s\",\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{}}}]}}"
            .formatted(IMAGE));
    run = explain("web");
    assertThat(run.exitCode()).isZero();
    assertThat(run.lastLine()).isEqualTo("Nothing is to be done: all images are there.");
  }

  /** Older kubelets say in the status only that they wait. */
  @Test
  void anEventSaysWhatTheStatusDoesNot() {
    namespace.apply(pullSecret("pull", "ghcr.io"));
    namespace.apply(pod("web", IMAGE, List.of("pull")));
    stick(namespace, "web", "Back-off pulling image \"%s\"".formatted(IMAGE));
    var uid = ADMIN.pods().inNamespace(namespace.name()).withName("web").get();
    namespace.apply(
        """
        apiVersion: v1
        kind: Event
        metadata: {name: web.1}
        involvedObject: {kind: Pod, namespace: %s, name: web, uid: %s, fieldPath: "spec.containers{app}"}
        type: Warning
        reason: Failed
        message: 'Failed to pull image "%s": no space left on device'
        """
            .formatted(namespace.name(), uid.getMetadata().getUid(), IMAGE));
    assertThat(explain("web").lastLine())
        .isEqualTo("Make room on the disk of the node; no account helps.");
  }

  /** The page shows what is printed. */
  @Test
  void thePagePrintsWhatIsPrinted() throws Exception {
    namespace.apply(pullSecret("pull", "GHCR.io") + serviceAccount("default", "pull"));
    namespace.apply(pod("web", IMAGE, List.of()));
    stick(namespace, "web", denied(IMAGE));
    var printed = explain("web").out().replace(namespace.name(), "team-a");
    for (String page : List.of("docs/cli.md", "README.md")) {
      var example = EXAMPLE.matcher(Files.readString(Path.of(page)));
      assertThat(example.find()).as(page).isTrue();
      assertThat(example.group(1)).as(page).isEqualTo(printed);
    }
  }

  private Plugin.Run explain(String... arguments) {
    return Plugin.shared()
        .run(
            Stream.concat(Stream.of("explain", "-n", namespace.name()), Stream.of(arguments))
                .toArray(String[]::new));
  }

  private String viewer(String... resources) {
    return """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: viewer}
        rules:
        - {apiGroups: [""], resources: [%s], verbs: [get, list]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: viewer}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: viewer}
        subjects:
        - {kind: ServiceAccount, name: viewer, namespace: %s}
        """
        .formatted(String.join(", ", resources), namespace.name());
  }
}
