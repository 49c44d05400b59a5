package dev.regcred.testcluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What GitOps tools make of an object: kstatus, by which Flux waits, with its own library, and Argo
 * CD with its Lua interpreter. Both are compiled into kubetools.
 */
public final class GitOpsTools {
  private final ProgramQuestions program;
  private final String healthCheck;

  private GitOpsTools(ProgramQuestions program, String healthCheck) {
    this.program = program;
    this.healthCheck = healthCheck;
  }

  /**
   * What both say.
   *
   * @param kstatus such as Current, InProgress, Failed or Terminating
   * @param argo such as Healthy, Progressing or Degraded
   */
  public record Verdict(Judgement kstatus, Judgement argo) {}

  /**
   * What one of them says.
   *
   * @param status a word of its own
   * @param message for people
   */
  public record Judgement(String status, String message) {}

  private record Question(JsonNode object, String health) {}

  /**
   * Builds the program if need be.
   *
   * @param healthCheck Argo CD's, in Lua
   * @throws ClusterUnavailableException if it has to be built and Go is missing
   */
  public static GitOpsTools load(String healthCheck) {
    return new GitOpsTools(ProgramQuestions.load("readiness"), healthCheck);
  }

  /** Judges objects as the API server gives them out, in their order. */
  public List<Verdict> judge(List<JsonNode> objects) {
    return program.ask(
        objects.stream().map(object -> new Question(object, healthCheck)).toList(), Verdict.class);
  }
}
