package dev.regcred.testcluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts a kubelet would pull an image with. The kubelet's own code answers, compiled into
 * kubetools; no cluster is needed.
 */
public final class KubeletKeyring {
  private final ProgramQuestions program;

  private KubeletKeyring(ProgramQuestions program) {
    this.program = program;
  }

  /**
   * The content of a pull Secret, and an image of a Pod that names this Secret.
   *
   * @param dockerConfigJson the value of {@code .dockerconfigjson}
   * @param image as a Pod names it, such as {@code nginx} or {@code registry.example.com/a/b:1}
   */
  public record Question(@JsonProperty("dockerconfigjson") String dockerConfigJson, String image) {}

  /**
   * What the kubelet would do.
   *
   * @param matches the accounts in the order it tries them; with none it pulls anonymously
   * @param error why it would not even try; the matches are empty then
   */
  public record Answer(List<Account> matches, @Nullable String error) {}

  public record Account(String username, String password) {}

  /**
   * Builds the program if need be.
   *
   * @throws ClusterUnavailableException if it has to be built and Go is missing
   */
  public static KubeletKeyring load() {
    return new KubeletKeyring(ProgramQuestions.load("keyring"));
  }

  /** Answers all questions with one start of the program, in their order. */
  public List<Answer> ask(List<Question> questions) {
    return program.ask(questions, Answer.class);
  }
}
