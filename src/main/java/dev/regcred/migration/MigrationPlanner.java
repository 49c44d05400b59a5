package dev.regcred.migration;

import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.migration.ImportedSecret.Entry;
import dev.regcred.migration.MigrationInput.ExistingCredential;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rules of an import, as a function of what was read.
 *
 * <pre>
 * pull Secret                     becomes
 * of one namespace                RegistryCredential; its Secret is taken over
 * the same account, same name,
 *   in many namespaces            ClusterRegistryCredential; the Secrets are taken over
 * that can't be taken over        the same, with a new pull Secret beside the old one
 * that a program goes on to
 *   write, or with a token        RegistryCredential that reads it, with a new pull Secret beside it
 * </pre>
 */
public final class MigrationPlanner {
  /** An account in a Secret. */
  private record Use(ImportedSecret secret, Entry entry) {}

  /** What copies have in common. */
  private record Copies(String secret, boolean isAdopted, String server, String account) {}

  private final MigrationInput input;
  private final Declarations declarations;

  private MigrationPlanner(MigrationInput input) {
    this.input = input;
    this.declarations = new Declarations(input);
  }

  /** Plans it. The same input, in whatever order, gives the same plan. */
  public static MigrationPlan plan(MigrationInput input) {
    return new MigrationPlanner(input).plan();
  }

  private MigrationPlan plan() {
    var uses =
        input.secrets().stream()
            .sorted(
                Comparator.comparing(ImportedSecret::name).thenComparing(ImportedSecret::namespace))
            .flatMap(secret -> secret.entries().stream().map(entry -> new Use(secret, entry)))
            .sorted(
                Comparator.comparing((Use use) -> use.secret().name())
                    .thenComparing(use -> use.entry().address().value()))
            .toList();
    var single = new ArrayList<Use>();
    var groups = new LinkedHashMap<Copies, List<Use>>();
    undeclared(uses)
        .forEach(
            use -> {
              if (input.namespaces() == null || use.secret().isSource()) {
                single.add(use);
              } else {
                groups.computeIfAbsent(copies(use), _ -> new ArrayList<>()).add(use);
              }
            });
    var wide = groups.values().stream().filter(group -> group.size() > 1).toList();
    var ofName =
        wide.stream()
            .collect(
                Collectors.groupingBy(
                    group -> group.getFirst().secret().name(), Collectors.counting()));
    wide.forEach(
        group ->
            declareWide(
                group, Objects.requireNonNull(ofName.get(group.getFirst().secret().name())) == 1));
    groups.values().stream()
        .filter(group -> group.size() == 1)
        .map(List::getFirst)
        .forEach(single::add);
    single.forEach(this::declare);
    return declarations.plan(findings());
  }

  /**
   * Those that nothing is declared for yet. What stands in the way of one is known before any
   * Secret is handed over.
   */
  private List<Use> undeclared(List<Use> uses) {
    var declared = new Declared(input);
    var undeclared = new ArrayList<Use>();
    var kept = new LinkedHashMap<Use, ExistingCredential>();
    for (Use use : uses) {
      switch (declared.of(use.secret(), use.entry())) {
        case Declared.Answer.None _ -> undeclared.add(use);
        case Declared.Answer.Same(var credential) -> kept.put(use, credential);
        case Declared.Answer.Other(var credential, var why) ->
            declarations.refuse(use.secret(), use.entry(), credential, why);
      }
    }
    kept.forEach((use, credential) -> declarations.keep(use.secret(), credential));
    return undeclared;
  }

  private static Copies copies(Use use) {
    return new Copies(
        use.secret().name(),
        use.secret().isAdopted(),
        use.entry().address().value(),
        use.entry().account());
  }

  private void declare(Use use) {
    var secret = use.secret();
    var name =
        secret.entries().size() == 1 ? secret.name() : named(secret.name(), use.entry().address());
    declarations.add(secret, use.entry(), name, serviceAccounts(List.of(secret)));
  }

