package dev.regcred.plan.credential;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Pod that is stuck, but for what is changed. */
final class PodFixture {
  static final Instant ATTACHED = Instant.parse("2026-03-01T12:00:00Z");
  static final String IMAGE = "ghcr.io/team/app:1";

  private String name = "pod";
  private String namespace = "ns";
  private long created = -1;
  private boolean isDeleting;
  private boolean isMirror;
  private Map<String, String> labels = Map.of();
  private String serviceAccount = "default";
  private List<String> pullSecrets = List.of();
  private List<String> images = List.of(IMAGE);
  private PodView.@Nullable Owner owner;

  PodFixture in(String name) {
    namespace = name;
    return this;
  }

  PodFixture created(long secondsAfter) {
    created = secondsAfter;
    return this;
  }

  PodFixture deleting() {
    isDeleting = true;
    return this;
  }

  PodFixture mirror() {
    isMirror = true;
    return this;
  }

  PodFixture labels(Map<String, String> all) {
    labels = all;
    return this;
  }

  PodFixture serviceAccount(String name) {
    serviceAccount = name;
    return this;
  }

  PodFixture pullSecrets(String... names) {
    pullSecrets = List.of(names);
    return this;
  }

  PodFixture images(String... waiting) {
    images = List.of(waiting);
    return this;
  }

  PodFixture owner(String apiVersion, String kind) {
    return owner(apiVersion, kind, "owner");
  }

  PodFixture owner(String apiVersion, String kind, String name) {
    owner = new PodView.Owner(apiVersion, kind, name);
    return this;
  }

  static PodFixture pod() {
    return new PodFixture();
  }

  static PodFixture pod(String name) {
    var pod = new PodFixture();
    pod.name = name;
    return pod;
  }

  /** One that a controller makes again. */
  PodFixture replaced() {
    return owner("apps/v1", "ReplicaSet");
  }

  PodView view() {
    return new PodView(
        namespace,
        name,
        "uid-" + name,
        "1",
        ATTACHED.plusSeconds(created),
        isDeleting,
        isMirror,
        labels,
        serviceAccount,
        pullSecrets,
        images,
        owner);
  }
}
