package dev.regcred.build;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What code may use whose result depends on nothing but what it is given. It is a list of what may
 * be used, not of what may not: a way to the clock, the disk or a thread that nobody has thought of
 * is refused until somebody has.
 */
final class PureCode {
  private static final Set<String> PACKAGES =
      Set.of(
          "java.util.function",
          "java.util.regex",
          "java.util.stream",
          "java.time.temporal",
          "java.nio.charset",
          "com.fasterxml.jackson.annotation",
          "com.fasterxml.jackson.core",
          "com.fasterxml.jackson.core.type",
          "com.fasterxml.jackson.databind",
          "org.jspecify.annotations");

  private static final Map<String, Set<String>> TYPES =
      Map.of(
          "java.lang",
          words(
              """
              Boolean Byte CharSequence Character Class Comparable Double Enum Exception
              IllegalArgumentException IllegalStateException Integer Iterable Long MatchException Math
              NullPointerException Number Object Record RuntimeException String StringBuilder Throwable
              Void
              """),
          "java.util",
          words(
              """
              ArrayDeque ArrayList Arrays Base64 Collection Collections Comparator Deque EnumMap EnumSet
              HashMap HashSet Iterator LinkedHashMap LinkedHashSet List Locale Map Objects Optional Set
              SortedMap SortedSet TreeMap TreeSet
              """),
          "java.time",
          Set.of("Duration", "Instant"),
          "java.io",
          Set.of("IOException", "UncheckedIOException"),
          "java.nio",
          Set.of("ByteBuffer", "CharBuffer"),
          "java.net",
          Set.of("URI"));

  /** Of these types nothing but what is named. */
  private static final Map<String, Set<String>> ONLY =
      Map.of(
          // The others are the identity, which is another one in each run, and a lock.
          "java.lang.Object", Set.of("<init>", "equals", "getClass"),
          // The others lead to class loaders, resources, reflection and the switch of assertions.
          "java.lang.Class", Set.of("isInstance", "cast"),
          "java.lang.Math", Set.of("min", "max"),
          "java.util.Arrays",
              Set.of("compareUnsigned", "asList", "stream", "copyOf", "copyOfRange"),
          "java.util.Collections",
              Set.of("emptySortedSet", "unmodifiableMap", "unmodifiableSortedMap"),
          "java.util.Locale", Set.of("ROOT"),
          // The others lead to the network, and an equal one may be another one.
          "java.net.URI", Set.of("create", "getPath"));

  /** No method of that name, whichever type of the JDK's has it. */
  private static final Set<String> NEVER =
      Set.of(
          // the time
          "now",
          // system properties
          "getBoolean",
          "getInteger",
          "getLong",
          // the machine's encoding
          "defaultCharset",
          // the console
          "printStackTrace",
          // threads
          "parallel",
          "parallelStream",
          "wait",
          "notify",
          "notifyAll");

  /** These take the language or the encoding of the machine, unless they are told one. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of(
          "java.lang.String.<init>([B)",
          "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
          "java.lang.String.getBytes()",
          "java.lang.String.toLowerCase()",
          "java.lang.String.toUpperCase()");

  private final Set<String> others;

  /**
   * @param others what may be used besides, as the beginnings of the names of types
   */
  PureCode(Stream<String> others) {
    this.others = others.collect(Collectors.toUnmodifiableSet());
  }

  /** What a class uses that it must not, each with its place. */
  Set<String> impurities(JavaClass type) {
    return Stream.of(
            type.getAccessesFromSelf().stream()
                .filter(access -> !mayBeUsed(access.getTarget()))
                .map(JavaAccess::getDescription),
            type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> !mayBeUsed(dependency.getTargetClass()))
                .map(Dependency::getDescription),
            type.getMethods().stream()
                .filter(PureCode::isImpure)
                .map(method -> method.getDescription() + " is " + method.getModifiers()))
        .flatMap(uses -> uses)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean mayBeUsed(AccessTarget target) {
    var owner = target.getOwner();
    return mayBeUsed(owner)
        && ONLY.getOrDefault(owner.getName(), Set.of(target.getName())).contains(target.getName())
        && !(owner.getName().startsWith("java.") && NEVER.contains(target.getName()))
        && !OF_THE_MACHINE.contains(target.getFullName())
        // A method may have a twin that takes a file or an address.
        && (!(target instanceof AccessTarget.CodeUnitCallTarget called)
            || called.getRawParameterTypes().stream().allMatch(this::mayBeUsed));
  }

  private boolean mayBeUsed(JavaClass type) {
    var element = type.getBaseComponentType();
    var name = element.getName();
    var packageName = element.getPackageName();
    return element.isPrimitive()
        || PACKAGES.contains(packageName)
        || TYPES.getOrDefault(packageName, Set.of()).contains(outermost(name, packageName))
        || others.stream().anyMatch(name::startsWith);
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  private static String outermost(String name, String packageName) {
    return name.substring(packageName.length() + 1).split("\\$", 2)[0];
  }

  private static boolean isImpure(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.SYNCHRONIZED)
        || method.getModifiers().contains(JavaModifier.NATIVE);
  }
}
