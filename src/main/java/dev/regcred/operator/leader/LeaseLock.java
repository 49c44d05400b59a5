package dev.regcred.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Lease as client-go's leader election writes and reads it. Each write is bound to the version of
 * the Lease that it follows.
 *
 * @param client the client
 * @param namespace the Lease's
 * @param name the Lease's
 * @param identity who writes
 * @param duration how long others have to wait after the last write
 * @param clock the time that is written, for people to read
 */
record LeaseLock(
    KubernetesClient client,
    String namespace,
    String name,
    String identity,
    Duration duration,
    Clock clock) {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** To read and to watch it. */
  Resource<Lease> lease() {
    return client.resources(Lease.class).inNamespace(namespace).withName(name);
  }

  /** Creates it and takes it. */
  Lease create() {
    // Without a holder: there is one way to write the times of a Lease, the patch that follows.
    return take(client.resource(named()).inNamespace(namespace).create());
  }

  /** Becomes its holder. */
  Lease take(Lease lease) {
    var before = lease.getSpec() == null ? null : lease.getSpec().getLeaseTransitions();
    var now = now();
    return patch(
        lease.getMetadata().getResourceVersion(),
        Map.of(
            "holderIdentity", identity,
            "leaseDurationSeconds", duration.toSeconds(),
            "acquireTime", now,
            "renewTime", now,
            "leaseTransitions", before == null ? 0 : before + 1));
  }

  /** Says that the holder is alive. */
  Lease renew(String version) {
    return patch(version, Map.of("renewTime", now()));
  }

  /** Is its holder no more; the client's own elector leaves the name in it. */
  void release(String version) {
    var nobody = new LinkedHashMap<String, @Nullable Object>();
    nobody.put("holderIdentity", null);
    nobody.put("leaseDurationSeconds", 1);
    nobody.put("renewTime", now());
    patch(version, nobody);
  }

  boolean isHeldByUs(Lease lease) {
    return lease.getSpec() != null && identity.equals(lease.getSpec().getHolderIdentity());
  }

  static boolean isFree(Lease lease) {
    var holder = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
    return holder == null || holder.isEmpty();
  }

  /** How long its holder wants to be waited for. */
  Duration duration(Lease lease) {
    var seconds = lease.getSpec() == null ? null : lease.getSpec().getLeaseDurationSeconds();
    return seconds == null ? duration : Duration.ofSeconds(seconds);
  }

  private Lease patch(String version, Object spec) {
    var change = Map.of("metadata", Map.of("resourceVersion", version), "spec", spec);
    // Of an object, not by name: the client would ask for it before each patch.
    return client
        .resource(named())
        .inNamespace(namespace)
        .patch(MERGE, client.getKubernetesSerialization().asJson(change));
  }

  private Lease named() {
    return new LeaseBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  private String now() {
    return MICRO_TIME.format(clock.instant());
  }
}
