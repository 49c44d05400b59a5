package dev.regcred.migration;

import dev.regcred.diagnosis.Redacted;
import dev.regcred.pullsecret.OwnerReference;
import dev.regcred.pullsecret.PullSecret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A program other than this operator that writes a pull Secret, as its marks on the Secret say.
 *
 * <pre>
 * copier     its copies are handed over; it must stop first     reflector, Rancher projects, ...
 * source     it goes on, and its Secret becomes the source      External Secrets, Helm, Argo CD, ...
 * platform   the Secret is for the cluster's own registry       OpenShift
 * </pre>
 *
 * @param title what people call it
 * @param role what is done about it
 * @param project the Rancher project whose namespaces have the copies; null for all others
 */
public record Keeper(String title, Role role, @Nullable String project) {
  /** What becomes of the Secrets that a program keeps. */
  public enum Role {
    /** It copies a Secret into namespaces, which a cluster-wide credential does in its place. */
    COPIER,
    /** It knows the account, or renews it, and so goes on. */
    SOURCE,
    /** The Secret is none that people use. */
    PLATFORM
  }

  /** A mark in the annotations: {@code reflects} of kubernetes-reflector and the like. */
  private record Mark(String key, @Nullable String value, String title, Role role) {
    boolean isIn(Map<String, String> metadata) {
      return value == null ? metadata.containsKey(key) : value.equals(metadata.get(key));
    }
  }

  /**
   * The marks, as the programs' own sources have them. The first that is there counts: what copies
   * a Secret may copy the marks on it, too.
   */
  private static final List<Mark> ANNOTATIONS =
      List.of(
          copier("reflector.v1.k8s.emberstack.com/reflects", "reflector"),
          copier("replicator.v1.mittwald.de/replicated-from", "kubernetes-replicator"),
          copier("replicator.v1.mittwald.de/replicated-from-version", "kubernetes-replicator"),
          copier("replicator.v1.mittwald.de/replicate-from", "kubernetes-replicator"),
          copier("clustersecret.io/created-by", "ClusterSecret"),
          new Mark(
              "app.kubernetes.io/managed-by",
              "imagepullsecret-patcher",
              "imagepullsecret-patcher",
              Role.COPIER),
          new Mark(
              "openshift.io/internal-registry-auth-token.service-account",
              null,
              "OpenShift",
              Role.PLATFORM),
          new Mark("openshift.io/token-secret.name", null, "OpenShift", Role.PLATFORM),
          source("reconcile.external-secrets.io/data-hash", "External Secrets"),
          source("meta.helm.sh/release-name", "Helm"),
          source("argocd.argoproj.io/tracking-id", "Argo CD"));

  private static final List<Mark> LABELS =
      List.of(
          source("reconcile.external-secrets.io/managed", "External Secrets"),
          source("argocd.argoproj.io/instance", "Argo CD"),
          // By which Argo CD 2 tracks, unless told others; charts put it on, too.
          source("app.kubernetes.io/instance", "Argo CD or Helm"),
          new Mark("app.kubernetes.io/managed-by", "Helm", "Helm", Role.SOURCE),
          source("kustomize.toolkit.fluxcd.io/name", "Flux"),
          source("helm.toolkit.fluxcd.io/name", "Flux"));

  /** The copies of a project's Secret have its labels and annotations. */
  private static final String PROJECT_LABEL = "management.cattle.io/project-scoped-secret";

  private static final String PROJECT_ANNOTATION = "field.cattle.io/projectId";
  private static final String OF_USER = "secret.user.cattle.io/secret";

  private static final String CLUSTER_PULL_SECRET = "ClusterPullSecret";

  /**
   * registry-creds of UPMC leaves no mark; these are the names that it gives unless told others.
   */
  private static final Set<String> UPMC =
      Set.of("awsecr-cred", "gcr-secret", "dpr-secret", "acr-secret");

  private static Mark copier(String key, String title) {
    return new Mark(key, null, title, Role.COPIER);
  }

  private static Mark source(String key, String title) {
    return new Mark(key, null, title, Role.SOURCE);
  }

  /** The program that keeps a Secret; empty where none is known to, so that people do. */
  public static Optional<Keeper> of(PullSecret secret) {
    return rancher(secret)
        .or(() -> marked(ANNOTATIONS, secret.annotations()))
        .or(() -> marked(LABELS, secret.labels()))
        .or(() -> secret.owners().stream().flatMap(owner -> owner(owner).stream()).findFirst())
        .or(
            () ->
                UPMC.contains(secret.name())
                    ? Optional.of(new Keeper("registry-creds", Role.SOURCE, null))
                    : Optional.empty());
  }

  private static Optional<Keeper> rancher(PullSecret secret) {
    var label = secret.labels().get(PROJECT_LABEL);
    if (label != null) {
      return Optional.of(new Keeper("Rancher", Role.COPIER, label));
    }
    // Before 2.12: <cluster>:<project>.
    var id = secret.annotations().get(PROJECT_ANNOTATION);
    return id != null && secret.annotations().containsKey(OF_USER)
        ? Optional.of(new Keeper("Rancher", Role.COPIER, id.substring(id.indexOf(':') + 1)))
        : Optional.empty();
  }

  private static Optional<Keeper> marked(List<Mark> marks, Map<String, String> metadata) {
    return marks.stream()
        .filter(mark -> mark.isIn(metadata))
        .findFirst()
        .map(mark -> new Keeper(mark.title(), mark.role(), null));
  }

  /** Whatever controls an object writes it again; registry-creds of Alex Ellis copies. */
  private static Optional<Keeper> owner(OwnerReference owner) {
    if (owner.kind().equals(CLUSTER_PULL_SECRET)) {
      return Optional.of(new Keeper("registry-creds", Role.COPIER, null));
    }
    return Boolean.TRUE.equals(owner.controller())
        ? Optional.of(
            new Keeper(
                Redacted.text("%s %s".formatted(owner.kind(), owner.name())), Role.SOURCE, null))
        : Optional.empty();
  }
}
