package dev.bulwark.cloudhsm.jca;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.UnrecoverableEntryException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys in the cluster, by their names. Certificates are not in the cluster: what {@code store}
 * writes and {@code load} reads is a PKCS #12 file of them alone.
 */
final class HsmKeyStore extends KeyStoreSpi {
  private final HsmKeys keys;
  private @Nullable KeyStore certificates;

  HsmKeyStore(HsmKeys keys) {
    this.keys = keys;
  }

  private KeyStore certificates() {
    if (certificates == null) {
      throw new IllegalStateException("the key store was not loaded");
    }
    return certificates;
  }

  @Override
  public void engineLoad(@Nullable InputStream stream, char @Nullable [] password)
      throws IOException, NoSuchAlgorithmException, CertificateException {
    try {
      var loaded = KeyStore.getInstance("PKCS12");
      loaded.load(stream, password);
      certificates = loaded;
    } catch (KeyStoreException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void engineStore(@Nullable OutputStream stream, char @Nullable [] password)
      throws IOException, NoSuchAlgorithmException, CertificateException {
    try {
      certificates().store(stream, password);
    } catch (KeyStoreException e) {
      throw new IOException(e);
    }
  }

  @Override
  public Enumeration<String> engineAliases() {
    return Collections.enumeration(keys.names());
  }

  @Override
  public int engineSize() {
    return keys.names().size();
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return engineIsKeyEntry(alias);
  }

  @Override
  public boolean engineIsKeyEntry(String alias) {
    return keys.find(alias).isPresent();
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return false;
  }

  /**
   * A private key without certificates is neither; what JCA presumes is that it is a secret key.
   */
  @Override
  public boolean engineEntryInstanceOf(String alias, Class<? extends KeyStore.Entry> type) {
    var key = keys.find(alias).orElse(null);
    return type == KeyStore.PrivateKeyEntry.class
        ? key instanceof PrivateKey && engineGetCertificateChain(alias) != null
        : type == KeyStore.SecretKeyEntry.class && key instanceof SecretKey;
  }

  @Override
  public KeyStore.@Nullable Entry engineGetEntry(
      String alias, KeyStore.@Nullable ProtectionParameter any) throws UnrecoverableEntryException {
    var key = keys.find(alias).orElse(null);
    return switch (key) {
      case null -> null;
      case PrivateKey own -> {
        var chain = engineGetCertificateChain(alias);
        if (chain == null) {
          throw new UnrecoverableEntryException("the key has no certificates here");
        }
        yield new KeyStore.PrivateKeyEntry(own, chain);
      }
      case SecretKey secret -> new KeyStore.SecretKeyEntry(secret);
      default -> throw new UnrecoverableEntryException("a key of another kind");
    };
  }

  /** The password is of no account: the user's was. */
  @Override
  public @Nullable Key engineGetKey(String alias, char @Nullable [] password) {
    return keys.find(alias).orElse(null);
  }

  /** Aliases of PKCS #12 do not tell upper from lower case. */
  private static String place(String alias, int index) {
    return HexFormat.of().formatHex(alias.getBytes(StandardCharsets.UTF_8)) + "-" + index;
  }

  @Override
  public Certificate @Nullable [] engineGetCertificateChain(String alias) {
    var chain = new ArrayList<Certificate>();
    try {
      for (int i = 0; ; i++) {
        var one = certificates().getCertificate(place(alias, i));
        if (one == null) {
          return chain.isEmpty() ? null : chain.toArray(new Certificate[0]);
        }
        chain.add(one);
      }
    } catch (KeyStoreException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public @Nullable Certificate engineGetCertificate(String alias) {
    var chain = engineGetCertificateChain(alias);
    return chain == null ? null : chain[0];
  }

  @Override
  public @Nullable String engineGetCertificateAlias(Certificate certificate) {
    return keys.names().stream()
        .filter(name -> certificate.equals(engineGetCertificate(name)))
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable Date engineGetCreationDate(String alias) {
    return null;
  }

  /** Gives a key of the cluster its certificates, under its own name. */
  @Override
  public void engineSetKeyEntry(
      String alias, Key key, char @Nullable [] password, Certificate @Nullable [] chain)
      throws KeyStoreException {
    if (!(key instanceof HsmKey own) || !own.name().equals(alias)) {
      throw new KeyStoreException("only keys of the cluster are here, by their names");
    }
    var given = chain == null ? new Certificate[0] : chain;
    if (given.length > 0
        && !Arrays.equals(
            given[0].getPublicKey().getEncoded(), keys.publicKey(alias).getEncoded())) {
      throw new KeyStoreException("the certificate is of another key");
    }
    forget(alias);
    for (int i = 0; i < given.length; i++) {
      certificates().setCertificateEntry(place(alias, i), given[i]);
    }
  }

  private void forget(String alias) throws KeyStoreException {
    for (int i = 0; certificates().containsAlias(place(alias, i)); i++) {
      certificates().deleteEntry(place(alias, i));
    }
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate @Nullable [] chain)
      throws KeyStoreException {
    throw new KeyStoreException("only keys of the cluster are here");
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate certificate)
      throws KeyStoreException {
    throw new KeyStoreException("certificates belong to keys here");
  }

  /** Deletes the key in the cluster. */
  @Override
  public void engineDeleteEntry(String alias) throws KeyStoreException {
    keys.delete(alias);
    forget(alias);
  }
}
