package dev.bulwark.cryptography;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a Nitro hypervisor attests of an enclave: a document in CBOR, signed as COSE_Sign1 (RFC
 * 9052) by a key whose certificate leads to a root that is trusted.
 *
 * @param moduleId of the enclave
 * @param registers the platform configuration registers by their numbers, in lower-case hexadecimal
 * @param publicKey of the enclave, a SubjectPublicKeyInfo; null where it has told none
 * @see <a
 *     href="https://github.com/aws/aws-nitro-enclaves-nsm-api/blob/main/docs/attestation_process.md">Attestation
 *     process</a>
 */
public record AttestationDocument(
    String moduleId, SortedMap<Integer, String> registers, byte @Nullable [] publicKey) {
  /** How far its time may be from now, which is what AWS KMS is known to take. */
  private static final Duration FRESH = Duration.ofMinutes(5);

  private static final long ES384 = -35;
  private static final int P384_BITS = 384;
  private static final int MOST_REGISTERS = 32;
  private static final int MOST_CERTIFICATES = 8;
  private static final int LONGEST_CERTIFICATE = 1024;
  private static final int LONGEST_KEY = 1024;

  /** Why a document counts for nothing. */
  public static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidException(String message) {
      super(message);
    }

    InvalidException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * What a document says, once it is proven.
   *
   * @param roots of which one has to vouch for it
   * @throws InvalidException where it is none, old, or signed by nobody who is trusted
   */
  public static AttestationDocument verify(
      byte[] document, Collection<X509Certificate> roots, Instant now) throws InvalidException {
    try {
      var signed = list(CborReader.read(document), 4);
      var head = bytes(signed.get(0));
      var payload = bytes(signed.get(2));
      if (!Long.valueOf(ES384).equals(map(CborReader.read(head)).get(1L))) {
        throw new InvalidException("the document is not signed by ES384");
      }
      var said = map(CborReader.read(payload));
      requireFresh(said, now);
      var signer = signer(said, roots, now);
      if (!isSigned(signer, signatureStructure(head, payload), bytes(signed.get(3)))) {
        throw new InvalidException("the signature is not right");
      }
      return new AttestationDocument(moduleId(said), registers(said), key(said));
    } catch (IllegalArgumentException e) {
      throw new InvalidException("the document cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<?> list(@Nullable Object value, int size) {
    if (value instanceof List<?> list && list.size() == size) {
      return list;
    }
    throw new IllegalArgumentException("an array of " + size + " is missing");
  }

  private static Map<?, ?> map(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException("a map is missing");
  }

  private static byte[] bytes(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    throw new IllegalArgumentException("a byte string is missing");
  }

  // What it says

  private static void requireFresh(Map<?, ?> said, Instant now) throws InvalidException {
    if (!(said.get("timestamp") instanceof Long time)
        || Duration.between(Instant.ofEpochMilli(time), now).abs().compareTo(FRESH) > 0) {
      throw new InvalidException("the document is not of this time");
    }
  }

  private static String moduleId(Map<?, ?> said) {
    if (said.get("module_id") instanceof String id && !id.isEmpty()) {
      return id;
    }
    throw new IllegalArgumentException("the id of the module is missing");
  }

  private static SortedMap<Integer, String> registers(Map<?, ?> said) {
    var given = map(said.get("pcrs"));
    if (!"SHA384".equals(said.get("digest")) || given.isEmpty() || given.size() > MOST_REGISTERS) {
      throw new IllegalArgumentException("the registers are not as they should be");
    }
    var registers = new TreeMap<Integer, String>();
    for (var register : given.entrySet()) {
      var value = bytes(register.getValue());
      boolean fits = value.length == 32 || value.length == 48 || value.length == 64;
      if (!(register.getKey() instanceof Long index) || index >= MOST_REGISTERS || !fits) {
        throw new IllegalArgumentException("a register is not as it should be");
      }
      registers.put(index.intValue(), HexFormat.of().formatHex(value));
    }
    return registers;
  }

  private static byte @Nullable [] key(Map<?, ?> said) {
    if (said.get("public_key") == null) {
      return null;
    }
    var key = bytes(said.get("public_key"));
    if (key.length == 0 || key.length > LONGEST_KEY) {
      throw new IllegalArgumentException("the public key is not as it should be");
    }
    return key;
  }

  // Who signed it

  private static PublicKey signer(Map<?, ?> said, Collection<X509Certificate> roots, Instant now)
      throws InvalidException {
    var bundle = said.get("cabundle") instanceof List<?> list ? list : List.of();
    if (bundle.isEmpty() || bundle.size() > MOST_CERTIFICATES) {
      throw new InvalidException("the certificates are missing, or too many");
    }
    try {
      var path = new ArrayList<X509Certificate>();
      path.add(certificate(said.get("certificate")));
      // The bundle begins with the root, a path ends with what the root has signed.
      for (var authority : bundle.reversed()) {
        var one = certificate(authority);
        if (!roots.contains(one)) {
          path.add(one);
        }
      }
      var parameters =
          new PKIXParameters(
              roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return path.getFirst().getPublicKey();
    } catch (GeneralSecurityException e) {
      throw new InvalidException("the certificates lead to no root that is trusted", e);
    }
  }

  private static X509Certificate certificate(@Nullable Object der) throws CertificateException {
    var bytes = bytes(der);
    if (bytes.length == 0 || bytes.length > LONGEST_CERTIFICATE) {
      throw new IllegalArgumentException("a certificate is not as it should be");
    }
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes));
  }

  private static boolean isSigned(PublicKey signer, byte[] content, byte[] signature)
      throws InvalidException {
    if (!(signer instanceof ECPublicKey key)
        || key.getParams().getCurve().getField().getFieldSize() != P384_BITS) {
      throw new InvalidException("the signing key is not on P-384");
    }
    try {
      var verifier = Signature.getInstance("SHA384withECDSAinP1363Format");
      verifier.initVerify(signer);
      verifier.update(content);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      throw new InvalidException("the signature is none", e);
    }
  }

  /** What COSE signs: {@code ["Signature1", head, h'', payload]}. */
  private static byte[] signatureStructure(byte[] head, byte[] payload) {
    var out = new ByteArrayOutputStream(payload.length + head.length + 32);
    out.write(0x84);
    var context = "Signature1".getBytes(StandardCharsets.US_ASCII);
    out.write(0x60 | context.length);
    out.writeBytes(context);
    writeBytes(out, head);
    writeBytes(out, new byte[0]);
    writeBytes(out, payload);
    return out.toByteArray();
  }

  private static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
    int length = bytes.length;
    if (length < 24) {
      out.write(0x40 | length);
    } else if (length < 0x100) {
      out.write(0x58);
      out.write(length);
    } else if (length < 0x10000) {
      out.write(0x59);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(0x5a);
      out.write(length >> 24);
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(bytes);
  }

  /**
   * Encrypts something so that the enclave alone can read it: CMS EnvelopedData (RFC 5652) of
   * AES-256-CBC, whose key is under the enclave's by RSAES-OAEP with SHA-256.
   *
   * @throws InvalidException where the document tells no such key
   */
  public byte[] seal(byte[] plaintext) throws InvalidException {
    if (publicKey == null) {
      throw new InvalidException("the document tells no public key");
    }
    return EnvelopedData.seal(publicKey, plaintext);
  }
}
