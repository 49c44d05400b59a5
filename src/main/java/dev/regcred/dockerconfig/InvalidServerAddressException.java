package dev.regcred.dockerconfig;

/**
 * A text that is no {@link ServerAddress}. The message says what is wrong and what is allowed; it
 * never quotes the text, because people paste addresses with a password in them ({@code
 * user:password@host}).
 */
public final class InvalidServerAddressException extends IllegalArgumentException {
  private final String problem;

  InvalidServerAddressException(String problem) {
    this.problem =
        "The server address "
            + problem
            + ". Allowed is host[:port][/path], as in registry.example.com, 10.0.0.5:5000 or"
            + " ghcr.io/team; Docker Hub is docker.io.";
  }

  @Override
  public String getMessage() {
    return problem;
  }
}
