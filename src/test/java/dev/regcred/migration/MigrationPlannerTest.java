package dev.regcred.migration;

import static dev.regcred.migration.ImportTestData.annotated;
import static dev.regcred.migration.ImportTestData.auths;
import static dev.regcred.migration.ImportTestData.authsOf;
import static dev.regcred.migration.ImportTestData.immutable;
import static dev.regcred.migration.ImportTestData.labelled;
import static dev.regcred.migration.ImportTestData.lines;
import static dev.regcred.migration.ImportTestData.newer;
import static dev.regcred.migration.ImportTestData.secret;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.api.v1alpha1.ClusterRegistryCredentialSpec;
import dev.regcred.api.v1alpha1.ClusterRegistrySpec;
import dev.regcred.api.v1alpha1.RegistryCredentialSpec;
import dev.regcred.api.v1alpha1.RegistrySpec;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.pullsecret.PullSecret;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an import makes of several Secrets: of copies, and of names that are taken. */
class MigrationPlannerTest {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final String REFLECTS = "reflector.v1.k8s.emberstack.com/reflects";
  private static final String PROJECT_OF_SECRET = "management.cattle.io/project-scoped-secret";
  private static final String PROJECT = "field.cattle.io/projectId";

  @Test
  void eachServerOfASecretIsACredentialOfTheSamePullSecret() {
    assertThat(
            lines(
                new ImportTestData()
                    .secret(newer("pull", auths("quay.io", "ghcr.io")), "team-a")
                    .plan()))
        .containsExactly(
            "Registry team-a/ghcr.io is ghcr.io",
            "Registry team-a/quay.io is quay.io",
            "RegistryCredential team-a/pull-ghcr.io at ghcr.io into pull: {pull-ghcr.io-account}",
            "RegistryCredential team-a/pull-quay.io at quay.io into pull: {pull-quay.io-account}",
            "source team-a/pull-ghcr.io-account of team-a/pull ghcr.io",
            "source team-a/pull-quay.io-account of team-a/pull quay.io",
            "hand over pull of team-a to RegistryCredential/pull-ghcr.io");
  }

  @Test
  void copiesOfAnAccountAreOneClusterWideCredentialForWhoHasThem() {
    var plan =
        new ImportTestData()
            .all("other", "kube-system")
            .secret(newer("pull", auths("ghcr.io")), "team-b", "team-a")
            .secret(newer("pull", authsOf("someone", "ghcr.io")), "team-c")
            .serviceAccount("team-a", "default", "pull")
            .serviceAccount("team-a", "builder", "pull")
            .serviceAccount("team-b", "default", "other", "pull")
            .plan();
    assertThat(lines(plan))
        .containsExactly(
            "ClusterRegistry ghcr.io is ghcr.io",
            "Registry team-c/ghcr.io is ghcr.io",
            "ClusterRegistryCredential pull at ghcr.io into pull: {pull-account,namespaceSelector:{matchExpressions:[{key:kubernetes.io/metadata.name,operator:In,values:[team-a,team-b]}]},serviceAccounts:[default]}",
            "RegistryCredential team-c/pull at ghcr.io into pull: {pull-account}",
            "source regcred-system/pull-account (wide) of team-a/pull ghcr.io",
            "source team-c/pull-account of team-c/pull ghcr.io",
            "hand over pull of team-a team-b to ClusterRegistryCredential/pull",
            "hand over pull of team-c to RegistryCredential/pull");
    assertThat(plan.findings())
        .extracting(Finding::text)
        .containsExactly(
            "Secret pull has the same account for ghcr.io in 2 namespaces, team-a the first of them, and becomes one ClusterRegistryCredential, though nothing says that its copies belong together; --no-cluster-wide declares each for itself.");
  }

  @Test
  void ofOneNamespaceNothingIsClusterWide() {
    assertThat(
            new ImportTestData()
                .secret(newer("pull", auths("ghcr.io")), "team-a")
                .plan()
                .manifests())
        .extracting(Manifest::kind)
        .containsExactly("Registry", "RegistryCredential");
  }

