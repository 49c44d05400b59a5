package dev.regcred.integration;

import dev.regcred.operator.OperatorConfig;
import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import dev.regcred.operator.kinds.Registry;
import dev.regcred.operator.kinds.RegistryCredential;
import dev.regcred.testkit.TestNamespace;
import dev.regcred.testkit.faults.ApiRequest;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where a scenario is played: a namespace, and where it is one of the cluster-wide kinds, others
 * besides, of which {@code a} and {@code b} carry the label that is selected. What is seen of it
 * has these names instead of the real ones, and {@value #WIDE} instead of that of the cluster-wide
 * resources, so that two runs compare.
 */
final class CrashStage implements AutoCloseable {
  /** How the cluster-wide resources are seen. */
  static final String WIDE = "wide";

  private static final String LABEL = "crash";
  private static final List<String> SELECTED = List.of("a", "b");
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  /** One after the other, so that the n-th write is the same one in each run. */
  private static final int THREADS = 1;

  private final KubernetesClient admin;
  private final TestNamespace main;
  private final Map<String, TestNamespace> others = new LinkedHashMap<>();

  CrashStage(KubernetesClient admin, Set<String> otherNamespaces) {
    this.admin = admin;
    main = TestNamespace.create(admin);
    // In their real order, in which they are written.
    var created =
        otherNamespaces.parallelStream()
            .map(_ -> TestNamespace.create(admin))
            .sorted(Comparator.comparing(TestNamespace::name))
            .iterator();
    otherNamespaces.stream().sorted().forEach(name -> others.put(name, created.next()));
    SELECTED.stream().filter(others::containsKey).forEach(name -> select(name, true));
  }

  /** One of the others. */
  TestNamespace in(String name) {
    return Objects.requireNonNull(others.get(name), name);
  }

  /**
   * The real name of its own namespace, where sources of cluster-wide credentials are, too, and of
   * the cluster-wide resources.
   */
  String name() {
    return main.name();
  }

  /** The settings of an operator that has to do with this. */
  OperatorConfig operatorConfig() {
    return isClusterWide()
        ? new OperatorConfig(0, Set.of(), THREADS, "regcred-system", name(), null)
        : new OperatorConfig(0, Set.of(name()), THREADS);
  }

  boolean isClusterWide() {
    return !others.isEmpty();
  }

  /** Whether a write is one of this; an operator of the whole cluster may have other work, too. */
  boolean isWrite(ApiRequest request) {
    return request.isWrite()
        && namespaces().anyMatch(namespace -> request.path().contains("/" + namespace.name()));
  }

  private Stream<TestNamespace> namespaces() {
    return Stream.concat(Stream.of(main), others.values().stream());
  }

  /** Applies objects to its own namespace. */
  void apply(String yaml) {
    main.apply(yaml);
  }

  /** Applies a cluster-wide object. */
  void applyWide(String yaml) {
    admin.resource(yaml).fieldManager("test").forceConflicts().serverSideApply();
  }

  /** Puts the label on a namespace that is selected, or takes it off. */
  void select(String name, boolean isSelected) {
    admin
        .namespaces()
        .withName(in(name).name())
        .patch(
            MERGE,
            "{\"metadata\":{\"labels\":{\"%s\":%s}}}"
                .formatted(LABEL, isSelected ? "\"" + name() + "\"" : "null"));
  }

  /** The selector of that label. */
  String selector() {
    return "{matchLabels: {%s: %s}}".formatted(LABEL, name());
  }

  void patch(String kind, String object, String json) {
    main.patch(kind, object, json);
  }

  void declare(String kind, String object, String state) {
    main.declare(kind, object, state);
  }

  /** Merges into the status of one of its own, as nobody but the operator may. */
  void patchStatus(String kind, String object, String json) {
    main.patchStatus(kind, object, json);
  }

  /** The pull Secrets that a Pod would name, by either way, were it created now. */
  List<String> pullSecretsOf(CrashScenario.NewPods pods) {
    var in = pods.namespace().isEmpty() ? main : in(pods.namespace());
    var pod = AttachScenario.pod("trial", in.name(), Map.of());
    pod.getSpec().setServiceAccountName(pods.serviceAccount());
    return AttachScenario.names(admin.resource(pod).dryRun().create());
  }

  /** Does not wait for the end of it. */
  void delete(String kind, String object) {
    main.delete(kind, object);
  }

  /** Declares the end of one of the cluster-wide resources. */
  <R extends HasMetadata> void declareWide(Class<R> kind, String state) {
    wide(kind).patch(MERGE, "{\"spec\":{\"desiredState\":\"%s\"}}".formatted(state));
  }

  /** Merges into the status of one of the cluster-wide resources. */
  <R extends HasMetadata> void patchStatusWide(Class<R> kind, String json) {
    wide(kind).subresource("status").patch(MERGE, json);
  }

  <R extends HasMetadata> void deleteWide(Class<R> kind) {
    wide(kind).delete();
  }

  private <R extends HasMetadata> Resource<R> wide(Class<R> kind) {
    return all(kind).withName(name());
  }

  private <R extends HasMetadata> NonNamespaceOperation<R, ?, Resource<R>> all(Class<R> kind) {
    return admin.resources(kind);
  }

  /** All that is there; what is in another namespace has that between its kind and its name. */
  World world() {
    var all = new TreeMap<>(clusterWide().objects());
    all.putAll(World.read(main, this::renamed).objects());
    others.forEach(
        (name, namespace) ->
            World.read(namespace, this::renamed)
                .objects()
                .forEach(
                    (key, object) -> all.put(key.replaceFirst("/", "/" + name + "/"), object)));
    return new World(all);
  }

  private World clusterWide() {
    return isClusterWide()
        ? World.clusterWide(admin, WIDE, this::renamed)
        : new World(new TreeMap<>());
  }

  /** How many there are of each kind that an operator of this looks at. */
  Map<String, Integer> resources() {
    var counts = new HashMap<String, Integer>();
    if (isClusterWide()) {
      for (var kind :
          List.of(
              Registry.class,
              RegistryCredential.class,
              ClusterRegistry.class,
              ClusterRegistryCredential.class)) {
        counts.put(
            kind.getSimpleName(), admin.resources(kind).inAnyNamespace().list().getItems().size());
      }
    } else {
      for (var kind : List.of("Registry", "RegistryCredential")) {
        counts.put(kind, (int) World.read(main).all(kind).count());
      }
    }
    return counts;
  }

  /** The real names, replaced. */
  private String renamed(String json) {
    var text = json.replace(name(), WIDE);
    for (var other : others.entrySet()) {
      text = text.replace(other.getValue().name(), other.getKey());
    }
    return text;
  }

  /**
   * The places where a password is that must not be.
   *
   * @param handedBack as in {@link CanaryRule#violations}
   */
  List<String> violations(Set<String> handedBack) {
    var wide = clusterWide();
    var places = new ArrayList<String>();
    namespaces()
        .forEach(
            namespace -> {
              var objects = new TreeMap<>(wide.objects());
              objects.putAll(World.read(namespace, this::renamed).objects());
              CanaryRule.violations(namespace, new World(objects), handedBack)
                  .forEach(place -> places.add(place + " in " + renamed(namespace.name())));
            });
    if (isClusterWide()
        && CanaryRule.isIn(
            Objects.requireNonNull(
                admin.raw("/apis/events.k8s.io/v1/namespaces/default/events")))) {
      places.add("Events of cluster-wide resources");
    }
    return places;
  }

  /** Also where no operator is left to take the finalizers off. */
  @Override
  public void close() {
    if (isClusterWide()) {
      for (var resource :
          List.of(wide(ClusterRegistryCredential.class), wide(ClusterRegistry.class))) {
        if (resource.get() != null) {
          resource.patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
          resource.delete();
        }
      }
    }
    namespaces().forEach(TestNamespace::close);
  }
}
