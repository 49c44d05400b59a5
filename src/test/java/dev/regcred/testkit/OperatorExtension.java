package dev.regcred.testkit;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.testkit.faults.FaultProxy;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A namespace of its own and a running operator for each test, on the cluster that all tests share.
 * Afterwards the operator withdraws what is left, and the namespace goes.
 *
 * <pre>{@code
 * @RegisterExtension
 * final OperatorExtension operator = OperatorExtension.forItsNamespace().behindAProxy();
 * }</pre>
 */
public final class OperatorExtension implements BeforeEachCallback, AfterEachCallback {
  private static final int THREADS = 8;

  private final Installation installation = Installation.shared();
  private final TestNamespace namespace = TestNamespace.named(installation.admin());
  private final boolean isForAllNamespaces;
  private int threads = THREADS;
  private int requestTimeoutMillis;
  private boolean isBehindAProxy;
  private @Nullable FaultProxy proxy;
  private @Nullable InProcessOperator operator;

  private OperatorExtension(boolean isForAllNamespaces) {
    this.isForAllNamespaces = isForAllNamespaces;
  }

  /** One that serves the whole cluster, the cluster-wide kinds included. */
  public static OperatorExtension forAllNamespaces() {
    return new OperatorExtension(true);
  }

  /** One that serves the test's namespace alone. */
  public static OperatorExtension forItsNamespace() {
    return new OperatorExtension(false);
  }

  /** Lets its requests go through {@link #proxy}. */
  public OperatorExtension behindAProxy() {
    isBehindAProxy = true;
    return this;
  }

  /**
   * Lets it look at so many resources at the same time.
   *
   * @param count 1 or more
   */
  public OperatorExtension withThreads(int count) {
    threads = count;
    return this;
  }

  /** Lets it wait for an answer no longer than this. */
  public OperatorExtension withRequestTimeout(int millis) {
    requestTimeoutMillis = millis;
    return this;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    namespace.create();
    start();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try {
      if (proxy != null) {
        proxy.rule(_ -> dev.regcred.testkit.faults.Fault.none());
      }
      if (operator == null || !operator.isRunning()) {
        start();
      }
      namespace.withdrawAll();
    } finally {
      stop();
      if (proxy != null) {
        proxy.close();
      }
      namespace.close();
    }
  }

  /** The namespace of the test. */
  public TestNamespace namespace() {
    return namespace;
  }

  /** The administrator's client. */
  public KubernetesClient admin() {
    return installation.admin();
  }

  /** What the cluster has of the operator. */
  public Installation installation() {
    return installation;
  }

  /**
   * What stands between the operator and the API server.
   *
   * @throws NullPointerException if the operator is not behind one
   */
  public FaultProxy proxy() {
    return Objects.requireNonNull(proxy, "the operator is not behind a proxy");
  }

  /** The operator of this moment. */
  public InProcessOperator operator() {
    return Objects.requireNonNull(operator, "the operator was not started yet");
  }

  /** Starts the operator, with empty caches. */
  public void start() {
    var kubernetes = way();
    operator =
        new InProcessOperator(
                new OperatorConfig(
                    0, isForAllNamespaces ? Set.of() : Set.of(namespace.name()), threads),
                kubernetes)
            .start();
  }

  private Config way() {
    var direct = installation.operatorConfig();
    if (isBehindAProxy && proxy == null) {
      try {
        proxy = new FaultProxy(direct);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    var way = new ConfigBuilder(proxy == null ? direct : proxy.config());
    return requestTimeoutMillis == 0
        ? way.build()
        : way.withRequestTimeout(requestTimeoutMillis).build();
  }

  /** Stops the operator, if it runs. */
  public void stop() {
    if (operator != null) {
      operator.stop();
    }
  }

  /** Stops the operator and starts it with empty caches. */
  public void restart() {
    stop();
    start();
  }
}
