package dev.regcred.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkScopeTest {
  @ParameterizedTest
  @CsvSource({
    "93.184.215.14, PUBLIC",
    "8.8.8.8, PUBLIC",
    "172.32.0.1, PUBLIC",
    "172.15.255.255, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.128.0.0, PUBLIC",
    "169.253.255.255, PUBLIC",
    "223.255.255.255, PUBLIC",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c, PUBLIC",
    "127.0.0.1, INTERNAL",
    "127.255.255.254, INTERNAL",
    "10.0.0.1, INTERNAL",
    "10.96.0.1, INTERNAL",
    "172.16.0.1, INTERNAL",
    "172.31.255.255, INTERNAL",
    "192.168.1.1, INTERNAL",
    "100.64.0.1, INTERNAL",
    "100.127.255.255, INTERNAL",
    "198.18.0.1, INTERNAL",
    "192.0.0.8, INTERNAL",
    "::1, INTERNAL",
    "fd00::5, INTERNAL",
    "fc00::1, INTERNAL",
    "2001:db8::1, INTERNAL",
    "fec0::1, INTERNAL",
    "64:ff9b:1::a00:1, INTERNAL",
    "169.254.169.254, FORBIDDEN",
    "169.254.170.2, FORBIDDEN",
    "168.63.129.16, FORBIDDEN",
    "100.100.100.200, FORBIDDEN",
    "192.0.0.192, FORBIDDEN",
    "0.0.0.0, FORBIDDEN",
    "0.1.2.3, FORBIDDEN",
    "224.0.0.1, FORBIDDEN",
    "240.0.0.1, FORBIDDEN",
    "255.255.255.255, FORBIDDEN",
    "::, FORBIDDEN",
    "fe80::1, FORBIDDEN",
    "febf::1, FORBIDDEN",
    "ff02::1, FORBIDDEN",
    "fd00:ec2::254, FORBIDDEN",
    "fd20:ce::254, FORBIDDEN",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2, FORBIDDEN",
    // An address of IPv4 within one of IPv6 is judged by what it is.
    "64:ff9b::a9fe:a9fe, FORBIDDEN",
    "64:ff9b::7f00:1, INTERNAL",
    "64:ff9b::5db8:d70e, PUBLIC",
    "::ffff:169.254.169.254, FORBIDDEN",
    "::ffff:127.0.0.1, INTERNAL",
    "::169.254.169.254, FORBIDDEN",
    "::10.0.0.1, INTERNAL",
    "2002:a9fe:a9fe::1, FORBIDDEN",
    "2002:7f00:1::1, INTERNAL",
    "2002:5db8:d70e::1, PUBLIC",
  })
  void anAddressReachesSoFar(String address, NetworkScope scope) {
    assertThat(NetworkScope.of(InetAddress.ofLiteral(address).getAddress())).isEqualTo(scope);
  }
}
