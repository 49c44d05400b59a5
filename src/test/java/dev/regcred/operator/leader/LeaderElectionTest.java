package dev.regcred.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.regcred.operator.HandSetTimer;
import dev.regcred.operator.client.KubernetesClients;
import dev.regcred.testkit.LocalHttpServer;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * When the lead is taken, kept and given up, by a clock that the tests set: the settings are 15, 9
 * and 2 seconds. What the API server does with a Lease, {@code LeaderElectionIT} shows.
 */
@Timeout(60)
class LeaderElectionTest {
  private static final LeaseSettings SETTINGS =
      new LeaseSettings(Duration.ofSeconds(15), Duration.ofSeconds(9), Duration.ofSeconds(2));

  private static final String NONE =
      """
      {"kind":"LeaseList","apiVersion":"coordination.k8s.io/v1","metadata":{"resourceVersion":"1"},"items":[]}
      """;

  private final HandSetTimer timer = new HandSetTimer();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final HttpServer server = LocalHttpServer.start(this::answer);
  private final KubernetesClient client = KubernetesClients.create(config());
  private final List<LeaderElection> elections = new ArrayList<>();

  /** As the API server has it; null before it is created. */
  private volatile @Nullable Lease stored;

  private int version;
  private volatile boolean isSilent;
  private volatile Duration answersAfter = Duration.ZERO;

  /** Between a write and its answer. */
  private volatile Runnable whileAnswering = () -> {};

  /** So many renewals get no answer, and nothing is written. */
  private final Semaphore swallowed = new Semaphore(0);

  private int losses;

  private final LeaderElection election = election();

  @AfterEach
  void stop() {
    elections.forEach(LeaderElection::close);
    ended.countDown();
    client.close();
    server.stop(0);
  }

  @Test
  void whereNobodyLeadsItLeadsAtOnce() throws Exception {
    election.start();
    timer.pass(Duration.ZERO);
    assertThat(election.isHeld()).isTrue();
    assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    assertThat(spec().getHolderIdentity()).startsWith("here_");
    assertThat(spec().getLeaseDurationSeconds()).isEqualTo(15);
    assertThat(spec().getLeaseTransitions()).isZero();
    assertThat(losses).isZero();
  }

  @Test
  void itRenewsEachRetryPeriodAndLeadsOn() {
    lead();
    requests.clear();
    timer.pass(Duration.ofSeconds(60));
    assertThat(requests).filteredOn("PATCH"::equals).hasSize(30);
    assertThat(election.isHeld()).isTrue();
    assertThat(losses).isZero();
  }

  @Test
  void withoutAnAnswerItStopsAtTheRenewDeadlineAndNoSooner() {
    lead();
    isSilent = true;
    timer.pass(Duration.ofMillis(8_999));
    assertThat(election.isHeld()).isTrue();
    assertThat(losses).isZero();
    timer.pass(Duration.ofMillis(1));
    assertThat(election.isHeld()).isFalse();
    assertThat(losses).isEqualTo(1);
    timer.pass(Duration.ofSeconds(60));
    assertThat(losses).isEqualTo(1);
  }

  @Test
  void oneAnswerInTimeIsEnough() {
    lead();
    isSilent = true;
    timer.pass(Duration.ofSeconds(7));
    isSilent = false;
    timer.pass(Duration.ofSeconds(5));
    assertThat(election.isHeld()).isTrue();
    assertThat(losses).isZero();
  }

  /** It asks more often as the deadline comes near, not at the deadline itself. */
  @Test
  void anAnswerWithinTheLastRetryPeriodIsEnough() {
    lead();
    isSilent = true;
    timer.pass(Duration.ofMillis(8_600)); // It asks at 8, 8.5 and 8.75 s.
    isSilent = false;
    timer.pass(Duration.ofSeconds(5));
    assertThat(election.isHeld()).isTrue();
    assertThat(losses).isZero();
  }

  @Test
  void aRenewalThatIsAnsweredAfterTheDeadlineDoesNotMakeItLeadAgain() {
    lead();
    answersAfter = Duration.ofSeconds(8);
    timer.pass(Duration.ofSeconds(2)); // It asks at 2 s and has the answer at 10 s.
    assertThat(election.isHeld()).isFalse();
    assertThat(losses).isEqualTo(1);
    answersAfter = Duration.ZERO;
    timer.pass(Duration.ofSeconds(60));
    assertThat(election.isHeld()).isFalse();
    assertThat(losses).isEqualTo(1);
  }

  /** Seen over once, it stays so, though the renewal is written in time by the API server. */
  @Test
  void whatWasSeenOverIsOver() {
    lead();
    whileAnswering =
        () -> {
          timer.suspend(Duration.ofSeconds(7));
          assertThat(election.isHeld()).as("at 9 s").isFalse();
        };
    timer.pass(Duration.ofSeconds(2));
    whileAnswering = () -> {};
    assertThat(election.isHeld()).isFalse();
    assertThat(losses).isEqualTo(1);
  }

