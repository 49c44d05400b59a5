package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.BLANK;
import static dev.regcred.integration.OperatorScenario.CANARY;

import dev.regcred.operator.kinds.ClusterRegistry;
import dev.regcred.operator.kinds.ClusterRegistryCredential;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a cluster-wide credential goes through: every step of its life cycle, and each way for a
 * namespace to get its copy or to lose it. The namespaces {@code a} and {@code b} are selected;
 * where it matters there is one that is not, {@code c}.
 */
final class ClusterWideCrashScenarios {
  private static final Set<String> NAMESPACES = Set.of("a", "b");
  private static final String REGISTRY = "ClusterRegistry/" + CrashStage.WIDE;
  private static final String CREDENTIAL = "ClusterRegistryCredential/" + CrashStage.WIDE;
  private static final String SERVER = "crash.example.com";
  private static final String ACTIVE = "Active Active";
  private static final String ABSENT = "absent";

  /** Never purged by itself, which would come as a further step while the test looks. */
  private static final String RESTING = "removal: {purgeAfter: Never}\n";

  private static final String COPY = config("robot", CANARY);

  private static final Map<String, String> WORKING =
      with(Map.of(REGISTRY, ACTIVE, CREDENTIAL, ACTIVE), copies(COPY, COPY));

  static final List<CrashScenario> ALL =
      List.of(
          new CrashScenario(
              "create everywhere",
              stage -> registryAndSource(stage),
              Map.of(REGISTRY, ACTIVE),
              stage -> credential(stage, ""),
              null,
              WORKING,
              Set.of(),
              NAMESPACES),
          changed(
              "rotate everywhere",
              "",
              stage -> source(stage, CANARY + "-rotated"),
              ACTIVE,
              copies(config("robot", CANARY + "-rotated"), config("robot", CANARY + "-rotated"))),
          changed(
              "move everywhere",
              "",
              stage -> credential(stage, "target: {secretName: moved}"),
              ACTIVE,
              with(copies(ABSENT, ABSENT), Map.of("Secret/a/moved", COPY, "Secret/b/moved", COPY))),
          changed(
              "deactivate everywhere",
              "",
              declare("Inactive"),
              "Inactive Inactive",
              copies(BLANK, BLANK)),
          new CrashScenario(
              "activate everywhere",
              set("desiredState: Inactive"),
              with(
                  Map.of(REGISTRY, ACTIVE, CREDENTIAL, "Inactive Inactive"),
                  copies(ABSENT, ABSENT)),
              declare("Active"),
              null,
              WORKING,
              Set.of(),
              NAMESPACES),
          changed(
              "remove everywhere",
              RESTING,
              declare("Removed"),
              "Removed Removed",
              copies(ABSENT, ABSENT)),
          changed(
              "purge everywhere", "", declare("Purged"), "Purged Purged", copies(ABSENT, ABSENT)),
          changed(
              "delete everywhere",
              "",
              ClusterWideCrashScenarios::delete,
              ABSENT,
              copies(ABSENT, ABSENT)),
          new CrashScenario(
              "retain everywhere",
              set("deletionPolicy: Retain"),
              WORKING,
              ClusterWideCrashScenarios::delete,
              null,
              with(Map.of(CREDENTIAL, ABSENT), copies(COPY, COPY)),
              Set.of("pull"),
              NAMESPACES),
          changed(
              "attach everywhere",
              "",
              stage -> credential(stage, "serviceAccounts: [default]"),
              ACTIVE,
              Map.of("ServiceAccount/a/default", "pull", "ServiceAccount/b/default", "pull")),
          new CrashScenario(
                  "change over to Pods everywhere",
                  set("serviceAccounts: [default]"),
                  with(
                      WORKING,
                      Map.of(
                          "ServiceAccount/a/default", "pull", "ServiceAccount/b/default", "pull")),
                  stage -> credential(stage, "attach: Pods"),
                  stage ->
                      stage.patchStatusWide(
                          ClusterRegistryCredential.class, CrashScenarios.HANDED_OVER),
                  with(
                      WORKING,
                      Map.of("ServiceAccount/a/default", "", "ServiceAccount/b/default", "")),
                  Set.of(),
                  NAMESPACES)
              .withPodsThatAlwaysPull("b", "default"),
          new CrashScenario(
                  "change over to ServiceAccounts everywhere",
                  set("attach: Pods"),
                  WORKING,
                  stage -> credential(stage, "serviceAccounts: [default]"),
                  null,
                  with(
                      WORKING,
                      Map.of(
                          "ServiceAccount/a/default", "pull", "ServiceAccount/b/default", "pull")),
                  Set.of(),
                  NAMESPACES)
              .withPodsThatAlwaysPull("b", "default"),
          changed(
              "delete from Pods everywhere",
              "attach: Pods",
              ClusterWideCrashScenarios::delete,
              ABSENT,
              copies(ABSENT, ABSENT)),
          new CrashScenario(
              "select a namespace",
              set(""),
              with(WORKING, Map.of("Secret/c/pull", ABSENT)),
              stage -> stage.select("c", true),
              null,
              with(WORKING, Map.of("Secret/c/pull", COPY)),
              Set.of(),
              Set.of("a", "b", "c")),
          changed(
              "relabel a namespace",
              "",
              stage -> stage.select("b", false),
              ACTIVE,
              copies(COPY, ABSENT)),
          changed(
              "exclude a namespace",
              "",
              stage ->
                  credential(stage, "excludedNamespaces: [%s]".formatted(stage.in("a").name())),
              ACTIVE,
              copies(ABSENT, COPY)),
          changed(
              "override",
              "",
              ClusterWideCrashScenarios::override,
              ACTIVE,
              with(
                  copies(config("team", CANARY + "-own"), COPY),
                  Map.of("RegistryCredential/a/own", ACTIVE))),
          new CrashScenario(
              "override no more",
              set("").andThen(ClusterWideCrashScenarios::override),
              with(
                  Map.of(CREDENTIAL, ACTIVE, "RegistryCredential/a/own", ACTIVE),
                  copies(config("team", CANARY + "-own"), COPY)),
              stage -> stage.in("a").delete("RegistryCredential", "own"),
              null,
              with(WORKING, Map.of("RegistryCredential/a/own", ABSENT)),
              Set.of(),
              NAMESPACES),
          changed(
              "cluster registry deactivated",
              RESTING,
              stage -> stage.declareWide(ClusterRegistry.class, "Inactive"),
              "Inactive RegistryInactive",
              with(Map.of(REGISTRY, "Inactive Inactive"), copies(BLANK, BLANK))),
          changed(
              "cluster registry deleted",
              RESTING,
              stage -> stage.deleteWide(ClusterRegistry.class),
              "Inactive RegistryNotFound",
              with(Map.of(REGISTRY, ABSENT), copies(BLANK, BLANK))),
          changed(
              "cluster registry purged",
              RESTING,
              stage -> stage.declareWide(ClusterRegistry.class, "Purged"),
              "Removed RegistryPurged",
              with(Map.of(REGISTRY, "Purged Purged"), copies(ABSENT, ABSENT))));