  private void declareWide(List<Use> group, boolean isAlone) {
    var first = group.getFirst();
    var name =
        isAlone ? first.secret().name() : named(first.secret().name(), first.entry().address());
    var secrets =
        group.stream()
            .collect(
                Collectors.toMap(
                    use -> use.secret().namespace(), Use::secret, (a, _) -> a, TreeMap::new));
    if (secrets.values().stream().filter(secret -> secret.keeper() == null).count() > 1) {
      declarations.note(
          "Secret %s has the same account for %s in %s namespaces, %s the first of them, and becomes one ClusterRegistryCredential, though nothing says that its copies belong together; --no-cluster-wide declares each for itself."
              .formatted(
                  first.secret().name(),
                  first.entry().address(),
                  secrets.size(),
                  secrets.firstKey()));
    }
    var choices =
        NamespaceChoice.of(
            secrets.values(), Objects.requireNonNull(input.namespaces()), input.sourceNamespace());
    for (int i = 0; i < choices.size(); i++) {
      var choice = choices.get(i);
      var chosen =
          secrets.values().stream()
              .filter(secret -> choice.namespaces().contains(secret.namespace()))
              .toList();
      declarations.addWide(
          chosen,
          first.entry(),
          i == 0 ? name : "%s-%s".formatted(name, i + 1),
          choice,
          serviceAccounts(chosen));
    }
  }

  private static String named(String secret, ServerAddress address) {
    return "%s-%s".formatted(secret, Names.ofServer(address));
  }

  /**
   * Those that name the Secret in each of its namespaces, so that nobody gets it who had it not.
   */
  private List<String> serviceAccounts(Collection<ImportedSecret> secrets) {
    var accounts = input.serviceAccounts();
    if (accounts == null) {
      return List.of();
    }
    var common = new TreeSet<String>();
    var isFirst = true;
    for (ImportedSecret secret : secrets) {
      var naming = new TreeSet<String>();
      accounts
          .getOrDefault(secret.namespace(), Map.of())
          .forEach(
              (account, names) -> {
                if (names.contains(secret.name())) {
                  naming.add(account);
                }
              });
      if (isFirst) {
        common.addAll(naming);
      } else {
        common.retainAll(naming);
      }
      isFirst = false;
    }
    return List.copyOf(common);
  }

  private List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    var byKeeper = new TreeMap<String, List<ImportedSecret>>();
    input.secrets().stream()
        .sorted(Comparator.comparing(ImportedSecret::namespace).thenComparing(ImportedSecret::name))
        .forEach(
            secret -> {
              findings.addAll(secret.findings());
              if (!secret.entries().isEmpty()) {
                beside(secret).forEach(findings::add);
                if (secret.isAdopted() && secret.keeper() != null) {
                  byKeeper
                      .computeIfAbsent(secret.keeper().title(), _ -> new ArrayList<>())
                      .add(secret);
                }
              }
            });
    byKeeper.forEach((keeper, secrets) -> findings.add(copier(keeper, secrets)));
    if (input.serviceAccounts() == null) {
      findings.add(
          new Finding(
              "You may not list ServiceAccounts, so spec.serviceAccounts is left out; what they name already they go on naming.",
              false));
    }
    return findings;
  }

  private static List<Finding> beside(ImportedSecret secret) {
    if (secret.isAdopted()) {
      return List.of();
    }
    var keeper = secret.keeper();
    String why;
    if (secret.isKeptBy(Keeper.Role.SOURCE) && keeper != null) {
      why = "is kept by %s, which goes on: it stays, and is the source".formatted(keeper.title());
    } else if (secret.isSource()) {
      why =
          "has a token of a few hours, so whatever renews it has to go on: it stays, and is the source";
    } else {
      why = "%s: it stays".formatted(secret.refusal());
    }
    return List.of(
        new Finding(
            "%s %s, with a new pull Secret beside it.".formatted(secret.title(), why), false));
  }

  private static Finding copier(String keeper, List<ImportedSecret> secrets) {
    return new Finding(
        "%s copies %s: stop it before they are handed over, or it writes against regcred; take its marks off them before it runs again, or it may delete them."
            .formatted(
                keeper,
                secrets.size() == 1
                    ? secrets.getFirst().title()
                    : "%s Secrets, %s the first of them"
                        .formatted(secrets.size(), secrets.getFirst().title())),
        false);
  }
}
