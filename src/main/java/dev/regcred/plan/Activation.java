package dev.regcred.plan;

import dev.regcred.api.v1alpha1.Reason;
import dev.regcred.pullsecret.Claim;
import dev.regcred.pullsecret.InvalidServerAddressException;
import dev.regcred.pullsecret.ServerAddress;
import java.util.Optional;

/** Whether a credential can be Active anywhere: its sources and its server. */
sealed interface Activation {
  /** Its values are there. */
  record Possible(Claim.Entry entry) implements Activation {}

  /** It can't for now. */
  record Blocked(Verdict verdict) implements Activation {}

  /** The checks, in the order in which they count. */
  static Activation of(Claimant self, CredentialGoal.Activate goal) {
    return sourceProblem(self.userName())
        .or(() -> sourceProblem(self.password()))
        .or(() -> addressProblem(goal.registry().serverAddress()))
        .<Activation>map(Blocked::new)
        .orElseGet(() -> new Possible(Contributions.entry(self).orElseThrow()));
  }

  private static Optional<Verdict> addressProblem(String address) {
    try {
      ServerAddress.parse(address);
      return Optional.empty();
    } catch (InvalidServerAddressException e) {
      return Optional.of(Verdict.reconciling(Reason.REGISTRY_NOT_READY, e.getMessage()));
    }
  }

  private static Optional<Verdict> sourceProblem(SourceReading reading) {
    return switch (reading) {
      case SourceReading.Missing(var message) ->
          Optional.of(Verdict.reconciling(Reason.SOURCE_NOT_FOUND, message));
      case SourceReading.Invalid(var message) ->
          Optional.of(Verdict.stalled(Reason.SOURCE_INVALID, message));
      case SourceReading.Value _ -> Optional.empty();
      case SourceReading.NotRead _ ->
          throw new IllegalArgumentException("The sources of an Active credential are always read");
    };
  }
}
