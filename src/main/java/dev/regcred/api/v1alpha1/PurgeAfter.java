package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The rest between Removed and Purged: {@code Never}, or hours, minutes and seconds in this order,
 * each at most once ({@code 60s}, {@code 1h30m}, {@code 0s}).
 *
 * @param value the text as it stands in the spec
 */
public record PurgeAfter(@JsonValue String value) {
  /** It stays Removed until Purged is declared. */
  public static final PurgeAfter NEVER = new PurgeAfter("Never");

  private static final Pattern FORMAT =
      Pattern.compile("(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?");

  /**
   * A time that has the form of the CRD.
   *
   * @throws IllegalArgumentException if the text is neither {@code Never} nor such a duration
   */
  @JsonCreator
  public PurgeAfter {
    if (value.isEmpty() || !(value.equals("Never") || FORMAT.matcher(value).matches())) {
      throw new IllegalArgumentException("neither Never nor a duration such as 60s or 1h30m");
    }
  }

  /**
   * The time at which something that was removed at this time is purged; empty for {@code Never}.
   */
  public Optional<Instant> after(Instant removedTime) {
    return duration().map(removedTime::plus);
  }

  /** The time that it is; empty for {@code Never}. At most 9,999 h, 99,999 min and 999,999 s. */
  public Optional<Duration> duration() {
    var matcher = FORMAT.matcher(value);
    return matcher.matches()
        ? Optional.of(
            Duration.ofHours(number(matcher.group(1)))
                .plusMinutes(number(matcher.group(2)))
                .plusSeconds(number(matcher.group(3))))
        : Optional.empty();
  }

  private static long number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
