package dev.regcred.plan.credential;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.plan.Action;
import dev.regcred.plan.FanOutCounts;
import dev.regcred.plan.Plan;
import dev.regcred.plan.Readiness;
import dev.regcred.pullsecret.MarkEntry;
import dev.regcred.pullsecret.OwnershipMark;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.SecretWrite;
import dev.regcred.pullsecret.ServiceAccountWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plan in words, as the tables of these tests have it.
 *
 * <p>Of a Secret it has the content that is written, each entry as {@code <user name>@<server>},
 * and the credentials that it is kept for then: {@code of} those that have an entry in it, {@code
 * for} those that are only wired to it. {@code Create pull {robot@registry.example.com} of pull}
 *
 * @param actions the writes in order, a patch with the parts that it changes; {@code -} for none;
 *     those of a cluster-wide credential in brackets behind each namespace
 * @param progress the steps, one that is only recorded in parentheses, and the state then
 * @param readiness {@code Ready}, {@code Resting}, {@code Reconciling} or {@code Stalled}, and why
 * @param published the pull Secret and the server
 * @param next when to look again
 * @param counts of a cluster-wide credential: {@code <synced> of <desired>}, in how many a
 *     namespaced one has the entry, and which failed why
 */
record PlanText(
    String actions,
    String progress,
    String readiness,
    String published,
    String next,
    String counts) {
  private static final String NONE = "-";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a kind that has no namespaces to count. */
  PlanText(String actions, String progress, String verdict, String placement, String next) {
    this(actions, progress, verdict, placement, next, NONE);
  }

  /**
   * A plan as a table has it: {@code actions | progress | readiness}, and then of the others those
   * that are not usual. It is usual to look again when something changes, and to count nothing.
   *
   * @param placement the usual one
   */
  static PlanText parse(String text, String placement) {
    var parts = List.of(text.split(" \\| ", -1));
    var next = "Settled";
    var tally = NONE;
    for (String part : parts.subList(3, parts.size())) {
      if (part.matches("\\d+ of \\d+.*")) {
        tally = part;
      } else if (part.matches("AtOnce|Gone|LeftAlone|GoneWithNamespace|At \\S+")) {
        next = part;
      } else {
        placement = part;
      }
    }
    return new PlanText(parts.get(0), parts.get(1), parts.get(2), placement, next, tally);
  }

  static PlanText of(Plan plan) {
    return new PlanText(
        plan.actions().isEmpty()
            ? NONE
            : plan.actions().stream().map(PlanText::action).collect(Collectors.joining(", ")),
        progress(plan.progress()),
        readiness(plan.readiness()),
        orNone(plan.published().secretName()) + " " + orNone(plan.published().serverAddress()),
        switch (plan.next()) {
          case Plan.Next.Settled(var requeue) when requeue.time() != null ->
              "At " + requeue.time().atOffset(ZoneOffset.UTC).toLocalTime();
          case Plan.Next.Settled(_) -> "Settled";
          case Plan.Next.AtOnce() -> "AtOnce";
          case Plan.Next.Gone() -> "Gone";
          case Plan.Next.LeftAlone() -> "LeftAlone";
          case Plan.Next.GoneWithNamespace() -> "GoneWithNamespace";
        },
        plan.counts() == null ? NONE : counts(plan.counts()));
  }

  private static String action(Action action) {
    return switch (action) {
      case Action.AddFinalizer() -> "AddFinalizer";
      case Action.RemoveFinalizer() -> "RemoveFinalizer";
      case Action.WriteSecret(SecretWrite.Create(var desired)) ->
          "Create " + desired.name() + content(desired.data()) + keptFor(desired.annotations());
      case Action.WriteSecret(SecretWrite.Delete delete) -> "Delete " + delete.secretName();
      case Action.WriteSecret(SecretWrite.Patch(var name, var patch, _)) ->
          isHandBack(patch)
              ? "HandBack " + name + content(object(patch, "data"))
              : "Patch " + name + " " + parts(patch);
      case Action.WriteAttachment(var write) -> attachment(write);
      case Action.EvictPod(_, var pod, _, _) -> "Evict " + pod;
      case Action.InNamespaces(var batches) ->
          batches.stream()
              .map(
                  batch ->
                      batch.namespace() + batch.actions().stream().map(PlanText::action).toList())
              .collect(Collectors.joining(" "));
    };
  }

  private static String attachment(ServiceAccountWrite write) {
    var operations =
        write.jsonPatch().stream()
            .filter(operation -> String.valueOf(operation.get("path")).startsWith("/image"))
            .map(operation -> "add".equals(operation.get("op")) ? "Attach" : "Detach")
            .distinct()
            .toList();
    return (operations.isEmpty() ? "Release" : String.join("+", operations))
        + " "
        + write.serviceAccount();
  }

  /** What a patch changes, apart from what binds it to a version. */
  private static String parts(Map<String, Object> patch) {
    var metadata = object(patch, "metadata");
    var parts = new ArrayList<String>();
    metadata.keySet().forEach(key -> parts.add(String.valueOf(key)));
    parts.removeAll(List.of("uid", "resourceVersion"));
    if (patch.containsKey("data")) {
      parts.add("data");
    }
    return String.join("+", parts)
        + content(object(patch, "data"))
        + keptFor(object(metadata, "annotations"));
  }

  private static Map<?, ?> object(Map<?, ?> parent, String key) {
    return parent.get(key) instanceof Map<?, ?> child ? child : Map.of();
  }

  /** The entries, if they are written. */
  private static String content(Map<?, ?> data) {
    if (!(data.get(PullSecret.KEY) instanceof String base64)) {
      return "";
    }
    try {
      var auths = JSON.readTree(Base64.getDecoder().decode(base64)).path("auths");
      return auths.properties().stream()
          .map(e -> e.getValue().path("username").asText("nobody") + "@" + e.getKey())
          .collect(Collectors.joining(", ", " {", "}"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the mark says, if it is written. */
  private static String keptFor(Map<?, ?> annotations) {
    if (!(annotations.get(Labels.CONTRIBUTORS) instanceof String contributors)) {
      return "";
    }
    var entries =
        OwnershipMark.entries(
            Map.of(Labels.MANAGED, "true"), Map.of(Labels.CONTRIBUTORS, contributors));
    return names(" of ", entries, entry -> entry.server() != null)
        + names(" for ", entries, entry -> entry.server() == null);
  }

  private static String names(String word, List<MarkEntry> entries, Predicate<MarkEntry> which) {
    var names =
        entries.stream()
            .filter(which)
            .map(MarkEntry::credential)
            .map(c -> c.isClusterWide() ? "cluster-wide " + c.name() : c.name())
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : word + names;
  }

  static String counts(FanOutCounts counts) {
    return "%d of %d".formatted(counts.synced(), counts.desired())
        + (counts.overridden() == 0 ? "" : ", %d overridden".formatted(counts.overridden()))
        + counts.failed().stream()
            .map(failed -> "; " + failed.namespace() + " " + readiness(failed.readiness()))
            .collect(Collectors.joining());
  }

  /** Whether it takes the mark off. */
  private static boolean isHandBack(Map<String, Object> patch) {
    var labels = object(object(patch, "metadata"), "labels");
    return labels.containsKey(Labels.MANAGED) && labels.get(Labels.MANAGED) == null;
  }

  static boolean isBlanking(Map<String, Object> patch) {
    return PullSecrets.base64(PullSecrets.BLANK).equals(object(patch, "data").get(PullSecret.KEY));
  }

  private static String progress(Plan.Progress progress) {
    var steps = new ArrayList<String>();
    progress.completed().forEach(step -> steps.add(step.process().value()));
    if (progress.underWay() != null) {
      LifecycleProcess process = progress.underWay().process();
      steps.add("(" + process.value() + ")");
    }
    return steps.isEmpty()
        ? "stays " + progress.state().value()
        : String.join(", ", steps) + " > " + progress.state().value();
  }

  private static String readiness(Readiness readiness) {
    var word =
        switch (readiness.convergence()) {
          case SETTLED -> readiness.ready() ? "Ready" : "Resting";
          case RECONCILING -> readiness.ready() ? "Ready but Reconciling" : "Reconciling";
          case STALLED -> readiness.ready() ? "Ready but Stalled" : "Stalled";
        };
    return word + " " + readiness.reason().value();
  }

  private static String orNone(@Nullable String text) {
    return text == null ? NONE : text;
  }
}
