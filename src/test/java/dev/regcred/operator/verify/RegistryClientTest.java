package dev.regcred.operator.verify;

import static dev.regcred.testregistry.ScriptedRegistry.reply;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.testregistry.ScriptedRegistry;
import dev.regcred.testregistry.ScriptedRegistry.Script;
import dev.regcred.testregistry.ServerIdentity;
import dev.regcred.verification.Account;
import dev.regcred.verification.AllowedHosts;
import dev.regcred.verification.NetworkScope;
import dev.regcred.verification.Probe;
import dev.regcred.verification.RegistryEndpoint;
import dev.regcred.verification.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry gets to see, one that means harm included: it is asked on the loopback. */
class RegistryClientTest {
  private static final Account ACCOUNT = new Account("robot", "k4n4rienvogel");
  private static final String REGISTRY = "registry.test";

  /** Stands for an address of the Internet: what is there is on the loopback as well. */
  private static final InetAddress PUBLIC = InetAddress.ofLiteral("127.0.0.2");

  private static final InetAddress INSIDE = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress METADATA = InetAddress.ofLiteral("169.254.169.254");

  /** Enough for what answers at all. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** As long as one takes that never ends its answer. */
  private static final Duration SHORT_LIMIT = Duration.ofSeconds(2);

  private static ServerIdentity identity;

  private final List<ScriptedRegistry> servers = new ArrayList<>();
  private final Map<String, Deque<InetAddress>> addresses = new HashMap<>();
  private final Map<String, AtomicInteger> lookups = new HashMap<>();

  @BeforeAll
  static void identity(@TempDir Path directory) {
    identity = ServerIdentity.create(directory);
  }

  @AfterEach
  void close() {
    servers.forEach(ScriptedRegistry::close);
  }

  @Test
  void anAccountIsShownByBasicOnce() {
    var registry = server(basic(ACCOUNT));
    assertThat(check(registry)).isEqualTo(verdict(VerifiedReason.ACCEPTED));
    assertThat(registry.requests().stream().map(ScriptedRegistry.Request::target))
        .containsExactly("/v2/", "/v2/");
    assertThat(registry.requests().getFirst().authorization()).isNull();
    assertThat(registry.logins()).isOne();
  }

  @Test
  void aWrongOneIsShownOnceAsWell() {
    var registry = server(basic(new Account("robot", "another")));
    assertThat(check(registry))
        .isEqualTo(new Verdict(VerifiedReason.REFUSED, true, null).shownTo(REGISTRY));
    assertThat(registry.logins()).isOne();
  }

