package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a registry is asked about the accounts of its credentials.
 *
 * @param mode what is done with what it says
 * @param interval how long an answer counts: {@code 1h} to {@code 168h}, or {@code OnChange} for as
 *     long as the account is the same
 * @param realmHosts the hosts, besides the registry's own, that an account may be sent to for a
 *     token; at most 8
 * @param caBundle the certificates of the authorities that its certificate may be from, in PEM;
 *     null for those that are trusted everywhere
 */
public record Verification(
    VerificationMode mode,
    String interval,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> realmHosts,
    @Nullable String caBundle) {
  /** {@code interval} where an answer counts for as long as the account is the same. */
  private static final String ON_CHANGE = "OnChange";

  private static final String DEFAULT_INTERVAL = "12h";

  // Jackson hands over null for an absent field, whatever the component's type says.
  public Verification {
    mode = mode == null ? VerificationMode.OFF : mode;
    interval = interval == null ? DEFAULT_INTERVAL : interval;
    realmHosts = realmHosts == null ? List.of() : List.copyOf(realmHosts);
    if (!interval.equals(ON_CHANGE) && !interval.matches("[1-9][0-9]{0,2}h")) {
      throw new IllegalArgumentException("neither OnChange nor hours, such as 12h");
    }
  }

  /** How long an answer counts; empty for as long as the account is the same. */
  @JsonIgnore
  public Optional<Duration> period() {
    return interval.equals(ON_CHANGE)
        ? Optional.empty()
        : Optional.of(
            Duration.ofHours(Integer.parseInt(interval.substring(0, interval.length() - 1))));
  }
}
