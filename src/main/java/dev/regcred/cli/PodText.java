package dev.regcred.cli;

import dev.regcred.diagnosis.PodReport;
import dev.regcred.diagnosis.PodReport.OfContainer;
import dev.regcred.diagnosis.PodReport.OfCredential;
import dev.regcred.diagnosis.PodReport.OfSecret;
import java.util.ArrayList;
import java.util.Locale;

/** The explanation of a Pod as text. */
final class PodText {
  private final StringBuilder text = new StringBuilder();
  private final PodReport report;

  private PodText(PodReport report) {
    this.report = report;
  }

  /** The text, whose last line says what to do. */
  static String of(PodReport report) {
    var text = new PodText(report);
    text.append();
    return text.text.toString();
  }

  private void append() {
    line(
        "Pod %s/%s, ServiceAccount %s"
            .formatted(report.namespace(), report.pod(), report.serviceAccount()));
    if (report.pullSecrets().isEmpty()) {
      line("  names no pull Secret");
    }
    report.pullSecrets().forEach(this::secret);
    report.containers().forEach(this::container);
    if (!report.notes().isEmpty()) {
      line("");
      report.notes().forEach(this::line);
    }
    line("");
    line(report.advice());
  }

  private void secret(OfSecret secret) {
    line("");
    line("Pull Secret %s, named by %s".formatted(secret.name(), namedBy(secret)));
    line("  " + state(secret));
    secret.credentials().forEach(credential -> line("  kept by " + kept(credential)));
  }

  private String namedBy(OfSecret secret) {
    return switch (secret.namedBy()) {
      case POD -> "the Pod";
      case SERVICE_ACCOUNT -> "ServiceAccount " + report.serviceAccount();
      case POLICY -> "the policy of attach: Pods";
    };
  }

  private static String state(OfSecret secret) {
    return switch (secret.state()) {
      case READ ->
          secret.servers().isEmpty()
              ? "has no entry"
              : "has entries for " + String.join(", ", secret.servers());
      case ABSENT -> "is not there; kubelets go on without it";
      case PASSED_OVER -> "is of type %s; kubelets pass over it".formatted(secret.type());
      case BROKEN -> "can't be read: %s".formatted(secret.problem());
      case AMBIGUOUS -> "is not read here, but perhaps by kubelets: %s".formatted(secret.problem());
      case UNKNOWN -> "you may not get it";
    };
  }

  private static String kept(OfCredential credential) {
    var name = credential.kind() + " " + credential.name();
    if (credential.state() == null) {
      return name + ", of which nothing is known";
    }
    return "True".equals(credential.ready())
        ? "%s, which is %s".formatted(name, credential.state())
        : "%s, which is %s and not ready (%s): %s"
            .formatted(name, credential.state(), credential.reason(), credential.message());
  }

  private void container(OfContainer container) {
    line("");
    line(
        "Container %s %s %s".formatted(container.name(), imageState(container), container.image()));
    if (container.readAs() == null) {
      line("  kubelets can't read that name");
    } else if (!container.readAs().equals(container.image())) {
      line("  kubelets read it as " + container.readAs());
    }
    says(container);
    for (int i = 0; i < container.tried().size(); i++) {
      var tried = container.tried().get(i);
      line(
          "  %s %s of Secret %s"
              .formatted(
                  i == 0 ? "tries the account" : "then that", tried.server(), tried.secret()));
    }
    if (container.tried().isEmpty()) {
      line("  has no account from a pull Secret that is known here");
    }
    container
        .notTried()
        .forEach(
            entry ->
                line(
                    "  does not try %s of Secret %s: %s"
                        .formatted(entry.server(), entry.secret(), entry.why().explanation())));
  }

  private static String imageState(OfContainer container) {
    return switch (container.state()) {
      case PULLED -> "has its image";
      case NOT_ASKED -> "has not asked yet for its image";
      case FAILED -> "does not get its image";
    };
  }

  private void says(OfContainer container) {
    var said = new ArrayList<String>();
    if (container.reason() != null) {
      said.add(container.reason());
    }
    if (container.messageKind() != null) {
      said.add(
          "(%s)"
              .formatted(
                  container.messageKind().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    }
    if (container.message() != null) {
      said.add(container.message());
    }
    if (!said.isEmpty()) {
      line("  kubelet: " + String.join(" ", said));
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
