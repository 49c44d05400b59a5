package dev.regcred.build;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
          "kubeconfig", Set.of("cluster"),
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
                  "controller",
                  "kubeconfig"));

  /** They compute: what they return depends on nothing but what they are given. */
  private static final List<String> PURE = List.of("lifecycle", "pullsecret", "plan", "status");

  private static final PureCode PLANNING =
      new PureCode(Stream.concat(Stream.of("api"), PURE.stream()).map(l -> ROOT + "." + l + "."));

  /** The kinds are read by Jackson, as what the client takes for a resource. */
  private static final PureCode READING =
      new PureCode(
          Stream.of(
              ROOT + ".api.",
              "com.fasterxml.jackson.databind.",
              "com.fasterxml.jackson.core.util.JsonParserDelegate",
              "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule",
              "io.fabric8.kubernetes.api.model.ManagedFieldsEntry",
              "io.fabric8.kubernetes.api.model.Namespaced",
              "io.fabric8.kubernetes.api.model.ObjectMeta",
              "io.fabric8.kubernetes.client.CustomResource",
              "io.fabric8.kubernetes.model.annotation."));

  /** They collect what one call finds out, and are let go with it. */
  private static final Set<String> ACCUMULATORS =
      Set.of(
          ROOT + ".pullsecret.Composition$Content",
          ROOT + ".pullsecret.Composition$Metadata",
          ROOT + ".pullsecret.DockerConfigParser",
          ROOT + ".plan.Composer",
          ROOT + ".plan.FanOut",
          ROOT + ".plan.Writes");

  private static final String READS_THE_SAME =
      "It remembers how a type is read and written, and reads and writes it the same.";

  private static final String NOBODY_SETS =
      "It has setters, but is only handed to the client, which reads it.";

  /** The static fields that could change, and why nobody sees it. */
  private static final Map<String, String> COULD_CHANGE =
      Map.of(
          "api.v1alpha1.LifecycleResource.MAPPER", READS_THE_SAME,
          "app.LeaseLock.MERGE", NOBODY_SETS,
          "cluster.EventRecorder.MERGE", NOBODY_SETS,
          "cluster.PlanExecutor.JSON", NOBODY_SETS,
          "cluster.PlanExecutor.MERGE", NOBODY_SETS,
          "pullsecret.Attachments.JSON", READS_THE_SAME,
          "pullsecret.DockerConfigParser.JSON", READS_THE_SAME,
          "pullsecret.KubeletReading.JSON", READS_THE_SAME,
          "pullsecret.Mark.JSON", READS_THE_SAME);

  /** A conversion of a format that is none of %s and %%. */
  private static final Pattern OF_A_LANGUAGE = Pattern.compile("%(?![s%])[-#+ 0,(.\\d]*[a-zA-Z]");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final SliceAssignment EACH_CLASS =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return type.getName().startsWith(ROOT)
              ? SliceIdentifier.of(type.getName().split("\\$", 2)[0])
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "each class with those in it";
        }
      };

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

  /** A sealed interface and what it permits know each other, and are one. */
  @Test
  void classesDoNotGoRoundInCircles() {
    slices()
        .assignedFrom(EACH_CLASS)
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            DescribedPredicate.describe("sealed", type -> type.reflect().isSealed()),
            DescribedPredicate.alwaysTrue())
        .check(CLASSES);
  }

  /** The records that the planners are given have methods, too. */
  @ParameterizedTest
  @MethodSource("pure")
  void pureCodeUsesNothingThatDependsOnMoreThanWhatItIsGiven(String layer, PureCode rule) {
    assertThat(inLayer(layer).flatMap(type -> rule.impurities(type).stream())).isEmpty();
    assertThat(inLayer(layer)).isNotEmpty();
  }

  static Stream<Arguments> pure() {
    return Stream.concat(
        PURE.stream().map(layer -> arguments(layer, PLANNING)),
        Stream.of(arguments("api", READING)));
  }

  /** An object that remembers makes a function of what it was asked before. */
  @Test
  void pureCodeRemembersNothing() {
    assertThat(
            PURE.stream()
                .flatMap(ArchitectureTest::inLayer)
                .filter(type -> !ACCUMULATORS.contains(type.getFullName()))
                .flatMap(type -> Memory.of(type).stream()))
        .isEmpty();
  }

  @Test
  void aClassIsNamedAfterWhatItIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager)(\\$.*)?")
        .because("such a name says nothing, and so it collects everything")
        .check(CLASSES);
  }

  /** Two operators in one process, as in a test, must not meet. */
  @Test
  void nothingStaticChanges() {
    assertThat(
            CLASSES.stream()
                .flatMap(
                    type -> StaticState.of(type.reflect(), COULD_CHANGE::containsKey).stream()))
        .isEmpty();
  }

  @Test
  void noExceptionIsLeftThatNothingNeeds() {
    assertThat(
            CLASSES.stream()
                .flatMap(type -> StaticState.of(type.reflect(), _ -> false).stream())
                .map(change -> change.split(" ", 2)[0]))
        .containsExactlyInAnyOrderElementsOf(COULD_CHANGE.keySet());
    assertThat(
            CLASSES.stream()
                .filter(type -> !Memory.of(type).isEmpty())
                .map(JavaClass::getFullName)
                .filter(ACCUMULATORS::contains))
        .containsExactlyInAnyOrderElementsOf(ACCUMULATORS);
  }

  /** "%d" is written in the digits of the machine's language, and "%,d" with its separators. */
  @Test
  void aTextIsTheSameInEveryLanguage() throws IOException {
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        assertThat(Files.readAllLines(file))
            .as(file.toString())
            .filteredOn(line -> OF_A_LANGUAGE.matcher(line).find())
            .allMatch(line -> line.contains("Locale.ROOT"));
      }
    }
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

  private static Stream<JavaClass> inLayer(String layer) {
    return CLASSES.stream().filter(type -> layer(type.getPackageName()).equals(layer));
  }

  private static String layer(String packageName) {
    return packageName.substring(ROOT.length() + 1).split("\\.", 2)[0];
  }

  private static String[] packages(Set<String> layers) {
    return layers.stream().map(layer -> ROOT + "." + layer + "..").toArray(String[]::new);
  }
}
