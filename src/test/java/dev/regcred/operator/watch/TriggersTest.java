package dev.regcred.operator.watch;

import static dev.regcred.testkit.Manifests.clusterCredential;
import static dev.regcred.testkit.Manifests.clusterRegistry;
import static dev.regcred.testkit.Manifests.credential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.NamespaceSelection;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.LifecycleResource;
import dev.regcred.operator.kinds.NamespaceMetadata;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.operator.kinds.SecretMetadata;
import dev.regcred.operator.kinds.ServiceAccountMetadata;
import dev.regcred.operator.queue.ReconcileRequest;
import dev.regcred.pullsecret.CredentialRef;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.OfflineClient;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The rows are read as: for this change, these are looked at. {@code team} and {@code web} are
 * namespaces of the label {@code stage=prod}, {@code lab} is not, and {@code regcred-system} has
 * the sources of the cluster-wide credentials.
 */
class TriggersTest {
  private static final String SOURCES = "regcred-system";

  private final KubernetesClient client = OfflineClient.create();
  private final MemoryCache<Registry> registries = new MemoryCache<>();
  private final MemoryCache<RegistryCredential> credentials = new MemoryCache<>();
  private final MemoryCache<ClusterRegistry> clusterRegistries = new MemoryCache<>();
  private final MemoryCache<ClusterRegistryCredential> clusterCredentials = new MemoryCache<>();
  private final MemoryCache<NamespaceMetadata> namespaces = new MemoryCache<>();
  private final MemoryCache<ServiceAccountMetadata> serviceAccounts = new MemoryCache<>();
  private final Triggers triggers = triggers(true);

  private Triggers triggers(boolean isClusterWide) {
    var cache = new InformerCache(new NamespaceSelection(Set.of("kube-system")), isClusterWide);
    cache.registries().setInformer(registries);
    cache.namespacedCredentials().setInformer(credentials);
    cache.serviceAccounts().setInformer(serviceAccounts);
    if (isClusterWide) {
      cache.clusterRegistries().setInformer(clusterRegistries);
      cache.clusterCredentials().setInformer(clusterCredentials);
      cache.namespaces().setInformer(namespaces, () -> true);
    }
    return new Triggers(cache, SOURCES);
  }

