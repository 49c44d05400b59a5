package dev.regcred.testkit.faults;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to the API server.
 *
 * @param method such as {@code GET}
 * @param path with its query
 * @param body empty where there is none
 * @param isWebSocket whether it asks for a WebSocket
 */
public record ApiRequest(String method, String path, String body, boolean isWebSocket) {
  private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");

  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api|apis/(?<group>[^/]+))/[^/]+(?:/namespaces/(?<namespace>[^/?]+)(?=/))?"
              + "/(?<resource>[^/?]+)(?:/(?<name>[^/?]+))?(?:/(?<subresource>[^/?]+))?");

  private static final Pattern NAME =
      Pattern.compile("[?&]fieldSelector=metadata\\.name=(?<name>[^&,]+)");

  /**
   * Whether it changes what the operator is responsible for. Events, leases and reviews are not:
   * nothing depends on them.
   */
  public boolean isWrite() {
    return WRITING.contains(method)
        && !path.matches(
            "/(apis/(events|authorization|authentication|coordination)\\.k8s\\.io/.*"
                + "|api/v1/namespaces/[^/]*/events.*)");
  }

  /** Whether it is about this: a path such as {@code secrets/pull}, or {@code secrets} of all. */
  public boolean isFor(String resource) {
    var withoutQuery = path.split("\\?", 2)[0] + "/";
    return withoutQuery.contains("/" + resource + "/");
  }

  public boolean isWatch() {
    return path.contains("watch=true");
  }

  /**
   * What the API server asks its authorizer about it, as its own RequestInfo has it.
   *
   * @return empty where it is about no resource, such as {@code /version}
   */
  public Optional<ResourceAttributes> attributes() {
    var parts = PATH.matcher(path);
    if (!parts.lookingAt()) {
      return Optional.empty();
    }
    var name = parts.group("name");
    return Optional.of(
        new ResourceAttributesBuilder()
            .withVerb(verb(name != null))
            .withGroup(text(parts.group("group")))
            .withResource(parts.group("resource"))
            .withSubresource(text(parts.group("subresource")))
            .withNamespace(text(parts.group("namespace")))
            .withName(name == null ? selectedName() : name)
            .build());
  }

  private String verb(boolean isForOne) {
    return switch (method) {
      case "GET", "HEAD" -> isWatch() ? "watch" : isForOne ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      default -> isForOne ? "delete" : "deletecollection";
    };
  }

  /** A list or a watch of one object is allowed to those who may have this one. */
  private String selectedName() {
    var selector = NAME.matcher(URLDecoder.decode(path, StandardCharsets.UTF_8));
    return selector.find() ? selector.group("name") : "";
  }

  private static String text(@Nullable String group) {
    return group == null ? "" : group;
  }

  @Override
  public String toString() {
    return method + " " + path; // not the body: it may hold a password
  }
}
