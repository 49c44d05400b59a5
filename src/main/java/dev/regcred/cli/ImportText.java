package dev.regcred.cli;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.migration.Finding;
import dev.regcred.migration.MigrationPlan;
import dev.regcred.migration.MigrationPlan.Handover;

/** What is said of an import beside the manifests. */
final class ImportText {
  private ImportText() {}

  /**
   * The notes, the commands that hand Secrets over, and a last line that says what to do.
   *
   * @param areSourcesWritten whether the source Secrets are there
   */
  static String of(MigrationPlan plan, boolean areSourcesWritten) {
    var text = new StringBuilder();
    for (Finding finding : plan.findings()) {
      line(text, (finding.isFault() ? "left out: " : "note: ") + finding.text());
    }
    if (!plan.handovers().isEmpty()) {
      line(text, "Hand over, once that is applied:");
      plan.handovers().forEach(handover -> line(text, "  " + command(handover)));
    }
    line(text, advice(plan, areSourcesWritten));
    return text.toString();
  }

  /** The command by which the owner of Secrets hands them over. */
  private static String command(Handover handover) {
    var annotate =
        "kubectl annotate secret %s -n %s %s=%s/%s"
            .formatted(
                handover.secret(),
                handover.namespaces().size() == 1 ? handover.namespaces().getFirst() : "$n",
                Labels.ADOPT,
                handover.credential().kind(),
                handover.credential().name());
    return handover.namespaces().size() == 1
        ? annotate
        : "for n in %s; do %s; done".formatted(String.join(" ", handover.namespaces()), annotate);
  }

  private static String advice(MigrationPlan plan, boolean areSourcesWritten) {
    if (plan.manifests().isEmpty() && plan.handovers().isEmpty()) {
      return plan.isIncomplete()
          ? "Correct what is left out, and run it again."
          : "Nothing is to be done: no pull Secret is there that could be imported.";
    }
    var steps = new StringBuilder();
    if (!plan.sources().isEmpty() && !areSourcesWritten) {
      steps.append(
          "Run it again with --write-sources, which creates %s; "
              .formatted(
                  plan.sources().size() == 1
                      ? "the source Secret"
                      : "the " + plan.sources().size() + " source Secrets"));
    }
    if (!plan.manifests().isEmpty()) {
      steps.append("apply what is printed by kubectl apply --server-side -f -; ");
    }
    if (!plan.handovers().isEmpty()) {
      steps.append("then hand the Secrets over; ");
    }
    var text = steps.substring(0, steps.length() - "; ".length());
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
