package dev.regcred.integration;

import static dev.regcred.integration.OperatorScenario.BLANK;
import static dev.regcred.integration.OperatorScenario.CANARY;
import static dev.regcred.integration.OperatorScenario.REGISTRY;
import static dev.regcred.integration.OperatorScenario.config;
import static dev.regcred.integration.OperatorScenario.credential;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Every step of the life cycle, and every kind of write that the operator makes. */
final class CrashScenarios {
  private static final String MAIN = "Registry/main";
  private static final String PULL = "RegistryCredential/pull";
  private static final String SECRET = "Secret/pull";
  private static final String ACTIVE = "Active Active";
  private static final String ABSENT = "absent";

  /** Never purged by itself, which would come as a further step while the test looks. */
  private static final String RESTING = "removal: {purgeAfter: Never}\n";

  private static final Map<String, String> WORKING =
      Map.of(MAIN, ACTIVE, PULL, ACTIVE, SECRET, config(CANARY));

  private static final String FOREIGN_CONTENT =
      "{\"auths\":{\"other.example.com\":{\"auth\":\"dGhlaXJzOnVudG91Y2hlZA==\"}}}";

  private static final String FOREIGN =
      """
      ---
      apiVersion: v1
      kind: Secret
      metadata: {name: pull, labels: {theirs: kept}}
      type: kubernetes.io/dockerconfigjson
      data: {.dockerconfigjson: %s}
      """
          .formatted(base64(FOREIGN_CONTENT));

  private static final String FOR_PODS = "attach: Pods\n";

  /** The end of the time in which ServiceAccounts keep what Pods get by the policy, too. */
  static final String HANDED_OVER = "{\"status\":{\"podsAttachedTime\":\"2026-01-01T00:00:00Z\"}}";

  /** So that this time is not over before the test says so. */
  static final String HELD = "{\"status\":{\"podsAttachedTime\":\"2126-01-01T00:00:00Z\"}}";