  private ClusterWideCrashScenarios() {}

  /** A change of the working set. */
  private static CrashScenario changed(
      String name,
      String more,
      Consumer<CrashStage> change,
      String credentialAfter,
      Map<String, String> after) {
    return new CrashScenario(
        name,
        set(more),
        WORKING,
        change,
        null,
        with(Map.of(CREDENTIAL, credentialAfter), after),
        Set.of(),
        NAMESPACES);
  }

  /** The working set, with more lines of the credential's spec. */
  private static Consumer<CrashStage> set(String more) {
    return stage -> {
      registryAndSource(stage);
      credential(stage, more);
    };
  }

  private static void registryAndSource(CrashStage stage) {
    source(stage, CANARY);
    stage.applyWide(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: ClusterRegistry
        metadata: {name: %s}
        spec: {serverAddress: %s}
        """
            .formatted(stage.name(), SERVER));
  }

  private static void source(CrashStage stage, String password) {
    stage.apply(
        CrashScenarios.source(password)
            .replace("metadata: {", "metadata: {labels: {regcred.dev/source: \"true\"}, "));
  }

  private static void credential(CrashStage stage, String more) {
    stage.applyWide(
        """
        apiVersion: regcred.dev/v1alpha1
        kind: ClusterRegistryCredential
        metadata: {name: %s}
        spec:
          registryRef: {name: %s}
          email: team@example.com
          publicValue: robot
          secretValueFrom: {secretKeyRef: {name: %s, key: password}}
          namespaceSelector: %s
          %s
        %s
        """
            .formatted(
                stage.name(),
                stage.name(),
                CanaryRule.SOURCE,
                stage.selector(),
                more.contains("target:") ? "" : "target: {secretName: pull}",
                more.indent(2)));
  }

  /** A credential of the namespace {@code a} that has the entry of the same server. */
  private static void override(CrashStage stage) {
    stage
        .in("a")
        .apply(
            CrashScenarios.source(CANARY + "-own")
                + """
                ---
                apiVersion: regcred.dev/v1alpha1
                kind: RegistryCredential
                metadata: {name: own}
                spec:
                  registryRef: {kind: ClusterRegistry, name: %s}
                  email: team@example.com
                  publicValue: team
                  secretValueFrom: {secretKeyRef: {name: %s, key: password}}
                  target: {secretName: pull}
                """
                    .formatted(stage.name(), CanaryRule.SOURCE));
  }

  private static Consumer<CrashStage> declare(String state) {
    return stage -> stage.declareWide(ClusterRegistryCredential.class, state);
  }

  private static void delete(CrashStage stage) {
    stage.deleteWide(ClusterRegistryCredential.class);
  }

  private static String config(String user, String password) {
    return OperatorScenario.config(user, password).replace("registry.example.com", SERVER);
  }

  /** The content of the Secret in each of the namespaces. */
  private static Map<String, String> copies(String a, String b) {
    return Map.of("Secret/a/pull", a, "Secret/b/pull", b);
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    var all = new HashMap<>(some);
    all.putAll(more);
    return Map.copyOf(all);
  }
}
