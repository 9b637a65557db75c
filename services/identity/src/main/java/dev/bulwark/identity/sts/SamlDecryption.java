package dev.bulwark.identity.sts;

import dev.bulwark.identity.federation.SamlNames;
import dev.bulwark.identity.federation.SecureXml;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Decrypts assertions: AES-GCM under a key that is encrypted with RSA-OAEP. Other algorithms of the
 * standard let who changes a message learn what it says, and are refused.
 *
 * @see <a href="https://www.w3.org/TR/xmlenc-core1/">XML Encryption 1.1</a>
 */
final class SamlDecryption {
  private static final String XMLENC11 = "http://www.w3.org/2009/xmlenc11#";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private SamlDecryption() {}

  /**
   * The assertion within an EncryptedAssertion, as a document of its own.
   *
   * @throws dev.bulwark.schema.ApiException InvalidIdentityToken where none of the keys opens it
   */
  static Element assertion(Element encrypted, List<PrivateKey> keys) {
    var elements = SecureXml.all(encrypted);
    var data = only(elements, "EncryptedData");
    var key = only(elements, "EncryptedKey");
    if (data == null || key == null) {
      throw StsErrors.samlDecryption();
    }
    for (var privateKey : keys) {
      var plain = decrypt(data, key, privateKey);
      if (plain != null) {
        return parse(plain);
      }
    }
    throw StsErrors.samlDecryption();
  }

  private static Element parse(byte[] plain) {
    try {
      return SecureXml.parse(plain).getDocumentElement();
    } catch (IllegalArgumentException e) {
      throw StsErrors.samlDecryption();
    }
  }

  private static @Nullable Element only(List<Element> elements, String name) {
    var found =
        elements.stream()
            .filter(element -> SecureXml.is(element, SamlNames.ENCRYPTION, name))
            .toList();
    return found.size() == 1 ? found.getFirst() : null;
  }

  private static byte @Nullable [] decrypt(Element data, Element key, PrivateKey privateKey) {
    var method = method(data);
    int keyLength =
        switch (method.getAttribute("Algorithm")) {
          case XMLENC11 + "aes128-gcm" -> 16;
          case XMLENC11 + "aes192-gcm" -> 24;
          case XMLENC11 + "aes256-gcm" -> 32;
          default -> throw StsErrors.samlDecryption();
        };
    try {
      var unwrap = Cipher.getInstance("RSA/ECB/OAEPPadding");
      unwrap.init(Cipher.DECRYPT_MODE, privateKey, oaep(method(key)));
      var contentKey = unwrap.doFinal(cipherValue(key));
      var sealed = cipherValue(data);
      if (contentKey.length != keyLength || sealed.length < NONCE) {
        return null;
      }
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(contentKey, "AES"),
          new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE));
      return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Not for this key, or tampered with: the sender is not told which.
      return null;
    }
  }

  private static Element method(Element encrypted) {
    return SecureXml.children(encrypted, SamlNames.ENCRYPTION, "EncryptionMethod").stream()
        .findFirst()
        .orElseThrow(StsErrors::samlDecryption);
  }

  private static OAEPParameterSpec oaep(Element method) {
    var digest =
        SecureXml.children(method, SamlNames.SIGNATURE, "DigestMethod").stream()
            .findFirst()
            .map(element -> digest(element.getAttribute("Algorithm")))
            .orElse("SHA-1");
    var mask =
        switch (method.getAttribute("Algorithm")) {
          case SamlNames.ENCRYPTION + "rsa-oaep-mgf1p" -> "SHA-1";
          case XMLENC11 + "rsa-oaep" ->
              SecureXml.children(method, XMLENC11, "MGF").stream()
                  .findFirst()
                  .map(element -> mask(element.getAttribute("Algorithm")))
                  .orElse("SHA-1");
          default -> throw StsErrors.samlDecryption();
        };
    return new OAEPParameterSpec(
        digest, "MGF1", new MGF1ParameterSpec(mask), PSource.PSpecified.DEFAULT);
  }

  private static String digest(String algorithm) {
    return switch (algorithm) {
      case SamlNames.SIGNATURE + "sha1" -> "SHA-1";
      case SamlNames.ENCRYPTION + "sha256" -> "SHA-256";
      case "http://www.w3.org/2001/04/xmldsig-more#sha384" -> "SHA-384";
      case SamlNames.ENCRYPTION + "sha512" -> "SHA-512";
      default -> throw StsErrors.samlDecryption();
    };
  }

  private static String mask(String algorithm) {
    return switch (algorithm) {
      case XMLENC11 + "mgf1sha1" -> "SHA-1";
      case XMLENC11 + "mgf1sha256" -> "SHA-256";
      case XMLENC11 + "mgf1sha384" -> "SHA-384";
      case XMLENC11 + "mgf1sha512" -> "SHA-512";
      default -> throw StsErrors.samlDecryption();
    };
  }

  private static byte[] cipherValue(Element encrypted) {
    var value =
        SecureXml.children(encrypted, SamlNames.ENCRYPTION, "CipherData").stream()
            .flatMap(data -> SecureXml.children(data, SamlNames.ENCRYPTION, "CipherValue").stream())
            .findFirst()
            .orElseThrow(StsErrors::samlDecryption);
    return Base64.getMimeDecoder()
        .decode(value.getTextContent().getBytes(StandardCharsets.US_ASCII));
  }
}
