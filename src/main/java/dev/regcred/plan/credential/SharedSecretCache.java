package dev.regcred.plan.credential;

import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.SecretRequest;
import dev.regcred.pullsecret.SharedSecret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cache composes pull Secrets, those that are alike once: the copies of a cluster-wide credential
 * are the same in most of its namespaces. Good for one plan.
 */
final class SharedSecretCache {
  private final Map<Input, SharedSecret> shared = new HashMap<>();

  /** What a shared Secret is a function of; of the present Secret its version does not count. */
  private record Input(
      String name, List<SecretRequest> contributions, @Nullable PullSecret content) {}

  SharedSecret compose(String name, List<SecretRequest> requests, @Nullable PullSecret current) {
    var content = current == null ? null : current.withoutVersion();
    return shared.computeIfAbsent(
        new Input(name, requests, content), _ -> SharedSecret.of(name, requests, current));
  }
}