  /** What only says 403 may be a firewall, or have banned this address, and knows no account. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"denied\"}]} | Refused",
        "{\"errors\":[{},{\"code\":\"UNAUTHORIZED\"}]} | Refused",
        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"Your token has expired\"}]} | Expired",
        "Forbidden | Unreachable",
        "<html>Access DENIED</html> | Unreachable",
        "{\"errors\":[{\"code\":403}]} | Unreachable",
        "{\"errors\":\"DENIED\"} | Unreachable",
        "[] | Unreachable",
        "`` | Unreachable",
      })
  void a403IsOfTheAccountWhereTheRegistrySaysSo(String body, String outcome) {
    var registry =
        server(
            (request, out) -> {
              if (request.authorization() == null) {
                reply(out, 401, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else {
                reply(out, 403, body);
              }
            });
    var verdict = check(registry);
    assertThat(verdict.outcome().value()).isEqualTo(outcome);
    assertThat(verdict.loginRefused()).isNotEqualTo(verdict.isUnclear());
    assertThat(verdict.isUnclear()).isEqualTo(outcome.equals("Unreachable"));
    assertThat(registry.logins()).isOne();
  }

  @Test
  void aTokenIsFetchedWithWhatTheRegistryAsksFor() {
    var registry =
        server(
            bearer(
                "https://registry.test:PORT/token?offline=1",
                "{\"token\":\"abc.def\",\"expires_in\":300}"));
    assertThat(check(registry)).isEqualTo(verdict(VerifiedReason.ACCEPTED));
    assertThat(registry.requests().stream().map(ScriptedRegistry.Request::target))
        .containsExactly("/v2/", "/token?offline=1&service=the%20service", "/v2/");
    assertThat(registry.requests().getLast().authorization()).isEqualTo("Bearer abc.def");
    assertThat(registry.logins()).isOne();
  }

  @Test
  void anImageIsAskedForByItsHeadAndItsScope() {
    var registry =
        server(bearer("https://registry.test:PORT/token", "{\"access_token\":\"abc.def\"}"));
    var probe = Probe.parse("team/app:1.2").orElseThrow();
    assertThat(client().check(request(registry, probe, List.of())))
        .isEqualTo(verdict(VerifiedReason.AUTHORIZED));
    assertThat(registry.requests().stream().map(r -> r.method() + " " + r.target()))
        .containsExactly(
            "GET /v2/",
            "GET /token?service=the%20service&scope=repository%3Ateam%2Fapp%3Apull",
            "HEAD /v2/team/app/manifests/1.2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer realm=\"https://registry.test:PORT/token\",service=\"the service\"",
        "bearer realm=\"https://registry.test:PORT/token\" , service=\"the service\"",
        "BEARER service=\"the service\",realm=\"https://registry.test:PORT/token\",scope=\"a:b:pull\"",
        "Basic realm=\"x\", Bearer realm=\"https://registry.test:PORT/token\",service=\"the service\"",
        "Bearer realm=\"https://registry.test:PORT/token\",service=\"the service\",error=\"a \\\"b\\\"\"",
      })
  void challengesAreReadInAllTheirForms(String challenge) {
    var registry = server(bearerChallenge(challenge, "{\"token\":\"abc.def\"}"));
    assertThat(check(registry)).isEqualTo(verdict(VerifiedReason.ACCEPTED));
    assertThat(registry.requests().get(1).target()).startsWith("/token?service=the%20service");
  }

  @Test
  void anAuthorityThatNobodyTrustsIsSaidAndNothingIsSent() {
    var registry = server(basic(ACCOUNT));
    var untrusted =
        new CheckRequest(
            new RegistryEndpoint(REGISTRY, registry.port()), ACCOUNT, null, List.of(), null);
    assertThat(client().check(untrusted)).isEqualTo(verdict(VerifiedReason.TLS_UNTRUSTED));
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void aCertificateForAnotherNameIsNoneEither() {
    var registry = server(basic(ACCOUNT));
    resolve("elsewhere.example", PUBLIC);
    var other =
        new CheckRequest(
            new RegistryEndpoint("elsewhere.example", registry.port()),
            ACCOUNT,
            null,
            List.of(),
            identity.certificatePem());
    assertThat(client().check(other)).isEqualTo(verdict(VerifiedReason.TLS_UNTRUSTED));
    assertThat(registry.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"})
  void authoritiesThatCantBeReadAreSaid(String pem) {
    var registry = server(basic(ACCOUNT));
    var request =
        new CheckRequest(
            new RegistryEndpoint(REGISTRY, registry.port()), ACCOUNT, null, List.of(), pem);
    assertThat(client().check(request)).isEqualTo(verdict(VerifiedReason.TLS_UNTRUSTED));
    assertThat(registry.connections()).isZero();
  }

  @Test
  void withoutTlsNothingIsSent() {
    var plain = ScriptedRegistry.startPlain(PUBLIC, basic(ACCOUNT));
    servers.add(plain);
    assertThat(check(plain)).isEqualTo(verdict(VerifiedReason.UNREACHABLE));
    assertThat(plain.logins()).isZero();
  }

  /** The account was sent, and what became of it is not known: it is not sent once more. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 503 -\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 408 -\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 421 -\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 407 -\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 307 -\r\nLocation: /v2/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 -\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200",
        ""
      })
  void anAccountIsNeverSentTwice(String answer) {
    var registry =
        server(
            (request, out) -> {
              if (request.authorization() == null) {
                reply(out, 401, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else {
                out.write(answer.getBytes(ISO_8859_1));
              }
            });
    var verdict = check(registry);
    assertThat(verdict.outcome().status()).isNotEqualTo(Condition.TRUE);
    assertThat(registry.logins()).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void aWaitIsTakenNoLongerThanAnHour(int status) {
    assertThat(check(server(busy(status, "90"))).retryAfter()).isEqualTo(Duration.ofSeconds(90));
    assertThat(check(server(busy(status, "99999999"))).retryAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(check(server(busy(status, "Sat, 28 Nov 2026 11:00:00 GMT"))).retryAfter()).isNull();
  }

  private static Script busy(int status, String after) {
    return (_, out) -> reply(out, status, "", "Retry-After: " + after);
  }

  /**
   * The realm that a registry names, where what is sent there would be an account in other hands.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://tokens.test:OTHER/token",
        "https://127.0.0.1:OTHER/token",
        "https://localhost:OTHER/token",
        "https://inside.test:OTHER/token",
        "https://registry.test.tokens.test:OTHER/token",
        "https://registry.test@tokens.test:OTHER/token",
        "https://robot:x@registry.test:OTHER/token",
        "http://registry.test:OTHER/token",
        "http://tokens.test:OTHER/token",
        "https://169.254.169.254/latest/meta-data/",
        "http://169.254.169.254/latest/meta-data/",
        "https://[::ffff:169.254.169.254]/",
        "https://2852039166/",
        "file:///etc/passwd",
        "//tokens.test:OTHER/token",
        "/token",
        "token",
        "",
      })
  void theAccountGoesToNoRealmThatNobodyNamed(String realm) {
    var other = server(INSIDE, bearer("https://x/", "{\"token\":\"abc.def\"}"));
    for (String name : List.of("tokens.test", "inside.test", "registry.test.tokens.test")) {
      resolve(name, INSIDE);
    }
    var registry =
        server(bearer(realm.replace("OTHER", String.valueOf(other.port())), "{\"token\":\"abc\"}"));
    var everything = client("*.test", "127.0.0.1", "localhost", "169.254.169.254");
    assertThat(everything.check(request(registry, null, List.of())))
        .isEqualTo(verdict(VerifiedReason.REALM_NOT_ALLOWED));
    assertThat(other.connections()).as("connections to the other host").isZero();
    assertThat(registry.logins()).isZero();
  }

  @Test
  void aRealmThatTheRegistryOfTheClusterNamesIsAsked() {
    var tokens = server(bearer("https://x/", "{\"token\":\"abc.def\"}"));
    var registry = server(bearer("https://tokens.test:%d/token".formatted(tokens.port()), ""));
    resolve("tokens.test", PUBLIC);
    assertThat(client().check(request(registry, null, List.of("tokens.test"))))
        .isEqualTo(verdict(VerifiedReason.ACCEPTED));
    assertThat(tokens.logins()).isOne();
    assertThat(registry.logins()).isZero();
  }

  /**
   * Whoever writes the Registry may name any host as a realm; where it is, is judged all the same.
   */
  @ParameterizedTest
  @MethodSource("forbiddenPlaces")
  void aRealmIsNotReachedWhereNobodyMayBe(String name, InetAddress address) {
    var inside = server(INSIDE, bearer("https://x/", "{\"token\":\"abc.def\"}"));
    resolve(name, address);
    var host = name.contains(":") ? "[" + name + "]" : name;
    var registry = server(bearer("https://%s:%d/token".formatted(host, inside.port()), ""));
    var start = System.nanoTime();
    assertThat(client().check(request(registry, null, List.of(name))))
        .isEqualTo(verdict(VerifiedReason.REALM_NOT_ALLOWED));
    assertThat(inside.connections()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.dividedBy(2));
  }