  @Test
  void whoHasLostTheLeadDoesNotTakeItAgain() throws Exception {
    lead();
    storedBy("there", 15, 1);
    timer.pass(Duration.ofSeconds(2));
    assertThat(losses).isEqualTo(1);
    assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    storedBy(null, 15, 1);
    timer.pass(Duration.ofSeconds(60));
    assertThat(election.isHeld()).isFalse();
    assertThat(begun.tryAcquire()).isFalse();
  }

  /** The settings are 4, 3 and 1 seconds: an answer is waited for 1.5 s. */
  @Test
  void anAnswerThatNeverComesLeavesTimeToAskAgain() {
    var impatient =
        election(
            new LeaseSettings(Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofSeconds(1)));
    impatient.start();
    timer.pass(Duration.ZERO);
    assertThat(impatient.isHeld()).isTrue();
    swallowed.release();
    var since = System.nanoTime();
    timer.pass(Duration.ofMillis(2_900));
    assertThat(Duration.ofNanos(System.nanoTime() - since))
        .as("the client itself would wait longer")
        .isLessThan(Duration.ofMillis(client.getConfiguration().getRequestTimeout()));
    assertThat(swallowed.availablePermits()).as("it was swallowed").isZero();
    timer.pass(Duration.ofSeconds(5));
    assertThat(impatient.isHeld()).isTrue();
    assertThat(losses).isZero();
  }

  /** Taken, and the answer lost: nobody else may have it meanwhile. */
  @Test
  void whatItHasTakenWithoutHearingOfItIsTakenAgainSoon() {
    whileAnswering =
        () -> {
          whileAnswering = () -> {};
          throw new IllegalStateException("the answer is lost");
        };
    election.start();
    timer.pass(Duration.ofSeconds(2));
    assertThat(election.isHeld()).isTrue();
  }

  @Test
  void aRenewalIsOneRequest() {
    lead();
    requests.clear();
    timer.pass(Duration.ofSeconds(2));
    assertThat(requests).containsExactly("PATCH");
  }

  /** Others may count from when they saw the write, which was some time before its answer. */
  @Test
  void theDeadlineCountsFromBeforeTheWrite() {
    lead();
    answersAfter = Duration.ofSeconds(3);
    timer.pass(Duration.ofSeconds(2)); // One renewal, whose answer comes at 5 s.
    answersAfter = Duration.ZERO;
    isSilent = true;
    timer.pass(Duration.ofMillis(5_999));
    assertThat(election.isHeld()).as("at 10.999 s").isTrue();
    timer.pass(Duration.ofMillis(1));
    assertThat(election.isHeld()).as("at 11 s").isFalse();
  }

  /** Before any of its threads has done anything. */
  @Test
  void aProcessThatWasSuspendedLeadsNoMoreWhenItGoesOn() {
    lead();
    timer.suspend(Duration.ofSeconds(10));
    assertThat(election.isHeld()).isFalse();
    requests.clear();
    timer.pass(Duration.ZERO);
    assertThat(losses).isEqualTo(1);
    assertThat(requests).as("it does not take what it may have lost").isEmpty();
  }

  @Test
  void anotherIsWaitedForFromWhenItWasSeenLast() {
    storedBy("there", 4, 7);
    election.start();
    timer.pass(Duration.ofMillis(3_999));
    touched(); // Renewed, which is seen when it asks, at 4 s.
    timer.pass(Duration.ofSeconds(4));
    assertThat(election.isHeld()).as("at 7.999 s").isFalse();
    timer.pass(Duration.ofMillis(1));
    assertThat(election.isHeld()).as("at 8 s").isTrue();
    assertThat(spec().getLeaseTransitions()).isEqualTo(8);
    assertThat(spec().getLeaseDurationSeconds()).isEqualTo(15);
  }

  @Test
  void aLeaseThatWasReleasedIsTakenAtOnce() {
    storedBy(null, 15, 7);
    election.start();
    timer.pass(Duration.ZERO);
    assertThat(election.isHeld()).isTrue();
    assertThat(spec().getLeaseTransitions()).isEqualTo(8);
  }

  @Test
  void whatCantBeReachedIsTriedAgainEachRetryPeriod() {
    isSilent = true;
    election.start();
    timer.pass(Duration.ofSeconds(6));
    assertThat(requests).containsExactly("GET", "GET", "GET", "GET");
    isSilent = false;
    timer.pass(Duration.ofSeconds(2));
    assertThat(election.isHeld()).isTrue();
  }

  @Test
  void oneThatAnotherHasTakenIsLostAtTheNextRenewal() {
    lead();
    storedBy("there", 15, 1);
    timer.pass(Duration.ofSeconds(2));
    assertThat(election.isHeld()).isFalse();
    assertThat(losses).isEqualTo(1);
    assertThat(spec().getHolderIdentity()).isEqualTo("there");
  }

  @Test
  void oneThatIsDeletedIsLostAtTheNextRenewal() {
    lead();
    stored = null;
    timer.pass(Duration.ofSeconds(2));
    assertThat(election.isHeld()).isFalse();
    assertThat(losses).isEqualTo(1);
  }

  /** As somebody who labels it. */
  @Test
  void oneThatSomebodyWroteToWithoutTakingItIsKept() {
    lead();
    touched();
    timer.pass(Duration.ofSeconds(30));
    assertThat(election.isHeld()).isTrue();
    assertThat(losses).isZero();
  }

