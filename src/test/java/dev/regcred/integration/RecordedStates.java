package dev.regcred.integration;

import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.operator.kinds.Registry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Everything that the status of a Registry said in turn, also what was only passed through. */
final class RecordedStates implements Watcher<Registry>, AutoCloseable {
  private final List<Condition> ready = new CopyOnWriteArrayList<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Watch watch;

  private RecordedStates(KubernetesClient client, String namespace, String name) {
    watch = client.resources(Registry.class).inNamespace(namespace).withName(name).watch(this);
  }

  static RecordedStates of(KubernetesClient client, String namespace, String name) {
    return new RecordedStates(client, namespace, name);
  }

  /** State and reason, in the order in which they were written. */
  List<String> seen() {
    return seen;
  }

  List<String> messages() {
    return ready.stream().map(Condition::message).toList();
  }

  @Override
  public void eventReceived(Action action, Registry registry) {
    var status = registry.getStatus();
    if (status == null || status.state() == null || status.conditions() == null) {
      return;
    }
    var condition = status.conditions().getFirst();
    ready.add(condition);
    seen.add(status.state().value() + " " + condition.reason());
  }

  @Override
  public void onClose(WatcherException cause) {
    seen.add("the watch ended: " + cause.getMessage());
  }

  @Override
  public void close() {
    watch.close();
  }
}
