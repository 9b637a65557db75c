package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * ML-DSA private keys from outside. RFC 9881 gives three forms to a private key (a seed, the
 * expanded key, both); the JDK reads the expanded one alone, and it is what is kept.
 */
final class MlDsaKeys {
  private MlDsaKeys() {}

  /**
   * A private key in the form that is kept.
   *
   * @param pkcs8 wiped where another form is returned
   * @throws CryptographyException INVALID_KEY
   */
  static byte[] expanded(KeySpec spec, byte[] pkcs8) {
    try {
      var info = PrivateKeyInfo.getInstance(pkcs8);
      if (PrivateKeyFactory.createKey(info) instanceof MLDSAPrivateKeyParameters key) {
        var encoded =
            new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), new DEROctetString(key.getEncoded()))
                .getEncoded();
        Arrays.fill(pkcs8, (byte) 0);
        return encoded;
      }
    } catch (IOException | RuntimeException e) {
      // Told below: bytes that are no key fail in as many ways as there are readers.
    }
    throw new CryptographyException(Reason.INVALID_KEY, "no private key of " + spec);
  }
}