  /** The registry itself, where no list of the operator's allows it to be inside. */
  @ParameterizedTest
  @MethodSource("forbiddenPlaces")
  void aRegistryIsNotReachedWhereNobodyMayBe(String name, InetAddress address) {
    var inside = server(INSIDE, basic(ACCOUNT));
    resolve(name, address);
    var request =
        new CheckRequest(
            new RegistryEndpoint(name, inside.port()),
            ACCOUNT,
            null,
            List.of(),
            identity.certificatePem());
    assertThat(client().check(request)).isEqualTo(verdict(VerifiedReason.HOST_NOT_ALLOWED));
    assertThat(inside.connections()).isZero();
  }

  static Stream<Arguments> forbiddenPlaces() {
    return Stream.of(
        Arguments.of("127.0.0.1", INSIDE),
        Arguments.of("169.254.169.254", METADATA),
        Arguments.of("inside.test", INSIDE),
        Arguments.of("metadata.example", METADATA),
        Arguments.of("v6.example", InetAddress.ofLiteral("::1")),
        Arguments.of("nat64.example", InetAddress.ofLiteral("64:ff9b::7f00:1")),
        Arguments.of("none.example", InetAddress.ofLiteral("0.0.0.0")));
  }

  /** A list allows hosts to be inside, but none to be where clouds give out credentials. */
  @Test
  void noListLeadsToTheMetadataOfACloud() {
    resolve("metadata.test", METADATA);
    var request =
        new CheckRequest(
            new RegistryEndpoint("metadata.test", 443), ACCOUNT, null, List.of(), null);
    assertThat(client("*.test", "169.254.169.254").check(request))
        .isEqualTo(verdict(VerifiedReason.HOST_NOT_ALLOWED));
  }

