package dev.regcred.migration;

import dev.regcred.api.v1alpha1.LabelOperator;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Namespaces as a cluster-wide credential chooses them.
 *
 * <pre>
 * all of a Rancher project                     its label
 * more than 32, copied, and all but 1,024      {} and excludedNamespaces
 * any others                                   by name, 32 a credential
 * </pre>
 *
 * @param selector its selector
 * @param excluded the namespaces that it leaves out all the same
 * @param namespaces what it comes to now
 */
record NamespaceChoice(LabelSelector selector, List<String> excluded, Set<String> namespaces) {
  private static final String NAME = "kubernetes.io/metadata.name";
  private static final String PROJECT = "field.cattle.io/projectId";
  private static final String KUBE_SYSTEM = "kube-system";

  /** The most values of an expression, and the most excluded namespaces, that the CRD takes. */
  private static final int MAX_VALUES = 32;

  private static final int MAX_EXCLUDED = 1_024;

  /**
   * Chooses exactly those that have a copy now.
   *
   * @param secrets the copies
   * @param all the labels of all namespaces
   * @param sourceNamespace the operator's, which like kube-system is chosen by name only
   */
  static List<NamespaceChoice> of(
      Collection<ImportedSecret> secrets,
      Map<String, Map<String, String>> all,
      String sourceNamespace) {
    var named = Set.of(KUBE_SYSTEM, sourceNamespace);
    var wanted = namespaces(secrets, _ -> true);
    var others = new TreeSet<>(wanted);
    others.removeAll(named);
    var choices = new ArrayList<NamespaceChoice>();
    var rest = new TreeSet<>(wanted);
    projects(secrets)
        .forEach(
            project -> {
              var ofProject =
                  all.entrySet().stream()
                      .filter(one -> project.equals(one.getValue().get(PROJECT)))
                      .map(Map.Entry::getKey)
                      .filter(one -> !named.contains(one))
                      .collect(Collectors.toCollection(TreeSet::new));
              if (!ofProject.isEmpty() && rest.containsAll(ofProject)) {
                choices.add(
                    new NamespaceChoice(
                        new LabelSelector(Map.of(PROJECT, project), List.of()),
                        List.of(),
                        ofProject));
                rest.removeAll(ofProject);
              }
            });
    var without =
        all.keySet().stream()
            .filter(one -> !rest.contains(one) && !named.contains(one))
            .sorted()
            .toList();
    if (rest.size() > MAX_VALUES && without.size() <= MAX_EXCLUDED && areCopied(secrets)) {
      others.retainAll(rest);
      choices.add(
          new NamespaceChoice(new LabelSelector(Map.of(), List.of()), without, Set.copyOf(others)));
      rest.removeAll(others);
    }
    byName(List.copyOf(rest)).forEach(choices::add);
    return List.copyOf(choices);
  }

  /** Whether new namespaces get it too, as they did before. */
  boolean isOfNewOnes() {
    return selector.isMetByAll();
  }

  private static TreeSet<String> namespaces(
      Collection<ImportedSecret> secrets, Predicate<ImportedSecret> which) {
    return secrets.stream()
        .filter(which)
        .map(ImportedSecret::namespace)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> projects(Collection<ImportedSecret> secrets) {
    return secrets.stream()
        .flatMap(secret -> Stream.ofNullable(secret.keeper()))
        .flatMap(keeper -> Stream.ofNullable(keeper.project()))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Whether all but the first are copies of a program's, which makes one in a new namespace, too.
   */
  private static boolean areCopied(Collection<ImportedSecret> secrets) {
    return secrets.stream().filter(one -> !one.isKeptBy(Keeper.Role.COPIER)).count() <= 1;
  }

  private static List<NamespaceChoice> byName(List<String> names) {
    var choices = new ArrayList<NamespaceChoice>();
    for (int i = 0; i < names.size(); i += MAX_VALUES) {
      var some = names.subList(i, Math.min(i + MAX_VALUES, names.size()));
      choices.add(
          new NamespaceChoice(
              new LabelSelector(
                  Map.of(), List.of(new LabelSelectorRequirement(NAME, LabelOperator.IN, some))),
              List.of(),
              Set.copyOf(some)));
    }
    return choices;
  }
}
