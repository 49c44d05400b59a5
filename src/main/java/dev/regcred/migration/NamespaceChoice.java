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
 * all of a Rancher project, with Rancher's copies     its label
 * any others                                          by name, 32 a credential
 * </pre>
 *
 * <p>Never by {@code {}}: that would give the account to namespaces that are not there yet, which
 * no copy shows to be meant.
 *
 * @param selector its selector
 * @param namespaces what it comes to now
 */
record NamespaceChoice(LabelSelector selector, Set<String> namespaces) {
  private static final String NAME = "kubernetes.io/metadata.name";
  private static final String PROJECT = "field.cattle.io/projectId";
  private static final String KUBE_SYSTEM = "kube-system";

  /** The most values of an expression that the CRD takes. */
  private static final int MAX_VALUES = 32;

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
    var choices = new ArrayList<NamespaceChoice>();
    var rest = namespaces(secrets, _ -> true);
    projects(secrets)
        .forEach(
            project -> {
              var ofProject =
                  all.entrySet().stream()
                      .filter(one -> project.equals(one.getValue().get(PROJECT)))
                      .map(Map.Entry::getKey)
                      .filter(one -> !named.contains(one))
                      .collect(Collectors.toCollection(TreeSet::new));
              var copied = namespaces(secrets, secret -> isOf(project, secret));
              if (!ofProject.isEmpty() && copied.containsAll(ofProject)) {
                choices.add(
                    new NamespaceChoice(
                        new LabelSelector(Map.of(PROJECT, project), List.of()), ofProject));
                rest.removeAll(ofProject);
              }
            });
    byName(List.copyOf(rest)).forEach(choices::add);
    return List.copyOf(choices);
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

  private static boolean isOf(String project, ImportedSecret secret) {
    var keeper = secret.keeper();
    return keeper != null && project.equals(keeper.project());
  }

  private static List<NamespaceChoice> byName(List<String> names) {
    var choices = new ArrayList<NamespaceChoice>();
    for (int i = 0; i < names.size(); i += MAX_VALUES) {
      var some = names.subList(i, Math.min(i + MAX_VALUES, names.size()));
      choices.add(
          new NamespaceChoice(
              new LabelSelector(
                  Map.of(), List.of(new LabelSelectorRequirement(NAME, LabelOperator.IN, some))),
              Set.copyOf(some)));
    }
    return choices;
  }
}
