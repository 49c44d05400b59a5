package dev.regcred.diagnosis;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import dev.regcred.dockerconfig.Mismatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The explanation of a Pod. Its JSON is what {@code -o json} prints; nothing in it is a value of a
 * Secret.
 *
 * @param namespace the Pod's namespace
 * @param pod the Pod's name
 * @param serviceAccount its ServiceAccount
 * @param pullSecrets the pull Secrets that it names, in their order
 * @param containers its containers, in the order in which they start
 * @param notes what else is worth knowing, and what can't be known
 * @param fault the fault that the advice is about; null if there is none
 * @param advice what to do, a sentence
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PodReport(
    String namespace,
    String pod,
    String serviceAccount,
    List<OfSecret> pullSecrets,
    List<OfContainer> containers,
    List<String> notes,
    @Nullable Fault fault,
    String advice) {

  /** Who names a pull Secret. */
  public enum NamedBy {
    /** The Pod's own spec, or what made it. */
    POD,
    /** Its ServiceAccount, too. */
    SERVICE_ACCOUNT,
    /** The policy of {@code attach: Pods}. */
    POLICY
  }

  /** What a kubelet makes of a pull Secret. */
  public enum SecretState {
    /** It reads accounts from it. */
    READ,
    /** There is no such Secret; it goes on without. */
    ABSENT,
    /** It passes over it: another type, or nothing in it. */
    PASSED_OVER,
    /** It can't read it, and refuses every image of the Pod. */
    BROKEN,
    /**
     * It may read it; this command does not, because Go takes of it what the text does not show.
     */
    AMBIGUOUS,
    /** Whoever asks may not get it. */
    UNKNOWN
  }

  /**
   * A pull Secret.
   *
   * @param name its name, as the Pod has it
   * @param namedBy who names it
   * @param state what a kubelet makes of it
   * @param type its type; null where it is not known
   * @param problem what is wrong with it; null if nothing is
   * @param servers the servers that it has entries for, as they stand there
   * @param credentials the credentials that keep it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OfSecret(
      String name,
      NamedBy namedBy,
      SecretState state,
      @Nullable String type,
      @Nullable String problem,
      List<String> servers,
      List<OfCredential> credentials) {}

  /**
   * A credential that keeps a pull Secret.
   *
   * @param kind its kind
   * @param name its name
   * @param state its life-cycle state; null where it is not known
   * @param ready the status of its condition Ready; null where it is not known
   * @param reason the reason of that condition
   * @param message the message of that condition
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OfCredential(
      String kind,
      String name,
      @Nullable String state,
      @Nullable String ready,
      @Nullable String reason,
      @Nullable String message) {}

  /**
   * A container.
   *
   * @param name its name
   * @param image its image, as the Pod names it
   * @param readAs the image as kubelets read it; null where they can't
   * @param state whether it has its image
   * @param reason why it waits; null if it does not
   * @param message the kubelet's last message; null if there is none
   * @param messageKind what that is about; null if there is none
   * @param tried the entries whose accounts are tried, in that order
   * @param notTried the other entries
   * @param fault what keeps it from its image; null if nothing does
   * @param advice what to do about that; null if nothing is to be done
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OfContainer(
      String name,
      String image,
      @Nullable String readAs,
      ImageState state,
      @Nullable String reason,
      @Nullable String message,
      KubeletMessage.@Nullable Kind messageKind,
      List<Tried> tried,
      List<NotTried> notTried,
      @Nullable Fault fault,
      @Nullable String advice) {}

  /**
   * An entry whose account is tried.
   *
   * @param secret the Secret
   * @param server the entry's key
   */
  public record Tried(String secret, String server) {}

  /**
   * An entry whose account is not tried.
   *
   * @param secret the Secret
   * @param server the entry's key
   * @param why what keeps it from being tried
   */
  public record NotTried(String secret, String server, Mismatch why) {}
}
