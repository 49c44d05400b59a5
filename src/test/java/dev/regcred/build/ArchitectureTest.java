package dev.regcred.build;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.MethodSource;

/** The layers, and what may be known in them. */
class ArchitectureTest {
  private static final String ROOT = "dev.regcred";

  /** Every package, and the packages of ours that it may import. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          mayImport("api.v1alpha1"),
          mayImport("dockerconfig"),
          mayImport("lifecycle", "api.v1alpha1"),
          mayImport("pullsecret", "api.v1alpha1", "dockerconfig"),
          mayImport("plan", "api.v1alpha1", "lifecycle", "pullsecret"),
          mayImport(
              "plan.credential", "api.v1alpha1", "dockerconfig", "lifecycle", "pullsecret", "plan"),
          mayImport("plan.registry", "api.v1alpha1", "dockerconfig", "lifecycle", "plan"),
          mayImport("status", "api.v1alpha1", "lifecycle", "plan"),
          mayImport("verification", "api.v1alpha1", "dockerconfig"),
          mayImport("diagnosis", "api.v1alpha1", "dockerconfig", "pullsecret"),
          mayImport("migration", "api.v1alpha1", "diagnosis", "dockerconfig", "pullsecret"),
          mayImport(
              "cli",
              "api.v1alpha1",
              "diagnosis",
              "dockerconfig",
              "lifecycle",
              "migration",
              "pullsecret"),
          mayImport(
              "operator.verify",
              "api.v1alpha1",
              "dockerconfig",
              "plan",
              "plan.credential",
              "verification",
              "operator.queue"),
          mayImport("operator.kinds", "api.v1alpha1", "pullsecret"),
          mayImport("operator.leader"),
          mayImport("operator.log"),
          mayImport("operator.client", "api.v1alpha1", "plan", "pullsecret", "operator.kinds"),
          mayImport("operator.kubeconfig", "operator.client"),
          mayImport("operator.queue", "pullsecret", "operator.kinds"),
          mayImport(
              "operator.metrics",
              "api.v1alpha1",
              "lifecycle",
              "pullsecret",
              "plan",
              "operator.kinds",
              "operator.leader"),
          mayImport("operator.events", "plan", "status", "operator.client", "operator.kinds"),
          mayImport(
              "operator.watch",
              "api.v1alpha1",
              "dockerconfig",
              "pullsecret",
              "plan.credential",
              "operator.kinds",
              "operator.leader",
              "operator.metrics",
              "operator.queue"),
          mayImport(
              "operator.memory",
              "pullsecret",
              "plan",
              "plan.credential",
              "operator.kinds",
              "operator.watch"),
          mayImport(
              "operator.source",
              "api.v1alpha1",
              "dockerconfig",
              "pullsecret",
              "plan.credential",
              "operator.client",
              "operator.kinds",
              "operator.memory",
              "operator.watch"),
          mayImport(
              "operator.observe",
              "api.v1alpha1",
              "dockerconfig",
              "pullsecret",
              "plan",
              "plan.credential",
              "plan.registry",
              "operator.client",
              "operator.kinds",
              "operator.memory",
              "operator.source",
              "operator.watch"),
          mayImport(
              "operator.execute",
              "api.v1alpha1",
              "pullsecret",
              "plan",
              "plan.credential",
              "operator.client",
              "operator.kinds",
              "operator.leader",
              "operator.memory",
              "operator.watch"),
          mayImport(
              "operator.controller",
              "api.v1alpha1",
              "plan",
              "plan.credential",
              "plan.registry",
              "status",
              "operator.client",
              "operator.events",
              "operator.execute",
              "operator.kinds",
              "operator.leader",
              "operator.memory",
              "operator.metrics",
              "operator.observe",
              "operator.queue",
              "operator.verify",
              "operator.watch"),
          mayImport(
              "operator",
              "api.v1alpha1",
              "plan.credential",
              "verification",
              "operator.client",
              "operator.controller",
              "operator.events",
              "operator.execute",
              "operator.kinds",
              "operator.kubeconfig",
              "operator.leader",
              "operator.memory",
              "operator.metrics",
              "operator.observe",
              "operator.queue",
              "operator.verify",
              "operator.watch"));

  private static Map.Entry<String, Set<String>> mayImport(String layer, String... others) {
    return Map.entry(layer, Set.of(others));
  }

  /** They compute: what they return depends on nothing but what they are given. */
  private static final List<String> PURE =
      MAY_IMPORT.keySet().stream()
          .filter(layer -> !layer.startsWith("operator") && !layer.equals("cli"))
          .sorted()
          .toList();

  private static final PureCode PLANNING =
      new PureCode(PURE.stream().map(l -> ROOT + "." + l + "."));

  /** They collect what one call finds out, and are let go with it. */
  private static final Set<String> ACCUMULATORS =
      Set.of(
          ROOT + ".pullsecret.SharedSecret$Content",
          ROOT + ".pullsecret.SharedSecret$Metadata",
          ROOT + ".dockerconfig.DockerConfigParser",
          ROOT + ".migration.Declarations",
          ROOT + ".migration.Names",
          ROOT + ".migration.SecretImport",
          ROOT + ".plan.credential.SharedSecretCache",
          ROOT + ".plan.credential.FanOut",
          ROOT + ".plan.credential.NamespaceAttachments",
          ROOT + ".plan.credential.NamespaceWrites",
          ROOT + ".plan.credential.StuckPodsTally");

  private static final String READS_THE_SAME =
      "It remembers how a type is read and written, and reads and writes it the same.";

  private static final String NOBODY_SETS =
      "It has setters, but is only handed to the client, which reads it.";

  /** The static fields that could change, and why nobody sees it. */
  private static final Map<String, String> COULD_CHANGE =
      Map.of(
          "operator.kinds.LifecycleResource.MAPPER", READS_THE_SAME,
          "operator.leader.LeaseLock.MERGE", NOBODY_SETS,
          "operator.events.EventRecorder.MERGE", NOBODY_SETS,
          "operator.verify.AnswerReader.JSON", READS_THE_SAME,
          "pullsecret.ImagePullSecrets.JSON", READS_THE_SAME,
          "dockerconfig.DockerConfigParser.JSON", READS_THE_SAME,
          "dockerconfig.KubeletParser.JSON", READS_THE_SAME,
          "pullsecret.OwnershipMark.JSON", READS_THE_SAME);

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
          .that(resideInAPackage(ROOT + "." + layer))
          .should()
          .dependOnClassesThat(resideInAnyPackage(packages(forbidden)))
          .check(CLASSES);
    }
  }

  /** kubectl calls the API server for it, and the classes of a client would take it a second. */
  @Test
  void thePluginOfKubectlHasNoClient() {
    noClasses()
        .that(resideInAPackage(ROOT + ".cli"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.fabric8..",
                "io.javaoperatorsdk..",
                "okhttp3..",
                "java.net.http..",
                "org.slf4j.."))
        .check(CLASSES);
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
  void pureCodeUsesNothingThatDependsOnMoreThanWhatItIsGiven(String layer) {
    assertThat(inLayer(layer).flatMap(type -> PLANNING.impurities(type).stream())).isEmpty();
    assertThat(inLayer(layer)).isNotEmpty();
  }

  static Stream<String> pure() {
    return PURE.stream();
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
    return packageName.substring(ROOT.length() + 1);
  }

  private static String[] packages(Set<String> layers) {
    return layers.stream().map(layer -> ROOT + "." + layer).toArray(String[]::new);
  }
}
