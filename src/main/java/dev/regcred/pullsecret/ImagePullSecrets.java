package dev.regcred.pullsecret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.api.v1alpha1.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * To which ServiceAccounts pull Secrets are attached.
 *
 * <p>{@code imagePullSecrets} is one list for all writers. An entry that we add is recorded in the
 * same patch, and only what is recorded is ever taken out; an entry that is there already is
 * somebody else's and stays so.
 */
public final class ImagePullSecrets {
  /** The most {@code imagePullSecrets} that a ServiceAccount may have to be served. */
  public static final int MAX_PULL_SECRETS = 256;

  /** The most characters of the annotation {@link Labels#ATTACHED}. */
  public static final int MAX_RECORD = Labels.MAX_RECORD;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANNOTATIONS = "/metadata/annotations";
  private static final String RECORD = ANNOTATIONS + "/" + Labels.ATTACHED.replace("/", "~1");
  private static final String LIST = "/imagePullSecrets";

  private ImagePullSecrets() {}

  /** What is to become of a Secret's entry in a list. */
  public enum Intent {
    /** The Secret is added to the list where it is missing. */
    ATTACH,
    /** The Secret is taken out of the list if the operator has added it. */
    DETACH,
    /** The Secret stays in the list, and the operator's record forgets it. */
    RELEASE
  }

  /**
   * The write that attaches and detaches Secrets.
   *
   * @param wishes what is to become of each Secret, by name
   * @return empty if all is right
   */
  public static Optional<ServiceAccountWrite> write(
      ServiceAccountView account, Map<String, Intent> wishes) {
    var changes = changes(account, wishes);
    return changes.operations.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ServiceAccountWrite(
                account.name(),
                account.resourceVersion(),
                guarded(account, changes.operations),
                changes.isCorrection));
  }

  /**
   * Whether a Secret that is to be attached is not attached by {@link #write} either, since the
   * ServiceAccount has no room for it.
   */
  public static boolean isLeftOut(
      ServiceAccountView account, Map<String, Intent> wishes, String secret) {
    return wishes.get(secret) == Intent.ATTACH && !changes(account, wishes).list.contains(secret);
  }

  /**
   * What the wishes come to.
   *
   * @param list the names in {@code imagePullSecrets} after it
   * @param operations of the JSON patch
   * @param isCorrection whether it puts back what somebody has taken out
   */
  private record Changes(
      List<String> list, List<Map<String, Object>> operations, boolean isCorrection) {}

  private static Changes changes(ServiceAccountView account, Map<String, Intent> wishes) {
    var recorded = new TreeSet<>(account.attached() == null ? List.of() : account.attached());
    var before = List.copyOf(recorded);
    var list = new ArrayList<>(account.pullSecrets() == null ? List.of() : account.pullSecrets());
    var changes = new ArrayList<Map<String, Object>>();
    var hasList = !list.isEmpty(); // The API server stores an empty one as none.
    var isCorrection = false;
    for (var wish : wishes.entrySet()) {
      var secret = wish.getKey();
      if (wish.getValue() == Intent.ATTACH) {
        if (!list.contains(secret) && hasRoom(list, recorded, secret)) {
          isCorrection |= recorded.contains(secret);
          changes.add(
              hasList
                  ? operation("add", LIST + "/-", Map.of("name", secret))
                  : operation("add", LIST, List.of(Map.of("name", secret))));
          hasList = true;
          list.add(secret);
          recorded.add(secret);
        }
      } else if (recorded.remove(secret) && wish.getValue() == Intent.DETACH) {
        var index = list.indexOf(secret);
        if (index >= 0) {
          changes.add(Map.of("op", "remove", "path", LIST + "/" + index));
          list.remove(index);
        }
      }
    }
    if (!before.equals(List.copyOf(recorded))) {
      changes.addAll(record(account, recorded));
    }
    return new Changes(list, changes, isCorrection);
  }

  /** What we would not read again is not written. */
  private static boolean hasRoom(List<String> list, SortedSet<String> recorded, String secret) {
    var more = new TreeSet<>(recorded);
    more.add(secret);
    return list.size() < MAX_PULL_SECRETS
        && more.size() <= MAX_PULL_SECRETS
        && value(more).length() <= MAX_RECORD;
  }

  private static List<Map<String, Object>> record(
      ServiceAccountView account, SortedSet<String> recorded) {
    if (recorded.isEmpty()) {
      return List.of(Map.of("op", "remove", "path", RECORD));
    }
    return account.hasAnnotations()
        ? List.of(operation("add", RECORD, value(recorded)))
        : List.of(operation("add", ANNOTATIONS, Map.of(Labels.ATTACHED, value(recorded))));
  }

  /** The API server answers a UID or version that is not the present one with a conflict. */
  private static List<Map<String, Object>> guarded(
      ServiceAccountView account, List<Map<String, Object>> changes) {
    var patch = new ArrayList<Map<String, Object>>();
    patch.add(operation("replace", "/metadata/uid", account.uid()));
    patch.add(operation("replace", "/metadata/resourceVersion", account.resourceVersion()));
    patch.addAll(changes);
    return List.copyOf(patch);
  }

  private static Map<String, Object> operation(String op, String path, Object value) {
    return Map.of("op", op, "path", path, "value", value);
  }

  private static String value(SortedSet<String> recorded) {
    try {
      return JSON.writeValueAsString(recorded);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What the annotation names; null if it is absent or can't be read, or is more than we ever
   * write, and nothing is ours then. A name that no Secret can have is none.
   */
  public static @Nullable List<String> recorded(@Nullable String annotation) {
    if (annotation == null || annotation.length() > MAX_RECORD) {
      return null;
    }
    try {
      var names = JSON.readValue(annotation, new TypeReference<List<String>>() {});
      return names.size() > MAX_PULL_SECRETS
          ? null
          : names.stream().filter(CredentialRef::isName).distinct().toList();
    } catch (JsonProcessingException | NullPointerException e) {
      return null;
    }
  }
}
