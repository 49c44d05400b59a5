package dev.regcred.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Pods and the pull Secret that comes with them, or later. With {@code attach: Pods} those of 50
 * namespaces that are applied at once all run. Where ServiceAccounts get it too late, each Pod that
 * a controller replaces is evicted once.
 */
final class StuckPodsChapter {
  private static final String NAMESPACE = "late";
  private static final int NAMESPACES = 50;

  /** Of late.yaml. */
  private static final Set<String> REPLACED = Set.of("web", "db", "each", "rc", "once", "absent");

  private static final Set<String> LEFT_ALONE = Set.of("last", "policy", "bare", "foreign");
  private static final Set<String> NOT_OURS = Set.of("listed", "elsewhere");

  /** A kubelet's back-off, the pulls, and a minute in which no more than five are evicted. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Stage stage;
  private final Terminal terminal;

  /** The UIDs of all Pods that there ever were, by their app. */
  private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();

  /** Whether the watch could not go on, and may have missed some. */
  private final AtomicBoolean isBroken = new AtomicBoolean();

  StuckPodsChapter(Stage stage) {
    this.stage = stage;
    this.terminal = stage.terminal();
  }

  void tell() {
    stage.accounts().renew("late");
    inOneApply();
    report();
    evict();
  }

  private void inOneApply() {
    terminal.chapter(
        "Namespace, account and workload in one apply, %d times".formatted(NAMESPACES));
    terminal.run("cat src/node/in-one-apply.yaml");
    terminal.runBriefly(
        "for i in $(seq %d); do sed \"s/NAMESPACE/once-$i/; s|PASSWORD|$(base64 -w0 $DIR/late.password)|\""
                .formatted(NAMESPACES)
            + " src/node/in-one-apply.yaml; done | kubectl apply -f -");
    terminal.until(
        "the Pods of all namespaces run",
        PATIENCE,
        () ->
            number("kubectl get pods -A -l app=once -o wide | grep -c ' Running '") == NAMESPACES);
    terminal.run(
        "kubectl get pods -A -l app=once --no-headers"
            + " -o custom-columns=SECRETS:.spec.imagePullSecrets[*].name | sort | uniq -c");
    terminal.check(
        "Each of %d Pods names the pull Secret, and runs".formatted(NAMESPACES),
        number(
                "kubectl get pods -A -l app=once"
                    + " -o custom-columns=SECRETS:.spec.imagePullSecrets[*].name"
                    + " | grep -cx late-pull")
            == NAMESPACES);
    terminal.say(
        "%d of them asked the registry before the Secret was there, and pulled at the next try."
            .formatted(
                number(
                    "kubectl get events -A --field-selector=reason=Failed"
                        + " -o custom-columns=NAMESPACE:.metadata.namespace,MESSAGE:.message"
                        + " | grep '^once-' | grep '401 Unauthorized' | cut -d ' ' -f 1 | sort -u"
                        + " | wc -l")));
    terminal.runBriefly(
        "kubectl delete namespace --wait=false $(seq -f once-%%g %d)".formatted(NAMESPACES));
  }

  private void report() {
    terminal.chapter("Pods that are older than their pull Secret");
    Pods.inNewNamespace(terminal, NAMESPACE);
    terminal.run("cat src/node/late.yaml");
    terminal.run(
        "sed \"s/OWNER/$(kubectl get configmap kube-root-ca.crt -n %1$s -o jsonpath='{.metadata.uid}')/\" src/node/late.yaml | kubectl apply -n %1$s -f -"
            .formatted(NAMESPACE));
    int all = REPLACED.size() + LEFT_ALONE.size() + NOT_OURS.size();
    terminal.until(
        "all Pods wait for their images",
        PATIENCE,
        () -> number(pods() + " | grep -cE ' (ErrImagePull|ImagePullBackOff) '") == all);
    terminal.run(pods());
    look();
    terminal.run("cat src/node/late-credential.yaml");
    terminal.run(
        "kubectl create secret generic late-account -n %s --from-file=password=$DIR/late.password"
            .formatted(NAMESPACE));
    terminal.run("kubectl apply -n %s -f src/node/late-credential.yaml".formatted(NAMESPACE));
    terminal.run(
        "kubectl wait registrycredential/late-pull -n %s --for=condition=PodsStuck --timeout=30s"
            .formatted(NAMESPACE));
    terminal.run("kubectl get registrycredentials -n %s -o wide".formatted(NAMESPACE));
    terminal.run(
        "kubectl describe registrycredential late-pull -n %s | sed -n '/^Status/,$p'"
            .formatted(NAMESPACE));
    terminal.run("kubectl get events -n %s --field-selector=reason=PodsStuck".formatted(NAMESPACE));
    look();
    terminal.check("Nothing was evicted", times().values().stream().allMatch(count -> count == 1));
    terminal.check(
        "Those that are ours are counted, and the others are not",
        stuck() == REPLACED.size() + LEFT_ALONE.size());
  }

