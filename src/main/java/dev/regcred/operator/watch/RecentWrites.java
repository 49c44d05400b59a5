package dev.regcred.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a kind as the operator has written them, until their watch brings them: a pass
 * that follows a write sees it, and so do those that ask an index, which is of the watch alone.
 *
 * <p>The SDK has such a cache of its own, which stays empty here. It passes over every event of an
 * object up to the version that was written last: also over what somebody else had changed before,
 * of which nobody else would hear.
 *
 * @param <R> the kind
 */
public final class RecentWrites<R extends HasMetadata> {
  /** The most writes of one object whose events are awaited: a watch that is dead brings none. */
  private static final int AWAITED = 8;

  /** Versions of one kind are decimal numbers that grow (KEP-5504). */
  private static final Comparator<String> AGE =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private final boolean hasOneWatch;

  /** What was written, by namespace and name. */
  private final Map<String, Map<String, Written<R>>> objects = new ConcurrentHashMap<>();

  private final Map<ResourceID, UnderWay> underWay = new ConcurrentHashMap<>();

  /** The newest version that each watch has brought, by its namespace. */
  private final Map<String, String> brought = new ConcurrentHashMap<>();

  /**
   * The writes of an object.
   *
   * @param newest the object as it was written last
   * @param versions those whose events the watch has yet to bring, which grow
   */
  private record Written<R extends HasMetadata>(R newest, List<String> versions) {
    Written<R> and(R object) {
      var all = Stream.concat(versions.stream(), Stream.of(version(object))).sorted(AGE).distinct();
      var awaited = all.toList();
      return new Written<>(
          isOlder(newest, object) ? object : newest,
          awaited.subList(Math.max(0, awaited.size() - AWAITED), awaited.size()));
    }

    /** What is left of them once the watch has brought a version; null if none is. */
    @Nullable Written<R> after(R brought) {
      return isOlder(brought, newest)
          ? new Written<>(
              newest,
              versions.stream().filter(version -> isOlder(version(brought), version)).toList())
          : null;
    }
  }

  /**
   * The writes of an object that are not answered yet.
   *
   * @param count how many they are
   * @param brought what the watch has brought of the object meanwhile
   */
  private record UnderWay(int count, List<Change> brought) {
    UnderWay more() {
      return new UnderWay(count + 1, brought);
    }

    UnderWay and(Change change) {
      return new UnderWay(count, Stream.concat(brought.stream(), Stream.of(change)).toList());
    }

    @Nullable UnderWay less() {
      return count == 1 ? null : new UnderWay(count - 1, List.of());
    }
  }

  /**
   * A change that is not told yet.
   *
   * @param version of the object; null where that is gone
   */
  private record Change(@Nullable String version, Runnable tell) {}

  /**
   * Writes of a kind, of which there are none yet.
   *
   * @param hasOneWatch whether one watch brings all objects of the kind, so that their versions
   *     come in order; else each namespace has its own
   */
  public RecentWrites(boolean hasOneWatch) {
    this.hasOneWatch = hasOneWatch;
  }

  /**
   * Writes an object, and adds it. What the watch brings of the object meanwhile may be the write
   * itself, which it often brings before the answer: it is told afterwards if it is not.
   *
   * @param before the version that is changed; null for a new object. Where the answer has the same
   *     one, nothing was changed
   * @param write sends it, and throws what it fails with
   * @return the object as it was written
   */
  R write(ResourceID id, @Nullable String before, Supplier<R> write) {
    underWay.merge(id, new UnderWay(1, List.of()), (known, _) -> known.more());
    String version = null;
    try {
      var written = write.get();
      if (!version(written).equals(before)) {
        version = version(written);
        add(written);
      }
      return written;
    } finally {
      answered(id, version).forEach(Runnable::run);
    }
  }

  private List<Runnable> answered(ResourceID id, @Nullable String written) {
    var others = new ArrayList<Runnable>();
    underWay.computeIfPresent(
        id,
        (_, known) -> {
          known.brought().stream()
              .filter(change -> written == null || !written.equals(change.version()))
              .forEach(change -> others.add(change.tell()));
          return known.less();
        });
    return others;
  }

