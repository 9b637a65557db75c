package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import dev.bulwark.encryption.cloudhsm.ClusterUsers.Login;
import dev.bulwark.encryption.cloudhsm.HsmEvents.Deed;
import dev.bulwark.schema.ApiException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Certificates between a cluster and its clients: the cluster's own, which its owner signed, and
 * where those of clients come from: the owner's trust anchor, and up to two more that an admin has
 * registered, as for mutual TLS at AWS.
 */
public final class ClusterTrust {
  private static final int MOST = 2;

  private final CloudHsmTables tables;
  private final BackupArchives archives;
  private final ClusterUsers users;
  private final UserLogins logins;
  private final HsmEvents events;
  private final Clock clock;

  ClusterTrust(
      CloudHsmTables tables,
      BackupArchives archives,
      ClusterUsers users,
      UserLogins logins,
      HsmEvents events,
      Clock clock) {
    this.tables = tables;
    this.archives = archives;
    this.users = users;
    this.logins = logins;
    this.events = events;
    this.clock = clock;
  }

  /**
   * What a cluster shows, and accepts.
   *
   * @param chain its certificate, and that of its owner
   * @param anchors of its clients
   */
  public record Identity(
      PrivateKey key, List<X509Certificate> chain, List<X509Certificate> anchors) {}

  /** That of a cluster which serves its users; empty for others. */
  public Optional<Identity> of(String clusterId) {
    return tables
        .cluster(clusterId)
        .filter(cluster -> cluster.state() == State.ACTIVE && !cluster.hsms().isEmpty())
        .flatMap(this::identity);
  }

  private Optional<Identity> identity(ClusterRecord cluster) {
    var secrets = tables.secretsOf(cluster);
    var key = secrets.privateKey();
    var certificates = cluster.certificates();
    if (key == null
        || certificates == null
        || certificates.cluster() == null
        || certificates.trustAnchor() == null) {
      return Optional.empty();
    }
    var owner = ClusterCertificates.parse(certificates.trustAnchor(), "TrustAnchor");
    var anchors = new ArrayList<>(List.of(owner));
    secrets
        .anchors()
        .forEach(anchor -> anchors.add(ClusterCertificates.parse(anchor, "trust anchor")));
    return Optional.of(
        new Identity(
            privateKey(archives.openKey(key, cluster.id())),
            List.of(ClusterCertificates.parse(certificates.cluster(), "SignedCert"), owner),
            List.copyOf(anchors)));
  }

  private static PrivateKey privateKey(byte[] encoded) {
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a cluster's key cannot be read", e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /**
   * Accepts clients' certificates from another authority, too.
   *
   * @param certificate of the authority, in PEM
   * @return by what it is deregistered
   * @throws ApiException CloudHSM's
   */
  public String register(
      String accountId, String clusterId, Login admin, String certificate, HsmOrigin origin) {
    var cluster = requireAdmin(accountId, clusterId, admin, origin);
    var anchor = ClusterCertificates.parse(certificate, "trust anchor");
    ClusterCertificates.requireValid(clock.instant(), anchor);
    if (anchor.getBasicConstraints() < 0) {
      throw CloudHsmErrors.invalid("The trust anchor is not of a certificate authority.");
    }
    var id = fingerprint(anchor);
    logins.change(
        cluster,
        (tx, secrets) -> {
          if (secrets.anchors().stream().anyMatch(known -> fingerprint(known).equals(id))) {
            throw CloudHsmErrors.invalid("The trust anchor is registered already.");
          }
          if (secrets.anchors().size() >= MOST) {
            throw CloudHsmErrors.invalid(
                "The quota of %d trust anchors has been reached.".formatted(MOST));
          }
          var all = new ArrayList<>(secrets.anchors());
          all.add(certificate);
          events.succeeded(tx, deed(HsmEvents.REGISTER_ANCHOR, cluster, admin, origin));
          return secrets.withAnchors(all);
        });
    return id;
  }

  private ClusterRecord requireAdmin(
      String accountId, String clusterId, Login admin, HsmOrigin origin) {
    var cluster = users.serving(accountId, clusterId);
    logins.authenticate(cluster, admin.name(), admin.password(), origin, UserRole.ADMIN);
    return cluster;
  }

  private static Deed deed(String name, ClusterRecord cluster, Login admin, HsmOrigin origin) {
    return new Deed(name, cluster, admin.name(), UserRole.ADMIN, origin);
  }

  private static String fingerprint(String pem) {
    return fingerprint(ClusterCertificates.parse(pem, "trust anchor"));
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * No longer accepts certificates from a registered authority; connections that are there stay.
   *
   * @throws ApiException CloudHSM's
   */
  public void deregister(
      String accountId, String clusterId, Login admin, String fingerprint, HsmOrigin origin) {
    var cluster = requireAdmin(accountId, clusterId, admin, origin);
    logins.change(
        cluster,
        (tx, secrets) -> {
          var left =
              secrets.anchors().stream()
                  .filter(known -> !fingerprint(known).equals(fingerprint))
                  .toList();
          if (left.size() == secrets.anchors().size()) {
            throw CloudHsmErrors.invalid("There is no trust anchor " + fingerprint + ".");
          }
          events.succeeded(tx, deed(HsmEvents.DEREGISTER_ANCHOR, cluster, admin, origin));
          return secrets.withAnchors(left);
        });
  }

  /** The fingerprints of what is registered. */
  public List<String> list(String accountId, String clusterId) {
    return tables.secretsOf(users.serving(accountId, clusterId)).anchors().stream()
        .map(ClusterTrust::fingerprint)
        .toList();
  }
}