  @Test
  void whoeverIsClosedGivesTheLeaseAway() {
    lead();
    election.close();
    assertThat(election.isHeld()).isFalse();
    assertThat(spec().getHolderIdentity()).isNull();
    assertThat(losses).as("it is no loss").isZero();

    var another = election();
    another.start();
    timer.pass(Duration.ZERO);
    assertThat(another.isHeld()).isTrue();
  }

  @Test
  void whoeverIsClosedInAHurryGivesTheLeaseAwayToo() {
    lead();
    Thread.currentThread().interrupt();
    election.close();
    assertThat(Thread.interrupted()).as("it is still interrupted").isTrue();
    assertThat(spec().getHolderIdentity()).isNull();
  }

  /** A renewal was written whose answer was lost: the version of the Lease is another. */
  @Test
  void whoeverIsClosedGivesTheLeaseAwayWhateverItsVersionIs() {
    lead();
    touched();
    election.close();
    assertThat(spec().getHolderIdentity()).isNull();
  }

  @Test
  void whoeverStandsByGivesNothingAway() {
    storedBy("there", 15, 0);
    election.start();
    timer.pass(Duration.ofSeconds(1));
    election.close();
    assertThat(spec().getHolderIdentity()).isEqualTo("there");
  }

  /** Of two that ask at the same time the API server lets one write. */
  @Test
  void ofTwoOneLeads() {
    var another = election();
    election.start();
    another.start();
    timer.pass(Duration.ofSeconds(60));
    assertThat(List.of(election.isHeld(), another.isHeld())).containsExactlyInAnyOrder(true, false);
    assertThat(losses).isZero();
  }

  private void lead() {
    election.start();
    timer.pass(Duration.ZERO);
    assertThat(election.isHeld()).isTrue();
  }

  private LeaderElection election() {
    return election(SETTINGS);
  }

  private LeaderElection election(LeaseSettings settings) {
    var one =
        new LeaderElection(
            client,
            "operators",
            "here",
            settings,
            begun::release,
            () -> losses++,
            timer.thread(),
            timer::nanoTime);
    elections.add(one);
    return one;
  }

  private LeaseSpec spec() {
    return Objects.requireNonNull(stored).getSpec();
  }

  private void storedBy(@Nullable String holder, int seconds, int transitions) {
    stored =
        new LeaseBuilder()
            .withMetadata(new ObjectMetaBuilder().withName(LeaderElection.LEASE).build())
            .withNewSpec()
            .withHolderIdentity(holder)
            .withLeaseDurationSeconds(seconds)
            .withLeaseTransitions(transitions)
            .endSpec()
            .build();
    touched();
  }

  private void touched() {
    Objects.requireNonNull(stored).getMetadata().setResourceVersion(String.valueOf(++version));
  }

  /** A watch gets no answer, so that an election sees what it asks for and nothing else. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var query = exchange.getRequestURI().getQuery();
      if (query != null && query.contains("watch=true")) {
        ended.await();
        return;
      }
      if (query != null) {
        send(exchange, 200, NONE);
        return;
      }
      requests.add(exchange.getRequestMethod());
      if (swallowed.tryAcquire()) {
        timer.suspend(Duration.ofMillis(1_500));
        ended.await();
        return;
      }
      send(exchange, isSilent ? 500 : code(exchange.getRequestMethod(), sent));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int code(String method, String sent) throws IOException {
    return switch (method) {
      case "POST" -> created(sent);
      case "PATCH" -> patched(sent);
      default -> stored == null ? 404 : 200;
    };
  }

  private int created(String sent) {
    if (stored != null) {
      return 409;
    }
    stored = client.getKubernetesSerialization().unmarshal(sent, Lease.class);
    touched();
    return 201;
  }

  private int patched(String sent) throws IOException {
    var known = stored;
    if (known == null) {
      return 404;
    }
    var change = client.getKubernetesSerialization().unmarshal(sent, Lease.class);
    if (!change
        .getMetadata()
        .getResourceVersion()
        .equals(known.getMetadata().getResourceVersion())) {
      return 409;
    }
    merge(known, sent);
    touched();
    timer.suspend(answersAfter);
    whileAnswering.run();
    return 200;
  }

  private void merge(Lease known, String patch) throws IOException {
    var serialization = client.getKubernetesSerialization();
    var json = new ObjectMapper();
    var spec = json.createObjectNode();
    if (known.getSpec() != null) {
      spec.setAll((ObjectNode) json.readTree(serialization.asJson(known.getSpec())));
    }
    spec.setAll((ObjectNode) json.readTree(patch).path("spec"));
    known.setSpec(serialization.unmarshal(spec.toString(), LeaseSpec.class));
  }

  private void send(HttpExchange exchange, int code) throws IOException {
    var body =
        code < 300
            ? client.getKubernetesSerialization().asJson(Objects.requireNonNull(stored))
            : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":%s}"
                .formatted(code);
    send(exchange, code, body);
  }

  private static void send(HttpExchange exchange, int code, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
        .build();
  }
}
