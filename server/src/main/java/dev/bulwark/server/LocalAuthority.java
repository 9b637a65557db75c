package dev.bulwark.server;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.Certificates;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authority of one installation, which its clients are told to trust. It is kept in
 * the data folder, its key sealed. The server's certificates it makes when a client connects: they
 * are in memory alone, and renewed there before they expire.
 */
final class LocalAuthority implements TlsIdentities {
  static final String FOLDER = "tls";

  private static final String BUNDLE = "ca.pem";
  private static final String FILE = "authority";
  private static final String PURPOSE = "tls/authority";
  private static final Duration VALID = Duration.ofDays(3650);
  private static final Duration RENEWED_BEFORE = Duration.ofDays(365);
  private static final Duration SERVER_VALID = Duration.ofDays(90);
  private static final Duration SERVER_RENEWED_BEFORE = Duration.ofDays(30);

  /** For clients whose clocks are behind. */
  private static final Duration BEFORE = Duration.ofHours(1);

  /**
   * Names of S3's virtual hosts. Many clients take no wildcard right below a top-level name, so
   * each gets a certificate of its own.
   */
  private static final Pattern BELOW_LOCALHOST =
      Pattern.compile("(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)+localhost");

  private static final int MOST_NAMES = 256;

  private final Path folder;
  private final Sealer sealer;
  private final List<String> hosts;
  private final Clock clock;
  private final KeyPair serverKeys = Certificates.keyPair("EC", 256, Randomness.secure());
  private Authority authority;

  private final Map<String, TlsIdentity> identities =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TlsIdentity> eldest) {
          return size() > MOST_NAMES;
        }
      };

  private record Authority(X509Certificate certificate, Certificates.Issuer issuer) {}

  /**
   * The authority of a data folder; a new one where there is none, or its time comes to an end.
   *
   * @param hosts under which the server is reached, beside the names of this machine's loopback
   * @param clock the real time, by which clients judge certificates
   * @throws StartException where it cannot be read or kept
   */
  LocalAuthority(Path dataDir, Sealer sealer, List<String> hosts, Clock clock) {
    this.folder = dataDir.resolve(FOLDER);
    this.sealer = sealer;
    this.hosts = List.copyOf(hosts);
    this.clock = clock;
    var kept = read(folder, sealer);
    this.authority = kept == null || endsWithin(kept.certificate(), RENEWED_BEFORE) ? make() : kept;
    publish();
  }

  @Override
  public Path bundle() {
    return folder.resolve(BUNDLE);
  }

  @Override
  public synchronized TlsIdentity of(@Nullable String serverName) {
    var name =
        serverName != null && BELOW_LOCALHOST.matcher(serverName).matches() ? serverName : "";
    var known = identities.get(name);
    if (known == null || endsWithin(known.certificate(), SERVER_RENEWED_BEFORE)) {
      known = issue(name);
      identities.put(name, known);
    }
    return known;
  }

  private TlsIdentity issue(String name) {
    if (endsWithin(authority.certificate(), SERVER_VALID)) {
      authority = make();
      publish();
    }
    var names = new ArrayList<>(List.of("localhost", "*.localhost", "127.0.0.1", "::1"));
    hosts.stream().filter(host -> !names.contains(host)).forEach(names::add);
    if (!name.isEmpty()) {
      names.addFirst(name);
    }
    var now = clock.instant();
    var content =
        new Certificates.Content(
            "CN=Bulwark, O=Bulwark",
            serverKeys.getPublic(),
            now.minus(BEFORE),
            now.plus(SERVER_VALID),
            false,
            names);
    var certificate = Certificates.issue(content, authority.issuer(), Randomness.secure());
    return new TlsIdentity(List.of(certificate, authority.certificate()), serverKeys.getPrivate());
  }

  private boolean endsWithin(X509Certificate certificate, Duration time) {
    return certificate.getNotAfter().toInstant().isBefore(clock.instant().plus(time));
  }

  private Authority make() {
    var keys = Certificates.keyPair("EC", 256, Randomness.secure());
    // Each has a name of its own, so that clients that trust several find the right one.
    var name =
        "CN=Bulwark local authority "
            + HexFormat.of().formatHex(Randomness.bytes(4))
            + ", O=Bulwark";
    var issuer = new Certificates.Issuer(name, keys);
    var now = clock.instant();
    var certificate =
        Certificates.issue(
            new Certificates.Content(
                name, keys.getPublic(), now.minus(BEFORE), now.plus(VALID), true, List.of()),
            issuer,
            Randomness.secure());
    keep(certificate, keys);
    return new Authority(certificate, issuer);
  }

  private void keep(X509Certificate certificate, KeyPair keys) {
    var base64 = Base64.getEncoder();
    try {
      var encoded = certificate.getEncoded();
      Files.createDirectories(folder);
      DataFolder.replace(
          folder.resolve(FILE),
          "certificate=%s%nkey=%s%n"
              .formatted(
                  base64.encodeToString(encoded),
                  base64.encodeToString(
                      sealer.seal(PURPOSE, keys.getPrivate().getEncoded(), encoded))));
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * The certificate that a data folder keeps.
   *
   * @throws StartException where it cannot be used
   */
  static X509Certificate certificate(Path dataDir, Map<String, String> environment) {
    try {
      var kept = read(dataDir.resolve(FOLDER), Sealer.open(dataDir, environment));
      if (kept == null) {
        throw new StartException("there is no certificate authority; ./bulwark up --tls makes it");
      }
      return kept.certificate();
    } catch (StoreException | SealException e) {
      throw new StartException(e.getMessage());
    }
  }

  private static @Nullable Authority read(Path folder, Sealer sealer) {
    var file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    try (var in = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      var properties = new Properties();
      properties.load(in);
      var encoded = Base64.getDecoder().decode(properties.getProperty("certificate", ""));
      var sealed = Base64.getDecoder().decode(properties.getProperty("key", ""));
      var certificate = parse(encoded);
      var key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(sealer.open(PURPOSE, sealed, encoded)));
      return new Authority(certificate, Certificates.Issuer.of(certificate, key));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException | SealException e) {
      throw unusable(folder, e);
    }
  }

  private static X509Certificate parse(byte[] encoded) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  /** Writes what clients are to trust where {@code env} says that it is. */
  private void publish() {
    try {
      DataFolder.replace(
          bundle(), Certificates.pem("CERTIFICATE", authority.certificate().getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(folder, e);
    }
  }

  private static StartException unusable(Path folder, Exception cause) {
    return new StartException(
        "the certificate authority in %s cannot be used (%s): delete the folder to have a new one made, which clients then have to trust"
            .formatted(folder, cause.getMessage()));
  }
}