  @Test
  void aListAllowsNoOther() {
    var registry = server(basic(ACCOUNT));
    assertThat(client("other.test").check(request(registry, null, List.of())))
        .isEqualTo(verdict(VerifiedReason.HOST_NOT_ALLOWED));
    assertThat(registry.connections()).isZero();
    assertThat(lookups).isEmpty();
  }

  /** The name leads to a public address when it is asked for first, and inside from then on. */
  @Test
  void aNameThatResolvesToAnotherAddressTheNextTimeLeadsNowhere() {
    var inside = server(INSIDE, bearer("https://x/", "{\"token\":\"abc.def\"}"));
    var registry = server(bearer("https://tokens.test:%d/token".formatted(inside.port()), ""));
    resolve("tokens.test", PUBLIC, INSIDE);
    var request = request(registry, null, List.of("tokens.test"));
    assertThat(client().check(request)).isEqualTo(verdict(VerifiedReason.UNREACHABLE));
    assertThat(client().check(request)).isEqualTo(verdict(VerifiedReason.REALM_NOT_ALLOWED));
    assertThat(inside.connections()).isZero();
    assertThat(lookups.get("tokens.test")).as("one look-up a connection").hasValue(2);
  }

  /** The registry is asked without the account, and is inside when it is to be sent. */
  @Test
  void aRegistryThatMovesInsideGetsNoAccount() {
    var registry = server(basic(ACCOUNT));
    resolve(REGISTRY, PUBLIC, INSIDE);
    assertThat(check(registry)).isEqualTo(verdict(VerifiedReason.HOST_NOT_ALLOWED));
    assertThat(registry.requests()).hasSize(1);
    assertThat(registry.logins()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 307})
  void noRedirectIsFollowed(int status) {
    var plain = ScriptedRegistry.startPlain(PUBLIC, basic(ACCOUNT));
    servers.add(plain);
    var other = server(basic(ACCOUNT));
    resolve("tokens.test", PUBLIC);
    for (String location :
        List.of(
            "http://registry.test:%d/v2/".formatted(plain.port()),
            "https://tokens.test:%d/v2/".formatted(other.port()),
            "https://169.254.169.254/")) {
      for (boolean isAtOnce : List.of(true, false)) {
        var registry =
            server(
                (request, out) -> {
                  if (isAtOnce || request.authorization() != null) {
                    reply(out, status, "", "Location: " + location);
                  } else {
                    reply(out, 401, "", "WWW-Authenticate: Basic realm=\"x\"");
                  }
                });
        assertThat(client("*.test").check(request(registry, null, List.of())))
            .isEqualTo(new Verdict(VerifiedReason.UNSUPPORTED, false, null, !isAtOnce, null));
      }
    }
    assertThat(plain.connections()).isZero();
    assertThat(other.connections()).isZero();
  }