  private static final String ACCOUNTS =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: builder, labels: {team: blue, role: builder}}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: deployer, labels: {team: blue}}
      ---
      """;

  /** As the operator leaves them that has attached the pull Secret. */
  private static final String ATTACHED_ACCOUNTS =
      ACCOUNTS
          .replace("metadata: {", "metadata: {annotations: {regcred.dev/attached: '[\"pull\"]'}, ")
          .replace("}\n---", "}\nimagePullSecrets: [{name: pull}]\n---");

  static final List<CrashScenario> ALL =
      List.of(
          new CrashScenario(
              "create",
              namespace -> namespace.apply(REGISTRY + source(CANARY)),
              Map.of(MAIN, ACTIVE),
              namespace -> namespace.apply(credential("")),
              WORKING),
          new CrashScenario(
              "create registry",
              namespace -> namespace.apply(credential("") + source(CANARY)),
              Map.of(PULL, "Registering RegistryNotFound"),
              namespace -> namespace.apply(REGISTRY),
              WORKING),
          new CrashScenario(
              "rotate",
              set(""),
              WORKING,
              namespace -> namespace.apply(source(CANARY + "-rotated")),
              Map.of(PULL, ACTIVE, SECRET, config(CANARY + "-rotated"))),
          changed(
              "update",
              "",
              "target: {labels: {team: blue}}",
              Map.of(PULL, ACTIVE, SECRET, config(CANARY))),
          changed(
              "move",
              "",
              "target: {secretName: moved}",
              Map.of(PULL, ACTIVE, SECRET, ABSENT, "Secret/moved", config(CANARY))),
          whileDown(
              "move again",
              namespace -> namespace.apply(credential("target: {secretName: moved}")),
              namespace -> namespace.apply(credential("target: {secretName: again}")),
              Map.of(
                  PULL,
                  ACTIVE,
                  SECRET,
                  ABSENT,
                  "Secret/moved",
                  ABSENT,
                  "Secret/again",
                  config(CANARY))),
          whileDown(
              "move and delete",
              namespace -> namespace.apply(credential("target: {secretName: moved}")),
              CrashScenarios::delete,
              Map.of(PULL, ABSENT, SECRET, ABSENT, "Secret/moved", ABSENT)),
          new CrashScenario(
              "deactivate",
              set(""),
              WORKING,
              declare("Inactive"),
              Map.of(PULL, "Inactive Inactive", SECRET, BLANK)),
          new CrashScenario(
              "activate",
              set("desiredState: Inactive\n"),
              Map.of(MAIN, ACTIVE, PULL, "Inactive Inactive", SECRET, ABSENT),
              declare("Active"),
              WORKING),
          new CrashScenario(
              "remove",
              set(RESTING),
              WORKING,
              declare("Removed"),
              Map.of(PULL, "Removed Removed", SECRET, ABSENT)),
          new CrashScenario(
              "purge",
              set(""),
              WORKING,
              declare("Purged"),
              Map.of(PULL, "Purged Purged", SECRET, ABSENT)),
          new CrashScenario(
              "delete",
              set(""),
              WORKING,
              CrashScenarios::delete,
              Map.of(PULL, ABSENT, SECRET, ABSENT)),
          new CrashScenario(
              "retain",
              set("deletionPolicy: Retain\n"),
              WORKING,
              CrashScenarios::delete,
              null,
              Map.of(PULL, ABSENT, SECRET, config(CANARY)),
              Set.of("pull"),
              Set.of()),
          ofRegistry(
              "registry deactivated",
              namespace -> namespace.declare("Registry", "main", "Inactive"),
              "Inactive Inactive",
              "Inactive RegistryInactive",
              BLANK),
          ofRegistry(
              "registry deleted",
              namespace -> namespace.delete("Registry", "main"),
              ABSENT,
              "Inactive RegistryNotFound",
              BLANK),
          ofRegistry(
              "registry purged",
              namespace -> namespace.declare("Registry", "main", "Purged"),
              "Purged Purged",
              "Removed RegistryPurged",
              ABSENT),
          new CrashScenario(
              "merge",
              set("").andThen(namespace -> namespace.apply(registry("other"))),
              with(WORKING, Map.of("Registry/other", ACTIVE)),
              namespace ->
                  namespace.apply(
                      credential("second", "target: {secretName: pull}")
                          .replace("name: main", "name: other")),
              Map.of(PULL, ACTIVE, "RegistryCredential/second", ACTIVE, SECRET, merged())),
          new CrashScenario(
              "leave",
              set("")
                  .andThen(
                      namespace ->
                          namespace.apply(
                              registry("other")
                                  + "---\n"
                                  + credential("second", "target: {secretName: pull}")
                                      .replace("name: main", "name: other"))),
              Map.of(
                  MAIN,
                  ACTIVE,
                  "Registry/other",
                  ACTIVE,
                  PULL,
                  ACTIVE,
                  "RegistryCredential/second",
                  ACTIVE,
                  SECRET,
                  merged()),
              namespace -> namespace.delete("RegistryCredential", "second"),
              Map.of(PULL, ACTIVE, "RegistryCredential/second", ABSENT, SECRET, config(CANARY))),
          withAccounts(
              "attach",
              "",
              Map.of("builder", "", "deployer", ""),
              "serviceAccounts: [builder, deployer]",
              Map.of("builder", "pull", "deployer", "pull")),
          withAccounts(
              "narrow",
              "serviceAccounts: [builder, deployer]",
              Map.of("builder", "pull", "deployer", "pull"),
              "serviceAccounts: [builder]",
              Map.of("builder", "pull", "deployer", "")),
          withAccounts(
              "narrow selector",
              "serviceAccountSelector: {matchLabels: {team: blue}}",
              Map.of("builder", "pull", "deployer", "pull"),
              "serviceAccountSelector: {matchLabels: {team: blue, role: builder}}",
              Map.of("builder", "pull", "deployer", "")),
          withAccounts(
              "move attached",
              "serviceAccounts: [builder]",
              Map.of("builder", "pull", "deployer", ""),
              "serviceAccounts: [builder]\ntarget: {secretName: moved}",
              Map.of("builder", "moved", "deployer", "")),
          withAccounts(
              "remove attached",
              "serviceAccounts: [builder]",
              Map.of("builder", "pull", "deployer", ""),
              "serviceAccounts: [builder]\ndesiredState: Removed\n" + RESTING,
              Map.of("builder", "", "deployer", "")),
          new CrashScenario(
              "activate for Pods",
              set(FOR_PODS + "desiredState: Inactive\n"),
              Map.of(MAIN, ACTIVE, PULL, "Inactive Inactive", SECRET, ABSENT),
              declare("Active"),
              WORKING),
          new CrashScenario(
                  "change over to Pods",
                  namespace ->
                      namespace.apply(
                          ACCOUNTS
                              + REGISTRY
                              + source(CANARY)
                              + also("serviceAccounts: [builder]")),
                  with(WORKING, accounts(Map.of("builder", "pull"))),
                  namespace -> namespace.apply(credential(FOR_PODS)),
                  namespace -> namespace.patchStatus("RegistryCredential", "pull", HANDED_OVER),
                  with(WORKING, accounts(Map.of("builder", ""))),
                  Set.of(),
                  Set.of())
              .withPodsThatAlwaysPull("", "builder"),
          new CrashScenario(
                  "end of the change to Pods",
                  namespace -> {
                    namespace.apply(ATTACHED_ACCOUNTS + REGISTRY + source(CANARY) + also(FOR_PODS));
                    namespace.patchStatus("RegistryCredential", "pull", HELD);
                  },
                  with(WORKING, accounts(Map.of("builder", "pull", "deployer", "pull"))),
                  namespace -> namespace.patchStatus("RegistryCredential", "pull", HANDED_OVER),
                  with(WORKING, accounts(Map.of("builder", "", "deployer", ""))))
              .withPodsThatAlwaysPull("", "builder"),
          new CrashScenario(
                  "change over to ServiceAccounts",
                  namespace ->
                      namespace.apply(ACCOUNTS + REGISTRY + source(CANARY) + also(FOR_PODS)),
                  with(WORKING, accounts(Map.of("builder", "", "deployer", ""))),
                  namespace -> namespace.apply(credential("serviceAccounts: [builder, deployer]")),
                  with(WORKING, accounts(Map.of("builder", "pull", "deployer", "pull"))))
              .withPodsThatAlwaysPull("", "builder"),
          new CrashScenario(
              "remove from Pods",
              set(FOR_PODS + RESTING),
              WORKING,
              declare("Removed"),
              Map.of(PULL, "Removed Removed", SECRET, ABSENT)),
          new CrashScenario(
              "delete from Pods",
              set(FOR_PODS),
              WORKING,
              CrashScenarios::delete,
              Map.of(PULL, ABSENT, SECRET, ABSENT)),
          new CrashScenario(
              "adopt",
              namespace -> namespace.apply(REGISTRY + source(CANARY) + FOREIGN + also("")),
              Map.of(MAIN, ACTIVE, PULL, "Activating TargetNotOwned", SECRET, FOREIGN_CONTENT),
              namespace ->
                  namespace.patch(
                      "Secret",
                      "pull",
                      "{\"metadata\":{\"annotations\":"
                          + "{\"regcred.dev/adopt\":\"RegistryCredential/pull\"}}}"),
              Map.of(PULL, ACTIVE, SECRET, adopted())));

  private CrashScenarios() {}

  /** The working set, with more lines of the credential's spec. */
  private static Consumer<CrashStage> set(String more) {
    return namespace -> namespace.apply(REGISTRY + source(CANARY) + also(more));
  }

  private static String also(String more) {
    return "---\n" + credential(more);
  }

  static String source(String password) {
    return """
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: %s}
    data: {password: %s}
    """
        .formatted(CanaryRule.SOURCE, base64(password));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String registry(String name) {
    return REGISTRY.replace("main", name).replace("registry.example", name + ".example");
  }

  private static String merged() {
    var entry = config(CANARY).replace("{\"auths\":{", "").replaceAll("}}$", "");
    return "{\"auths\":{%s,%s}}".formatted(entry.replace("registry.", "other."), entry);
  }

  private static String adopted() {
    return FOREIGN_CONTENT.replaceAll("}}$", "") + config(CANARY).replace("{\"auths\":{", ",");
  }

  /** One change, and another one while nobody is there to see it. */
  private static CrashScenario whileDown(
      String name,
      Consumer<CrashStage> change,
      Consumer<CrashStage> meanwhile,
      Map<String, String> after) {
    return new CrashScenario(name, set(""), WORKING, change, meanwhile, after, Set.of(), Set.of());
  }

  private static CrashScenario changed(
      String name, String from, String to, Map<String, String> after) {
    return new CrashScenario(
        name, set(from), WORKING, namespace -> namespace.apply(credential(to)), after);
  }

  private static CrashScenario withAccounts(
      String name,
      String from,
      Map<String, String> accountsBefore,
      String to,
      Map<String, String> accountsAfter) {
    var state = to.contains("Removed") ? "Removed Removed" : ACTIVE;
    return new CrashScenario(
        name,
        namespace -> namespace.apply(ACCOUNTS + REGISTRY + source(CANARY) + also(from)),
        with(WORKING, accounts(accountsBefore)),
        namespace -> namespace.apply(credential(to)),
        with(Map.of(PULL, state), accounts(accountsAfter)));
  }

  private static Map<String, String> accounts(Map<String, String> secrets) {
    var summaries = new java.util.HashMap<String, String>();
    secrets.forEach((name, names) -> summaries.put("ServiceAccount/" + name, names));
    return summaries;
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    var all = new java.util.HashMap<>(some);
    all.putAll(more);
    return Map.copyOf(all);
  }

  private static Consumer<CrashStage> declare(String state) {
    return namespace -> namespace.declare("RegistryCredential", "pull", state);
  }

  private static void delete(CrashStage namespace) {
    namespace.delete("RegistryCredential", "pull");
  }

  /** What a Registry does to two credentials. */
  private static CrashScenario ofRegistry(
      String name,
      Consumer<CrashStage> change,
      String registryAfter,
      String credentialsAfter,
      String secretsAfter) {
    return new CrashScenario(
        name,
        set(RESTING).andThen(namespace -> namespace.apply(credential("second", RESTING))),
        with(WORKING, Map.of("RegistryCredential/second", ACTIVE, "Secret/second", config(CANARY))),
        change,
        Map.of(
            MAIN,
            registryAfter,
            PULL,
            credentialsAfter,
            "RegistryCredential/second",
            credentialsAfter,
            SECRET,
            secretsAfter,
            "Secret/second",
            secretsAfter));
  }
}
