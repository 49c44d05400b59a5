package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.regcred.build.impure.Impurities;
import dev.regcred.build.impure.Memories;
import dev.regcred.build.impure.Refused;
import dev.regcred.build.impure.StaticStates;
import java.util.Collection;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules that {@link ArchitectureTest} applies refuse what breaks them. */
class RulesTest {
  private static final PureCode PURE = new PureCode(Stream.of("dev.regcred."));

  @ParameterizedTest
  @MethodSource("impurities")
  void pureCodeDependsOnNothingElse(Class<?> type) {
    assertRefused(type, PURE.impurities(imported(type)));
  }

  static Stream<Class<?>> impurities() {
    return Stream.of(Impurities.class.getDeclaredClasses());
  }

  @ParameterizedTest
  @MethodSource("memories")
  void pureCodeRemembersNothing(Class<?> type) {
    assertRefused(type, Memory.of(imported(type)));
  }

  static Stream<Class<?>> memories() {
    return Stream.of(Memories.class.getDeclaredClasses());
  }

  @ParameterizedTest
  @MethodSource("staticStates")
  void nothingStaticChanges(Class<?> type) {
    assertRefused(type, StaticState.of(type, _ -> false));
  }

  static Stream<Class<?>> staticStates() {
    return Stream.of(StaticStates.class.getDeclaredClasses());
  }

  private static JavaClass imported(Class<?> type) {
    return new ClassFileImporter().importClass(type);
  }

  private static void assertRefused(Class<?> type, Collection<String> reasons) {
    assertThat(reasons)
        .anySatisfy(
            reason -> assertThat(reason).contains(type.getAnnotation(Refused.class).value()));
  }
}
