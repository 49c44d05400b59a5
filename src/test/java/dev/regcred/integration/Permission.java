package dev.regcred.integration;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One thing that a role allows.
 *
 * @param role the kind and name of the role
 * @param verb such as {@code list}
 * @param group the API group, empty for the core
 * @param resource such as {@code registries/status}
 */
record Permission(String role, String verb, String group, String resource) {
  /** What a role allows. */
  static Stream<Permission> of(String role, List<PolicyRule> rules) {
    return rules.stream()
        .flatMap(
            rule ->
                rule.getApiGroups().stream()
                    .flatMap(
                        group ->
                            rule.getResources().stream()
                                .flatMap(
                                    resource ->
                                        rule.getVerbs().stream()
                                            .map(
                                                verb ->
                                                    new Permission(role, verb, group, resource)))));
  }

  /** The same rules without this. */
  List<PolicyRule> takenFrom(List<PolicyRule> rules) {
    var left = new ArrayList<PolicyRule>();
    for (var rule : rules) {
      for (var each : rule.getResources()) {
        var verbs = new ArrayList<>(rule.getVerbs());
        if (each.equals(resource) && rule.getApiGroups().contains(group)) {
          verbs.remove(verb);
        }
        if (!verbs.isEmpty()) {
          left.add(new PolicyRuleBuilder(rule).withResources(each).withVerbs(verbs).build());
        }
      }
    }
    return left;
  }

  /** Whether it is what such a request seems to need. */
  boolean isAbout(ResourceAttributes request) {
    return verb.equals(request.getVerb()) && (resource + "." + group).equals(resource(request));
  }

  /** The resource of a request, with its subresource and its group. */
  static String resource(ResourceAttributes request) {
    return request.getResource()
        + (request.getSubresource().isEmpty() ? "" : "/" + request.getSubresource())
        + "."
        + request.getGroup();
  }

  @Override
  public String toString() {
    return "%s %s%s (%s)".formatted(verb, resource, group.isEmpty() ? "" : "." + group, role);
  }
}
