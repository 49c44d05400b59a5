package dev.regcred.cli;

import static dev.regcred.cli.Workloads.TYPE;
import static dev.regcred.cli.Workloads.pullSecret;
import static dev.regcred.cli.Workloads.secret;
import static dev.regcred.cli.Workloads.serviceAccount;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.WithoutOperator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl regcred who-can-pull}, from its folder, by a real kubectl. */
@WithoutOperator
class WhoCanPullIT {
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "(?ms)^\\$ kubectl regcred who-can-pull ghcr\\.io/team/app:1 -n team-a\\n(.*?)^```");

  private final TestNamespace namespace = TestNamespace.create(Installation.shared().admin());

  @AfterEach
  void remove() {
    namespace.close();
  }

  @Test
  void eachServiceAccountThatHasAnAccountIsNamed() throws Exception {
    applyMatrix();
    var run = whoCanPull("ghcr.io/team/app:1", "-n", namespace.name());
    assertThat(run.error()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.all()).matches(text -> !Canary.isIn(text), "has no password");
    var example = EXAMPLE.matcher(Files.readString(Path.of("docs/cli.md")));
    assertThat(example.find()).isTrue();
    // The name of the namespace decides how wide a column is.
    assertThat(cells(run.out().replace(namespace.name(), "team-a")))
        .isEqualTo(cells(example.group(1)));

    var json = whoCanPull("ghcr.io/team/app:1", "-A", "-o", "json");
    assertThat(json.all()).matches(text -> !Canary.isIn(text), "has no password");
    assertThat(new ObjectMapper().readTree(json.out()).path("rows"))
        .filteredOn(row -> row.path("namespace").asText().equals(namespace.name()))
        .extracting(row -> row.path("serviceAccount").asText())
        .containsExactly("broken", "default");
  }

  @Test
  void nobodyIsAFaultAndWhoMayNotLookIsTold() {
    applyMatrix();
    var nobody = whoCanPull("quay.io/team/app:1", "-n", namespace.name());
    assertThat(nobody.exitCode()).isEqualTo(1);
    assertThat(nobody.lastLine())
        .isEqualTo("0 of 4 ServiceAccounts have an account for quay.io/team/app:1 for new Pods.");
    var forbidden = whoCanPull("ghcr.io/a", "-n", namespace.name(), "--as=nobody");
    assertThat(forbidden.exitCode()).isEqualTo(3);
    assertThat(forbidden.error())
        .isEqualTo(
            "error: You may not list ServiceAccounts in namespace %s.%n"
                .formatted(namespace.name()));
    assertThat(whoCanPull("ghcr.io/Team/app").exitCode()).isEqualTo(2);
  }

  private void applyMatrix() {
    namespace.apply(
        pullSecret("pull", "ghcr.io")
            + pullSecret("other", "GHCR.io")
            + secret("unreadable", TYPE, "{\"auths\":\"%s\"}".formatted(Canary.TEXT))
            + serviceAccount("default", "pull")
            + serviceAccount("misspelt", "other")
            + serviceAccount("broken", "unreadable")
            + serviceAccount("absent", "gone"));
  }

  private static String cells(String table) {
    return table.replaceAll(" {3,}", "   ");
  }

  private static Plugin.Run whoCanPull(String... arguments) {
    var all = new String[arguments.length + 1];
    all[0] = "who-can-pull";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Plugin.shared().run(all);
  }
}
