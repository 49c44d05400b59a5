package dev.regcred.plan.credential;

import dev.regcred.pullsecret.Composition;
import dev.regcred.pullsecret.Contribution;
import dev.regcred.pullsecret.PullSecret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Composes pull Secrets, those that are alike once: the copies of a cluster-wide credential are the
 * same in most of its namespaces. Good for one plan.
 */
final class Composer {
  private final Map<Input, Composition> compositions = new HashMap<>();

  /** What a composition is a function of; of the present Secret its version does not count. */
  private record Input(
      String name, List<Contribution> contributions, @Nullable PullSecret content) {}

  Composition compose(String name, List<Contribution> contributions, @Nullable PullSecret current) {
    var content = current == null ? null : current.withoutVersion();
    return compositions.computeIfAbsent(
        new Input(name, contributions, content), _ -> Composition.of(name, contributions, current));
  }
}
