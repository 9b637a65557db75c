package dev.bulwark.identity.iam;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * An RSA public key of 2,048 bits or more in the encodings of SSH (RFC 4253, section 6.6) and PEM:
 * AWS takes no others.
 */
final class SshPublicKey {
  private static final String SSH_RSA = "ssh-rsa";
  private static final int FEWEST_BITS = 2048;
  private static final int MOST_BITS = 16384;

  private final RSAPublicKey key;

  private SshPublicKey(RSAPublicKey key) {
    this.key = key;
  }

  /**
   * Reads either encoding.
   *
   * @throws dev.bulwark.schema.ApiException UnrecognizedPublicKeyEncoding or InvalidPublicKey
   */
  static SshPublicKey parse(String text) {
    try {
      var key = text.strip().startsWith("-----BEGIN ") ? ofPem(text) : ofSsh(text.strip());
      int bits = key.getModulus().bitLength();
      if (bits < FEWEST_BITS || bits > MOST_BITS) {
        throw CredentialErrors.invalidSshKey();
      }
      return new SshPublicKey(key);
    } catch (GeneralSecurityException
        | IllegalArgumentException
        | BufferUnderflowException
        | IOException e) {
      throw CredentialErrors.invalidSshKey();
    }
  }

  private static RSAPublicKey ofPem(String text) throws GeneralSecurityException, IOException {
    var blocks = Pem.read(text);
    if (blocks.size() != 1) {
      throw CredentialErrors.invalidSshKey();
    }
    var block = blocks.getFirst();
    var encoded =
        switch (block.label()) {
          case "PUBLIC KEY" -> block.bytes();
          case "RSA PUBLIC KEY" ->
              new SubjectPublicKeyInfo(
                      new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), block.bytes())
                  .getEncoded();
          default -> throw CredentialErrors.unrecognizedSshKey();
        };
    return (RSAPublicKey)
        KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static RSAPublicKey ofSsh(String text) throws GeneralSecurityException {
    var parts = text.split("\\s+", 3);
    if (parts.length < 2 || !parts[0].equals(SSH_RSA)) {
      throw CredentialErrors.unrecognizedSshKey();
    }
    var blob = ByteBuffer.wrap(Base64.getDecoder().decode(parts[1]));
    if (!new String(field(blob), StandardCharsets.US_ASCII).equals(SSH_RSA)) {
      throw CredentialErrors.invalidSshKey();
    }
    var exponent = new BigInteger(field(blob));
    var modulus = new BigInteger(field(blob));
    if (blob.hasRemaining() || exponent.signum() <= 0 || modulus.signum() <= 0) {
      throw CredentialErrors.invalidSshKey();
    }
    return (RSAPublicKey)
        KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  private static byte[] field(ByteBuffer blob) {
    int length = blob.getInt();
    if (length < 0 || length > blob.remaining()) {
      throw new BufferUnderflowException();
    }
    var bytes = new byte[length];
    blob.get(bytes);
    return bytes;
  }

  private byte[] blob() {
    var type = SSH_RSA.getBytes(StandardCharsets.US_ASCII);
    var exponent = key.getPublicExponent().toByteArray();
    var modulus = key.getModulus().toByteArray();
    return ByteBuffer.allocate(12 + type.length + exponent.length + modulus.length)
        .putInt(type.length)
        .put(type)
        .putInt(exponent.length)
        .put(exponent)
        .putInt(modulus.length)
        .put(modulus)
        .array();
  }

  /** MD5 of the key in SSH's encoding, as {@code ssh-keygen -l -E md5} shows it. */
  String fingerprint() {
    try {
      return HexFormat.ofDelimiter(":").formatHex(MessageDigest.getInstance("MD5").digest(blob()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In SSH's encoding, without a comment. */
  String ssh() {
    return SSH_RSA + " " + Base64.getEncoder().encodeToString(blob());
  }

  /** In PEM, as a SubjectPublicKeyInfo. */
  String pem() {
    return Pem.write("PUBLIC KEY", key.getEncoded());
  }
}
