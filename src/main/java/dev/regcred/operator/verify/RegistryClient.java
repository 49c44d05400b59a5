package dev.regcred.operator.verify;

import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.operator.verify.JudgedSockets.ForbiddenAddressException;
import dev.regcred.verification.AllowedHosts;
import dev.regcred.verification.NetworkScope;
import dev.regcred.verification.RegistryAnswer;
import dev.regcred.verification.RegistryCheck;
import dev.regcred.verification.RegistryRequest;
import dev.regcred.verification.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * The client of registries, which shows an account to them. Who may write a Registry chooses the
 * host, and who answers there is trusted with nothing:
 *
 * <ul>
 *   <li>It speaks HTTPS only, and HTTP/1.1, whose headers OkHttp bounds to 256 KiB.
 *   <li>The account goes to the registry's host, and to a token endpoint that {@link
 *       AllowedHosts#isRealmOf} allows. Redirects are not followed.
 *   <li>An address is judged where the connection is made ({@link JudgedSockets}). No proxy is
 *       used: behind one, nothing could be judged.
 *   <li>A check takes no longer than {@link #LIMIT}, and reads no more than {@link
 *       AnswerReader#MAX_BODY} bytes of a body.
 *   <li>No request is sent twice, be it that the connection breaks: it could be a failed login.
 *   <li>Nothing of an answer goes any further, but what {@link AnswerReader} makes of it.
 * </ul>
 */
public final class RegistryClient {
  /** How long a check may take, with all its requests. */
  public static final Duration LIMIT = Duration.ofSeconds(15);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final String MANIFESTS =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
          + "application/vnd.docker.distribution.manifest.list.v2+json, "
          + "application/vnd.docker.distribution.manifest.v2+json";

  private final AllowedHosts allowed;
  private final Function<byte[], NetworkScope> scopes;
  private final Duration limit;
  private final OkHttpClient http;

  /**
   * A client that resolves names as the machine does.
   *
   * @param allowed the hosts that it may send to
   */
  public RegistryClient(AllowedHosts allowed) {
    this(allowed, Dns.SYSTEM, NetworkScope::of, LIMIT);
  }

  /**
   * A client.
   *
   * @param dns what resolves names
   * @param scopes how far an address reaches
   * @param limit how long a check may take
   */
  RegistryClient(
      AllowedHosts allowed, Dns dns, Function<byte[], NetworkScope> scopes, Duration limit) {
    this.allowed = allowed;
    this.scopes = scopes;
    this.limit = limit;
    this.http =
        new OkHttpClient.Builder()
            .dns(dns)
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
            .connectTimeout(CONNECT_LIMIT)
            .readTimeout(limit)
            .writeTimeout(limit)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .addNetworkInterceptor(AnswerReader::keepFromRepeating)
            .build();
  }

  /** Checks an account. It blocks until the check is over, and throws nothing. */
  public Verdict check(CheckRequest request) {
    OkHttpClient trusting;
    try {
      trusting = CaBundle.trust(http, request.caBundle());
    } catch (IllegalArgumentException e) {
      return new Verdict(VerifiedReason.TLS_UNTRUSTED, false, null);
    }
    var end = System.nanoTime() + limit.toNanos();
    var step = new RegistryCheck(request.account(), request.probe()).begin();
    var shownTo = request.registry().host();
    while (step instanceof RegistryCheck.Step.Ask(var next, var then)) {
      if (next instanceof RegistryRequest.Token token) {
        // The token, and not the account, is what the registry gets then.
        var realm = HttpUrl.parse(token.realm());
        shownTo = realm == null ? shownTo : realm.host();
      }
      var left = Duration.ofNanos(end - System.nanoTime());
      step = then.apply(answer(trusting, request, next, left));
    }
    return ((RegistryCheck.Step.Done) step).verdict().shownTo(shownTo);
  }

  private RegistryAnswer answer(
      OkHttpClient trusting, CheckRequest check, RegistryRequest request, Duration left) {
    return switch (request) {
      case RegistryRequest.Api api -> {
        var url =
            new HttpUrl.Builder()
                .scheme("https")
                .host(check.registry().host())
                .port(check.registry().port())
                .addPathSegments(api.path())
                .build();
        var message = new Request.Builder().url(url).header("Accept", MANIFESTS);
        yield send(
            trusting,
            api.isHead() ? message.head() : message.get(),
            api.authorization(),
            VerifiedReason.HOST_NOT_ALLOWED,
            left);
      }
      case RegistryRequest.Token token -> {
        var realm = HttpUrl.parse(token.realm());
        yield realm == null || !mayBeSentTo(realm, check)
            ? new RegistryAnswer.None(VerifiedReason.REALM_NOT_ALLOWED)
            : send(
                trusting,
                new Request.Builder().url(url(realm, token)).header("Accept", "application/json"),
                token.authorization(),
                VerifiedReason.REALM_NOT_ALLOWED,
                left);
      }
    };
  }

  private static boolean mayBeSentTo(HttpUrl realm, CheckRequest check) {
    return realm.isHttps()
        && realm.encodedUsername().isEmpty()
        && realm.encodedPassword().isEmpty()
        && AllowedHosts.isRealmOf(check.registry().host(), check.realmHosts(), realm.host());
  }

  private static HttpUrl url(HttpUrl realm, RegistryRequest.Token token) {
    var url = realm.newBuilder().fragment(null);
    if (token.service() != null) {
      url.addQueryParameter("service", token.service());
    }
    if (token.scope() != null) {
      url.addQueryParameter("scope", token.scope());
    }
    return url.build();
  }

  /**
   * Sends a request, once.
   *
   * @param notAllowed what it comes to if its host, or its address, is not allowed
   */
  private RegistryAnswer send(
      OkHttpClient trusting,
      Request.Builder message,
      @Nullable String authorization,
      VerifiedReason notAllowed,
      Duration left) {
    if (authorization != null) {
      message.header("Authorization", authorization);
    }
    var request =
        message
            .header("User-Agent", "regcred")
            .header("Connection", "close")
            .header("Accept-Encoding", "identity")
            .build();
    var host = request.url().host();
    if (!allowed.isAllowed(host)) {
      return new RegistryAnswer.None(notAllowed);
    }
    if (left.toMillis() <= 0) {
      return new RegistryAnswer.None(VerifiedReason.UNREACHABLE);
    }
    var call =
        trusting
            .newBuilder()
            .socketFactory(
                new JudgedSockets(address -> allowed.isAllowed(host, scopes.apply(address))))
            .callTimeout(left)
            .build()
            .newCall(request);
    try (var response = call.execute()) {
      return AnswerReader.read(response);
    } catch (ForbiddenAddressException e) {
      return new RegistryAnswer.None(notAllowed);
    } catch (IllegalStateException e) {
      // OkHttp takes some answers, such as one interim answer after the other, for its own fault.
      return new RegistryAnswer.None(VerifiedReason.UNREACHABLE, true);
    } catch (ConnectException | UnknownHostException e) {
      return new RegistryAnswer.None(VerifiedReason.UNREACHABLE);
    } catch (IOException e) {
      return isUntrusted(e)
          ? new RegistryAnswer.None(VerifiedReason.TLS_UNTRUSTED)
          : new RegistryAnswer.None(VerifiedReason.UNREACHABLE, true);
    }
  }

  private static boolean isUntrusted(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }
}
