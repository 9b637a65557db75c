package dev.bulwark.encryption.kms;

import dev.bulwark.base.Ids;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.EncryptionContext;
import dev.bulwark.cryptography.Envelope;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keys in external key stores: what is encrypted is encrypted twice, first with material of KMS,
 * then by the external key manager behind the proxy, so that neither can read it alone. The outer
 * ciphertext has the head of all others, which names no material; then, each after its length, the
 * initialization vector and the proxy's metadata; the tag, and what the manager encrypted.
 */
final class ExternalKeys {
  private static final String NO_MATERIAL = "0".repeat(Envelope.TAG_DIGITS);
  private static final int TAG = 16;
  private static final int LONGEST_METADATA = 20;

  private final ExternalKeyStores stores;
  private final Materials materials;

  ExternalKeys(ExternalKeyStores stores, Materials materials) {
    this.stores = stores;
    this.materials = materials;
  }

  /** The keys as used by somebody, whom the proxy is told of, in an operation. */
  KeyBackend usedBy(Caller caller, String operation) {
    return new KeyBackend() {
      @Override
      public byte[] encrypt(KeyRecord key, Map<String, String> context, byte[] plaintext) {
        return encryptTwice(key, context, plaintext, metadata(caller, operation, key.arn()));
      }

      @Override
      public Decrypted decrypt(KeyRecord key, Map<String, String> context, byte[] ciphertext) {
        return decryptTwice(key, context, ciphertext, metadata(caller, operation, key.arn()));
      }
    };
  }

  /**
   * What a proxy is told of the request to KMS.
   *
   * @param keyArn null before the key is there
   */
  static ObjectNode metadata(Caller caller, String operation, @Nullable String keyArn) {
    var metadata = XksProxy.JSON.createObjectNode();
    metadata.put("awsPrincipalArn", caller.principal().arn());
    if (keyArn != null) {
      metadata.put("kmsKeyArn", keyArn);
    }
    metadata.put("kmsOperation", operation);
    metadata.put("kmsRequestId", caller instanceof Call call ? call.requestId() : Ids.uuid());
    var via = caller.authentication().calledVia();
    if (!via.isEmpty()) {
      metadata.put(
          "kmsViaService",
          via.getLast().replace(".amazonaws.com", "." + caller.region() + ".amazonaws.com"));
    }
    return metadata;
  }

  private static ObjectNode question(ObjectNode metadata, byte[] aad) {
    var question = XksProxy.JSON.createObjectNode();
    question.set("requestMetadata", metadata);
    question.put("encryptionAlgorithm", "AES_GCM");
    question.put("additionalAuthenticatedData", base64(aad));
    return question;
  }

  private JsonNode ask(KeyRecord key, String operation, ObjectNode question) {
    try {
      return stores.ask(key, operation, question);
    } catch (XksException e) {
      throw e.problem().inUse();
    }
  }

  // Encryption

  private byte[] encryptTwice(
      KeyRecord key, Map<String, String> context, byte[] plaintext, ObjectNode metadata) {
    var inner = materials.encrypt(key, context, plaintext);
    var head = head(key);
    var aad = aad(head, context);
    var question = question(metadata, aad);
    question.put("plaintext", base64(inner));
    question.put("ciphertextDataIntegrityValueAlgorithm", "SHA_256");
    var answer = ask(key, "encrypt", question);
    var vector = bytes(answer, "initializationVector");
    var tag = bytes(answer, "authenticationTag");
    var outer = bytes(answer, "ciphertext");
    var more = answer.has("ciphertextMetadata") ? bytes(answer, "ciphertextMetadata") : new byte[0];
    var integrity = sha256(aad, more, vector, outer, tag);
    if ((vector.length != 12 && vector.length != 16)
        || tag.length != TAG
        || outer.length != inner.length
        || more.length > LONGEST_METADATA
        || !MessageDigest.isEqual(integrity, bytes(answer, "ciphertextDataIntegrityValue"))) {
      throw XksProblem.UNINTERPRETABLE.inUse();
    }
    var out = new ByteArrayOutputStream(outer.length + 128);
    out.writeBytes(head);
    out.write(vector.length);
    out.writeBytes(vector);
    out.write(more.length);
    out.writeBytes(more);
    out.writeBytes(tag);
    out.writeBytes(outer);
    return out.toByteArray();
  }

  private static byte[] head(KeyRecord key) {
    return new Envelope(key.accountId(), key.keyId(), NO_MATERIAL).header();
  }

  /** The proxy learns of an encryption context no more than whether it is the same. */
  private static byte[] aad(byte[] head, Map<String, String> context) {
    var digest = sha256(EncryptionContext.encode(context));
    var aad = Arrays.copyOf(head, head.length + digest.length);
    System.arraycopy(digest, 0, aad, head.length, digest.length);
    return aad;
  }

  // Decryption

  private KeyBackend.Decrypted decryptTwice(
      KeyRecord key, Map<String, String> context, byte[] ciphertext, ObjectNode metadata) {
    var head = requireOf(key, ciphertext);
    var question = question(metadata, aad(head, context));
    int length = parse(ciphertext, question);
    var inner = bytes(ask(key, "decrypt", question), "plaintext");
    if (inner.length != length) {
      throw XksProblem.UNINTERPRETABLE.inUse();
    }
    var opened = materials.decrypt(key, context, inner);
    return new KeyBackend.Decrypted(opened.plaintext(), opened.materialId());
  }

  private static byte[] requireOf(KeyRecord key, byte[] ciphertext) {
    try {
      var named = Envelope.of(ciphertext);
      if (!named.keyId().equals(key.keyId()) || !named.accountId().equals(key.accountId())) {
        throw KmsErrors.incorrectKey();
      }
    } catch (CryptographyException e) {
      throw KmsErrors.invalidCiphertext();
    }
    var head = head(key);
    if (!Arrays.equals(head, Arrays.copyOf(ciphertext, head.length))) {
      throw KmsErrors.invalidCiphertext();
    }
    return head;
  }

  /** Puts the parts of a ciphertext into the question; returns how long the innermost is. */
  private static int parse(byte[] ciphertext, ObjectNode question) {
    var in = ByteBuffer.wrap(ciphertext, Envelope.HEADER, ciphertext.length - Envelope.HEADER);
    try {
      question.put("initializationVector", base64(take(in, in.get())));
      var more = take(in, in.get());
      if (more.length > 0) {
        question.put("ciphertextMetadata", base64(more));
      }
      question.put("authenticationTag", base64(take(in, TAG)));
      int length = in.remaining();
      question.put("ciphertext", base64(take(in, length)));
      return length;
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw KmsErrors.invalidCiphertext();
    }
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    var part = new byte[length];
    in.get(part);
    return part;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] bytes(JsonNode answer, String name) {
    try {
      return Base64.getDecoder().decode(answer.path(name).asString(""));
    } catch (IllegalArgumentException e) {
      throw XksProblem.UNINTERPRETABLE.inUse();
    }
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