  @Test
  void copiesWithTwoAccountsOfAServerDoNotMeet() {
    var lines =
        lines(
            new ImportTestData()
                .all()
                .secret(newer("pull", auths("ghcr.io")), "a", "b")
                .secret(newer("pull", authsOf("someone", "ghcr.io")), "c", "d")
                .plan());
    assertThat(lines)
        .filteredOn(line -> line.startsWith("ClusterRegistryCredential"))
        .extracting(line -> line.split(" ", -1)[1].replaceAll("[0-9a-f]{4,}", "HASH"))
        .containsExactly("pull-ghcr.io", "pull-ghcr.io-HASH");
    assertThat(lines).filteredOn(line -> line.startsWith("ClusterRegistry ")).hasSize(1);
  }

  /** By name, 32 a credential, whoever made the copies: none that comes later is meant by them. */
  @ParameterizedTest
  @ValueSource(strings = {"none.example.com/mark", REFLECTS})
  void manyNamespacesAreSelectedByName(String mark) {
    var many = IntStream.range(100, 170).mapToObj("team-%s"::formatted).toArray(String[]::new);
    var copy = annotated("pull", auths("ghcr.io"), mark, "other/pull");
    var plan = new ImportTestData().all("other", "kube-system").secret(copy, many).plan();
    assertThat(plan.manifests())
        .extracting(manifest -> manifest.metadata().get("name"))
        .containsExactly("ghcr.io", "pull", "pull-2", "pull-3");
    assertThat(plan.manifests())
        .filteredOn(manifest -> manifest.kind().equals("ClusterRegistryCredential"))
        .allSatisfy(
            manifest ->
                assertThat(String.valueOf(manifest.spec().get("namespaceSelector")))
                    .startsWith(
                        "{matchExpressions=[{key=kubernetes.io/metadata.name, operator=In"));
    assertThat(plan.sources()).hasSize(1);
  }

  @Test
  void theNamespacesOfARancherProjectAreSelectedByItsLabel() {
    var copy = labelled("pull", auths("ghcr.io"), PROJECT_OF_SECRET, "p-1");
    assertThat(
            lines(
                new ImportTestData()
                    .all("other")
                    .label("a", PROJECT, "p-1")
                    .label("b", PROJECT, "p-1")
                    .secret(copy, "a", "b")
                    .plan()))
        .contains(
            "ClusterRegistryCredential pull at ghcr.io into pull: {pull-account,namespaceSelector:{matchLabels:{field.cattle.io/projectId:p-1}}}");
    assertThat(
            lines(
                new ImportTestData()
                    .all()
                    .label("a", PROJECT, "p-1")
                    .label("b", PROJECT, "p-1")
                    .label("c", PROJECT, "p-1")
                    .secret(copy, "a", "b")
                    .plan()))
        .as("c has none, and would get one")
        .anyMatch(line -> line.contains("values:[a,b]"));
    assertThat(
            lines(
                new ImportTestData()
                    .all()
                    .label("a", PROJECT, "p-1")
                    .label("b", PROJECT, "p-1")
                    .secret(copy, "a")
                    .secret(newer("pull", auths("ghcr.io")), "b")
                    .plan()))
        .as("that of b is none of Rancher's")
        .anyMatch(line -> line.contains("values:[a,b]"));
  }

  @Test
  void copiesThatStayGetANewSecretBesideThem() {
    assertThat(
            lines(
                new ImportTestData()
                    .all()
                    .secret(immutable("pull", auths("ghcr.io")), "a", "b")
                    .secret(newer("pull-pull", auths("quay.io")), "b")
                    .plan()))
        .filteredOn(line -> line.startsWith("ClusterRegistryCredential"))
        .singleElement()
        .asString()
        .matches("ClusterRegistryCredential pull at ghcr.io into pull-pull-[0-9a-f]+: .*");
  }

