package dev.regcred.migration;

import static dev.regcred.migration.ImportTestData.annotated;
import static dev.regcred.migration.ImportTestData.auth;
import static dev.regcred.migration.ImportTestData.auths;
import static dev.regcred.migration.ImportTestData.authsOf;
import static dev.regcred.migration.ImportTestData.entries;
import static dev.regcred.migration.ImportTestData.immutable;
import static dev.regcred.migration.ImportTestData.labelled;
import static dev.regcred.migration.ImportTestData.lines;
import static dev.regcred.migration.ImportTestData.newer;
import static dev.regcred.migration.ImportTestData.older;
import static dev.regcred.migration.ImportTestData.owned;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.pullsecret.PullSecret;
import dev.regcred.testkit.Canary;
import java.net.URLEncoder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an import makes of one Secret. */
class SecretImportTest {
  private static final String HUB = "https://index.docker.io/v1/";

  /**
   * A Secret, and what comes out.
   *
   * @param server the server of the one registry that is declared; null for none
   * @param source how the credential gets the account; null for no credential
   * @param finding how the one finding ends; null for none
   * @param isFault whether an account is left out
   */
  record Row(
      String what,
      PullSecret secret,
      @Nullable String server,
      @Nullable String source,
      @Nullable String finding,
      boolean isFault) {
    @Override
    public String toString() {
      return what;
    }

    static Row taken(String what, String config, String server) {
      return new Row(what, newer("pull", config), server, "pull-account", null, false);
    }

    static Row noted(String what, String config, String server, String finding) {
      return new Row(what, newer("pull", config), server, "pull-account", finding, false);
    }

    static Row without(String what, PullSecret secret, String finding, boolean isFault) {
      return new Row(what, secret, null, null, finding, isFault);
    }

    static Row beside(String what, PullSecret secret, String finding) {
      return new Row(
          what, secret, "ghcr.io", "dockerConfigRef:{name:pull,server:ghcr.io}", finding, false);
    }
  }

  static Stream<Row> secrets() {
    return Stream.of(spellings(), contents(), keepers()).flatMap(rows -> rows);
  }

  private static Stream<Row> spellings() {
    return Stream.of(
        Row.taken("plain", auths("ghcr.io"), "ghcr.io"),
        Row.taken("https and a slash", auths("https://ghcr.io/"), "ghcr.io"),
        Row.taken("http and /v1/", auths("http://ghcr.io/v1/"), "ghcr.io"),
        Row.taken("/v2/", auths("https://ghcr.io/v2/"), "ghcr.io"),
        Row.taken("a port", auths("ghcr.io:443"), "ghcr.io:443"),
        Row.taken("a path", auths("https://ghcr.io/team"), "ghcr.io/team"),
        Row.without(
            "a path with a slash, which is not for ghcr.io/team-two",
            newer("pull", auths("ghcr.io/team/")),
            "has its account for ghcr.io/team under ghcr.io/team/, which kubelets try for fewer images than ghcr.io/team; write it under that, if it is meant, until then it is left out.",
            true),
        Row.taken("Docker Hub as docker writes it", auths(HUB), HUB),
        Row.noted(
            "Docker Hub without its slash",
            auths("https://index.docker.io/v1"),
            HUB,
            "has its account for https://index.docker.io/v1/ under https://index.docker.io/v1, which kubelets don't try; under https://index.docker.io/v1/ they will."),
        Row.taken("Docker Hub's host", auths("index.docker.io"), HUB),
        Row.noted(
            "upper case",
            auths("GHCR.io"),
            "ghcr.io",
            "has its account for ghcr.io under GHCR.io, which kubelets don't try; under ghcr.io they will."),
        Row.without(
            "a name of Docker Hub that kubelets take for another host",
            newer("pull", auths("registry-1.docker.io")),
            "has its account for https://index.docker.io/v1/ under registry-1.docker.io, which kubelets try for other images than https://index.docker.io/v1/; write it under that, if it is meant, until then it is left out.",
            true),
        Row.without(
            "the same beside another name of Docker Hub",
            newer("pull", auths(HUB, "https://registry-1.docker.io/v2/")),
            "has its account for https://index.docker.io/v1/ under https://registry-1.docker.io/v2/, which kubelets try for other images than https://index.docker.io/v1/; write it under that, if it is meant, until then it is left out.",
            true),
        Row.taken(
            "an account in the address",
            auths("https://robot:%s@ghcr.io".formatted(URLEncoder.encode(Canary.TEXT, UTF_8))),
            "ghcr.io"),
        Row.without(
            "an account in the address that breaks it",
            newer("pull", auths("https://robot:%s@ghcr.io".formatted(Canary.TEXT))),
            "has an entry https://...@ghcr.io, which is left out. The server address has a scheme; only https://index.docker.io/v1/ may have one. Allowed is host[:port][/path], as in registry.example.com, 10.0.0.5:5000 or ghcr.io/team; Docker Hub is docker.io.",
            true),
        Row.taken("twice, with one account", auths("ghcr.io", "https://ghcr.io"), "ghcr.io"),
        Row.without(
            "twice, with two accounts",
            newer(
                "pull",
                "{\"auths\":{\"ghcr.io\":{\"auth\":\"%s\"},\"https://ghcr.io\":{\"auth\":\"%s\"}}}"
                    .formatted(auth("one"), auth("two"))),
            "has several accounts for ghcr.io, under ghcr.io and https://ghcr.io; keep one, until then they are left out.",
            true),
        Row.without(
            "a pattern",
            newer("pull", auths("*.jfrog.io")),
            "has an entry *.jfrog.io, which is left out. The server address has a * or ?, and no pattern is accepted; use a Registry for each server, whose credentials may share one source and one pull Secret. Allowed is host[:port][/path], as in registry.example.com, 10.0.0.5:5000 or ghcr.io/team; Docker Hub is docker.io.",
            true));
  }

