package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.Certificates;
import dev.bulwark.state.Sealer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir private Path dir;

  private static Installation start(Path dir, TlsSettings tls) {
    return Installation.start(
        new Settings(
            0,
            dir,
            "123456789012",
            "us-east-1",
            "127.0.0.1",
            false,
            false,
            null,
            "127.0.0.1",
            null,
            null,
            tls),
        Map.of());
  }

  private static TlsSettings own() {
    return new TlsSettings(0, "127.0.0.1", null, null);
  }

  private static int port(Installation installation) {
    var tls = installation.endpoint().tls();
    assertThat(tls).isNotNull();
    return java.net.URI.create(tls.url()).getPort();
  }

  /** A client that trusts the certificates of a file and no others. */
  private static SSLContext trusting(Path bundle) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var in = Files.newInputStream(bundle)) {
      for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry(Integer.toString(store.size()), one);
      }
    }
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** A connection that asks for a host, and wants a certificate of it or of the address. */
  private static SSLSocket connect(SSLContext context, int port, String host, String... protocols)
      throws IOException {
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (host.indexOf('.') > 0 && !Character.isDigit(host.charAt(0))) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    socket.setSSLParameters(parameters);
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static String get(SSLSocket socket, String path) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static X509Certificate shown(SSLSocket socket) throws SSLException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  private Path bundle() {
    return dir.resolve("tls/ca.pem");
  }

  @Test
  void bothPortsAnswerAndTheAuthorityStays() throws Exception {
    byte[] authority;
    try (var installation = start(dir, own())) {
      assertThat(installation.readyLine())
          .contains("http://127.0.0.1:" + installation.port())
          .contains("https://127.0.0.1:" + port(installation));
      for (var protocol : List.of("TLSv1.3", "TLSv1.2")) {
        try (var socket = connect(trusting(bundle()), port(installation), "127.0.0.1", protocol)) {
          assertThat(get(socket, "/_bulwark/health")).contains("200 OK", "\"status\":\"ok\"");
          assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
          assertThat(socket.getSession().getCipherSuite()).contains("AES_128_GCM_SHA256");
        }
      }
      authority = Files.readAllBytes(bundle());
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(dir.resolve("tls/authority"))))
        .isEqualTo("rw-------");
    assertThat(Files.readString(dir.resolve("tls/authority"))).doesNotContain("PRIVATE");
    try (var again = start(dir, own())) {
      try (var socket = connect(trusting(bundle()), port(again), "127.0.0.1")) {
        assertThat(get(socket, "/_bulwark/health")).contains("200 OK");
      }
    }
    assertThat(Files.readAllBytes(bundle())).isEqualTo(authority);
    DataFolder.forget(dir);
    assertThat(Files.readAllBytes(bundle())).isEqualTo(authority);
  }

  @Test
  void oldProtocolsAndWeakSuitesAreRefused() throws Exception {
    try (var installation = start(dir, own())) {
      var context = trusting(bundle());
      try (var socket = connect(context, port(installation), "127.0.0.1")) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
        assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
      }
      try (var socket = new java.net.Socket("127.0.0.1", port(installation))) {
        // A ClientHello of TLS 1.1 with one suite and no extension.
        var hello = new byte[5 + 4 + 41];
        System.arraycopy(new byte[] {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2}, 0, hello, 0, 11);
        System.arraycopy(new byte[] {0, 0, 2, (byte) 0xc0, 0x09, 1, 0}, 0, hello, 43, 7);
        socket.getOutputStream().write(hello);
        socket.setSoTimeout(30_000);
        assertThat(alert(socket.getInputStream())).isEqualTo(70);
      }
      assertThat(get(connect(context, port(installation), "127.0.0.1"), "/_bulwark/health"))
          .contains("200 OK");
    }
  }

  /** The number of the alert that comes first: 70 is protocol_version. */
  private static int alert(InputStream in) throws IOException {
    var record = in.readNBytes(7);
    assertThat(record[0]).isEqualTo((byte) 21);
    return record[6];
  }

  @Test
  void eachVirtualHostHasACertificateOfItsName() throws Exception {
    try (var installation = start(dir, own())) {
      for (var host : List.of("my.bucket.localhost", "reports.s3.localhost", "localhost")) {
        // A client each, since one would take up the session of the name before.
        try (var socket = connect(trusting(bundle()), port(installation), host)) {
          socket.startHandshake();
          assertThat(TlsIdentity.names(shown(socket))).contains(host, "127.0.0.1");
        }
      }
      try (var socket = connect(trusting(bundle()), port(installation), "bank.example.com")) {
        socket.startHandshake();
        assertThat(TlsIdentity.names(shown(socket))).doesNotContain("bank.example.com");
      }
    }
  }

  @Test
  void certificatesAreRenewedBeforeTheyExpire() {
    var now = new Instant[] {Instant.parse("2026-11-26T00:00:00Z")};
    var clock = new SettableClock(now);
    var sealer = Sealer.open(dir, Map.of());
    var authority = new LocalAuthority(dir, sealer, List.of("192.0.2.1"), clock);
    var first = authority.of(null).certificate();
    assertThat(TlsIdentity.names(first))
        .contains("localhost", "*.localhost", "127.0.0.1", "192.0.2.1");
    now[0] = now[0].plus(Duration.ofDays(59));
    assertThat(authority.of(null).certificate()).isEqualTo(first);
    now[0] = now[0].plus(Duration.ofDays(2));
    var second = authority.of(null);
    assertThat(second.certificate().getNotAfter().toInstant())
        .isEqualTo(now[0].plus(Duration.ofDays(90)));
    assertThat(new LocalAuthority(dir, sealer, List.of(), clock).of(null).chain().getLast())
        .isEqualTo(second.chain().getLast());
    now[0] = now[0].plus(Duration.ofDays(3560));
    var third = authority.of("later.localhost").chain().getLast();
    assertThat(third).isNotEqualTo(second.chain().getLast());
    assertThat(LocalAuthority.certificate(dir, Map.of())).isEqualTo(third);
  }

  private static final class SettableClock extends Clock {
    private final Instant[] now;

    SettableClock(Instant[] now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now[0];
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  private record Written(Path certificate, Path key) {}

  /** A certificate that nobody else vouches for, in files. */
  private Written write(KeyPair keys, String type, byte[] key, String... names) throws Exception {
    var issuer = new Certificates.Issuer("CN=" + names[0], keys);
    var certificate =
        Certificates.issue(
            new Certificates.Content(
                issuer.name(),
                keys.getPublic(),
                Instant.now().minusSeconds(60),
                Instant.now().plusSeconds(3600),
                true,
                List.of(names)),
            issuer,
            Randomness.secure());
    var files = new Written(dir.resolve("given.pem"), dir.resolve("given.key"));
    Files.writeString(
        files.certificate(), Certificates.pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(files.key(), Certificates.pem(type, key));
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r-----"));
    return files;
  }

  @Test
  void aGivenCertificateIsShownAndReadAgainWhenItChanges() throws Exception {
    var rsa = Certificates.keyPair("RSA", 2048, Randomness.secure());
    var files = write(rsa, "PRIVATE KEY", rsa.getPrivate().getEncoded(), "aws.example.internal");
    var settings = new TlsSettings(0, "127.0.0.1", files.certificate(), files.key());
    try (var installation = start(dir.resolve("data"), settings)) {
      assertThat(installation.endpoint().tls())
          .isEqualTo(
              new Endpoint.OverTls(
                  "https://aws.example.internal:" + port(installation),
                  files.certificate().toString()));
      try (var socket =
          connect(trusting(files.certificate()), port(installation), "aws.example.internal")) {
        assertThat(get(socket, "/_bulwark/health")).contains("200 OK");
      }
      var ec = Certificates.keyPair("EC", 256, Randomness.secure());
      write(ec, "PRIVATE KEY", ec.getPrivate().getEncoded(), "new.example.internal");
      Files.setLastModifiedTime(files.key(), FileTime.from(Instant.now().plusSeconds(5)));
      try (var socket =
          connect(trusting(files.certificate()), port(installation), "new.example.internal")) {
        assertThat(get(socket, "/_bulwark/health")).contains("200 OK");
      }
      Files.writeString(files.key(), "nothing");
      Files.setLastModifiedTime(files.key(), FileTime.from(Instant.now().plusSeconds(9)));
      try (var socket =
          connect(trusting(files.certificate()), port(installation), "new.example.internal")) {
        assertThat(get(socket, "/_bulwark/health")).contains("200 OK");
      }
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    var rsa = Certificates.keyPair("RSA", 2048, Randomness.secure());
    var files = write(rsa, "PRIVATE KEY", rsa.getPrivate().getEncoded(), "localhost");
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> new GivenCertificate(files.certificate(), files.key()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("chmod o-rwx");
    var other = Certificates.keyPair("RSA", 2048, Randomness.secure());
    Files.writeString(
        files.key(), Certificates.pem("PRIVATE KEY", other.getPrivate().getEncoded()));
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> new GivenCertificate(files.certificate(), files.key()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is not the private key of");
    Files.writeString(files.certificate(), "no certificate");
    assertThatThrownBy(() -> new GivenCertificate(files.certificate(), files.key()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("given.pem");
    assertThatThrownBy(() -> TlsSettings.of(true, 0, "127.0.0.1", files.certificate(), null))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--tls-key");
  }
}
