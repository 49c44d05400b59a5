package dev.regcred.verification;

import java.util.List;
import java.util.Optional;

/** How far an IP address reaches, after the special-purpose registries of IANA (RFC 6890). */
public enum NetworkScope {
  /** It is somewhere on the Internet. */
  PUBLIC,
  /** It is this machine, or in a network of its own that only who is in it should reach. */
  INTERNAL,
  /**
   * Nothing there is a registry: link-local addresses, among them the metadata services of clouds,
   * which give out credentials; multicast, broadcast, and what is reserved.
   */
  FORBIDDEN;

  private static final int IPV4_BYTES = 4;
  private static final int IPV4_BITS = 32;

  /**
   * A network, and how far its addresses reach.
   *
   * @param prefix the bits that its addresses begin with, a character each
   */
  private record Network(String prefix, NetworkScope scope) {
    static Network v4(NetworkScope scope, int length, int... bytes) {
      return new Network(bits(8, bytes).substring(0, length), scope);
    }

    static Network v6(NetworkScope scope, int length, int... groups) {
      return new Network(NetworkScope.prefix(length, groups), scope);
    }
  }

  /** The first that has an address counts. */
  private static final List<Network> OF_IPV4 =
      List.of(
          Network.v4(FORBIDDEN, 32, 168, 63, 129, 16), // Azure's metadata, among public addresses
          Network.v4(FORBIDDEN, 32, 100, 100, 100, 200), // Alibaba's
          Network.v4(FORBIDDEN, 32, 192, 0, 0, 192), // Oracle's
          Network.v4(FORBIDDEN, 8, 0),
          Network.v4(FORBIDDEN, 16, 169, 254),
          Network.v4(FORBIDDEN, 3, 224), // multicast, reserved, broadcast
          Network.v4(INTERNAL, 8, 10),
          Network.v4(INTERNAL, 10, 100, 64),
          Network.v4(INTERNAL, 8, 127),
          Network.v4(INTERNAL, 12, 172, 16),
          Network.v4(INTERNAL, 24, 192, 0, 0),
          Network.v4(INTERNAL, 24, 192, 0, 2),
          Network.v4(INTERNAL, 16, 192, 168),
          Network.v4(INTERNAL, 15, 198, 18),
          Network.v4(INTERNAL, 24, 198, 51, 100),
          Network.v4(INTERNAL, 24, 203, 0, 113));

  private static final List<Network> OF_IPV6 =
      List.of(
          Network.v6(FORBIDDEN, 128, 0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254), // metadata of AWS
          Network.v6(FORBIDDEN, 128, 0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x254), // and of Google
          Network.v6(INTERNAL, 128, 0, 0, 0, 0, 0, 0, 0, 1),
          Network.v6(FORBIDDEN, 10, 0xfe80),
          Network.v6(FORBIDDEN, 8, 0xff00),
          Network.v6(FORBIDDEN, 32, 0x2001, 0), // Teredo, which has another address within
          Network.v6(INTERNAL, 32, 0x2001, 0x0db8),
          Network.v6(PUBLIC, 3, 0x2000));

  /** The networks whose addresses end in the one of IPv4 that they stand for. */
  private static final List<String> ENDING_IN_IPV4 =
      List.of(
          prefix(96, 0, 0, 0, 0, 0, 0), // compatible
          prefix(96, 0, 0, 0, 0, 0, 0xffff), // mapped
          prefix(96, 0x0064, 0xff9b, 0, 0, 0, 0)); // NAT64

  /** In the network 6to4 the address of IPv4 comes right after this. */
  private static final String SIX_TO_FOUR = prefix(16, 0x2002);

  /**
   * The scope of an address.
   *
   * @param address its 4 or 16 bytes
   */
  public static NetworkScope of(byte[] address) {
    var unsigned = new int[address.length];
    for (int i = 0; i < address.length; i++) {
      unsigned[i] = address[i] & 0xff;
    }
    var bits = bits(8, unsigned);
    return address.length == IPV4_BYTES ? first(OF_IPV4, bits).orElse(PUBLIC) : ofIpv6(bits);
  }

  private static NetworkScope ofIpv6(String bits) {
    var embedded =
        bits.startsWith(SIX_TO_FOUR)
            ? bits.substring(SIX_TO_FOUR.length(), SIX_TO_FOUR.length() + IPV4_BITS)
            : bits.substring(bits.length() - IPV4_BITS);
    var isEmbedding =
        bits.startsWith(SIX_TO_FOUR) || ENDING_IN_IPV4.stream().anyMatch(bits::startsWith);
    return isEmbedding && !isLoopback(bits)
        ? first(OF_IPV4, embedded).orElse(PUBLIC)
        : first(OF_IPV6, bits).orElse(INTERNAL); // The rest is given to nobody.
  }

  private static boolean isLoopback(String bits) {
    return bits.indexOf('1') == bits.length() - 1;
  }

  private static Optional<NetworkScope> first(List<Network> networks, String bits) {
    return networks.stream()
        .filter(network -> bits.startsWith(network.prefix()))
        .map(Network::scope)
        .findFirst();
  }

  private static String prefix(int length, int... groups) {
    return (bits(16, groups) + "0".repeat(128)).substring(0, length);
  }

  /** The bits of numbers, a character each. */
  private static String bits(int width, int... numbers) {
    var bits = new StringBuilder();
    for (int number : numbers) {
      for (int bit = width - 1; bit >= 0; bit--) {
        bits.append(((number >> bit) & 1) == 1 ? '1' : '0');
      }
    }
    return bits.toString();
  }
}
