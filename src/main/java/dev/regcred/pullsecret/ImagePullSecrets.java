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
 * The rules say to which ServiceAccounts pull Secrets are attached.
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
   * @param intents what is to become of each Secret, by name
   * @return empty if all is right
   */
  public static Optional<ServiceAccountWrite> write(
      ServiceAccountView serviceAccount, Map<String, Intent> intents) {
    var changes = changes(serviceAccount, intents);
    return changes.operations.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ServiceAccountWrite(
                serviceAccount.name(),
                serviceAccount.resourceVersion(),
                guarded(serviceAccount, changes.operations),
                changes.isCorrection));
  }

  /**
   * Whether a Secret that is to be attached is not attached by {@link #write} either, since the
   * ServiceAccount has no room for it.
   */
  public static boolean isLeftOut(
      ServiceAccountView serviceAccount, Map<String, Intent> intents, String secret) {
    return intents.get(secret) == Intent.ATTACH
        && !changes(serviceAccount, intents).list.contains(secret);
  }

  /**
   * What the intents come to.
   *
   * @param list the names in {@code imagePullSecrets} after it
   * @param operations of the JSON patch
   * @param isCorrection whether it puts back what somebody has taken out
   */
  private record Changes(
      List<String> list, List<Map<String, Object>> operations, boolean isCorrection) {}

  private static Changes changes(ServiceAccountView serviceAccount, Map<String, Intent> intents) {
    var recorded =
        new TreeSet<>(serviceAccount.attached() == null ? List.of() : serviceAccount.attached());
    var before = List.copyOf(recorded);
    var list =
        new ArrayList<>(
            serviceAccount.pullSecrets() == null ? List.of() : serviceAccount.pullSecrets());
    var changes = new ArrayList<Map<String, Object>>();
    var hasList = !list.isEmpty(); // The API server stores an empty one as none.
    var isCorrection = false;
    for (var intent : intents.entrySet()) {
      var secret = intent.getKey();
      if (intent.getValue() == Intent.ATTACH) {
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
      } else if (recorded.remove(secret) && intent.getValue() == Intent.DETACH) {
        var index = list.indexOf(secret);
        if (index >= 0) {
          changes.add(Map.of("op", "remove", "path", LIST + "/" + index));
          list.remove(index);
        }
      }
    }
    if (!before.equals(List.copyOf(recorded))) {
      changes.addAll(record(serviceAccount, recorded));
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
      ServiceAccountView serviceAccount, SortedSet<String> recorded) {
    if (recorded.isEmpty()) {
      return List.of(Map.of("op", "remove", "path", RECORD));
    }
    return serviceAccount.hasAnnotations()
        ? List.of(operation("add", RECORD, value(recorded)))
        : List.of(operation("add", ANNOTATIONS, Map.of(Labels.ATTACHED, value(recorded))));
  }

  /** The API server answers a UID or version that is not the present one with a conflict. */
  private static List<Map<String, Object>> guarded(
      ServiceAccountView serviceAccount, List<Map<String, Object>> changes) {
    var patch = new ArrayList<Map<String, Object>>();
    patch.add(operation("replace", "/metadata/uid", serviceAccount.uid()));
    patch.add(operation("replace", "/metadata/resourceVersion", serviceAccount.resourceVersion()));
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
  public static @Nullable List<String> readAnnotation(@Nullable String annotation) {
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
