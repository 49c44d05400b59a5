package dev.regcred.cli;

import static dev.regcred.cli.Workloads.pullSecret;
import static dev.regcred.cli.Workloads.serviceAccount;
import static dev.regcred.testkit.Patience.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.Canary;
import dev.regcred.testkit.OperatorExtension;
import dev.regcred.testkit.TestNamespace;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kubectl regcred import} of one namespace, beside a running operator. */
class ImportIT {
  private static final List<String> IMAGES = List.of("ghcr.io/team/app:1", "quay.io/team/app:1");

  @RegisterExtension final OperatorExtension test = OperatorExtension.forItsNamespace();

  private final TestNamespace namespace = test.namespace();

  @Test
  void onePullSecretIsDeclaredAndTakenOver() {
    namespace.apply(pullSecret("pull", "ghcr.io") + serviceAccount("default", "pull"));
    var before = pulls("pull");
    assertThat(before).hasSize(2);

    var looked = run();
    assertThat(looked.exitCode()).isZero();
    assertThat(looked.all()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(lastLine(looked.error()))
        .isEqualTo(
            "Run it again with --write-sources, which creates the source Secret; apply what is printed by kubectl apply --server-side -f -; then hand the Secrets over.");
    Importing.dryRun(test.installation().cluster(), looked.out());

    var written = run("--write-sources");
    assertThat(written.all()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(written.out()).isEqualTo(looked.out());
    Importing.apply(test.installation().cluster(), written.out());
    Importing.handOver(test.installation().cluster(), written.error());
    eventually(() -> kept("pull"));
    assertThat(pulls("pull")).isEqualTo(before);

    var again = run();
    assertThat(again.out()).isEmpty();
    assertThat(again.exitCode()).isZero();
    assertThat(again.error().lines())
        .containsExactly(
            "note: Secret %s/pull is kept by regcred already.".formatted(namespace.name()),
            "Nothing is to be done: no pull Secret is there that could be imported.");
  }

  private Map<String, List<String>> pulls(String... named) {
    return PullingPods.of(test.admin(), namespace.name(), List.of(named), IMAGES);
  }

  private boolean kept(String... secrets) {
    return Importing.kept(test.admin(), namespace.name()).equals(Set.of(secrets));
  }

  private Plugin.Run run(String... options) {
    return Plugin.shared()
        .run(
            Stream.concat(Stream.of("import", "-n", namespace.name()), Stream.of(options))
                .toArray(String[]::new));
  }

  private static String lastLine(String text) {
    return text.lines().reduce("", (_, line) -> line);
  }
}
