package dev.regcred.dockerconfig;

/** The reasons for which a kubelet does not try the account of a server for an image. */
public enum Mismatch {
  /**
   * The host is the same, behind a scheme other than {@code https://} and {@code http://} in lower
   * case.
   */
  SCHEME("kubelets know no scheme but https:// and http://"),
  /** Go can't read it as a URL: a blank, a bracket, an escape. */
  UNREADABLE("kubelets can't read it as an address"),
  /** It is a name of Docker Hub, but none of those by which kubelets find its account. */
  HUB("kubelets don't take it for Docker Hub"),
  /** The host is the same but for upper and lower case. */
  CASE("kubelets compare upper and lower case"),
  /** The port is another one; kubelets compare {@code :443} as it stands. */
  PORT("kubelets compare the port as it stands"),
  /** The path is no prefix of the image's. */
  PATH("kubelets compare the path as it stands"),
  /** It is another host; or a pattern, whose stars each stand for a part of one label. */
  HOST("it is another host");

  private final String explanation;

  Mismatch(String explanation) {
    this.explanation = explanation;
  }

  /** The rule of kubelets behind it, as a sentence without its full stop. */
  public String explanation() {
    return explanation;
  }
}
