package dev.regcred.integration;

import dev.regcred.testkit.TestNamespace;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A change of what is declared, that the operator has to bring to its end whatever happens to it.
 *
 * @param name in one word or two
 * @param setUp what is there before
 * @param before the summaries ({@link World#summary}) of it once the operator has done its part
 * @param change what happens then
 * @param meanwhile what happens while the operator is down; without a crash, when it is done
 * @param after the summaries once the operator has done its part of that, too
 * @param handedBack the Secrets that keep their entry when nothing of ours is left
 */
record CrashScenario(
    String name,
    Consumer<TestNamespace> setUp,
    Map<String, String> before,
    Consumer<TestNamespace> change,
    @Nullable Consumer<TestNamespace> meanwhile,
    Map<String, String> after,
    Set<String> handedBack) {

  CrashScenario(
      String name,
      Consumer<TestNamespace> setUp,
      Map<String, String> before,
      Consumer<TestNamespace> change,
      Map<String, String> after) {
    this(name, setUp, before, change, null, after, Set.of());
  }

  @Override
  public String toString() {
    return name;
  }
}