  private static Stream<Row> contents() {
    return Stream.of(
        Row.taken(
            "auth alone",
            "{\"auths\":{\"ghcr.io\":{\"auth\":\"%s\"}}}".formatted(auth("robot")),
            "ghcr.io"),
        Row.taken(
            "user name and password alone",
            "{\"auths\":{\"ghcr.io\":{\"username\":\"robot\",\"password\":\"%s\"}}}"
                .formatted(Canary.TEXT),
            "ghcr.io"),
        new Row(
            ".dockercfg",
            older("pull", entries("robot", "ghcr.io")),
            "ghcr.io",
            "dockerConfigRef:{name:pull,server:ghcr.io}",
            "has the type kubernetes.io/dockercfg; only kubernetes.io/dockerconfigjson can be taken over: it stays, with a new pull Secret beside it.",
            false),
        Row.beside(
            "immutable",
            immutable("pull", auths("ghcr.io")),
            "is immutable; only one that can be changed can be taken over: it stays, with a new pull Secret beside it."),
        Row.noted(
            "credHelpers beside an account",
            "{\"auths\":{\"ghcr.io\":{\"auth\":\"%s\"}},\"credHelpers\":{\"quay.io\":\"quay\"}}"
                .formatted(auth("robot")),
            "ghcr.io",
            "has credHelpers, which kubelets don't use; it is left out."),
        Row.without(
            "credsStore alone",
            newer("pull", "{\"auths\":{},\"credsStore\":\"desktop\"}"),
            "has credsStore, which kubelets don't use; it is left out.",
            false),
        Row.without(
            "an entry of a credential store",
            newer("pull", "{\"auths\":{\"ghcr.io\":{}}}"),
            "has neither user name nor password in its entry ghcr.io; that is left out.",
            false),
        Row.without(
            "an identity token",
            newer(
                "pull",
                "{\"auths\":{\"ghcr.io\":{\"auth\":\"cm9ib3Q6\",\"identitytoken\":\"%s\"}}}"
                    .formatted(Canary.TEXT)),
            "has an account under ghcr.io that can't be used; it is left out. In the entry ghcr.io in Secret pull there is no password: docker leaves it out where it has a credential store or an identity token. Make the Secret by `kubectl create secret docker-registry`.",
            true),
        Row.without(
            "an account in the address of one that has no password",
            newer("pull", "{\"auths\":{\"https://robot:pw@ghcr.io\":{\"username\":\"robot\"}}}"),
            "has an account under https://...@ghcr.io that can't be used; it is left out. In the entry https://...@ghcr.io in Secret pull there is no password: docker leaves it out where it has a credential store or an identity token. Make the Secret by `kubectl create secret docker-registry`.",
            true),
        Row.without(
            "a password that echo wrote",
            newer(
                "pull",
                "{\"auths\":{\"ghcr.io\":{\"username\":\"robot\",\"password\":\"%s\\n\"}}}"
                    .formatted(Canary.TEXT)),
            "has an account under ghcr.io that can't be used; it is left out. The password of the entry ghcr.io in Secret pull ends with a line break; write it with `printf %s` or `kubectl create secret generic --from-literal`.",
            true),
        Row.without(
            "no JSON",
            newer("pull", "{\"auths\":%s}".formatted(Canary.TEXT)),
            "can't be read: the content is not JSON; it is left out, and kubelets refuse every image of Pods that name it.",
            true),
        Row.without(
            "an entry twice",
            newer(
                "pull",
                "{\"auths\":{\"ghcr.io\":{\"auth\":\"%1$s\"},\"ghcr.io\":{\"auth\":\"%1$s\"}}}"
                    .formatted(auth("robot"))),
            "can't be read: the content has two entries for one server; it is left out, though kubelets may read it.",
            true),
        Row.without(
            "no entry", newer("pull", "{\"auths\":{}}"), "has no entry; it is left out.", false));
  }

