package dev.bulwark.cryptography;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/** CMS EnvelopedData (RFC 5652) for a recipient of whom there is no more than a public key. */
final class EnvelopedData {
  private static final int LEAST_BITS = 2048;
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private EnvelopedData() {}

  /**
   * Encrypts a text by AES-256-CBC, and its key by RSAES-OAEP.
   *
   * @param publicKey the SubjectPublicKeyInfo of the recipient
   * @throws AttestationDocument.InvalidException where that is no key of RSA
   */
  static byte[] seal(byte[] publicKey, byte[] plaintext)
      throws AttestationDocument.InvalidException {
    var key = key(publicKey);
    try {
      var generator = new CMSEnvelopedDataGenerator();
      generator.addRecipientInfoGenerator(
          new JceKeyTransRecipientInfoGenerator(
                  MessageDigest.getInstance("SHA-1").digest(publicKey),
                  new JcaAlgorithmParametersConverter()
                      .getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, OAEP),
                  key)
              .setProvider(PROVIDER));
      return generator
          .generate(
              new CMSProcessableByteArray(plaintext),
              new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC)
                  .setProvider(PROVIDER)
                  .build())
          .toASN1Structure()
          .getEncoded(ASN1Encoding.DER);
    } catch (CMSException | GeneralSecurityException | IOException e) {
      throw new IllegalStateException("CMS cannot be written", e);
    }
  }

  private static RSAPublicKey key(byte[] publicKey) throws AttestationDocument.InvalidException {
    try {
      var key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(publicKey));
      if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= LEAST_BITS) {
        return rsa;
      }
    } catch (GeneralSecurityException e) {
      throw new AttestationDocument.InvalidException("the public key is not one of RSA", e);
    }
    throw new AttestationDocument.InvalidException("the public key is too short");
  }
}
