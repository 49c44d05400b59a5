package dev.regcred.cli;

import static dev.regcred.cli.Workloads.pullSecret;
import static dev.regcred.cli.Workloads.serviceAccount;
import static dev.regcred.testkit.Patience.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.OperatorExtension;
import dev.regcred.testkit.TestNamespace;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kubectl regcred import -A}: copies in many namespaces become one credential. */
class ImportOfCopiesIT {
  private static final String SOURCES = "regcred-system";

  @RegisterExtension final OperatorExtension test = OperatorExtension.forAllNamespaces();

  private final TestNamespace second = TestNamespace.create(test.admin());
  private final TestNamespace third = TestNamespace.create(test.admin());

  /** Of the Secrets, and so of what is declared for them. */
  private final String name = test.namespace().name().replace("test-", "copied-");

  private final String server = name + ".example.com";

  @AfterEach
  void removeWhatIsClusterWide() {
    var credentials = test.admin().resources(ClusterRegistryCredential.class).withName(name);
    credentials.delete();
    eventually(() -> credentials.get() == null);
    test.admin().resources(ClusterRegistry.class).withName(server).delete();
    test.admin().secrets().inNamespace(SOURCES).withName(name + "-account").delete();
    second.close();
    third.close();
  }

  @Test
  void copiesOfAProgramBecomeOneCredential() {
    all().forEach(this::applyCopy);
    var before = pulls();
    assertThat(before).hasSize(2 * 3);

    var unsaid = Plugin.shared().run("import", "-A", "--secret=" + name, "--write-sources");
    assertThat(unsaid.exitCode()).isEqualTo(2);
    assertThat(unsaid.out()).isEmpty();
    assertThat(test.admin().secrets().inNamespace(SOURCES).withName(name + "-account").get())
        .isNull();

    var run = importing("--write-sources", "--source-namespace=" + SOURCES);
    assertThat(run.exitCode()).isZero();
    assertThat(run.all()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(run.out().lines().filter(line -> line.startsWith("kind: ")))
        .containsExactly("kind: \"ClusterRegistry\"", "kind: \"ClusterRegistryCredential\"");
    assertThat(run.error()).contains("reflector copies 2 Secrets");
    Importing.dryRun(test.installation().cluster(), run.out());
    Importing.apply(test.installation().cluster(), run.out());
    Importing.handOver(test.installation().cluster(), run.error());
    all()
        .forEach(
            one -> eventually(() -> Importing.kept(test.admin(), one.name()).equals(Set.of(name))));
    assertThat(pulls()).isEqualTo(before);
    var again = importing();
    assertThat(again.exitCode()).as("once more").isZero();
    assertThat(again.out()).isEmpty();
    var declared = test.admin().resources(ClusterRegistryCredential.class).withName(name).get();
    assertThat(Objects.requireNonNull(declared.getSpec()).serviceAccounts())
        .containsExactly("default");
  }

  private Plugin.Run importing(String... options) {
    return Plugin.shared()
        .run(
            Stream.concat(Stream.of("import", "-A", "--secret=" + name), Stream.of(options))
                .toArray(String[]::new));
  }

  private Stream<TestNamespace> all() {
    return Stream.of(test.namespace(), second, third);
  }

  private void applyCopy(TestNamespace namespace) {
    var secret = pullSecret(name, server);
    namespace.apply(
        (namespace == test.namespace()
                ? secret
                : secret.replace(
                    "\"name\":\"%s\"".formatted(name),
                    "\"name\":\"%s\",\"annotations\":{\"reflector.v1.k8s.emberstack.com/reflects\":\"%s/%s\"}"
                        .formatted(name, test.namespace().name(), name)))
            + serviceAccount("default", name));
  }

  private Map<String, List<String>> pulls() {
    var pulls = new TreeMap<String, List<String>>();
    all()
        .forEach(
            one ->
                PullingPods.of(test.admin(), one.name(), List.of(name), List.of(server + "/app"))
                    .forEach((who, accounts) -> pulls.put(one.name() + " " + who, accounts)));
    return pulls;
  }
}
