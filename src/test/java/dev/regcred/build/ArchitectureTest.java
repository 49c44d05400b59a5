package dev.regcred.build;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The layers, and what may be known in them. */
class ArchitectureTest {
  private static final String ROOT = "dev.regcred";

  /** Every package, and the packages of ours that it may import. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.of(
          "api", Set.of(),
          "lifecycle", Set.of("api"),
          "pullsecret", Set.of("api"),
          "plan", Set.of("api", "lifecycle", "pullsecret"),
          "status", Set.of("api", "lifecycle", "plan"),
          "cluster", Set.of("api", "plan", "pullsecret", "status"),
          "metrics", Set.of("api", "lifecycle", "plan"),
          "controller",
              Set.of("api", "lifecycle", "pullsecret", "plan", "status", "cluster", "metrics"),
          "app",
              Set.of(
                  "api",
                  "lifecycle",
                  "pullsecret",
                  "plan",
                  "status",
                  "cluster",
                  "metrics",
                  "controller"));

  /** They compute: what they return depends on nothing but what they are given. */
  private static final String[] PURE = {
    ROOT + ".lifecycle..", ROOT + ".pullsecret..", ROOT + ".plan..", ROOT + ".status.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  static Stream<String> layers() {
    return MAY_IMPORT.keySet().stream().sorted();
  }

  @Test
  void everyPackageHasItsPlaceInTheTable() {
    assertThat(CLASSES.stream().map(c -> layer(c.getPackageName())).collect(Collectors.toSet()))
        .isEqualTo(MAY_IMPORT.keySet());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aPackageImportsOnlyWhatTheTableLetsIt(String layer) {
    var forbidden = new TreeSet<>(MAY_IMPORT.keySet());
    forbidden.removeAll(MAY_IMPORT.getOrDefault(layer, Set.of()));
    forbidden.remove(layer);
    if (!forbidden.isEmpty()) {
      noClasses()
          .that(resideInAnyPackage(ROOT + "." + layer + ".."))
          .should()
          .dependOnClassesThat(resideInAnyPackage(packages(forbidden)))
          .check(CLASSES);
    }
  }

  @Test
  void packagesDoNotGoRoundInCircles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void pureCodeKnowsNoClientAndWritesNoLog() {
    noClasses()
        .that(resideInAnyPackage(PURE))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.fabric8.kubernetes.client..",
                "io.javaoperatorsdk..",
                "org.slf4j..",
                "ch.qos.logback..",
                "java.util.logging..",
                "java.net.http.."))
        .check(CLASSES);
  }

  @Test
  void pureCodeAsksNeitherForTheTimeNorForTheEnvironment() {
    noClasses()
        .that(resideInAnyPackage(PURE))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .orShould()
        .callMethod("java.time.Instant", "now")
        .orShould()
        .callMethod("java.lang.System", "getenv")
        .orShould()
        .callMethod("java.lang.System", "getenv", "java.lang.String")
        .orShould()
        .callMethod("java.lang.System", "getProperty", "java.lang.String")
        .orShould()
        .callMethod("java.lang.System", "getProperty", "java.lang.String", "java.lang.String")
        .orShould()
        .callMethod("java.lang.System", "currentTimeMillis")
        .orShould()
        .callMethod("java.lang.System", "nanoTime")
        .check(CLASSES);
  }

  @Test
  void aClassIsNamedAfterWhatItIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager)(\\$.*)?")
        .because("such a name says nothing, and so it collects everything")
        .check(CLASSES);
  }

  @Test
  void nothingStaticChanges() {
    fields()
        .that()
        .areStatic()
        .should()
        .beFinal()
        .because("two operators in one process, as in a test, must not meet")
        .check(CLASSES);
  }

  @Test
  void everyPackageSaysWhereNullIsAllowed() {
    var all = new ClassFileImporter().importPackages(ROOT);
    var unmarked = new TreeSet<String>();
    for (JavaPackage ours : all.getPackage(ROOT).getSubpackagesInTree()) {
      if (!ours.getClasses().isEmpty() && !ours.isAnnotatedWith(NullMarked.class)) {
        unmarked.add(ours.getName());
      }
    }
    assertThat(unmarked).as("without @NullMarked in a package-info.java").isEmpty();
  }

  private static String layer(String packageName) {
    return packageName.substring(ROOT.length() + 1).split("\\.", 2)[0];
  }

  private static String[] packages(Set<String> layers) {
    return layers.stream().map(layer -> ROOT + "." + layer + "..").toArray(String[]::new);
  }
}
