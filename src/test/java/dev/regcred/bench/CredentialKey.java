package dev.regcred.bench;

/** A credential's place. */
record CredentialKey(String namespace, String name) {
  /**
   * The one with a number.
   *
   * @param series of namespaces, so that several sets do not meet
   */
  static CredentialKey of(String series, int number) {
    return new CredentialKey(
        "bench-%s%05d".formatted(series, number / Manifests.PER_NAMESPACE),
        "cred-%06d".formatted(number));
  }

  String credential() {
    return "%s/namespaces/%s/%s/%s"
        .formatted(Manifests.GROUP, namespace, Manifests.CREDENTIALS, name);
  }

  String secret() {
    return Manifests.secrets(namespace) + "/" + name;
  }

  String source() {
    return Manifests.secrets(namespace) + "/src-" + name;
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
