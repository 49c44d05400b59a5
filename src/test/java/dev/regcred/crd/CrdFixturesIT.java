package dev.regcred.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
class CrdFixturesIT {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

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
        .allSatisfy(expected -> assertThat(errors).anyMatch(matching(expected)));
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
}
