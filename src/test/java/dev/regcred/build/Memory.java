package dev.regcred.build;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What an object of a class may remember: a field that changes, and a collection that it makes. */
final class Memory {
  private Memory() {}

  static List<String> of(JavaClass type) {
    return Stream.concat(
            type.getFields().stream()
                .filter(Memory::changes)
                .map(field -> field.getDescription() + " is not final"),
            type.getConstructors().stream()
                .filter(constructor -> !wraps(constructor))
                .flatMap(constructor -> constructor.getConstructorCallsFromSelf().stream())
                .filter(Memory::makesACollection)
                .map(JavaConstructorCall::getDescription))
        .toList();
  }

  private static boolean changes(JavaField field) {
    return !Set.of(JavaModifier.STATIC, JavaModifier.FINAL).stream()
        .anyMatch(field.getModifiers()::contains);
  }

  /** Whether it makes what it fills unmodifiable. */
  private static boolean wraps(JavaConstructor constructor) {
    return constructor.getMethodCallsFromSelf().stream()
        .map(call -> call.getTarget().getName())
        .anyMatch(name -> name.startsWith("unmodifiable") || name.equals("copyOf"));
  }

  private static boolean makesACollection(JavaConstructorCall call) {
    return call.getTargetOwner().getPackageName().startsWith("java.util");
  }
}
