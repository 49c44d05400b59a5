package dev.regcred.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.ObservedCredential;
import dev.regcred.diagnosis.ObservedPod;
import dev.regcred.diagnosis.ObservedPod.Container;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.diagnosis.PodObservation;
import dev.regcred.dockerconfig.ImageName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reader of what explains a Pod: first the Pod alone, for without it nothing else is of use,
 * then as much at the same time as can be.
 */
final class PodReader {
  private final ClusterReader cluster;

  PodReader(ClusterReader cluster) {
    this.cluster = cluster;
  }

  /**
   * Reads a Pod and what it needs to get its images.
   *
   * @param container the container that is looked at; null for all
   * @throws CommandException if there is no such Pod or container, or the Pod may not be looked at
   */
  PodObservation read(String namespace, String name, @Nullable String container) {
    var json = pod(namespace, name);
    var reader = new ContainerReader(cluster, namespace, json);
    var credentials =
        Background.run(
            () ->
                ClusterReader.map(
                    cluster.credentials(namespace),
                    all -> all.getOrDefault(namespace, List.<ObservedCredential>of())));
    var clusterCredentials = Background.run(cluster::clusterCredentials);
    var ofServiceAccount =
        Background.run(() -> cluster.serviceAccountSecrets(namespace, serviceAccount(json)));
    var pod = pod(json, chosen(reader.read(), name, container));
    var secrets = new LinkedHashMap<String, CompletableFuture<Lookup<ObservedSecret>>>();
    Consumer<List<String>> ask =
        names ->
            names.forEach(
                secret ->
                    secrets.computeIfAbsent(
                        secret, _ -> Background.run(() -> cluster.secret(namespace, secret))));
    ask.accept(pod.pullSecrets());
    ask.accept(Background.join(ofServiceAccount).found().orElse(List.of()));
    ask.accept(keptFor(pod, Background.join(credentials), Background.join(clusterCredentials)));
    var found = new HashMap<String, Lookup<ObservedSecret>>();
    secrets.forEach((secret, lookup) -> found.put(secret, Background.join(lookup)));
    return new PodObservation(
        pod,
        Background.join(ofServiceAccount),
        Map.copyOf(found),
        Background.join(credentials),
        Background.join(clusterCredentials),
        reader.isWithoutEvents());
  }

  private JsonNode pod(String namespace, String name) {
    return ClusterReader.required(
        cluster.pod(namespace, name), "Pod %s in namespace %s".formatted(name, namespace));
  }

  /** The Secrets that credentials keep for the registries of its images. */
  private static List<String> keptFor(
      ObservedPod pod,
      Lookup<List<ObservedCredential>> credentials,
      Lookup<List<ObservedCredential>> clusterCredentials) {
    var images =
        pod.containers().stream().flatMap(one -> ImageName.parse(one.image()).stream()).toList();
    return Stream.of(credentials, clusterCredentials)
        .flatMap(list -> list.found().stream().flatMap(List::stream))
        .filter(credential -> images.stream().anyMatch(credential::isFor))
        .map(ObservedCredential::secret)
        .filter(secret -> !secret.isEmpty())
        .toList();
  }

  private static List<Container> chosen(
      List<Container> all, String pod, @Nullable String container) {
    var chosen =
        all.stream().filter(one -> container == null || one.name().equals(container)).toList();
    if (chosen.isEmpty()) {
      throw CommandException.usage(
          "Pod %s has no container %s, but %s."
              .formatted(
                  pod, container, String.join(", ", all.stream().map(Container::name).toList())));
    }
    return chosen;
  }

  private static ObservedPod pod(JsonNode json, List<Container> containers) {
    var metadata = json.path("metadata");
    return new ObservedPod(
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        serviceAccount(json),
        isControlled(metadata.path("ownerReferences")),
        ClusterReader.pullSecrets(json.path("spec")),
        containers);
  }

  private static String serviceAccount(JsonNode pod) {
    return pod.at("/spec/serviceAccountName").asText("default");
  }

  private static boolean isControlled(JsonNode owners) {
    for (JsonNode owner : owners) {
      if (owner.path("controller").asBoolean()) {
        return true;
      }
    }
    return false;
  }
}
