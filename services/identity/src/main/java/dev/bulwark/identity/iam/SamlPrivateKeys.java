package dev.bulwark.identity.iam;

import dev.bulwark.base.Randomness;
import dev.bulwark.identity.iam.ProviderTables.PrivateKeyRecord;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The private keys with which SAML providers' assertions are decrypted, sealed at rest. */
final class SamlPrivateKeys {
  private static final String SEAL_PURPOSE = "iam/saml-private-key";
  private static final int SHORTEST = 2048;
  private static final int LONGEST = 4096;
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final char[] ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".toCharArray();

  private final ProviderTables tables;
  private final Sealer sealer;

  SamlPrivateKeys(ProviderTables tables, Sealer sealer) {
    this.tables = tables;
    this.sealer = sealer;
  }

  /** An id of a key or of a provider, as GetSAMLProvider shows them. */
  static String newId() {
    var random = Randomness.bytes(32);
    var id = new char[random.length];
    for (int i = 0; i < id.length; i++) {
      id[i] = ID_CHARACTERS[random[i] & 31];
    }
    return new String(id);
  }

  /** A key to store, from its text in PEM. */
  PrivateKeyRecord seal(String uuid, String keyId, String pem) {
    var der = decode(pem);
    try {
      var key = read(der);
      if (!(key instanceof RSAPrivateKey rsa)
          || rsa.getModulus().bitLength() < SHORTEST
          || rsa.getModulus().bitLength() > LONGEST) {
        throw IamErrors.invalidPrivateKey();
      }
      return new PrivateKeyRecord(sealer.seal(SEAL_PURPOSE, der, belongsTo(uuid, keyId)));
    } catch (GeneralSecurityException e) {
      throw IamErrors.invalidPrivateKey();
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static byte[] decode(String pem) {
    var text = pem.strip();
    if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
      throw IamErrors.invalidPrivateKey();
    }
    var base64 =
        text.substring(BEGIN.length(), text.length() - END.length()).replaceAll("\\s+", "");
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw IamErrors.invalidPrivateKey();
    }
  }

  /** All keys of a provider. */
  List<PrivateKey> of(ReadTx tx, SamlProviderRecord provider) {
    var keys = new ArrayList<PrivateKey>();
    for (var info : provider.privateKeys()) {
      var stored =
          tables.privateKeys().get(tx, ProviderTables.privateKeyKey(provider.uuid(), info.keyId()));
      if (stored != null) {
        keys.add(open(stored, provider.uuid(), info.keyId()));
      }
    }
    return keys;
  }

  private PrivateKey open(PrivateKeyRecord stored, String uuid, String keyId) {
    var der = sealer.open(SEAL_PURPOSE, stored.sealed(), belongsTo(uuid, keyId));
    try {
      return read(der);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a stored private key cannot be read", e);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static PrivateKey read(byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static byte[] belongsTo(String uuid, String keyId) {
    return (uuid + "/" + keyId).getBytes(StandardCharsets.UTF_8);
  }
}
