package dev.regcred.integration;

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
 * @param otherNamespaces those that it needs besides its own, where it is one of the cluster-wide
 *     kinds
 * @param newPods a Pod that names the pull Secret whenever it is created, whatever the operator is
 *     about to write; null where nothing is said of Pods
 */
record CrashScenario(
    String name,
    Consumer<CrashStage> setUp,
    Map<String, String> before,
    Consumer<CrashStage> change,
    @Nullable Consumer<CrashStage> meanwhile,
    Map<String, String> after,
    Set<String> handedBack,
    Set<String> otherNamespaces,
    @Nullable NewPods newPods) {

  /**
   * A Pod that is created.
   *
   * @param namespace of which of the other namespaces; empty for the scenario's own
   * @param serviceAccount whose it is
   */
  record NewPods(String namespace, String serviceAccount) {}

  CrashScenario(
      String name,
      Consumer<CrashStage> setUp,
      Map<String, String> before,
      Consumer<CrashStage> change,
      @Nullable Consumer<CrashStage> meanwhile,
      Map<String, String> after,
      Set<String> handedBack,
      Set<String> otherNamespaces) {
    this(name, setUp, before, change, meanwhile, after, handedBack, otherNamespaces, null);
  }

  CrashScenario(
      String name,
      Consumer<CrashStage> setUp,
      Map<String, String> before,
      Consumer<CrashStage> change,
      Map<String, String> after) {
    this(name, setUp, before, change, null, after, Set.of(), Set.of());
  }

  /** The scenario in which a Pod names the pull Secret whenever it is created. */
  CrashScenario withPodsThatAlwaysPull(String namespace, String serviceAccount) {
    return new CrashScenario(
        name,
        setUp,
        before,
        change,
        meanwhile,
        after,
        handedBack,
        otherNamespaces,
        new NewPods(namespace, serviceAccount));
  }

  @Override
  public String toString() {
    return name;
  }
}
