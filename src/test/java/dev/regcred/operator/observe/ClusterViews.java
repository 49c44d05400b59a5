package dev.regcred.operator.observe;

import dev.regcred.operator.watch.ClusterView;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Caches that know nothing but what a test lets them know. */
public final class ClusterViews {
  private ClusterViews() {}

  /** One that knows nothing, but for the answers of one method. */
  public static ClusterView answering(String method, Function<List<Object>, Object> answer) {
    return answering(Map.of(method, answer));
  }

  /** One that knows nothing, but for the answers of these methods. */
  static ClusterView answering(Map<String, Function<List<Object>, Object>> answers) {
    return (ClusterView)
        Proxy.newProxyInstance(
            ClusterView.class.getClassLoader(),
            new Class<?>[] {ClusterView.class},
            (_, called, args) ->
                answers
                    .getOrDefault(called.getName(), _ -> nothing(called.getReturnType()))
                    .apply(args == null ? List.of() : List.of(args)));
  }

  private static Object nothing(Class<?> type) {
    return Map.<Class<?>, Object>of(
            Optional.class, Optional.empty(),
            List.class, List.of(),
            Set.class, Set.of(),
            Map.class, Map.of(),
            boolean.class, false)
        .getOrDefault(type, Void.TYPE);
  }
}