  record Hostile(String name, Script script, Duration limit) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Hostile> hostile() {
    return Stream.of(
        atOnce("10,000 challenges in lines", RegistryClientTest::challengesInLines),
        atOnce("10,000 challenges in a line", RegistryClientTest::challengesInALine),
        atOnce(
            "quotes that are never closed",
            out -> reply(out, 401, "", "WWW-Authenticate: Bearer realm=\"https://registry.test")),
        atOnce(
            "100,000 quotes",
            out -> reply(out, 401, "", "WWW-Authenticate: Bearer realm=" + "\"".repeat(100_000))),
        atOnce(
            "100,000 commas",
            out -> reply(out, 401, "", "WWW-Authenticate: Bearer " + ",".repeat(100_000))),
        atOnce(
            "a header of a megabyte", out -> reply(out, 401, "", "X-Bomb: " + "x".repeat(1 << 20))),
        atOnce("headers without end", RegistryClientTest::headersWithoutEnd),
        slowly("a byte a second", RegistryClientTest::aByteASecond),
        slowly("nothing at all", _ -> Thread.sleep(60_000)),
        slowly("a hundred interim answers a second", RegistryClientTest::interimAnswers));
  }

  interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private static Hostile atOnce(String name, Answer answer) {
    return new Hostile(name, (_, out) -> answer.write(out), LIMIT);
  }

  private static Hostile slowly(String name, Answer answer) {
    return new Hostile(name, (_, out) -> answer.write(out), SHORT_LIMIT);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatNoRegistryAnswersEndsTheCheckWithoutTheAccount(Hostile hostile) {
    var registry = server(hostile.script());
    var start = System.nanoTime();
    var verdict = client(hostile.limit()).check(request(registry, null, List.of()));
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(verdict.outcome()).isIn(VerifiedReason.UNSUPPORTED, VerifiedReason.UNREACHABLE);
    assertThat(registry.logins()).isZero();
    assertThat(took).isLessThan(hostile.limit().plusSeconds(3));
  }

  /** The body of a token answer; what it costs is bounded, and no part of it is sent on. */
  @ParameterizedTest
  @MethodSource("hostileTokens")
  void whatIsNoTokenIsNotSentOn(String name, Answer answer) {
    var registry =
        server(
            (request, out) -> {
              if (request.target().startsWith("/token")) {
                answer.write(out);
              } else {
                reply(
                    out,
                    401,
                    "",
                    "WWW-Authenticate: Bearer realm=\"https://registry.test:%s/token\""
                        .formatted(request.headers().getOrDefault("host", "").split(":", -1)[1]));
              }
            });
    var verdict = client(SHORT_LIMIT).check(request(registry, null, List.of()));
    assertThat(verdict.outcome())
        .as(name)
        .isIn(VerifiedReason.UNSUPPORTED, VerifiedReason.UNREACHABLE);
    assertThat(registry.requests()).hasSize(2);
    assertThat(registry.logins()).isOne();
  }

  static Stream<Arguments> hostileTokens() {
    return Stream.of(
        hostileToken("a body without end", RegistryClientTest::bodyWithoutEnd),
        hostileToken(
            "a body of more than 64 KiB",
            out -> reply(out, 200, "{\"token\":\"a\",\"x\":\"" + "x".repeat(70_000) + "\"}")),
        hostileToken("no JSON", out -> reply(out, 200, "<html>")),
        hostileToken("nothing", out -> reply(out, 200, "")),
        hostileToken("a list", out -> reply(out, 200, "[\"token\"]")),
        hostileToken("an object as the token", out -> reply(out, 200, "{\"token\":{\"a\":1}}")),
        hostileToken("nested deeply", out -> reply(out, 200, "[".repeat(60_000))),
        hostileToken(
            "the end of a header", out -> reply(out, 200, "{\"token\":\"a\\r\\nX-Evil: b\"}")),
        hostileToken("another script", out -> reply(out, 200, "{\"token\":\"\\u00e9\"}")),
        hostileToken("a token of 20 kB", out -> reply(out, 200, token("x".repeat(20_000)))));
  }

  private static String token(String token) {
    return "{\"token\":\"" + token + "\"}";
  }

  private static Arguments hostileToken(String name, Answer answer) {
    return Arguments.of(name, answer);
  }

  private static void challengesInLines(OutputStream out) throws IOException {
    var headers =
        Stream.iterate(0, i -> i + 1)
            .limit(10_000)
            .map(i -> "WWW-Authenticate: Scheme%d realm=\"x\"".formatted(i))
            .toArray(String[]::new);
    reply(out, 401, "", headers);
  }

  private static void challengesInALine(OutputStream out) throws IOException {
    reply(out, 401, "", "WWW-Authenticate: " + "A a=b, ".repeat(10_000));
  }

  private static void headersWithoutEnd(OutputStream out) throws IOException {
    out.write("HTTP/1.1 401 -\r\n".getBytes(ISO_8859_1));
    while (true) {
      out.write("X-Bomb: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".getBytes(ISO_8859_1));
    }
  }

  private static void aByteASecond(OutputStream out) throws IOException, InterruptedException {
    for (byte one : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1)) {
      out.write(one);
      out.flush();
      Thread.sleep(1000);
    }
  }

