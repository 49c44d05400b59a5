package dev.regcred.bench;

import dev.regcred.bench.BenchOptions.Finalizer;

/** Lets the operator do its work once, to see what it writes. */
record Sampling(BenchCluster cluster) {
  private static final CredentialKey KEY = new CredentialKey("bench-sample", "cred-sample");

  Sample credential(Finalizer finalizer) throws InterruptedException {
    var lean = cluster.lean();
    lean.post("/api/v1/namespaces", Manifests.namespace(KEY.namespace(), "sample"));
    lean.post(Manifests.registries(KEY.namespace()), Manifests.registry());
    lean.post(
        Manifests.secrets(KEY.namespace()),
        Manifests.source("src-" + KEY.name(), "password-of-a-robot"));
    lean.post(Manifests.credentials(KEY.namespace()), Manifests.credential(KEY.name(), finalizer));
    var active = new Arrivals();
    var gone = new Arrivals();
    try (var operator = cluster.unmeasuredOperator("sample");
        var _ = CredentialSet.watchState(lean, "Active", active);
        var _ = CredentialSet.watchDeletion(lean, gone)) {
      active.await(1, "a sample", operator::isAlive);
      var sample = Sample.of(KEY, lean.get(KEY.credential()), lean.get(KEY.secret()));
      lean.send("DELETE", KEY.credential(), LeanClient.JSON, "");
      gone.await(1, "the sample's deletion", operator::isAlive);
      return sample;
    }
  }

  /** The pull Secret of a ClusterRegistryCredential in one namespace. */
  Sample clusterCredential() throws InterruptedException {
    var lean = cluster.lean();
    var path = Manifests.GROUP + "/" + Manifests.CLUSTER_CREDENTIALS;
    lean.post("/api/v1/namespaces", Manifests.namespace(KEY.namespace(), "sample"));
    lean.post(
        Manifests.secrets(Manifests.SOURCE_NAMESPACE),
        Manifests.source("src-" + KEY.name(), "password-of-a-robot"));
    lean.post(path, Manifests.clusterCredential(KEY.name(), "sample"));
    var written = new Arrivals();
    var gone = new Arrivals();
    try (var operator = cluster.unmeasuredOperator("sample");
        var _ = PullSecrets.watch(lean, (time, key, _) -> written.seen(key, time));
        var _ =
            Watch.open(
                lean,
                path,
                (time, type, _) -> {
                  if (type.equals("DELETED")) {
                    gone.seen("sample", time);
                  }
                })) {
      written.await(1, "a sample", operator::isAlive);
      var sample = Sample.of(KEY, lean.get(path + "/" + KEY.name()), lean.get(KEY.secret()));
      lean.send("DELETE", path + "/" + KEY.name(), LeanClient.JSON, "");
      gone.await(1, "the sample's deletion", operator::isAlive);
      return sample;
    }
  }
}
