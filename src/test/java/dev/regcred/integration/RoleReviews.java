package dev.regcred.integration;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A user of whom the API server's own authorizer is asked what it would allow him, if he had
 * certain roles: SubjectAccessReviews.
 */
final class RoleReviews implements AutoCloseable {
  private static final String MARKER_GROUP = "marker.test";

  private final KubernetesClient admin;
  private final String user = "review-" + UUID.randomUUID().toString().substring(0, 8);
  private final List<HasMetadata> created = new ArrayList<>();

  private RoleReviews(KubernetesClient admin) {
    this.admin = admin;
  }

  /**
   * Binds copies of the roles to a user of its own; returns when the authorizer knows them.
   *
   * @param roles ClusterRoles, which hold everywhere, and Roles
   * @param change what becomes of the rules of each, given with its kind and name
   */
  static RoleReviews of(
      KubernetesClient admin,
      List<HasMetadata> roles,
      BiFunction<String, List<PolicyRule>, List<PolicyRule>> change) {
    var reviews = new RoleReviews(admin);
    var markers = new ArrayList<ResourceAttributes>();
    for (HasMetadata role : roles) {
      markers.add(reviews.grant(role, rules -> change.apply(name(role), rules), markers.size()));
    }
    OperatorScenario.eventually(() -> markers.stream().allMatch(reviews::isAllowed));
    return reviews;
  }

  /** The kind and name of a role. */
  static String name(HasMetadata role) {
    return role.getKind() + "/" + role.getMetadata().getName();
  }

  static List<PolicyRule> rules(HasMetadata role) {
    return role instanceof ClusterRole clusterRole
        ? clusterRole.getRules()
        : ((Role) role).getRules();
  }

  /**
   * Grants a copy of a role, with one more rule by which it is seen that it holds.
   *
   * @return what that rule allows
   */
  private ResourceAttributes grant(
      HasMetadata role, UnaryOperator<List<PolicyRule>> change, int number) {
    var marker = "marker" + number;
    var rules = new ArrayList<>(change.apply(rules(role)));
    rules.add(
        new PolicyRuleBuilder()
            .withApiGroups(MARKER_GROUP)
            .withResources(marker)
            .withVerbs("get")
            .build());
    var name = user + "-" + number;
    var namespace = role.getMetadata().getNamespace();
    if (role instanceof ClusterRole) {
      create(
          new ClusterRoleBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withRules(rules)
              .build());
      create(
          new ClusterRoleBindingBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
              .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
              .build());
    } else {
      create(
          new RoleBuilder()
              .withNewMetadata()
              .withName(name)
              .withNamespace(namespace)
              .endMetadata()
              .withRules(rules)
              .build());
      create(
          new RoleBindingBuilder()
              .withNewMetadata()
              .withName(name)
              .withNamespace(namespace)
              .endMetadata()
              .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
              .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
              .build());
    }
    return new ResourceAttributesBuilder()
        .withVerb("get")
        .withGroup(MARKER_GROUP)
        .withResource(marker)
        .withNamespace(namespace == null ? "default" : namespace)
        .build();
  }

  private void create(HasMetadata object) {
    created.add(admin.resource(object).create());
  }

  private boolean isAllowed(ResourceAttributes attributes) {
    var review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser(user)
            .withResourceAttributes(attributes)
            .endSpec()
            .build();
    return admin.authorization().v1().subjectAccessReview().create(review).getStatus().getAllowed();
  }

  /** The first of these that would be refused. */
  Optional<ResourceAttributes> firstRefused(Stream<ResourceAttributes> requests) {
    return requests.filter(request -> !isAllowed(request)).findFirst();
  }

  @Override
  public void close() {
    created.forEach(object -> admin.resource(object).delete());
  }
}