  /**
   * The watch has brought a change.
   *
   * @param tell lets others hear of it; called unless it is the operator's own write, and where one
   *     is under way, once that is answered
   */
  void changed(@Nullable R before, @Nullable R after, Runnable tell) {
    var isEcho = isEcho(after);
    changed(before, after);
    if (!isEcho && !isKept(Objects.requireNonNull(after == null ? before : after), after, tell)) {
      tell.run();
    }
  }

  private boolean isKept(R object, @Nullable R after, Runnable tell) {
    var isKept = new boolean[1];
    underWay.computeIfPresent(
        ResourceID.fromResource(object),
        (_, known) -> {
          isKept[0] = known.brought().size() < AWAITED;
          return isKept[0]
              ? known.and(new Change(after == null ? null : version(after), tell))
              : known;
        });
    return isKept[0];
  }

  /** Adds what was just written, unless the watch has been faster than the answer. */
  public void add(R object) {
    if (isBrought(object)) {
      return; // It may be deleted by now.
    }
    objects.compute(
        namespace(object),
        (_, names) -> {
          var all = names == null ? new ConcurrentHashMap<String, Written<R>>() : names;
          all.merge(
              object.getMetadata().getName(),
              new Written<>(object, List.of(version(object))),
              (before, _) -> before.and(object));
          return all;
        });
    if (isBrought(object)) {
      remove(object);
    }
  }

  /** The watch has brought a change: what was written before that is in its cache. */
  void changed(@Nullable R before, @Nullable R after) {
    var newest = Objects.requireNonNull(after == null ? before : after);
    brought.merge(
        watch(newest), version(newest), (known, now) -> isOlder(known, now) ? now : known);
    if (after != null) {
      remove(after);
    } else {
      objects.computeIfPresent(
          namespace(newest),
          (_, names) -> {
            names.remove(newest.getMetadata().getName());
            return names.isEmpty() ? null : names;
          });
    }
  }

  /** Whether a change that a watch brings is one of the operator's own writes. */
  boolean isEcho(@Nullable R after) {
    return after != null
        && written(ResourceID.fromResource(after))
            .filter(written -> written.versions().contains(version(after)))
            .isPresent();
  }

  /** The newer one of an object as a watch has brought it, and as it was written. */
  public R newest(R known) {
    return newer(get(ResourceID.fromResource(known)), Optional.of(known)).orElse(known);
  }

  /**
   * The newer one of what was written and what the watch has brought.
   *
   * @param watched what the watch has brought; asked last, since what leaves here is there already
   */
  Optional<R> newest(ResourceID id, Function<ResourceID, Optional<R>> watched) {
    var written = get(id);
    return newer(written, watched.apply(id));
  }

  private Optional<R> newer(Optional<R> written, Optional<R> known) {
    return written.filter(w -> known.isEmpty() || isOlder(known.get(), w)).or(() -> known);
  }

  /**
   * The objects of a namespace that were written and are awaited; to be asked before the index that
   * they will be found by, since what leaves here is there already.
   */
  List<R> in(String namespace) {
    return objects.getOrDefault(namespace, Map.of()).values().stream()
        .map(Written::newest)
        .toList();
  }

  /** The objects of all namespaces that were written and are awaited; see {@link #in}. */
  List<R> all() {
    return objects.keySet().stream().flatMap(namespace -> in(namespace).stream()).toList();
  }

  private Optional<R> get(ResourceID id) {
    return written(id).map(Written::newest);
  }

  private Optional<Written<R>> written(ResourceID id) {
    return Optional.ofNullable(
        objects.getOrDefault(id.getNamespace().orElse(""), Map.of()).get(id.getName()));
  }

  private void remove(R arrived) {
    objects.computeIfPresent(
        namespace(arrived),
        (_, names) -> {
          names.computeIfPresent(
              arrived.getMetadata().getName(), (_, written) -> written.after(arrived));
          return names.isEmpty() ? null : names;
        });
  }

  private boolean isBrought(R object) {
    var newest = brought.get(watch(object));
    return newest != null && !isOlder(newest, version(object));
  }

  private String watch(R object) {
    return hasOneWatch ? "" : namespace(object);
  }

  private static String namespace(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getNamespace(), "");
  }

  private static String version(HasMetadata object) {
    return object.getMetadata().getResourceVersion();
  }

  private static boolean isOlder(HasMetadata object, HasMetadata other) {
    return isOlder(version(object), version(other));
  }

  private static boolean isOlder(String version, String other) {
    return AGE.compare(version, other) < 0;
  }
}
