package dev.regcred.cli;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.migration.Finding;
import dev.regcred.migration.MigrationPlan;
import dev.regcred.migration.MigrationPlan.Handover;
import dev.regcred.migration.MigrationPlan.Source;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is said of an import beside the manifests. */
final class ImportText {
  /** What a shell takes as it stands. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private final String kubectl;

  /**
   * @param program the kubectl that was asked, with the options that choose cluster and user: what
   *     is printed is for the same
   */
  ImportText(List<String> program) {
    this.kubectl = program.stream().map(ImportText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /**
   * The notes, the commands that hand Secrets over, and a last line that says what to do.
   *
   * @param areSourcesWritten whether the source Secrets are there
   */
  String of(MigrationPlan plan, boolean areSourcesWritten) {
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

  /**
   * The command by which the owner of a Secret hands it over; it fails where the Secret has changed
   * since it was read, as its account may have.
   */
  private String command(Handover handover) {
    return "%s annotate secret %s -n %s --resource-version=%s %s=%s/%s"
        .formatted(
            kubectl,
            handover.secret(),
            handover.namespace(),
            handover.resourceVersion(),
            Labels.ADOPT,
            handover.credential().kind(),
            handover.credential().name());
  }

  private String advice(MigrationPlan plan, boolean areSourcesWritten) {
    if (plan.manifests().isEmpty() && plan.handovers().isEmpty()) {
      return plan.isIncomplete()
          ? "Correct what is left out, and run it again."
          : "Nothing is left to be imported.";
    }
    var steps = new StringBuilder();
    if (!plan.sources().isEmpty() && !areSourcesWritten) {
      steps.append(
          "Run it again with --write-sources%s, which creates %s; "
              .formatted(
                  sourceNamespace(plan),
                  plan.sources().size() == 1
                      ? "the source Secret"
                      : "the " + plan.sources().size() + " source Secrets"));
    }
    if (!plan.manifests().isEmpty()) {
      steps.append("apply what is printed by %s apply --server-side -f -; ".formatted(kubectl));
    }
    if (!plan.handovers().isEmpty()) {
      steps.append("then hand the Secrets over; ");
    }
    var text = steps.substring(0, steps.length() - "; ".length());
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  /** The option that cluster-wide sources ask for: a namespace may have the name by chance. */
  private static String sourceNamespace(MigrationPlan plan) {
    return plan.sources().stream()
        .filter(Source::isClusterWide)
        .findFirst()
        .map(source -> " --source-namespace=" + source.namespace())
        .orElse("");
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
