package dev.regcred.integration;

import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.TestNamespace;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A tenant with the role {@code edit} in one namespace who writes what costs an operator memory and
 * requests: marks, attachments and lists of many names, and credentials that come and go.
 */
final class HostileTenant {
  /** The API server takes 256 KiB for all annotations of an object. */
  private static final int NAMES = 5_000;

  /** Of each kind of object, which it writes again and again. */
  private static final int OBJECTS = 5;

  private static final int BURST = 20;

  private final TestNamespace namespace;

  HostileTenant(TestNamespace namespace) {
    this.namespace = namespace;
  }

  /** One of the things that it does. */
  void act(Random random) {
    var number = random.nextInt(OBJECTS);
    switch (random.nextInt(5)) {
      case 0 ->
          namespace.apply(
              """
              apiVersion: v1
              kind: ServiceAccount
              metadata:
                name: attached-%s
                annotations: {regcred.dev/attached: '%s'}
              """
                  .formatted(number, names(random, "\"%s\"")));
      case 1 ->
          namespace.apply(
              "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: listed-%s}\nimagePullSecrets: %s"
                  .formatted(number, names(random, "{name: %s}")));
      case 2 ->
          namespace.apply(
              """
              apiVersion: v1
              kind: Secret
              metadata:
                name: marked-%s
                labels: {regcred.dev/managed: "true"}
                annotations: {regcred.dev/contributors: '%s'}
              """
                  .formatted(
                      number, names(random, "{\"kind\":\"RegistryCredential\",\"name\":\"%s\"}")));
      case 3 -> IntStream.range(0, BURST).forEach(i -> namespace.apply(credential(i).yaml()));
      default ->
          IntStream.range(0, BURST)
              .forEach(i -> namespace.delete("RegistryCredential", "burst-" + i));
    }
  }

  /** All of them share a target, and none has a Registry. */
  private static Manifest.OfCredential credential(int number) {
    return Manifests.credential("burst-" + number).target("shared");
  }

  /** A list of names that it has not written before. */
  private static String names(Random random, String form) {
    var first = random.nextInt(1_000_000);
    return IntStream.range(0, NAMES)
        .mapToObj(i -> form.formatted("n" + (first + i)))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
