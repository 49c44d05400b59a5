package dev.regcred.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.VerifiedReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What follows from what registries answer. The transcripts are written from the documentation and
 * the sources of each; none was recorded.
 */
class RegistryCheckTest {
  private static final Account ACCOUNT = new Account("robot", "correct horse");
  private static final Probe PROBE = Probe.parse("team/app:1.2").orElseThrow();

  private static final RegistryAnswer OK = answer(200);

  /**
   * A registry.
   *
   * @param name what it is, and what is done there
   * @param probe whether the account is tried with an image
   * @param answers what it answers
   */
  record Transcript(
      String name, boolean probe, Function<RegistryRequest, RegistryAnswer> answers, Verdict end) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Transcript> transcripts() {
    return Stream.of(
        login("htpasswd, right", basic("Basic", OK), VerifiedReason.ACCEPTED),
        login("htpasswd, wrong", basic("Basic", answer(401)), VerifiedReason.REFUSED),
        login("Nexus, right", basic("BASIC", OK), VerifiedReason.ACCEPTED),
        login("Nexus, wrong", basic("BASIC", answer(401)), VerifiedReason.REFUSED),
        login("ECR, 12 h over", basic("Basic", expired(403)), VerifiedReason.EXPIRED),
        login("ECR, wrong", basic("Basic", answer(401)), VerifiedReason.REFUSED),
        login(
            "ECR Public, over", bearer("public.ecr.aws", expired(400), OK), VerifiedReason.EXPIRED),
        login(
            "Docker Hub, right",
            bearer("registry.docker.io", token(), OK),
            VerifiedReason.ACCEPTED),
        login(
            "Docker Hub, wrong",
            bearer("registry.docker.io", answer(401), OK),
            VerifiedReason.REFUSED),
        unclear("Docker Hub, too many", bearer("x", answer(429), OK), VerifiedReason.RATE_LIMITED),
        login("GHCR, right", bearer("ghcr.io", token(), OK), VerifiedReason.ACCEPTED),
        login("GHCR, wrong", bearer("ghcr.io", denied(403), OK), VerifiedReason.REFUSED),
        login(
            "GitLab, wrong", bearer("container_registry", denied(403), OK), VerifiedReason.REFUSED),
        // Rack::Attack stands before the token endpoint, not before the registry.
        unclear(
            "GitLab, this address is banned",
            bearer("container_registry", answer(403), OK),
            VerifiedReason.UNREACHABLE),
        login("a firewall before all of it", _ -> answer(403), VerifiedReason.UNREACHABLE),
        unclear(
            "a firewall before the login", basic("Basic", answer(403)), VerifiedReason.UNREACHABLE),
        login(
            "a registry that denies by Basic", basic("Basic", denied(403)), VerifiedReason.REFUSED),
        login("Quay, wrong", bearer("quay.io", answer(401), OK), VerifiedReason.REFUSED),
        login("GAR, over", bearer("", expired(401), OK), VerifiedReason.EXPIRED),
        login("Harbor, right", bearer("harbor-registry", token(), OK), VerifiedReason.ACCEPTED),
        // With OIDC good robots are refused as well, so nothing is proved; it is a refused login.
        new Transcript(
            "Harbor, refused without a scope",
            false,
            bearer("harbor-registry", answer(401), OK),
            Verdict.refused(VerifiedReason.UNSUPPORTED)),
        unclear("a token without an end", bearer("x", OK, OK), VerifiedReason.UNSUPPORTED),
        login(
            "a token that opens nothing",
            bearer("x", token(), answer(401)),
            VerifiedReason.UNSUPPORTED),
        login("anybody may come in", _ -> OK, VerifiedReason.NO_CHALLENGE),
        login("no registry", _ -> answer(404), VerifiedReason.UNSUPPORTED),
        login("it leads elsewhere", _ -> answer(307), VerifiedReason.UNSUPPORTED),
        login("a scheme of its own", basic("Negotiate", OK), VerifiedReason.UNSUPPORTED),
        login("it is out of order", _ -> answer(503), VerifiedReason.UNREACHABLE),
        unclear(
            "out of order at the login", basic("Basic", answer(500)), VerifiedReason.UNREACHABLE),
        unclear(
            "it breaks off at the login",
            basic("Basic", new RegistryAnswer.None(VerifiedReason.UNREACHABLE, true)),
            VerifiedReason.UNREACHABLE),
        login(
            "there is no connection for the login",
            basic("Basic", new RegistryAnswer.None(VerifiedReason.UNREACHABLE)),
            VerifiedReason.UNREACHABLE),
        login(
            "it is not there",
            _ -> new RegistryAnswer.None(VerifiedReason.UNREACHABLE),
            VerifiedReason.UNREACHABLE),
        probe("htpasswd, right", basic("Basic", OK), VerifiedReason.AUTHORIZED),
        probe("htpasswd, wrong", basic("Basic", answer(401)), VerifiedReason.REFUSED),
        probe(
            "Artifactory, not for that image",
            basic("Basic", answer(403)),
            VerifiedReason.PROBE_DENIED),
        probe(
            "htpasswd, no such image", basic("Basic", answer(404)), VerifiedReason.PROBE_NOT_FOUND),
        probe(
            "Docker Hub, right",
            bearer("registry.docker.io", token(), OK),
            VerifiedReason.AUTHORIZED),
        probe(
            "Docker Hub, not that image",
            bearer("x", token(), answer(401)),
            VerifiedReason.PROBE_DENIED),
        probe(
            "Docker Hub, none", bearer("x", token(), answer(404)), VerifiedReason.PROBE_NOT_FOUND),
        probe(
            "Docker Hub, too many", bearer("x", token(), answer(429)), VerifiedReason.RATE_LIMITED),
        // It gives everybody a token, whose access is empty.
        probe(
            "Harbor, wrong",
            bearer("harbor-registry", token(), answer(401)),
            VerifiedReason.PROBE_DENIED),
        probe("Harbor, right", bearer("harbor-registry", token(), OK), VerifiedReason.AUTHORIZED),
        probe("GHCR, wrong", bearer("ghcr.io", denied(403), OK), VerifiedReason.PROBE_DENIED),
        new Transcript(
            "GitLab, this address is banned, with an image",
            true,
            bearer("container_registry", answer(403), OK),
            new Verdict(VerifiedReason.UNREACHABLE, false, null, true, null)),
        probe("ACR, wrong", bearer("x.azurecr.io", answer(401), OK), VerifiedReason.REFUSED),
        probe("an image for everybody", _ -> OK, VerifiedReason.NO_CHALLENGE),
        probe(
            "only the image is closed",
            request ->
                request instanceof RegistryRequest.Api(var path, _, var shown)
                        && !path.equals("v2/")
                        && shown == null
                    ? challenge(new AuthChallenge("Basic", "x", null))
                    : OK,
            VerifiedReason.AUTHORIZED));
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void theAnswersDecide(Transcript transcript) {
    var asked = new ArrayList<RegistryRequest>();
    var verdict = run(transcript, asked);
    assertThat(verdict.outcome()).isEqualTo(transcript.end().outcome());
    assertThat(verdict.loginRefused()).isEqualTo(transcript.end().loginRefused());
    assertThat(verdict.isUnclear()).isEqualTo(transcript.end().isUnclear());
    assertThat(asked.getFirst().authorization()).as("shown to who has not asked").isNull();
    assertThat(asked.stream().map(RegistryRequest::authorization))
        .as("how often the account was shown")
        .filteredOn(ACCOUNT.basic()::equals)
        .hasSizeLessThanOrEqualTo(1);
    assertThat(asked.toString() + verdict).doesNotContain("Basic ", "Bearer ", "secret-token");
  }

  @Test
  void nobodyIsAskedForAScopeWithoutAProbe() {
    assertThat(scope(false)).isNull();
    assertThat(scope(true)).isEqualTo("repository:team/app:pull");
  }

  private static @Nullable String scope(boolean probe) {
    var asked = new ArrayList<RegistryRequest>();
    run(
        new Transcript("", probe, bearer("x", token(), OK), Verdict.of(VerifiedReason.ACCEPTED)),
        asked);
    return asked.stream()
        .filter(RegistryRequest.Token.class::isInstance)
        .map(request -> ((RegistryRequest.Token) request).scope())
        .toList()
        .getFirst();
  }

  @Test
  void bearerGoesBeforeBasic() {
    var asked = new ArrayList<RegistryRequest>();
    var both =
        challenge(
            new AuthChallenge("Basic", "x", null),
            new AuthChallenge("bearer", "https://registry.test/token", null));
    run(
        new Transcript("", false, first(both, token()), Verdict.of(VerifiedReason.ACCEPTED)),
        asked);
    assertThat(asked.get(1)).isInstanceOf(RegistryRequest.Token.class);
  }

  @Test
  void aRegistrySaysHowLongItWantsToBeLeftAlone() {
    var busy =
        new RegistryAnswer.Received(429, List.of(), null, false, false, Duration.ofSeconds(90));
    var verdict =
        run(
            new Transcript(
                "", false, basic("Basic", busy), Verdict.of(VerifiedReason.RATE_LIMITED)),
            new ArrayList<>());
    assertThat(verdict)
        .isEqualTo(
            new Verdict(VerifiedReason.RATE_LIMITED, false, Duration.ofSeconds(90), true, null));
  }

  private static Verdict run(Transcript transcript, List<RegistryRequest> asked) {
    var step = new RegistryCheck(ACCOUNT, transcript.probe() ? PROBE : null).begin();
    while (step instanceof RegistryCheck.Step.Ask(var request, var then)) {
      asked.add(request);
      step = then.apply(transcript.answers().apply(request));
    }
    return ((RegistryCheck.Step.Done) step).verdict();
  }

  private static Transcript login(
      String name, Function<RegistryRequest, RegistryAnswer> answers, VerifiedReason outcome) {
    return new Transcript(name, false, answers, expected(outcome));
  }

  /** One that ends when the account was shown, and has an answer that says nothing of it. */
  private static Transcript unclear(
      String name, Function<RegistryRequest, RegistryAnswer> answers, VerifiedReason outcome) {
    return new Transcript(name, false, answers, new Verdict(outcome, false, null, true, null));
  }

  private static Transcript probe(
      String name, Function<RegistryRequest, RegistryAnswer> answers, VerifiedReason outcome) {
    return new Transcript(name + ", with an image", true, answers, expected(outcome));
  }

  private static Verdict expected(VerifiedReason outcome) {
    return outcome.status().equals(Condition.FALSE)
        ? Verdict.refused(outcome)
        : Verdict.of(outcome);
  }

  private static Function<RegistryRequest, RegistryAnswer> basic(
      String scheme, RegistryAnswer answer) {
    return request ->
        request.authorization() == null
            ? challenge(new AuthChallenge(scheme, "Sonatype Nexus", null))
            : answer;
  }

  private static Function<RegistryRequest, RegistryAnswer> bearer(
      String service, RegistryAnswer token, RegistryAnswer answer) {
    return request ->
        request instanceof RegistryRequest.Token
            ? token
            : request.authorization() == null
                ? challenge(new AuthChallenge("Bearer", "https://registry.test/token", service))
                : answer;
  }

  private static Function<RegistryRequest, RegistryAnswer> first(
      RegistryAnswer challenge, RegistryAnswer token) {
    return request ->
        request instanceof RegistryRequest.Token
            ? token
            : request.authorization() == null ? challenge : OK;
  }

  private static RegistryAnswer answer(int status) {
    return new RegistryAnswer.Received(status, List.of(), null, false, false, null);
  }

  private static RegistryAnswer denied(int status) {
    return new RegistryAnswer.Received(status, List.of(), null, false, true, null);
  }

  private static RegistryAnswer expired(int status) {
    return new RegistryAnswer.Received(status, List.of(), null, true, false, null);
  }

  private static RegistryAnswer token() {
    return new RegistryAnswer.Received(200, List.of(), "secret-token", false, false, null);
  }

  private static RegistryAnswer challenge(AuthChallenge... challenges) {
    return new RegistryAnswer.Received(401, List.of(challenges), null, false, false, null);
  }
}
