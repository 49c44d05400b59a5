package dev.regcred.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.verification.Verdict.Outcome;
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
        login("htpasswd, right", basic("Basic", OK), Outcome.ACCEPTED),
        login("htpasswd, wrong", basic("Basic", answer(401)), Outcome.REFUSED),
        login("Nexus, right", basic("BASIC", OK), Outcome.ACCEPTED),
        login("Nexus, wrong", basic("BASIC", answer(401)), Outcome.REFUSED),
        login("ECR, 12 h over", basic("Basic", expired(403)), Outcome.EXPIRED),
        login("ECR, wrong", basic("Basic", answer(401)), Outcome.REFUSED),
        login("ECR Public, over", bearer("public.ecr.aws", expired(400), OK), Outcome.EXPIRED),
        login("Docker Hub, right", bearer("registry.docker.io", token(), OK), Outcome.ACCEPTED),
        login("Docker Hub, wrong", bearer("registry.docker.io", answer(401), OK), Outcome.REFUSED),
        login("Docker Hub, too many", bearer("x", answer(429), OK), Outcome.RATE_LIMITED),
        login("GHCR, right", bearer("ghcr.io", token(), OK), Outcome.ACCEPTED),
        login("GHCR, wrong", bearer("ghcr.io", answer(403), OK), Outcome.REFUSED),
        login("GitLab, wrong", bearer("container_registry", answer(403), OK), Outcome.REFUSED),
        login("GitLab, this address is banned", _ -> answer(403), Outcome.UNREACHABLE),
        login("Quay, wrong", bearer("quay.io", answer(401), OK), Outcome.REFUSED),
        login("GAR, over", bearer("", expired(401), OK), Outcome.EXPIRED),
        login("Harbor, right", bearer("harbor-registry", token(), OK), Outcome.ACCEPTED),
        // With OIDC good robots are refused as well, so nothing is proved; it is a refused login.
        new Transcript(
            "Harbor, refused without a scope",
            false,
            bearer("harbor-registry", answer(401), OK),
            Verdict.refused(Outcome.UNSUPPORTED)),
        login("a token without an end", bearer("x", OK, OK), Outcome.UNSUPPORTED),
        login("a token that opens nothing", bearer("x", token(), answer(401)), Outcome.UNSUPPORTED),
        login("anybody may come in", _ -> OK, Outcome.NO_CHALLENGE),
        login("no registry", _ -> answer(404), Outcome.UNSUPPORTED),
        login("it leads elsewhere", _ -> answer(307), Outcome.UNSUPPORTED),
        login("a scheme of its own", basic("Negotiate", OK), Outcome.UNSUPPORTED),
        login("it is out of order", _ -> answer(503), Outcome.UNREACHABLE),
        login("out of order at the login", basic("Basic", answer(500)), Outcome.UNREACHABLE),
        login(
            "it is not there",
            _ -> new RegistryAnswer.None(Outcome.UNREACHABLE),
            Outcome.UNREACHABLE),
        probe("htpasswd, right", basic("Basic", OK), Outcome.AUTHORIZED),
        probe("htpasswd, wrong", basic("Basic", answer(401)), Outcome.REFUSED),
        probe("Artifactory, not for that image", basic("Basic", answer(403)), Outcome.PROBE_DENIED),
        probe("htpasswd, no such image", basic("Basic", answer(404)), Outcome.PROBE_NOT_FOUND),
        probe("Docker Hub, right", bearer("registry.docker.io", token(), OK), Outcome.AUTHORIZED),
        probe(
            "Docker Hub, not that image", bearer("x", token(), answer(401)), Outcome.PROBE_DENIED),
        probe("Docker Hub, none", bearer("x", token(), answer(404)), Outcome.PROBE_NOT_FOUND),
        probe("Docker Hub, too many", bearer("x", token(), answer(429)), Outcome.RATE_LIMITED),
        // It gives everybody a token, whose access is empty.
        probe(
            "Harbor, wrong", bearer("harbor-registry", token(), answer(401)), Outcome.PROBE_DENIED),
        probe("Harbor, right", bearer("harbor-registry", token(), OK), Outcome.AUTHORIZED),
        probe("GHCR, wrong", bearer("ghcr.io", answer(403), OK), Outcome.PROBE_DENIED),
        probe("ACR, wrong", bearer("x.azurecr.io", answer(401), OK), Outcome.REFUSED),
        probe("an image for everybody", _ -> OK, Outcome.NO_CHALLENGE),
        probe(
            "only the image is closed",
            request ->
                request instanceof RegistryRequest.Api(var path, _, var shown)
                        && !path.equals("v2/")
                        && shown == null
                    ? challenge(new AuthChallenge("Basic", "x", null))
                    : OK,
            Outcome.AUTHORIZED));
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void theAnswersDecide(Transcript transcript) {
    var asked = new ArrayList<RegistryRequest>();
    var verdict = run(transcript, asked);
    assertThat(verdict.outcome()).isEqualTo(transcript.end().outcome());
    assertThat(verdict.loginRefused()).isEqualTo(transcript.end().loginRefused());
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
    run(new Transcript("", probe, bearer("x", token(), OK), Verdict.of(Outcome.ACCEPTED)), asked);
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
    run(new Transcript("", false, first(both, token()), Verdict.of(Outcome.ACCEPTED)), asked);
    assertThat(asked.get(1)).isInstanceOf(RegistryRequest.Token.class);
  }

  @Test
  void aRegistrySaysHowLongItWantsToBeLeftAlone() {
    var busy = new RegistryAnswer.Received(429, List.of(), null, false, Duration.ofSeconds(90));
    var verdict =
        run(
            new Transcript("", false, basic("Basic", busy), Verdict.of(Outcome.RATE_LIMITED)),
            new ArrayList<>());
    assertThat(verdict).isEqualTo(new Verdict(Outcome.RATE_LIMITED, false, Duration.ofSeconds(90)));
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
      String name, Function<RegistryRequest, RegistryAnswer> answers, Outcome outcome) {
    return new Transcript(name, false, answers, expected(outcome));
  }

  private static Transcript probe(
      String name, Function<RegistryRequest, RegistryAnswer> answers, Outcome outcome) {
    return new Transcript(name + ", with an image", true, answers, expected(outcome));
  }

  private static Verdict expected(Outcome outcome) {
    return outcome.truth() == Verdict.Truth.FALSE ? Verdict.refused(outcome) : Verdict.of(outcome);
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
    return new RegistryAnswer.Received(status, List.of(), null, false, null);
  }

  private static RegistryAnswer expired(int status) {
    return new RegistryAnswer.Received(status, List.of(), null, true, null);
  }

  private static RegistryAnswer token() {
    return new RegistryAnswer.Received(200, List.of(), "secret-token", false, null);
  }

  private static RegistryAnswer challenge(AuthChallenge... challenges) {
    return new RegistryAnswer.Received(401, List.of(challenges), null, false, null);
  }
}
