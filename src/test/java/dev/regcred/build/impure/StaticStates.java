package dev.regcred.build.impure;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.operator.kinds.RepeatedStrings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Classes with static state, each of a sort of its own. */
@SuppressWarnings("all")
public interface StaticStates {
  @Refused("NotFinal.last is not final")
  class NotFinal {
    static @Nullable String last;
  }

  @Refused("LAST is java.util.concurrent.atomic.AtomicReference")
  class Reference {
    static final AtomicReference<@Nullable String> LAST = new AtomicReference<>();
  }

  @Refused("LAST is java.lang.ThreadLocal")
  class OfAThread {
    static final ThreadLocal<List<String>> LAST = ThreadLocal.withInitial(ArrayList::new);
  }

  @Refused("NAMES is java.lang.String[]")
  class Elements {
    static final String[] NAMES = {"last"};
  }

  @Refused("LAST is java.util.concurrent.ConcurrentHashMap")
  class MapThatIsDeclaredAsAny {
    static final Map<String, String> LAST = new ConcurrentHashMap<>();
  }

  @Refused("LAST is java.util.ArrayList")
  class ListThatIsDeclaredAsAny {
    static final List<String> LAST = new ArrayList<>();
  }

  @Refused("LAST is java.util.HashMap")
  class ObjectThatIsDeclaredAsAny {
    static final Object LAST = new HashMap<String, String>();
  }

  /** As a table that finds its routes when they are asked for. */
  @Refused("ONE.routes is java.util.concurrent.ConcurrentHashMap")
  class Cache {
    static final Cache ONE = new Cache();
    private final Map<String, String> routes = new ConcurrentHashMap<>();
  }

  @Refused("ONE.count is not final")
  class FieldOfAnInstance {
    static final FieldOfAnInstance ONE = new FieldOfAnInstance();
    private int count;
  }

  @Refused("OTHER.count is not final")
  class FieldOfAnAncestor extends FieldOfAnInstance {
    static final FieldOfAnAncestor OTHER = new FieldOfAnAncestor();
  }

  @Refused("ALL[] is java.util.HashMap")
  class InAList {
    static final List<Map<String, String>> ALL = List.of(new HashMap<>());
  }

  @Refused("ALL[] is java.util.ArrayList")
  class BehindAView {
    static final Map<String, List<String>> ALL =
        Collections.unmodifiableMap(Map.of("last", new ArrayList<>()));
  }

  @Refused("COUNT is java.util.concurrent.atomic.AtomicInteger")
  class InAnOptional {
    static final Optional<AtomicInteger> COUNT = Optional.of(new AtomicInteger());
  }

  @Refused("HOLDER.last is java.util.HashMap")
  class InARecord {
    record Holder(Map<String, String> last) {}

    static final Holder HOLDER = new Holder(new HashMap<>());
  }

  @Refused("is java.util.concurrent.atomic.AtomicInteger")
  class InAFunction {
    static final Supplier<Integer> NEXT = counter();

    private static Supplier<Integer> counter() {
      var count = new AtomicInteger();
      return count::incrementAndGet;
    }
  }

  /** In the constant of an enum. */
  @Refused("ONE.last is java.util.ArrayList")
  enum InAConstant {
    ONE;

    private final List<String> last = new ArrayList<>();
  }

  @Refused("JSON is com.fasterxml.jackson.databind.ObjectMapper")
  class InALibrary {
    static final ObjectMapper JSON = new ObjectMapper().registerModule(RepeatedStrings.module());
  }
}
