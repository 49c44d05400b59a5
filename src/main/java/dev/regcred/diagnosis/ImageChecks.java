package dev.regcred.diagnosis;

import static dev.regcred.diagnosis.ImageChecks.When.ALWAYS;
import static dev.regcred.diagnosis.ImageChecks.When.FAILED;
import static dev.regcred.diagnosis.ImageChecks.When.TRIED;
import static dev.regcred.diagnosis.ImageChecks.When.UNTRIED;

import dev.regcred.diagnosis.ObservedPod.ImageState;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The checks find what keeps a container from its image. They are asked in the order of their list,
 * and the first that finds something is right: what no account would change comes before anything
 * that is about accounts, what may be meant for the image before where an account could come from.
 */
final class ImageChecks {
  /** The pulls that a check is asked about. */
  enum When {
    /** Those of all containers that are not known to have their image. */
    ALWAYS,
    /** Those that the kubelet has failed in. */
    FAILED,
    /** Of these, those for which an account is tried. */
    TRIED,
    /** Of these, those for which none is. */
    UNTRIED
  }

  /**
   * A check for one fault.
   *
   * @param fault what it finds
   * @param when the pulls that it is asked about
   * @param advice what to do; empty if it is not this fault
   */
  private record Check(Fault fault, When when, Function<ImagePull, Optional<String>> advice) {
    boolean concerns(ImagePull pull) {
      return when == ALWAYS
          || (pull.container().state() == ImageState.FAILED
              && switch (when) {
                case ALWAYS, FAILED -> true;
                case TRIED -> pull.isTried();
                case UNTRIED -> !pull.isTried();
              });
    }
  }

  private static final List<Check> CHECKS =
      List.of(
          new Check(Fault.IMAGE_UNREADABLE, ALWAYS, MessageChecks::imageUnreadable),
          new Check(Fault.SECRET_BROKEN, ALWAYS, SecretChecks::broken),
          new Check(Fault.NEVER_PULLED, FAILED, MessageChecks::neverPulled),
          new Check(Fault.RATE_LIMITED, FAILED, MessageChecks::rateLimited),
          new Check(Fault.PLATFORM, FAILED, MessageChecks::platform),
          new Check(Fault.PLAIN_HTTP, FAILED, MessageChecks::plainHttp),
          new Check(Fault.CERTIFICATE, FAILED, MessageChecks::certificate),
          new Check(Fault.NETWORK, FAILED, MessageChecks::network),
          new Check(Fault.DISK, FAILED, MessageChecks::disk),
          new Check(Fault.NOT_FOUND, FAILED, MessageChecks::notFound),
          new Check(Fault.SERVER_MISSPELT, UNTRIED, SecretChecks::serverMisspelt),
          new Check(Fault.CREDENTIAL_NOT_READY, FAILED, AccountChecks::credentialNotReady),
          new Check(Fault.ACCOUNT_EMPTY, TRIED, AccountChecks::empty),
          new Check(Fault.ACCOUNT_REFUSED, TRIED, AccountChecks::refused),
          new Check(Fault.SECRET_ABSENT, UNTRIED, SecretChecks::absent),
          new Check(Fault.SECRET_PASSED_OVER, UNTRIED, SecretChecks::passedOver),
          new Check(Fault.SECRET_AMBIGUOUS, UNTRIED, SecretChecks::ambiguous),
          new Check(Fault.NOT_ALLOWED_TO_LOOK, UNTRIED, SecretChecks::notAllowedToLook),
          new Check(Fault.POD_TOO_OLD, UNTRIED, AttachmentChecks::podTooOld),
          new Check(Fault.POD_HAS_OWN_LIST, UNTRIED, AttachmentChecks::podHasOwnList),
          new Check(Fault.NOT_ATTACHED, UNTRIED, AttachmentChecks::notAttached),
          new Check(Fault.NO_PULL_SECRET, UNTRIED, AttachmentChecks::noPullSecret),
          new Check(Fault.NO_ACCOUNT, UNTRIED, AttachmentChecks::noAccount),
          new Check(Fault.UNKNOWN, FAILED, MessageChecks::unknown));

  private ImageChecks() {}

  /** What keeps the container from its image; empty if nothing does, or nothing is known to. */
  static Optional<Finding> find(ImagePull pull) {
    if (pull.container().state() == ImageState.PULLED) {
      return Optional.empty();
    }
    return CHECKS.stream()
        .filter(check -> check.concerns(pull))
        .flatMap(
            check ->
                check
                    .advice()
                    .apply(pull)
                    .map(advice -> new Finding(check.fault(), advice))
                    .stream())
        .findFirst();
  }

  /** The faults in the order in which they are looked for. */
  static List<Fault> order() {
    return CHECKS.stream().map(Check::fault).toList();
  }
}
