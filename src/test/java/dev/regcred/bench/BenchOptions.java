package dev.regcred.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * What is measured; docs/performance.md lists the properties.
 *
 * @param scenarios the names of those that run
 * @param sizes how many credentials or namespaces, ascending
 * @param footprintSizes at how many credentials only the memory is measured
 * @param finalizers who sets the finalizer of the credentials
 * @param manifestSizes at how many credentials it is measured with the finalizer in the manifest
 * @param rawLimit of how many objects the raw limit is measured at most; larger sizes are compared
 *     by the time for each object
 * @param rotations how many changes, one at a time
 * @param steadySeconds how long nothing is changed
 * @param settledSeconds how long a process has done nothing that is called settled; the default is
 *     longer than any look that comes each minute
 * @param threads how many requests the lean client has under way, as the operator has by default
 * @param profile whether the operator is recorded
 */
record BenchOptions(
    List<String> scenarios,
    List<Integer> sizes,
    List<Integer> footprintSizes,
    List<Finalizer> finalizers,
    List<Integer> manifestSizes,
    int rawLimit,
    int rotations,
    int steadySeconds,
    int settledSeconds,
    int threads,
    boolean profile) {
  static final List<String> ALL_SCENARIOS =
      List.of("credentials", "namespaces", "rotation", "steady", "footprint");
  private static final String EVERY_SIZE = "100,500,2000,10000";
  static final List<Integer> ALL_SIZES = List.of(100, 500, 2_000, 10_000);

  /** Who sets the finalizer of a credential. */
  enum Finalizer {
    /** The operator: three writes until a credential is Active. */
    OPERATOR,
    /** The manifest carries it, or admission stamps it: two writes. */
    MANIFEST;

    String label() {
      return this == OPERATOR ? "by the operator" : "in the manifest";
    }
  }

  static BenchOptions of(Properties properties) {
    var text = new Texts(properties);
    return new BenchOptions(
        text.list("bench.scenarios", "credentials,namespaces,rotation,steady,footprint"),
        text.numbers("bench.sizes", EVERY_SIZE),
        text.numbers("bench.footprint.sizes", "1000"),
        text.list("bench.finalizers", "operator,manifest").stream()
            .map(name -> Finalizer.valueOf(name.toUpperCase(java.util.Locale.ROOT)))
            .toList(),
        text.numbers("bench.manifest.sizes", text.value("bench.sizes", EVERY_SIZE)),
        text.number("bench.raw.limit", 2_000),
        text.number("bench.rotations", 500),
        text.number("bench.steady.seconds", 60),
        text.number("bench.settled.seconds", 65),
        text.number("bench.threads", 16),
        Boolean.parseBoolean(text.value("bench.profile", "false")));
  }

  boolean has(String scenario) {
    return scenarios.contains(scenario);
  }

  /** Who sets the finalizer of so many credentials. */
  List<Finalizer> finalizers(int size) {
    return finalizers.stream()
        .filter(finalizer -> finalizer != Finalizer.MANIFEST || manifestSizes.contains(size))
        .toList();
  }

  /** What a full run has and this one has not, in sentences for its output. */
  List<String> leftOut() {
    var sizesLeftOut = ALL_SIZES.stream().filter(size -> !sizes.contains(size)).toList();
    var scenariosLeftOut = ALL_SCENARIOS.stream().filter(name -> !has(name)).toList();
    var manifestLeftOut =
        finalizers.contains(Finalizer.MANIFEST)
            ? sizes.stream().filter(size -> !manifestSizes.contains(size)).toList()
            : sizes;
    return java.util.stream.Stream.of(
            sizesLeftOut.isEmpty() ? "" : "Sizes left out by bench.sizes: " + sizesLeftOut + ".",
            manifestLeftOut.isEmpty() || !has("credentials")
                ? ""
                : "Sizes without the finalizer in the manifest: " + manifestLeftOut + ".",
            scenariosLeftOut.isEmpty()
                ? ""
                : "Scenarios left out by bench.scenarios: " + scenariosLeftOut + ".")
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private record Texts(Properties properties) {
    /** Maven hands over a property that is not set as an empty one. */
    String value(String name, String otherwise) {
      var value = properties.getProperty(name, "").strip();
      return value.isEmpty() ? otherwise : value;
    }

    List<String> list(String name, String otherwise) {
      return Arrays.stream(value(name, otherwise).split(",", -1))
          .map(String::strip)
          .filter(item -> !item.isEmpty())
          .toList();
    }

    List<Integer> numbers(String name, String otherwise) {
      return list(name, otherwise).stream()
          .map(item -> Integer.valueOf(item.replace("_", "")))
          .sorted()
          .toList();
    }

    int number(String name, int otherwise) {
      return Integer.parseInt(value(name, String.valueOf(otherwise)));
    }
  }
}
