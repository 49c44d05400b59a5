package dev.regcred.bench;

import dev.regcred.bench.BenchOptions.Finalizer;

/**
 * The same writes as the operator's, by the lean client: what this machine's API server takes. The
 * writes of one credential follow each other, those of different ones run side by side.
 */
final class RawLimit {
  private static final String SERIES = "r";

  private final LeanClient client;
  private final Sample sample;
  private final Finalizer finalizer;
  private final String[] uids;
  private final String[] versions;
  private final String[] secretUids;
  private final String[] secretVersions;

  /**
   * Nanoseconds for each credential.
   *
   * @param create the user's own write
   * @param activate finalizer (unless it is in the manifest), Secret, status
   * @param deactivate the user's write, status ahead, Secret, status
   * @param delete the user's write, status ahead, Secret, finalizer
   */
  record Times(double create, double activate, double deactivate, double delete) {
    /** Between two measurements, before and after. */
    Times mean(Times other) {
      return new Times(
          (create + other.create) / 2,
          (activate + other.activate) / 2,
          (deactivate + other.deactivate) / 2,
          (delete + other.delete) / 2);
    }
  }

  private RawLimit(LeanClient client, Sample sample, Finalizer finalizer, int count) {
    this.client = client;
    this.sample = sample;
    this.finalizer = finalizer;
    this.uids = new String[count];
    this.versions = new String[count];
    this.secretUids = new String[count];
    this.secretVersions = new String[count];
  }

  /** Measures, and leaves nothing. No operator may be running. */
  static Times measure(LeanClient client, Sample sample, Finalizer finalizer, int count) {
    for (int first = 0; first < count; first += Manifests.PER_NAMESPACE) {
      var namespace = CredentialKey.of(SERIES, first).namespace();
      if (!client.exists("/api/v1/namespaces/" + namespace)) {
        client.post("/api/v1/namespaces", Manifests.namespace(namespace, "raw"));
      }
    }
    var raw = new RawLimit(client, sample, finalizer, count);
    return new Times(
        (double) client.each("raw, create", count, raw::create) / count,
        (double) client.each("raw, activate", count, raw::activate) / count,
        (double) client.each("raw, deactivate", count, raw::deactivate) / count,
        (double) client.each("raw, delete", count, raw::delete) / count);
  }

  private void create(int i) {
    var key = CredentialKey.of(SERIES, i);
    var created =
        client.post(
            Manifests.credentials(key.namespace()), Manifests.credential(key.name(), finalizer));
    uids[i] = created.field("uid");
    versions[i] = created.field("resourceVersion");
  }

  private void activate(int i) {
    var key = CredentialKey.of(SERIES, i);
    if (finalizer == Finalizer.OPERATOR) {
      finalizers(i, key, "\"regcred.dev/finalizer\"");
    }
    var secret = client.post(Manifests.secrets(key.namespace()), sample.secretFor(key, uids[i]));
    secretUids[i] = secret.field("uid");
    secretVersions[i] = secret.field("resourceVersion");
    status(i, key, "Active");
  }

  private void deactivate(int i) {
    var key = CredentialKey.of(SERIES, i);
    versions[i] =
        client
            .merge(key.credential(), "{\"spec\":{\"desiredState\":\"Inactive\"}}")
            .field("resourceVersion");
    status(i, key, "Deactivating");
    secretVersions[i] =
        client
            .merge(
                key.secret(),
                """
                {"metadata":{"uid":"%s","resourceVersion":"%s"},"data":{".dockerconfigjson":"%s"}}"""
                    .formatted(
                        secretUids[i], secretVersions[i], Manifests.base64("{\"auths\":{}}")))
            .field("resourceVersion");
    status(i, key, "Inactive");
  }

  private void delete(int i) {
    var key = CredentialKey.of(SERIES, i);
    versions[i] =
        client.send("DELETE", key.credential(), LeanClient.JSON, "").field("resourceVersion");
    status(i, key, "Removing");
    client.send(
        "DELETE",
        key.secret(),
        LeanClient.JSON,
        """
        {"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"%s","resourceVersion":"%s"}}"""
            .formatted(secretUids[i], secretVersions[i]));
    finalizers(i, key, "");
  }

  private void finalizers(int i, CredentialKey key, String finalizers) {
    versions[i] =
        client
            .merge(
                key.credential(),
                "{\"metadata\":{\"uid\":\"%s\",\"resourceVersion\":\"%s\",\"finalizers\":[%s]}}"
                    .formatted(uids[i], versions[i], finalizers))
            .field("resourceVersion");
  }

  private void status(int i, CredentialKey key, String state) {
    versions[i] =
        client
            .send(
                "PUT",
                key.credential() + "/status",
                LeanClient.JSON,
                sample.statusFor(key, uids[i], versions[i], state))
            .field("resourceVersion");
  }
}
