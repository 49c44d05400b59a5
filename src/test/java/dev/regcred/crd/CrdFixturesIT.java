package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.regcred.testcluster.SharedCluster;
import dev.regcred.testkit.WithoutOperator;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server accepts every valid fixture, and refuses every invalid one as it says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithoutOperator
class CrdFixturesIT {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  /** From here on an API server says of a rule's error which value it is about. */
  private static final int VALUES_ARE_NAMED_FROM = 35;

  /** What an older one says: the type of the value instead. */
  private static final Pattern TYPE_OF_VALUE =
      Pattern.compile(
          "(.*?: Invalid value: )\"(?:array|boolean|integer|number|object|string)\": (.*)",
          Pattern.DOTALL);

  private static final Pattern MINOR = Pattern.compile("v1\\.(\\d+)\\..*");

  private final CrdNamespace namespace = CrdNamespace.create();

  @AfterAll
  void deleteNamespace() {
    namespace.close();
  }

  @AfterEach
  void deleteObjects() {
    namespace.deleteObjects();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.regcred.crd.Fixture#valid")
  void isAccepted(Fixture fixture) {
    assertThatCode(() -> fixture.steps().forEach(step -> carryOut(fixture, step)))
        .as(fixture.toString())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.regcred.crd.Fixture#invalid")
  void isRefusedWithExactlyTheExpectedErrors(Fixture fixture) {
    fixture.preparation().forEach(step -> carryOut(fixture, step));

    var refusal =
        catchThrowableOfType(
            KubernetesClientException.class, () -> carryOut(fixture, fixture.steps().getLast()));

    assertThat(refusal).as("refusal of %s", fixture).isNotNull();
    var errors = errors(refusal);
    assertThat(errors).as(fixture.toString()).hasSameSizeAs(fixture.expected());
    assertThat(fixture.expected())
        .as(fixture.toString())
        .allSatisfy(
            expected ->
                assertThat(errors)
                    .anyMatch(matching(expected).or(matchingButForTheValue(expected))));
  }

  private void carryOut(Fixture fixture, Fixture.Step step) {
    var object = namespace.object(fixture.crd(), fixture.created());
    switch (step.action()) {
      case GIVEN -> object.create();
      case STATUS -> object.subresource("status").patch(MERGE, step.patchOfObject().toString());
      case WHEN -> object.patch(MERGE, step.patchOfObject().toString());
    }
  }

  private static List<String> errors(KubernetesClientException refusal) {
    return refusal.getStatus().getDetails().getCauses().stream()
        .map(cause -> cause.getField() + ": " + cause.getMessage())
        // Older ones write a map as Go does.
        .map(error -> error.replace("map[string]interface {}", ""))
        // Said besides an error of the schema that keeps the CEL rules from being tried.
        .filter(error -> !error.contains("some validation rules were not checked"))
        .toList();
  }

  private static Predicate<String> matching(String expected) {
    return Pattern.compile(
            Arrays.stream(expected.split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")),
            Pattern.DOTALL)
        .asMatchPredicate();
  }

  /** The expected error, but for the value, on an API server that does not say it. */
  private static Predicate<String> matchingButForTheValue(String expected) {
    var minor = MINOR.matcher(SharedCluster.get().kubernetesVersion());
    if (!minor.matches() || Integer.parseInt(minor.group(1)) >= VALUES_ARE_NAMED_FROM) {
      return _ -> false;
    }
    return error -> {
      var withType = TYPE_OF_VALUE.matcher(error);
      return withType.matches()
          && expected.startsWith(withType.group(1))
          && expected.endsWith(withType.group(2));
    };
  }
}
