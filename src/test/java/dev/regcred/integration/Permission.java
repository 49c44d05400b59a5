package dev.regcred.integration;

import dev.regcred.integration.faults.ApiRequest;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
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
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api|apis/(?<group>[^/]+))/[^/]+"
              + "(?:/namespaces/[^/]+(?=/))?/(?<resource>[^/?]+)(?:/(?<name>[^/?]+))?(?:/(?<sub>[^/?]+))?");

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

  /** Whether a request is one that needs it. */
  boolean isNeededFor(ApiRequest request) {
    var path = PATH.matcher(request.path());
    if (!path.lookingAt()) {
      return false;
    }
    var sub = path.group("sub");
    return resource.equals(path.group("resource") + (sub == null ? "" : "/" + sub))
        && group.equals(Optional.ofNullable(path.group("group")).orElse(""))
        && verb.equals(verb(request, path.group("name") != null));
  }

  private static String verb(ApiRequest request, boolean hasName) {
    return switch (request.method()) {
      case "GET" -> request.isWatch() ? "watch" : hasName ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      default -> "delete";
    };
  }

  @Override
  public String toString() {
    return "%s %s%s (%s)".formatted(verb, resource, group.isEmpty() ? "" : "." + group, role);
  }
}
