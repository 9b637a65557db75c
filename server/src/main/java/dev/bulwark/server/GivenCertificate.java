package dev.bulwark.server;

import dev.bulwark.cryptography.Certificates;
import dev.bulwark.cryptography.CryptographyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its private key in files, whose owner renews them: they are read again when
 * they change.
 */
final class GivenCertificate implements TlsIdentities {
  private static final System.Logger LOG = System.getLogger(GivenCertificate.class.getName());
  private static final byte[] PROBE = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final long LARGEST = 1 << 20;

  private final Path certificate;
  private final Path key;
  private volatile Read read;

  /** What was read, and of which age the files were. */
  private record Read(TlsIdentity identity, FileTime certificate, FileTime key) {}

  /**
   * Reads the files.
   *
   * @throws StartException where they cannot be used
   */
  GivenCertificate(Path certificate, Path key) {
    this.certificate = certificate.toAbsolutePath();
    this.key = key.toAbsolutePath();
    this.read = read();
  }

  @Override
  public TlsIdentity of(@Nullable String serverName) {
    var known = read;
    try {
      if (!modified(certificate).equals(known.certificate())
          || !modified(key).equals(known.key())) {
        known = reload();
      }
    } catch (IOException e) {
      // Replaced at this moment, or gone: what was read before still counts.
    }
    return known.identity();
  }

  private synchronized Read reload() {
    try {
      read = read();
    } catch (StartException e) {
      LOG.log(
          System.Logger.Level.WARNING, "the certificate before stays in use: {0}", e.getMessage());
      read = new Read(read.identity(), age(certificate), age(key));
    }
    return read;
  }

  /** The file itself where it ends with a certificate that nobody else vouches for. */
  @Override
  public @Nullable Path bundle() {
    var last = read.identity().chain().getLast();
    return last.getSubjectX500Principal().equals(last.getIssuerX500Principal())
        ? certificate
        : null;
  }

  private Read read() {
    var ages = List.of(age(certificate), age(key));
    requirePrivate();
    var chain = chain();
    var secret = privateKey();
    if (!isPair(secret, chain.getFirst())) {
      throw new StartException("%s is not the private key of %s".formatted(key, certificate));
    }
    return new Read(new TlsIdentity(chain, secret), ages.getFirst(), ages.getLast());
  }

  private List<X509Certificate> chain() {
    try (var in = Files.newInputStream(certificate)) {
      var chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new StartException("there is no certificate in " + certificate);
      }
      return chain;
    } catch (IOException | GeneralSecurityException e) {
      throw new StartException(
          "%s is no certificate in PEM that can be read: %s"
              .formatted(certificate, e.getMessage()));
    }
  }

  private PrivateKey privateKey() {
    try {
      if (Files.size(key) > LARGEST) {
        throw new StartException(key + " is no private key in PEM");
      }
      return Certificates.privateKey(Files.readString(key));
    } catch (IOException | CryptographyException e) {
      throw new StartException("cannot read %s: %s".formatted(key, e.getMessage()));
    }
  }

  private void requirePrivate() {
    var view = Files.getFileAttributeView(key, PosixFileAttributeView.class);
    try {
      if (view != null
          && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
        throw new StartException("everybody may read %s: run chmod o-rwx on it".formatted(key));
      }
    } catch (IOException e) {
      throw new StartException("cannot read %s: %s".formatted(key, e.getMessage()));
    }
  }

  private static boolean isPair(PrivateKey key, X509Certificate certificate) {
    try {
      var signature =
          Signature.getInstance(
              key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
      signature.initSign(key);
      signature.update(PROBE);
      var signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static FileTime age(Path file) {
    try {
      return modified(file);
    } catch (IOException e) {
      throw new StartException("cannot read %s: %s".formatted(file, e.getMessage()));
    }
  }

  private static FileTime modified(Path file) throws IOException {
    return Objects.requireNonNull(Files.getLastModifiedTime(file));
  }
}
