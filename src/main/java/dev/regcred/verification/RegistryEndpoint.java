package dev.regcred.verification;

import dev.regcred.dockerconfig.ServerAddress;

/**
 * The place of a registry's API.
 *
 * @param host in lower case; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record RegistryEndpoint(String host, int port) {
  private static final int HTTPS = 443;

  /** Docker Hub's API has another name than its images; containerd knows it as well. */
  private static final RegistryEndpoint DOCKER_HUB =
      new RegistryEndpoint("registry-1.docker.io", HTTPS);

  /** The endpoint of a registry; the path of its address only says whose images are there. */
  public static RegistryEndpoint of(ServerAddress address) {
    if (address.equals(ServerAddress.DOCKER_HUB)) {
      return DOCKER_HUB;
    }
    var authority = address.value().split("/", 2)[0];
    var bracket = authority.lastIndexOf(']');
    var colon = authority.indexOf(':', Math.max(bracket, 0));
    var host = colon < 0 ? authority : authority.substring(0, colon);
    return new RegistryEndpoint(
        bracket < 0 ? host : host.substring(1, bracket),
        colon < 0 ? HTTPS : Integer.parseInt(authority.substring(colon + 1)));
  }
}
