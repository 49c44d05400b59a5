package dev.regcred.cluster;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Caches that know nothing but what a test lets them know. */
final class Caches {
  private Caches() {}

  /** One that knows nothing, but for the answers of one method. */
  static ClusterCache answering(String method, Function<List<Object>, Object> answer) {
    return (ClusterCache)
        Proxy.newProxyInstance(
            ClusterCache.class.getClassLoader(),
            new Class<?>[] {ClusterCache.class},
            (_, called, args) ->
                called.getName().equals(method)
                    ? answer.apply(List.of(args))
                    : nothing(called.getReturnType()));
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
