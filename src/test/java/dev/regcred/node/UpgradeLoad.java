package dev.regcred.node;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What goes on in a cluster all the time: passwords are renewed, credentials are created, and
 * images are pulled.
 */
final class UpgradeLoad implements AutoCloseable {
  private static final int ROTATION_MILLIS = 50;
  private static final int CREATION_MILLIS = 500;
  private static final int LOGIN_MILLIS = 200;
  private static final ResourceDefinitionContext CREDENTIALS =
      new ResourceDefinitionContext.Builder()
          .withGroup("regcred.dev")
          .withVersion("v1alpha1")
          .withKind("RegistryCredential")
          .withPlural("registrycredentials")
          .withNamespaced(true)
          .build();

  private final KubernetesClient admin;
  private final String namespace;
  private final PullSecretWatch watch;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final AtomicInteger credentials = new AtomicInteger();
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicInteger rotations = new AtomicInteger();
  private final AtomicInteger logins = new AtomicInteger();
  private volatile boolean ended;

  UpgradeLoad(KubernetesClient admin, String namespace, PullSecretWatch watch) {
    this.admin = admin;
    this.namespace = namespace;
    this.watch = watch;
  }

  /** Something that is done again and again. */
  private interface Work {
    void once() throws IOException, InterruptedException;
  }

  /** Creates a credential with a source of its own, and expects its pull Secret. */
  void create() {
    var number = credentials.get();
    var password = UUID.randomUUID().toString();
    watch.expect(secret(number), password);
    admin.secrets().inNamespace(namespace).resource(source(number, password)).create();
    var manifest =
        """
        apiVersion: regcred.dev/v1alpha1
        kind: RegistryCredential
        metadata: {name: load-%1$d}
        spec:
          registryRef: {name: private}
          email: "load@example.com"
          publicValue: "load-%1$d"
          secretValueFrom: {secretKeyRef: {name: source-%1$d, key: password}}
        """
            .formatted(number);
    admin
        .genericKubernetesResources(CREDENTIALS)
        .inNamespace(namespace)
        .resource(Serialization.unmarshal(manifest, GenericKubernetesResource.class))
        .create();
    credentials.incrementAndGet();
  }

  /** Begins. */
  void start() {
    again(ROTATION_MILLIS, this::rotate);
    again(CREATION_MILLIS, this::create);
    again(LOGIN_MILLIS, this::logIn);
  }

  /** Renews a password whose predecessor has arrived. */
  private void rotate() {
    var number = turns.getAndIncrement() % credentials.get();
    if (watch.isAwaited(secret(number))) {
      return;
    }
    var password = UUID.randomUUID().toString();
    watch.expect(secret(number), password);
    admin.secrets().inNamespace(namespace).resource(source(number, password)).update();
    rotations.incrementAndGet();
  }

  /** Asks the private registry with what the pull Secret of another namespace holds now. */
  private void logIn() throws IOException, InterruptedException {
    var secret = admin.secrets().inNamespace("team-a").withName("private-pull").get();
    var auth =
        secret == null
            ? ""
            : PullSecretWatch.entries(secret).path(Stage.PRIVATE).path("auth").asText();
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://%s/v2/".formatted(Stage.PRIVATE)))
              .header("Authorization", "Basic " + auth)
              .build();
      var status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        faults.add("the registry answered %d to what the pull Secret holds".formatted(status));
      }
    }
    logins.incrementAndGet();
  }

  private void again(int millis, Work work) {
    threads.add(
        Thread.startVirtualThread(
            () -> {
              try {
                while (!ended) {
                  work.once();
                  Thread.sleep(millis);
                }
              } catch (IOException | RuntimeException e) {
                faults.add(e.toString());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
  }

  private Secret source(int number, String password) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("source-" + number)
        .endMetadata()
        .addToStringData("password", password)
        .build();
  }

  private String secret(int number) {
    return "%s/load-%d".formatted(namespace, number);
  }

  int credentials() {
    return credentials.get();
  }

  int rotations() {
    return rotations.get();
  }

  int logins() {
    return logins.get();
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Ends; what has begun is done first. */
  @Override
  public void close() {
    ended = true;
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
