package dev.regcred.cli;

import static dev.regcred.cli.Workloads.denied;
import static dev.regcred.cli.Workloads.pod;
import static dev.regcred.cli.Workloads.stick;
import static dev.regcred.testkit.Patience.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.OperatorExtension;
import dev.regcred.testkit.TestNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kubectl regcred} beside a running operator. */
class PluginAndOperatorIT {
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^\\$ kubectl regcred status -n team-a\\n(.*?)^```");

  @RegisterExtension final OperatorExtension test = OperatorExtension.forItsNamespace();

  private final TestNamespace namespace = test.namespace();

  @BeforeEach
  void applyCredential() {
    namespace.apply(
        Manifests.registry("main").yaml()
            + Manifests.source("account", Canary.TEXT).yaml()
            + Manifests.credential("pull").yaml());
    eventually(() -> namespace.isThere("ServiceAccount", "default"));
    awaitState("Active");
  }

  @Test
  void aCredentialThatIsInactiveOrNotAttachedIsNamed() {
    var image = "registry.example.com/app:1";
    namespace.apply(pod("unattached", image, List.of()));
    stick(namespace, "unattached", denied(image));
    assertThat(run("explain", "unattached").lastLine())
        .isEqualTo(
            "Name ServiceAccount default in spec.serviceAccounts of RegistryCredential pull, whose Secret pull has the account, and make the Pod anew.");

    namespace.apply(pod("web", image, List.of("pull")));
    stick(namespace, "web", denied(image));
    assertThat(run("explain", "web").lastLine())
        .isEqualTo(
            "Renew the account for registry.example.com in the source of RegistryCredential pull, or have it allowed to pull registry.example.com/app: the registry refuses it.");

    namespace.declare("RegistryCredential", "pull", "Inactive");
    awaitState("Inactive");
    assertThat(run("explain", "web").out())
        .contains("kept by RegistryCredential pull, which is Inactive", "has no entry");
    assertThat(run("explain", "web").lastLine())
        .isEqualTo(
            "Activate RegistryCredential pull: it is Inactive, and its Secret has no account.");
  }

  /** The page shows what is printed. */
  @Test
  void theStatusSaysWhichCredentialIsNotWell() throws Exception {
    var ready = run("status");
    assertThat(ready.exitCode()).isZero();
    assertThat(ready.lastLine()).isEqualTo("Nothing is to be done: all credentials are Ready.");

    namespace.apply(Manifests.credential("other").source("gone", "password").yaml());
    eventually(() -> run("status", "other").out().contains("SourceNotFound"));
    var run = run("status");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.error()).isEmpty();
    var example = EXAMPLE.matcher(Files.readString(Path.of("docs/cli.md")));
    assertThat(example.find()).isTrue();
    assertThat(run.out().replace(namespace.name(), "team-a")).isEqualTo(example.group(1));
    assertThat(run("status", "pull").exitCode()).isZero();
    assertThat(run("status", "cregcred/gone").exitCode()).isEqualTo(2);
    assertThat(run("status", "registry/main").exitCode()).isEqualTo(2);
    assertThat(run("status", "--as=nobody").exitCode()).isEqualTo(3);
    var json = new ObjectMapper().readTree(run("status", "-A", "-o", "json").out());
    assertThat(json.path("credentials"))
        .filteredOn(row -> row.path("namespace").asText().equals(namespace.name()))
        .extracting(row -> row.path("name").asText())
        .containsExactly("other", "pull");
  }

  /** As the page says, up to its last command. */
  @Test
  void theVerbsGoWhereTheStatusOffers() throws Exception {
    var offered = run("deactivate", "pull", "--dry-run");
    assertThat(offered.out()).isEqualTo("RegistryCredential pull can be declared Inactive.\n");
    assertThat(offered.exitCode()).isZero();
    assertThat(onPage("activate", "pull")).isEqualTo(1);

    assertThat(onPage("deactivate", "pull")).isZero();
    assertThat(onPage("activate", "pull")).isZero();
    assertThat(onPage("remove", "registry/main")).isZero();
    assertThat(onPage("restore", "registry/main")).isZero();
    assertThat(run("purge", "regcred/pull", "--wait=false").out())
        .isEqualTo("RegistryCredential pull is declared Purged.\n");
    awaitState("Purged");

    assertThat(run("activate", "other").exitCode()).isEqualTo(2);
    assertThat(run("activate", "secret/pull").exitCode()).isEqualTo(2);
    assertThat(run("activate", "pull", "--timeout=soon").exitCode()).isEqualTo(2);
    assertThat(run("activate", "pull", "--as=nobody").exitCode()).isEqualTo(3);
  }

  /** Runs a command that the page has, with what it prints; returns its exit code. */
  private int onPage(String command, String resource) throws IOException {
    var run = run(command, resource);
    assertThat(Files.readString(Path.of("docs/cli.md")))
        .contains("$ kubectl regcred %s %s\n%s".formatted(command, resource, run.all()));
    return run.exitCode();
  }

  @Test
  void whatDoesNotComeToItsEndIsSaid() {
    assertThat(run("deactivate", "pull").exitCode()).isZero();
    test.stop();
    var run = run("activate", "pull", "--timeout", "1s");
    assertThat(run.error()).startsWith("error: RegistryCredential pull is Inactive after 1 s.");
    assertThat(run.exitCode()).isEqualTo(1);
    // A limit of each question, which a watch is not.
    run = run("activate", "pull", "--timeout=3s", "--request-timeout=1s");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.error()).startsWith("error: RegistryCredential pull is Inactive after 3 s.");
    var elsewhere = Plugin.shared().run("activate", "pull", "-n", "../default");
    assertThat(elsewhere.exitCode()).isEqualTo(2);
    assertThat(elsewhere.error()).isEqualTo("error: No object can have the name \"../default\".\n");
  }

  private void awaitState(String state) {
    eventually(
        () ->
            namespace
                .list("/apis/regcred.dev/v1alpha1/namespaces/%s/registrycredentials")
                .contains("\"state\":\"%s\"".formatted(state)));
  }

  private Plugin.Run run(String command, String... arguments) {
    return Plugin.shared()
        .run(
            Stream.concat(Stream.of(command, "-n", namespace.name()), Stream.of(arguments))
                .toArray(String[]::new));
  }
}