  @BeforeEach
  void fill() {
    namespaces.put(namespace("team", Map.of("stage", "prod")));
    namespaces.put(namespace("web", Map.of("stage", "prod")));
    namespaces.put(namespace("lab", Map.of()));
    registries.put(registry("team", "main"));
    registries.put(
        read(Manifests.registry("rival").server("registry.example.com"), "team", Registry.class));
    registries.put(registry("web", "main"));
    clusterRegistries.put(read(clusterRegistry("hub"), null, ClusterRegistry.class));
    clusterRegistries.put(
        read(clusterRegistry("mirror").server("hub.example.com"), null, ClusterRegistry.class));
    add(credential("pull"));
    add(credential("sibling").source("other").target("pull"));
    add(credential("ours").clusterRegistry("hub").source("other"));
    add(credential("builds").source("other").serviceAccounts("builder"));
    add(credential("labelled").source("other").serviceAccountSelector("pulls", "yes"));
    credentials.put(read(credential("pull"), "web", RegistryCredential.class));
    addWide(clusterCredential("hub").target("hub-pull").namespaceSelector("stage", "prod"));
    addWide(
        clusterCredential("second")
            .registry("hub")
            .target("hub-pull")
            .serviceAccounts("builder")
            .everyNamespace()
            .excludedNamespaces("web"));
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aRegistryTellsItsCredentialsAndItsRivals() {
    var before = registry("team", "main");
    var without = registry("team", "main");
    without.setStatus(null);
    assertLooksAt(
        triggers.registry(without, before),
        "Registry team/rival",
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling",
        "RegistryCredential team/builds",
        "RegistryCredential team/labelled");
    assertLooksAt(
        triggers.registry(before, null),
        "Registry team/rival",
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling",
        "RegistryCredential team/builds",
        "RegistryCredential team/labelled");
    var moved = read(Manifests.registry("main").server("new.example.com"), "team", Registry.class);
    moved.setStatus(before.getStatus());
    assertLooksAt(
        triggers.registry(before, moved),
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling",
        "RegistryCredential team/builds",
        "RegistryCredential team/labelled");
    assertLooksAt(triggers.registry(before, registry("team", "main")));
  }

  @Test
  void aClusterRegistryTellsTheCredentialsOfBothScopes() {
    var hub = read(clusterRegistry("hub"), null, ClusterRegistry.class);
    assertLooksAt(
        triggers.registry(null, hub),
        "RegistryCredential team/ours",
        "ClusterRegistryCredential hub",
        "ClusterRegistryCredential second");
    var holding = read(holding(clusterRegistry("hub"), "hub"), null, ClusterRegistry.class);
    assertLooksAt(
        triggers.registry(holding, null),
        "ClusterRegistry mirror",
        "RegistryCredential team/ours",
        "ClusterRegistryCredential hub",
        "ClusterRegistryCredential second");
  }

  @Test
  void aCredentialOutOfUseTellsItsRegistryAndOneThatIsGoneThoseOfItsSecretToo() {
    var pull = in("Active", credential("pull"));
    assertLooksAt(triggers.credential(null, pull));
    assertLooksAt(
        triggers.credential(pull, in("Inactive", credential("pull"))), "Registry team/main");
    assertLooksAt(
        triggers.credential(pull, null), "Registry team/main", "RegistryCredential team/sibling");
    var ours = in("Active", credential("ours").clusterRegistry("hub"));
    assertLooksAt(triggers.credential(ours, null), "ClusterRegistry hub");
    var unreadable = in("Active", credential("pull"));
    unreadable.setSpec(null);
    assertLooksAt(triggers.credential(unreadable, null));
    var wide =
        read(
            clusterCredential("hub").clusterRegistry("hub").target("hub-pull").everyNamespace(),
            null,
            ClusterRegistryCredential.class);
    assertLooksAt(
        triggers.credential(wide, null), "ClusterRegistry hub", "ClusterRegistryCredential second");
  }

  /** Of several changes at once the watch may know before it tells of the first. */
  @Test
  void oneThatIsAttachedToPodsTellsThoseThatMayHaveTooManyOlderOnesAndOneThatIsNotAnyMoreAll() {
    for (int i = 0; i < 25; i++) {
      add(credential("p%02d".formatted(i)).source("other").set("spec.attach", "Pods"));
      addWide(clusterCredential("w%02d".formatted(i)).everyNamespace().set("spec.attach", "Pods"));
    }
    var ours = credential("p00").source("other");
    var attached = in("Active", ours.set("spec.attach", "Pods"));
    var notAttached = in("Active", credential("p00").source("other"));
    var young = named("RegistryCredential team/p", 19, 25);
    var all = named("RegistryCredential team/p", 0, 25);
    assertLooksAt(triggers.credential(null, attached), young);
    assertLooksAt(
        triggers.credential(notAttached, attached),
        Stream.concat(Stream.of("RegistryCredential team/p00"), Stream.of(young))
            .toArray(String[]::new));
    assertLooksAt(triggers.credential(attached, notAttached), all);
    assertLooksAt(triggers.credential(attached, attached));
    assertLooksAt(
        triggers.credential(
            null,
            read(
                clusterCredential("w00").everyNamespace().set("spec.attach", "Pods"),
                null,
                ClusterRegistryCredential.class)),
        named("ClusterRegistryCredential w", 19, 25));
    assertLooksAt(
        triggers.credential(
            null,
            read(credential("alone").set("spec.attach", "Pods"), "web", RegistryCredential.class)));
  }

  /** One of these may be attaching the Secret for it, as it was declared before. */
  @Test
  void aCredentialThatAsksForOtherWiringTellsThoseThatShareTheSecretItHad() {
    var sibling = in("Active", credential("sibling").source("other").target("pull"));
    String[] sharers = {"RegistryCredential team/pull", "RegistryCredential team/sibling"};
    for (var changed :
        List.of(
            credential("sibling").source("other").target("moved"),
            credential("sibling").source("other").target("pull").serviceAccounts("builder"),
            credential("sibling").source("other").target("pull").serviceAccountSelector("a", "b"),
            credential("sibling").source("other").target("pull").set("spec.attach", "Pods"),
            credential("sibling").source("other").target("pull").desiredState("Removed"))) {
      assertLooksAt(triggers.credential(sibling, in("Active", changed)), sharers);
    }
    assertLooksAt(
        triggers.credential(
            sibling,
            in(
                "Active",
                credential("sibling").source("other").target("pull").email("a@b.example"))));
    assertLooksAt(triggers.credential(null, sibling));
    var wide = clusterCredential("hub").target("hub-pull").everyNamespace();
    assertLooksAt(
        triggers.credential(
            read(wide, null, ClusterRegistryCredential.class),
            read(wide.serviceAccounts("builder"), null, ClusterRegistryCredential.class)),
        "ClusterRegistryCredential hub",
        "ClusterRegistryCredential second");
  }

  /** Or many would be told of each of its members that goes, by itself. */
  @Test
  void changesOfOneSubjectConcernTheSame() {
    var pull = in("Active", credential("pull"));
    var sibling = in("Active", credential("sibling").source("other").target("pull"));
    assertThat(triggers.credential(pull, null).getLast().subject())
        .isEqualTo(triggers.credential(sibling, null).getLast().subject())
        .isNotEqualTo(
            triggers.credential(in("Active", credential("builds")), null).getLast().subject());
    var successor = in("Active", credential("pull"));
    successor.getMetadata().setUid("another");
    credentials.put(successor);
    assertLooksAt(
        triggers.credential(pull, null),
        "Registry team/main",
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling");
  }

  /** Else whoever writes one in a namespace of his own would keep the watch busy. */
  @Test
  void aSecretThatHasTheNameOfASourceOfManyCostsNothing() {
    for (int i = 0; i < 100; i++) {
      addWide(clusterCredential("reader-" + i).source("many").target("of-" + i).everyNamespace());
    }
    assertLooksAt(changed(secret("team", "many")));
    assertThat(clusterCredentials.found()).isZero();
  }

  @Test
  void aSecretTellsWhoReadsItWhoWritesItAndWhomItsMarkNames() {
    assertLooksAt(changed(secret("team", "account")), "RegistryCredential team/pull");
    assertLooksAt(
        changed(secret("team", "pull")),
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling");
    assertLooksAt(changed(secret("lab", "account")));
    assertLooksAt(changed(secret(SOURCES, "hub")), "ClusterRegistryCredential hub");
    assertLooksAt(changed(secret("team", "hub")));
    assertLooksAt(changed(secret("web", "hub-pull")), "ClusterRegistryCredential hub");
    assertLooksAt(changed(secret("lab", "hub-pull")), "ClusterRegistryCredential second");
    assertLooksAt(
        changed(
            secret(
                "lab",
                "old",
                new CredentialRef("RegistryCredential", "gone"),
                new CredentialRef("ClusterRegistryCredential", "hub"))),
        "RegistryCredential lab/gone",
        "ClusterRegistryCredential hub");
  }

  @Test
  void anOwnWriteTellsWhosePartItChangesAndAllWhoWantASecretThatBecomesOurs() {
    var pull = new CredentialRef("RegistryCredential", "pull");
    var sibling = new CredentialRef("RegistryCredential", "sibling");
    var marked = secret("team", "pull", pull);
    assertLooksAt(
        triggers.secretWritten(Optional.empty(), marked, pull), "RegistryCredential team/sibling");
    assertLooksAt(triggers.secretWritten(Optional.of(marked), marked, sibling));
    assertLooksAt(
        triggers.secretWritten(Optional.of(marked), secret("team", "pull", pull, sibling), pull),
        "RegistryCredential team/sibling");
    assertLooksAt(
        triggers.secretWritten(Optional.of(marked), secret("team", "pull", sibling), sibling),
        "RegistryCredential team/pull");
    assertLooksAt(
        triggers.secretsDetached("team", Set.of("pull", "hub-pull")),
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling",
        "ClusterRegistryCredential hub",
        "ClusterRegistryCredential second");
  }

  /** A pass of another may have attached it for the one that has left, as long as it was there. */
  @Test
  void anOwnWriteThatTakesACredentialOutTellsTheOthersWhereTheSecretIsAttached() {
    add(credential("leaver").source("other").target("elsewhere"));
    var sibling = new CredentialRef("RegistryCredential", "sibling");
    var leaver = new CredentialRef("RegistryCredential", "leaver");
    var before = Optional.of(secret("team", "pull", sibling, leaver));
    assertLooksAt(triggers.secretWritten(before, secret("team", "pull", sibling), leaver));
    serviceAccounts.put(account("team", "builder", "pull"));
    assertLooksAt(
        triggers.secretWritten(before, secret("team", "pull", sibling), leaver),
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling");
    assertLooksAt(triggers.secretWritten(before, before.get(), leaver));
  }

  /** Its watch passes over what the operator has written, and that may be a source of others. */
  @Test
  void anOwnWriteTellsWhoReadsIt() {
    add(credential("mirrored").dockerConfig("pull", "registry.example.com"));
    addWide(
        clusterCredential("wide").dockerConfig("pull", "registry.example.com").everyNamespace());
    var pull = new CredentialRef("RegistryCredential", "pull");
    var marked = secret("team", "pull", pull);
    assertLooksAt(
        triggers.secretWritten(Optional.of(marked), marked, pull),
        "RegistryCredential team/mirrored");
    var source = secret(SOURCES, "pull", pull);
    assertLooksAt(
        triggers.secretWritten(Optional.of(source), source, pull),
        "ClusterRegistryCredential wide");
  }

  @Test
  void aServiceAccountTellsWhoSelectsItAndWhoseSecretIsAttachedToIt() {
    assertLooksAt(
        triggers.serviceAccount(account("team", "default")), "RegistryCredential team/labelled");
    assertLooksAt(
        triggers.serviceAccount(account("team", "builder")),
        "RegistryCredential team/builds",
        "RegistryCredential team/labelled",
        "ClusterRegistryCredential second");
    assertLooksAt(triggers.serviceAccount(account("web", "builder")));
    assertLooksAt(
        triggers.serviceAccount(account("web", "default", "pull", "hub-pull")),
        "RegistryCredential web/pull",
        "ClusterRegistryCredential hub",
        "ClusterRegistryCredential second");
  }

  @Test
  void aNamespaceTellsWhoSelectedItAndWhoDoesNow() {
    var prod = namespace("team", Map.of("stage", "prod"));
    var none = namespace("team", Map.of());
    String[] all = {
      "RegistryCredential team/ours",
      "ClusterRegistryCredential hub",
      "ClusterRegistryCredential second"
    };
    assertLooksAt(triggers.namespace(null, prod), all);
    assertLooksAt(triggers.namespace(prod, none), all);
    assertLooksAt(triggers.namespace(none, prod), all);
    assertLooksAt(triggers.namespace(prod, null), all);
    assertLooksAt(
        triggers.namespace(null, namespace("new", Map.of())), "ClusterRegistryCredential second");
    assertLooksAt(triggers.namespace(null, namespace("kube-system", Map.of())));
  }

  /** Its caches of the cluster-wide kinds are never filled. */
  @Test
  void anOperatorOfSomeNamespacesLooksAtNoneOfTheClusterWideKinds() {
    var limited = triggers(false);
    assertLooksAt(
        limited.secret(secret("team", "pull"), List.of()),
        "RegistryCredential team/pull",
        "RegistryCredential team/sibling");
    assertLooksAt(limited.secret(secret(SOURCES, "hub"), List.of()));
    assertLooksAt(
        limited.serviceAccount(account("team", "builder", "hub-pull")),
        "RegistryCredential team/builds",
        "RegistryCredential team/labelled");
  }

  private static String[] named(String prefix, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "%s%02d".formatted(prefix, i))
        .toArray(String[]::new);
  }

  private static void assertLooksAt(List<Triggers.Route> routes, String... expected) {
    assertLooksAt(
        routes.stream()
            .flatMap(route -> route.requests().get().stream())
            .collect(Collectors.toSet()),
        expected);
  }

  private static void assertLooksAt(Set<ReconcileRequest> requests, String... expected) {
    assertThat(
            requests.stream()
                .map(
                    request ->
                        HasMetadata.getKind(request.kind())
                            + " "
                            + request.id().getNamespace().map(name -> name + "/").orElse("")
                            + request.id().getName()))
        .containsExactlyInAnyOrder(expected);
  }

  private Registry registry(String namespace, String name) {
    return read(holding(Manifests.registry(name), name), namespace, Registry.class);
  }

  /** It has got its address. */
  private static Manifest.OfRegistry holding(Manifest.OfRegistry registry, String name) {
    return registry
        .set("status.state", "Active")
        .set("status.serverAddress", Manifests.serverOf(name));
  }

  private void add(Manifest.OfCredential credential) {
    credentials.put(read(credential, "team", RegistryCredential.class));
  }

  private void addWide(Manifest.OfCredential credential) {
    clusterCredentials.put(read(credential, null, ClusterRegistryCredential.class));
  }

  private RegistryCredential in(String state, Manifest.OfCredential credential) {
    return read(credential.set("status.state", state), "team", RegistryCredential.class);
  }

  private <R extends LifecycleResource<?, ?>> R read(
      Manifest<?> manifest, @Nullable String namespace, Class<R> kind) {
    var resource = client.getKubernetesSerialization().unmarshal(manifest.yaml(), kind);
    resource.getMetadata().setNamespace(namespace);
    resource.getMetadata().setUid(namespace + "/" + resource.getMetadata().getName());
    resource.getMetadata().setCreationTimestamp("2026-03-01T12:00:00Z");
    return resource;
  }

  private static NamespaceMetadata namespace(String name, Map<String, String> labels) {
    var namespace = new NamespaceMetadata();
    namespace.setMetadata(new ObjectMetaBuilder().withName(name).withLabels(labels).build());
    return namespace;
  }

  @Test
  void aSecretThatIsGoneTellsWhoCanTakeItOutOfAServiceAccount() {
    assertLooksAt(
        triggers.secret(secret("team", "gone"), List.of(account("team", "builder", "gone"))),
        "RegistryCredential team/builds",
        "RegistryCredential team/labelled",
        "ClusterRegistryCredential second");
  }

  private Set<ReconcileRequest> changed(SecretMetadata secret) {
    return triggers.secret(secret, List.of());
  }

  private static SecretMetadata secret(String namespace, String name, CredentialRef... refs) {
    var mark =
        Arrays.stream(refs)
            .map(c -> "{\"kind\":\"%s\",\"name\":\"%s\"}".formatted(c.kind(), c.name()))
            .collect(Collectors.joining(",", "[", "]"));
    return SecretMetadata.of(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withLabels(Map.of(Labels.MANAGED, "true"))
            .withAnnotations(Map.of(Labels.CONTRIBUTORS, mark))
            .build());
  }

  private static ServiceAccountMetadata account(String namespace, String name, String... attached) {
    var serviceAccount = new ServiceAccountMetadata();
    serviceAccount.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withAnnotations(
                Map.of(
                    Labels.ATTACHED,
                    Arrays.stream(attached)
                        .map(secret -> '"' + secret + '"')
                        .collect(Collectors.joining(",", "[", "]"))))
            .build());
    return serviceAccount;
  }
}
