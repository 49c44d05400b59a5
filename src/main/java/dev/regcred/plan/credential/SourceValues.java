package dev.regcred.plan.credential;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The user name and the password of a credential, read together.
 *
 * @param userName what reading the user name gave
 * @param password what reading the password gave
 * @param version another one whenever what was read may be another, for one and the same spec; of
 *     no meaning but that, and nothing of a value can be told from it
 * @param expiry when the values come to an end; null where that is not known, or never
 * @param admission what may be done with them
 */
public record SourceValues(
    SourceValue userName,
    SourceValue password,
    String version,
    @Nullable Instant expiry,
    Admission admission) {
  /** Values that nobody has to be asked about. */
  public SourceValues(
      SourceValue userName, SourceValue password, String version, @Nullable Instant expiry) {
    this(userName, password, version, expiry, Admission.PUBLISH);
  }

  /** These values, and what may be done with them. */
  public SourceValues with(Admission other) {
    return new SourceValues(userName, password, version, expiry, other);
  }

  /** The values of a credential that nothing depends on now. */
  public static SourceValues notRead() {
    return new SourceValues(new SourceValue.NotRead(), new SourceValue.NotRead(), "", null);
  }
}
