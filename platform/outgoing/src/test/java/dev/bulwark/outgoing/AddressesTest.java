package dev.bulwark.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "169.254.169.254",
        "224.0.0.1",
        "::",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "2002:a9fe:a9fe::1"
      })
  void someAreNeverConnectedTo(String address) throws UnknownHostException {
    assertThat(Addresses.isForbidden(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "0.1.2.3",
        "198.18.0.1",
        "255.255.255.255",
        "::1",
        "fc00::1",
        "fd12:3456::1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "::ffff:10.0.0.1"
      })
  void othersNeedTheOperatorsLeave(String address) throws UnknownHostException {
    assertThat(Addresses.isPrivate(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "140.82.121.6",
        "172.32.0.1",
        "100.128.0.1",
        "198.51.100.1",
        "2606:4700::1111"
      })
  void publicOnesAreFree(String text) throws UnknownHostException {
    var address = InetAddress.getByName(text);
    assertThat(Addresses.isPrivate(address) || Addresses.isForbidden(address)).isFalse();
  }
}