  private static Stream<Row> keepers() {
    var config = auths("ghcr.io");
    return Stream.of(
        copier(
            annotated("pull", config, "reflector.v1.k8s.emberstack.com/reflects", "a/b"),
            "reflector"),
        copier(
            annotated("pull", config, "replicator.v1.mittwald.de/replicated-from-version", "7"),
            "kubernetes-replicator"),
        copier(
            annotated("pull", config, "replicator.v1.mittwald.de/replicate-from", "a/b"),
            "kubernetes-replicator"),
        copier(annotated("pull", config, "clustersecret.io/created-by", "x"), "ClusterSecret"),
        copier(
            annotated("pull", config, "app.kubernetes.io/managed-by", "imagepullsecret-patcher"),
            "imagepullsecret-patcher"),
        copier(owned("pull", config, "ClusterPullSecret", true), "registry-creds"),
        copier(
            labelled("pull", config, "management.cattle.io/project-scoped-secret", "p-1"),
            "Rancher"),
        goesOn(
            labelled("pull", config, "reconcile.external-secrets.io/managed", "true"),
            "External Secrets"),
        goesOn(owned("pull", config, "SealedSecret", true), "SealedSecret owner"),
        goesOn(annotated("pull", config, "meta.helm.sh/release-name", "app"), "Helm"),
        goesOn(annotated("pull", config, "argocd.argoproj.io/tracking-id", "app"), "Argo CD"),
        goesOn(labelled("pull", config, "app.kubernetes.io/instance", "app"), "Argo CD or Helm"),
        goesOn(labelled("pull", config, "app.kubernetes.io/managed-by", "Helm"), "Helm"),
        goesOn(labelled("pull", config, "kustomize.toolkit.fluxcd.io/name", "app"), "Flux"),
        Row.taken("an owner that does not control it", config, "ghcr.io"),
        Row.beside(
            "a token of AWS",
            newer("pull", authsOf("AWS", "ghcr.io")),
            "has a token of a few hours, so whatever renews it has to go on: it stays, and is the source, with a new pull Secret beside it."),
        Row.without(
            "OpenShift",
            annotated(
                "pull", config, "openshift.io/internal-registry-auth-token.service-account", "x"),
            "is OpenShift's own; it is left out.",
            false));
  }

  private static Row copier(PullSecret secret, String keeper) {
    return new Row(
        keeper,
        secret,
        "ghcr.io",
        "pull-account",
        "%s copies Secret team-a/pull: stop it before they are handed over, or it writes against regcred; take its marks off them before it runs again, or it may delete them."
            .formatted(keeper),
        false);
  }

  private static Row goesOn(PullSecret secret, String keeper) {
    return Row.beside(
        keeper,
        secret,
        "is kept by %s, which goes on: it stays, and is the source, with a new pull Secret beside it."
            .formatted(keeper));
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void aSecretBecomes(Row row) {
    var plan =
        new ImportTestData()
            .secret(row.secret(), "team-a")
            .serviceAccount("team-a", "default", "pull")
            .plan();
    assertThat(plan.manifests()).hasSize(row.server() == null ? 0 : 2);
    if (row.server() != null) {
      assertThat(plan.manifests().getFirst().spec()).containsEntry("serverAddress", row.server());
      assertThat(lines(plan).get(1))
          .endsWith(": {%s,serviceAccounts:[default]}".formatted(row.source()));
      var isTaken = "pull-account".equals(row.source());
      assertThat(lines(plan).get(1)).contains(isTaken ? " into pull: " : " into pull-pull: ");
      assertThat(plan.handovers()).hasSize(isTaken ? 1 : 0);
      assertThat(plan.sources()).hasSize(isTaken ? 1 : 0);
    }
    assertThat(plan.findings()).hasSize(row.finding() == null ? 0 : 1);
    if (row.finding() != null) {
      assertThat(plan.findings().getFirst().text()).endsWith(row.finding());
    }
    assertThat(plan.isIncomplete()).isEqualTo(row.isFault());
    assertThat(shown(plan)).matches(text -> !Canary.isIn(text), "has no password");
  }

  /** All but the digests, which the test makes readable. */
  private static String shown(MigrationPlan plan) {
    return "%s %s %s".formatted(plan.manifests(), plan.handovers(), plan.findings());
  }
}