  private static void interimAnswers(OutputStream out) throws IOException, InterruptedException {
    while (true) {
      out.write("HTTP/1.1 102 Processing\r\n\r\n".getBytes(ISO_8859_1));
      out.flush();
      Thread.sleep(10);
    }
  }

  private static void bodyWithoutEnd(OutputStream out) throws IOException {
    out.write("HTTP/1.1 200 OK\r\n\r\n{\"token\":\"".getBytes(ISO_8859_1));
    while (true) {
      out.write("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".getBytes(ISO_8859_1));
    }
  }

  private static Script basic(Account account) {
    return (request, out) -> {
      if (account.basic().equals(request.authorization())) {
        reply(out, 200, "{}");
      } else {
        reply(out, 401, "{}", "WWW-Authenticate: Basic realm=\"private\"");
      }
    };
  }

  /** PORT in the realm is the registry's own. */
  private static Script bearer(String realm, String token) {
    return bearerChallenge("Bearer realm=\"%s\",service=\"the service\"".formatted(realm), token);
  }

  private static Script bearerChallenge(String challenge, String token) {
    return (request, out) -> {
      var shown = request.authorization();
      if (request.target().startsWith("/token")) {
        reply(out, ACCOUNT.basic().equals(shown) ? 200 : 401, token);
      } else if (shown != null && shown.startsWith("Bearer ")) {
        reply(out, 200, "");
      } else {
        var port = request.headers().getOrDefault("host", "").replaceAll(".*:", "");
        reply(out, 401, "", "WWW-Authenticate: " + challenge.replace("PORT", port));
      }
    };
  }

  private ScriptedRegistry server(Script script) {
    return server(PUBLIC, script);
  }

  private ScriptedRegistry server(InetAddress address, Script script) {
    var server = ScriptedRegistry.start(identity, address, script);
    servers.add(server);
    return server;
  }

  private Verdict check(ScriptedRegistry registry) {
    return client().check(request(registry, null, List.of()));
  }

  /**
   * A client.
   *
   * @param allowed the hosts of the operator's list; none for all that are public
   */
  private RegistryClient client(String... allowed) {
    return client(LIMIT, allowed);
  }

  private RegistryClient client(Duration limit, String... allowed) {
    return new RegistryClient(
        new AllowedHosts(List.of(allowed)), dns(), RegistryClientTest::scope, limit);
  }

  private static CheckRequest request(
      ScriptedRegistry registry, @Nullable Probe probe, List<String> realmHosts) {
    return new CheckRequest(
        new RegistryEndpoint(REGISTRY, registry.port()),
        ACCOUNT,
        probe,
        realmHosts,
        identity.certificatePem());
  }

  private Dns dns() {
    return host -> {
      lookups.computeIfAbsent(host, _ -> new AtomicInteger()).incrementAndGet();
      var known = addresses.getOrDefault(host, new ArrayDeque<>());
      if (known.isEmpty() && host.equals(REGISTRY)) {
        return List.of(PUBLIC);
      }
      if (known.isEmpty()) {
        throw new UnknownHostException(host);
      }
      return List.of(known.size() > 1 ? known.removeFirst() : known.getFirst());
    };
  }

  private static NetworkScope scope(byte[] address) {
    return Arrays.equals(address, PUBLIC.getAddress())
        ? NetworkScope.PUBLIC
        : NetworkScope.of(address);
  }

  private void resolve(String name, InetAddress... to) {
    addresses.put(name, new ArrayDeque<>(List.of(to)));
  }

  private static Verdict verdict(VerifiedReason outcome) {
    return new Verdict(outcome, false, null);
  }
}
