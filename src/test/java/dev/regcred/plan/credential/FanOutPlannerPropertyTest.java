package dev.regcred.plan.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.plan.Action;
import dev.regcred.plan.credential.Situation.Planned;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * A plan that is made namespace by namespace is the plan of all namespaces, and nothing is written
 * on the way there that it does not say.
 */
class FanOutPlannerPropertyTest {
  @Property
  void itIsThePlanOfAllNamespacesInWhateverOrderTheyCome(
      @ForAll("byNamespace") Planned planned, @ForAll Random order) {
    var planner = CredentialPlanner.byNamespace(planned.observed().credential()).orElseThrow();
    var namespaces = new ArrayList<>(planned.observed().namespaces());
    Collections.shuffle(namespaces, order);

    var written = new ArrayList<Action.NamespaceBatch>();
    for (var namespace : namespaces) {
      if (!planner.isDecided()) {
        planner.plan(namespace).batch().ifPresent(written::add);
      }
    }
    var before = written.isEmpty() ? List.<Action>of() : planner.preparation();
    var plan = planner.conclude();

    assertThat(plan).isEqualTo(planned.plan());
    written.sort(Comparator.comparing(Action.NamespaceBatch::namespace));
    var done = new ArrayList<>(before);
    if (!written.isEmpty()) {
      done.add(new Action.InNamespaces(written));
    }
    assertThat(plan.actions().stream().limit(done.size())).containsExactlyElementsOf(done);
    assertThat(plan.actions().stream().skip(done.size()))
        .as("what is left after them")
        .noneMatch(Action.InNamespaces.class::isInstance);
  }

  /** A target that the plan neither writes nor leaves to another writer is right. */
  @Property
  void itSaysOfWhichTargetsTheyAreRight(@ForAll("byNamespace") Planned planned) {
    var planner = CredentialPlanner.byNamespace(planned.observed().credential()).orElseThrow();
    for (var namespace : planned.observed().namespaces()) {
      var turn = planner.plan(namespace);
      var isWritten =
          turn.batch().stream()
              .flatMap(batch -> batch.actions().stream())
              .anyMatch(
                  action ->
                      action instanceof Action.WriteSecret(var write)
                          && write.secretName().equals(namespace.target().name()));
      if (isWritten || planner.conclude().contended().contains(namespace.name())) {
        assertThat(turn.isTargetRight()).isFalse();
      }
    }
  }

  @Provide
  Arbitrary<Planned> byNamespace() {
    return Situation.any()
        .filter(
            planned -> CredentialPlanner.byNamespace(planned.observed().credential()).isPresent());
  }
}
