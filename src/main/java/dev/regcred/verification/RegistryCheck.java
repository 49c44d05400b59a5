package dev.regcred.verification;

import dev.regcred.api.v1alpha1.VerifiedReason;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The check of an account, as requests and what follows from their answers. The account is shown
 * once, and only to who has asked for it:
 *
 * <pre>
 * GET /v2/                      without the account
 *   200, and there is a probe   HEAD of its manifest, still without
 *   401 Bearer                  GET of the token endpoint, with the account; then with the token:
 *     without a probe           GET /v2/, which any token opens. No scope is asked for: with one
 *                               Harbor gives a token to anybody (goharbor creator.go, Create)
 *     with a probe              HEAD of its manifest, and the scope for that. Without a scope a
 *                               Harbor with OIDC refuses good robots (goharbor/harbor#23479)
 *   401 Basic                   GET /v2/, or HEAD of the manifest, with the account
 * </pre>
 *
 * Of several challenges Bearer is taken, as containerd does ({@code remotes/docker/auth}). Push is
 * never asked for: Quay would create a repository.
 *
 * @param probe the image that it is tried with; null to ask only whether the account is taken
 */
public record RegistryCheck(Account account, @Nullable Probe probe) {
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private static final String API = "v2/";

  /** The service that every Harbor names. */
  private static final String HARBOR = "harbor-registry";

  /** What comes next. */
  public sealed interface Step {
    /**
     * A request has to be made.
     *
     * @param then what follows from its answer
     */
    record Ask(RegistryRequest request, Function<RegistryAnswer, Step> then) implements Step {}

    /** The check is over. */
    record Done(Verdict verdict) implements Step {}
  }

  /** The first step. */
  public Step begin() {
    return ask(new RegistryRequest.Api(API, false, null), this::whoIsThere);
  }

  private Step whoIsThere(RegistryAnswer.Received answer) {
    if (answer.status() == OK && probe != null) {
      return ask(new RegistryRequest.Api(probe.path(), true, null), this::isProbeOpen);
    }
    return answer.status() == OK ? done(VerifiedReason.NO_CHALLENGE) : challenge(answer);
  }

  private Step isProbeOpen(RegistryAnswer.Received answer) {
    return answer.status() == OK || answer.status() == NOT_FOUND
        ? done(VerifiedReason.NO_CHALLENGE)
        : challenge(answer);
  }

  private Step challenge(RegistryAnswer.Received answer) {
    if (answer.status() == FORBIDDEN) {
      return done(VerifiedReason.UNREACHABLE); // As GitLab says to an address that it has banned.
    }
    if (answer.status() != UNAUTHORIZED) {
      return done(VerifiedReason.UNSUPPORTED);
    }
    var bearer = first(answer.challenges(), AuthChallenge::isBearer);
    if (bearer.isPresent()) {
      return fetchToken(bearer.get());
    }
    return first(answer.challenges(), AuthChallenge::isBasic).isPresent()
        ? ask(access(account.basic()), this::afterBasic)
        : done(VerifiedReason.UNSUPPORTED);
  }

  private static Optional<AuthChallenge> first(
      List<AuthChallenge> challenges, Predicate<AuthChallenge> is) {
    return challenges.stream().filter(is).findFirst();
  }

  private RegistryRequest access(String authorization) {
    return probe == null
        ? new RegistryRequest.Api(API, false, authorization)
        : new RegistryRequest.Api(probe.path(), true, authorization);
  }

  private Step afterBasic(RegistryAnswer.Received answer) {
    return switch (answer.status()) {
      case OK -> accepted();
      case UNAUTHORIZED -> refused(answer);
      // An answer to a HEAD has no body that could say more.
      case FORBIDDEN -> probe == null ? forbidden(answer) : probeDenied();
      case BAD_REQUEST -> malformed(answer);
      default -> notFound(answer);
    };
  }

  private Step fetchToken(AuthChallenge bearer) {
    var request =
        new RegistryRequest.Token(
            String.valueOf(bearer.realm()),
            bearer.service(),
            probe == null ? null : probe.scope(),
            account.basic());
    return ask(request, answer -> afterToken(bearer, answer));
  }

  private Step afterToken(AuthChallenge bearer, RegistryAnswer.Received answer) {
    return switch (answer.status()) {
      case OK ->
          answer.token() == null
              ? done(VerifiedReason.UNSUPPORTED)
              : ask(access("Bearer " + answer.token()), this::afterBearer);
      case UNAUTHORIZED ->
          probe == null && HARBOR.equals(bearer.service())
              ? new Step.Done(
                  Verdict.refused(VerifiedReason.UNSUPPORTED)) // Good robots are refused, too.
              : refused(answer);
      case FORBIDDEN -> forbidden(answer);
      case BAD_REQUEST -> malformed(answer);
      default -> done(VerifiedReason.UNSUPPORTED);
    };
  }

  private Step afterBearer(RegistryAnswer.Received answer) {
    var isDenied = answer.status() == UNAUTHORIZED || answer.status() == FORBIDDEN;
    return answer.status() == OK
        ? accepted()
        : isDenied && probe != null ? probeDenied() : notFound(answer);
  }

  private Step accepted() {
    return done(probe == null ? VerifiedReason.ACCEPTED : VerifiedReason.AUTHORIZED);
  }

  private static Step refused(RegistryAnswer.Received answer) {
    return new Step.Done(
        Verdict.refused(answer.saysExpired() ? VerifiedReason.EXPIRED : VerifiedReason.REFUSED));
  }

  /**
   * A 403 may be of a firewall, or of a ban of this address, as GitLab's in front of its token
   * endpoint: it is of the account only where it is the error of a registry. GHCR says of a wrong
   * token what it says of one that may not pull the image.
   */
  private Step forbidden(RegistryAnswer.Received answer) {
    if (!answer.saysExpired() && !answer.saysDenied()) {
      return done(VerifiedReason.UNREACHABLE);
    }
    return probe == null || answer.saysExpired() ? refused(answer) : probeDenied();
  }

  private static Step probeDenied() {
    return new Step.Done(Verdict.refused(VerifiedReason.PROBE_DENIED));
  }

  /** ECR Public calls an expired token a bad request. */
  private static Step malformed(RegistryAnswer.Received answer) {
    return answer.saysExpired() ? refused(answer) : done(VerifiedReason.UNSUPPORTED);
  }

  private Step notFound(RegistryAnswer.Received answer) {
    return done(
        answer.status() == NOT_FOUND && probe != null
            ? VerifiedReason.PROBE_NOT_FOUND
            : VerifiedReason.UNSUPPORTED);
  }

  private Step ask(RegistryRequest request, Function<RegistryAnswer.Received, Step> then) {
    var isLogin = account.basic().equals(request.authorization());
    return new Step.Ask(
        request,
        answer -> {
          var step =
              switch (answer) {
                case RegistryAnswer.None(var outcome, _) -> done(outcome);
                case RegistryAnswer.Received received ->
                    outOfOrder(received).orElseGet(() -> then.apply(received));
              };
          var isShown = isLogin && !(answer instanceof RegistryAnswer.None none && !none.isSent());
          return isShown && step instanceof Step.Done(var verdict)
              ? new Step.Done(verdict.afterLogin())
              : step;
        });
  }

  /** What says nothing of the account, whatever was asked. */
  private static Optional<Step> outOfOrder(RegistryAnswer.Received answer) {
    return answer.status() == TOO_MANY_REQUESTS
        ? Optional.of(unavailable(VerifiedReason.RATE_LIMITED, answer))
        : answer.status() >= SERVER_ERROR
            ? Optional.of(unavailable(VerifiedReason.UNREACHABLE, answer))
            : Optional.empty();
  }

  private static Step unavailable(VerifiedReason outcome, RegistryAnswer.Received answer) {
    return new Step.Done(new Verdict(outcome, false, answer.retryAfter()));
  }

  private static Step done(VerifiedReason outcome) {
    return new Step.Done(Verdict.of(outcome));
  }
}