  /** The key of an entry is shown only where it has no account in it. */
  @Test
  void anEntryThatIsReadInItsPlaceIsNamedWithoutWhatIsInItsAddress() {
    for (String key : new String[] {"https://robot:pw@ghcr.io", "https://ghcr.io/?token=pw"}) {
      assertThat(lines(new ImportTestData().secret(immutable("pull", auths(key)), "team-a").plan()))
          .contains(
              "RegistryCredential team-a/pull at ghcr.io into pull-pull: {dockerConfigRef:{name:pull,server:ghcr.io}}");
    }
  }

  /** As once an entry that was left out has been corrected. */
  @Test
  void whatOtherPeopleHaveInASecretThatIsKeptIsDeclaredToo() {
    var kept =
        secret(
            "pull",
            PullSecret.TYPE,
            Map.of(PullSecret.KEY, auths("ghcr.io", "quay.io")),
            Map.of("regcred.dev/managed", "true"),
            Map.of(
                "regcred.dev/adopted",
                "true",
                "regcred.dev/contributors",
                "[{\"kind\":\"RegistryCredential\",\"name\":\"pull\",\"server\":\"ghcr.io\"}]"));
    assertThat(lines(new ImportTestData().secret(kept, "team-a").plan()))
        .containsExactly(
            "Registry team-a/quay.io is quay.io",
            "RegistryCredential team-a/pull at quay.io into pull: {pull-account}",
            "source team-a/pull-account of team-a/pull quay.io");
  }

  @Test
  void ofTwoSpellingsTheOneThatMayBeShownIsNamed() {
    assertThat(
            lines(
                new ImportTestData()
                    .secret(
                        immutable("pull", auths("https://robot:pw@ghcr.io", "https://ghcr.io")),
                        "team-a")
                    .plan()))
        .contains(
            "RegistryCredential team-a/pull at ghcr.io into pull-pull: {dockerConfigRef:{name:pull,server:https://ghcr.io}}");
  }

  @Test
  void allNamesAreNames() {
    var servers =
        new String[] {
          "r.example.com:5000/team__two/a.b",
          "[fd00:10::5]:5000",
          "r.example.com-5000",
          "r.example.com:5000",
          "r.example.com/" + "a".repeat(480),
          "r.example.com/" + "a".repeat(481)
        };
    var plan =
        new ImportTestData().secret(newer("p" + "u".repeat(250), auths(servers)), "team-a").plan();
    assertThat(plan.findings()).isEmpty();
    assertThat(plan.manifests())
        .hasSize(2 * servers.length)
        .allMatch(
            manifest -> CredentialRef.isName(String.valueOf(manifest.metadata().get("name"))));
    assertThat(plan.manifests())
        .extracting(manifest -> manifest.kind() + manifest.metadata().get("name"))
        .doesNotHaveDuplicates();
    assertThat(plan.sources())
        .hasSize(servers.length)
        .allMatch(source -> CredentialRef.isName(source.name()));
  }

  @Test
  void theOrderInWhichSecretsComeChangesNothing() {
    var pull = newer("pull", auths("ghcr.io", "quay.io"));
    var other = newer("other", auths("ghcr.io"));
    assertThat(lines(new ImportTestData().all().secret(pull, "a", "b").secret(other, "a").plan()))
        .isEqualTo(
            lines(new ImportTestData().all().secret(other, "a").secret(pull, "b", "a").plan()));
  }

  /** The API server has more to say: ImportIT asks it. */
  @Test
  void whatIsPrintedIsReadAsItIsMeant() {
    var plan =
        new ImportTestData()
            .all()
            .secret(newer("pull", auths("ghcr.io")), "a", "b")
            .secret(immutable("fixed", auths("ghcr.io")), "a")
            .plan();
    var types =
        Map.of(
            "Registry", RegistrySpec.class,
            "ClusterRegistry", ClusterRegistrySpec.class,
            "RegistryCredential", RegistryCredentialSpec.class,
            "ClusterRegistryCredential", ClusterRegistryCredentialSpec.class);
    assertThat(plan.manifests()).hasSize(4);
    assertThat(
            plan.manifests().stream()
                .map(
                    manifest ->
                        (Object) STRICT.convertValue(manifest.spec(), types.get(manifest.kind())))
                .toList())
        .hasOnlyElementsOfTypes(types.values().toArray(Class[]::new));
  }
}
