package dev.regcred.dockerconfig;

/** The values of an account as a test knows them; unlike the entry made of them, it shows them. */
public record Account(String username, String password, String email) {
  DockerConfigEntry entry() {
    return new DockerConfigEntry(username, password, email);
  }
}
