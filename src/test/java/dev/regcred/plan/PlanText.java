package dev.regcred.plan;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleProcess;
import dev.regcred.pullsecret.AttachmentWrite;
import dev.regcred.pullsecret.PullSecret;
import dev.regcred.pullsecret.PullSecrets;
import dev.regcred.pullsecret.SecretWrite;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plan in words, as the tables of these tests have it.
 *
 * @param actions the writes in order, a patch with the parts that it changes; {@code -} for none
 * @param progress the steps, one that is only recorded in parentheses, and the state then
 * @param verdict {@code Ready}, {@code Resting}, {@code Reconciling} or {@code Stalled}, and why
 * @param placement the pull Secret and the server
 * @param next when to look again
 */
record PlanText(String actions, String progress, String verdict, String placement, String next) {
  private static final String NONE = "-";

  static PlanText of(Plan plan) {
    return new PlanText(
        plan.actions().isEmpty()
            ? NONE
            : plan.actions().stream().map(PlanText::action).collect(Collectors.joining(", ")),
        progress(plan.progress()),
        verdict(plan.verdict()),
        orNone(plan.placement().secretName()) + " " + orNone(plan.placement().serverAddress()),
        switch (plan.next()) {
          case Plan.Next.Settled() -> "Settled";
          case Plan.Next.AtOnce() -> "AtOnce";
          case Plan.Next.Gone() -> "Gone";
          case Plan.Next.GoneWithNamespace() -> "GoneWithNamespace";
          case Plan.Next.At(var time) -> "At " + time.atOffset(ZoneOffset.UTC).toLocalTime();
        });
  }

  private static String action(Action action) {
    return switch (action) {
      case Action.AddFinalizer() -> "AddFinalizer";
      case Action.RemoveFinalizer() -> "RemoveFinalizer";
      case Action.WriteSecret(SecretWrite.Create(var desired)) -> "Create " + desired.name();
      case Action.WriteSecret(SecretWrite.Delete delete) -> "Delete " + delete.secretName();
      case Action.WriteSecret(SecretWrite.Patch(var name, var patch, _)) ->
          isHandBack(patch) ? "HandBack " + name : "Patch " + name + " " + parts(patch);
      case Action.WriteAttachment(var write) -> attachment(write);
      case Action.InNamespaces(var parts) ->
          parts.stream()
              .map(
                  part -> part.namespace() + part.actions().stream().map(PlanText::action).toList())
              .collect(Collectors.joining(" "));
    };
  }

  private static String attachment(AttachmentWrite write) {
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
    var parts = new ArrayList<String>();
    if (patch.get("metadata") instanceof Map<?, ?> metadata) {
      metadata.keySet().forEach(key -> parts.add(String.valueOf(key)));
      parts.removeAll(List.of("uid", "resourceVersion"));
    }
    if (patch.containsKey("data")) {
      parts.add(isBlanking(patch) ? "to blank" : "data");
    }
    return String.join("+", parts);
  }

  /** Whether it takes the mark off. */
  private static boolean isHandBack(Map<String, Object> patch) {
    return patch.get("metadata") instanceof Map<?, ?> metadata
        && metadata.get("labels") instanceof Map<?, ?> labels
        && labels.containsKey(Labels.MANAGED)
        && labels.get(Labels.MANAGED) == null;
  }

  static boolean isBlanking(Map<String, Object> patch) {
    return patch.get("data") instanceof Map<?, ?> data
        && PullSecrets.base64(PullSecrets.BLANK).equals(data.get(PullSecret.KEY));
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

  private static String verdict(Verdict verdict) {
    var word =
        switch (verdict.outlook()) {
          case SETTLED -> verdict.ready() ? "Ready" : "Resting";
          case RECONCILING -> verdict.ready() ? "Ready but Reconciling" : "Reconciling";
          case STALLED -> verdict.ready() ? "Ready but Stalled" : "Stalled";
        };
    return word + " " + verdict.reason().value();
  }

  private static String orNone(@Nullable String text) {
    return text == null ? NONE : text;
  }
}
