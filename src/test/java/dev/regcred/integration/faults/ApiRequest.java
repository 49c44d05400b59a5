package dev.regcred.integration.faults;

import java.util.Set;

/**
 * A request to the API server.
 *
 * @param method such as {@code GET}
 * @param path with its query
 * @param body empty where there is none
 */
public record ApiRequest(String method, String path, String body) {
  private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");

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

  @Override
  public String toString() {
    return method + " " + path; // not the body: it may hold a password
  }
}