  private void evict() {
    terminal.chapter("Those that a controller replaces are evicted");
    try (var _ = watch()) {
      terminal.run(
          "kubectl patch registrycredential late-pull -n %s --type=merge -p '{\"spec\":{\"stuckPods\":\"Evict\"}}'"
              .formatted(NAMESPACE));
      terminal.until(
          "those that a controller replaces are replaced, and run but for the one without an image",
          PATIENCE,
          () ->
              REPLACED.stream().allMatch(app -> times().getOrDefault(app, 0) > 1)
                  && number(pods() + " | grep -c ' Running '") == REPLACED.size() - 1);
    }
    terminal.run(pods());
    look();
    checkOnce();
    terminal.run("kubectl get events -n %s --field-selector=reason=PodsStuck".formatted(NAMESPACE));
  }

  /** That it stays so: after minutes, and by another operator. */
  void tellTheEnd() {
    terminal.chapter("Pods that were replaced once");
    terminal.until(
        "the status names those that are left", PATIENCE, () -> stuck() == LEFT_ALONE.size());
    terminal.run(pods());
    look();
    checkOnce();
    terminal.run("kubectl get registrycredentials -n %s -o wide".formatted(NAMESPACE));
  }

  private void checkOnce() {
    var times = times();
    terminal.say("Pods that there were: " + times);
    terminal.check("All of them were seen", !isBroken.get());
    terminal.check(
        "Of %s each was replaced once".formatted(new TreeSet<>(REPLACED)),
        REPLACED.stream().allMatch(app -> times.getOrDefault(app, 0) == 2));
    terminal.check(
        "%s and %s were left alone".formatted(new TreeSet<>(LEFT_ALONE), new TreeSet<>(NOT_OURS)),
        times.entrySet().stream()
            .allMatch(app -> REPLACED.contains(app.getKey()) || app.getValue() == 1));
  }

  private Map<String, Integer> times() {
    return seen.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, app -> app.getValue().size(), Integer::sum, TreeMap::new));
  }

  private void look() {
    stage.admin().pods().inNamespace(NAMESPACE).list().getItems().forEach(this::see);
  }

  private void see(Pod pod) {
    seen.computeIfAbsent(
            pod.getMetadata().getLabels().get("app"), _ -> ConcurrentHashMap.newKeySet())
        .add(pod.getMetadata().getUid());
  }

  /** Sees those, too, that come and go between two looks. */
  private Watch watch() {
    return stage
        .admin()
        .pods()
        .inNamespace(NAMESPACE)
        .watch(
            new Watcher<Pod>() {
              @Override
              public void eventReceived(Action action, Pod pod) {
                see(pod);
              }

              @Override
              public void onClose(WatcherException cause) {
                isBroken.set(true);
              }
            });
  }

  private static String pods() {
    return "kubectl get pods -n " + NAMESPACE;
  }

  private long stuck() {
    return number(
        "kubectl get registrycredential late-pull -n %s -o jsonpath='{.status.stuckPods.count}'"
            .formatted(NAMESPACE));
  }

  /** What a command answers that prints a number, or nothing, as grep does with an exit code. */
  private long number(String command) {
    var text = terminal.look("(" + command + ") || true");
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }
}
