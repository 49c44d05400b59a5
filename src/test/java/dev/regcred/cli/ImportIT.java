package dev.regcred.cli;

import static dev.regcred.cli.Workloads.TYPE;
import static dev.regcred.cli.Workloads.config;
import static dev.regcred.cli.Workloads.pullSecret;
import static dev.regcred.cli.Workloads.secret;
import static dev.regcred.cli.Workloads.serviceAccount;
import static dev.regcred.testkit.Patience.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Canary;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.OperatorExtension;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kubectl regcred import} of one namespace, beside a running operator. */
class ImportIT {
  private static final List<String> IMAGES =
      List.of(
          "ghcr.io/team/app:1",
          "quay.io/team/app:1",
          "registry.example.com/app",
          "nginx",
          "r.example.com:5000/app",
          "1.dkr.ecr.eu-west-1.amazonaws.com/app",
          "eso.example.com/app");

  @RegisterExtension final OperatorExtension test = OperatorExtension.forItsNamespace();

  private final TestNamespace namespace = test.namespace();

  /** As the page says, up to the Secret that is the operator's. */
  @Test
  void onePullSecretIsDeclaredAndTakenOver() throws IOException {
    namespace.apply(pullSecret("pull", "ghcr.io") + serviceAccount("default", "pull"));
    var before = pulls("pull");
    assertThat(before).hasSize(2);

    var looked = run();
    assertThat(looked.exitCode()).isZero();
    assertThat(looked.all()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(Files.readString(Path.of("docs/cli.md")))
        .contains(
            "$ kubectl regcred import -n team-a\n"
                + looked
                    .all()
                    .replace(namespace.name(), "team-a")
                    .replaceAll("--resource-version=\\d+", "--resource-version=4711")
                + "```");
    Importing.dryRun(test.installation().cluster(), looked.out());
    Importing.dryRun(test.installation().cluster(), run("-o", "json").out());

    var written = run("--write-sources");
    assertThat(written.all()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(written.out()).isEqualTo(looked.out());
    Importing.apply(test.installation().cluster(), written.out());
    var applied = run("--write-sources");
    assertThat(applied.exitCode()).as("once more").isZero();
    assertThat(applied.out()).isEmpty();
    assertThat(applied.error()).contains("kubectl annotate secret pull ");
    Importing.handOver(test.installation().cluster(), written.error());
    eventually(() -> kept().equals(Set.of("pull")));
    assertThat(pulls("pull")).isEqualTo(before);

    var again = run();
    assertThat(again.out()).isEmpty();
    assertThat(again.exitCode()).isZero();
    assertThat(again.error().lines())
        .containsExactly(
            "note: Secret %s/pull is kept by regcred already.".formatted(namespace.name()),
            "Nothing is left to be imported.");
  }

  /** What the rows of the page are about, in one namespace. */
  @Test
  void whoCouldPullBeforeCanPullAfterwards() {
    var auth = Base64.getEncoder().encodeToString(("robot:" + Canary.TEXT).getBytes(UTF_8));
    namespace.apply(
        both()
            + secret(
                "auth-alone",
                TYPE,
                "{\"auths\":{\"https://registry.example.com/v1/\":{\"auth\":\"%s\"}}}"
                    .formatted(auth))
            + pullSecret("hub", "https://index.docker.io/v1/")
            + pullSecret("odd", "GHCR.io")
            + secret(
                "helpers",
                TYPE,
                "{\"auths\":{\"ghcr.io/team\":{\"auth\":\"%s\"}},\"credHelpers\":{\"quay.io\":\"quay\"}}"
                    .formatted(auth))
            + older(auth)
            + secret("broken", TYPE, "{\"auths\":\"%s\"}".formatted(Canary.TEXT))
            + secret(
                "identity",
                TYPE,
                "{\"auths\":{\"quay.io\":{\"auth\":\"cm9ib3Q6\",\"identitytoken\":\"%s\"}}}"
                    .formatted(Canary.TEXT))
            + secret(
                "ecr",
                TYPE,
                "{\"auths\":{\"1.dkr.ecr.eu-west-1.amazonaws.com\":{\"username\":\"AWS\",\"password\":\"%s\"}}}"
                    .formatted(Canary.TEXT))
            + externalSecret());
    for (String name : NAMED) {
      namespace.apply(serviceAccount("of-" + name, name));
    }
    var before = pulls(NAMED);
    assertThat(before).hasSize(2 * 8);

    var run = run("--write-sources");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.all()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(run.error().lines().filter(line -> line.startsWith("left out: "))).hasSize(2);
    Importing.dryRun(test.installation().cluster(), run.out());
    Importing.apply(test.installation().cluster(), run.out());
    Importing.handOver(test.installation().cluster(), run.error());
    eventually(
        () ->
            kept()
                .equals(
                    Set.of(
                        "both",
                        "auth-alone",
                        "hub",
                        "odd",
                        "helpers",
                        "older-pull",
                        "ecr-pull",
                        "eso-pull")));
    for (String name : List.of("older", "ecr", "eso")) {
      eventually(() -> pullSecretsOf("of-" + name).equals(List.of(name, name + "-pull")));
    }
    var again = run();
    assertThat(again.out()).as("once more").isEmpty();
    assertThat(again.error()).doesNotContain("kubectl annotate");
    var after = pulls(NAMED);
    assertThat(after).containsAllEntriesOf(before);
    assertThat(after.keySet())
        .filteredOn(key -> !before.containsKey(key))
        .as("the one that was misspelt")
        .containsExactlyInAnyOrder(
            "Secret odd ghcr.io/team/app:1", "ServiceAccount of-odd ghcr.io/team/app:1");
  }

  private static final String[] NAMED = {
    "both", "auth-alone", "hub", "odd", "helpers", "older", "broken", "identity", "ecr", "eso"
  };

  private static String both() {
    return secret(
        "both", TYPE, config("ghcr.io").replace("}}}", "}," + config("quay.io").substring(10)));
  }

  private static String older(String auth) {
    return """
        apiVersion: v1
        kind: Secret
        metadata: {name: older}
        type: kubernetes.io/dockercfg
        stringData: {.dockercfg: '{"r.example.com:5000":{"auth":"%s"}}'}
        ---
        """
        .formatted(auth);
  }

  private static String externalSecret() {
    return pullSecret("eso", "eso.example.com")
        .replace(
            "\"name\":\"eso\"",
            "\"name\":\"eso\",\"labels\":{\"reconcile.external-secrets.io/managed\":\"true\"}");
  }

  @Test
  void exitCodesSayWhatItCameTo() {
    namespace.apply(pullSecret("pull", "ghcr.io"));
    assertThat(run("--secret=gone").exitCode()).isEqualTo(2);
    assertThat(run("--secret=../pods").exitCode()).isEqualTo(2);
    var forbidden = run("--as=nobody");
    assertThat(forbidden.exitCode()).isEqualTo(3);
    assertThat(forbidden.out()).isEmpty();
    assertThat(forbidden.error())
        .isEqualTo(
            "error: You may not list Secrets in namespace %s.%n".formatted(namespace.name()));

    namespace.apply(Manifests.source("pull-account", "another one").yaml());
    var opaque = run("--secret=pull-account");
    assertThat(opaque.exitCode()).isEqualTo(2);
    assertThat(opaque.error()).contains("has the type Opaque, and is no pull Secret.");

    var taken = run("--write-sources");
    assertThat(taken.exitCode()).isEqualTo(1);
    assertThat(taken.all())
        .isEqualTo(
            "error: Secret %s/pull-account is there already, and has another account; delete it or correct it.%n"
                .formatted(namespace.name()));
  }

  private Map<String, List<String>> pulls(String... named) {
    return PullingPods.of(test.admin(), namespace.name(), List.of(named), IMAGES);
  }

  private List<String> pullSecretsOf(String serviceAccount) {
    return test
        .admin()
        .serviceAccounts()
        .inNamespace(namespace.name())
        .withName(serviceAccount)
        .get()
        .getImagePullSecrets()
        .stream()
        .map(LocalObjectReference::getName)
        .toList();
  }

  private Set<String> kept() {
    return Importing.kept(test.admin(), namespace.name());
  }

  private Plugin.Run run(String... options) {
    return Plugin.shared()
        .run(
            Stream.concat(Stream.of("import", "-n", namespace.name()), Stream.of(options))
                .toArray(String[]::new));
  }
}
