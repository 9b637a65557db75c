package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.RecipientInfo;
import dev.bulwark.cryptography.AttestationDocument;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Enclaves that get answers which they alone can read. What is attested of them is for policies to
 * see.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/services-nitro-enclaves.html">How
 *     AWS Nitro Enclaves uses AWS KMS</a>
 */
final class Recipients {
  private static final String REGISTER = "kms:RecipientAttestation:PCR";
  private static final String IMAGE = "kms:RecipientAttestation:ImageSha384";

  private final AttestationRoots roots;

  Recipients(AttestationRoots roots) {
    this.roots = roots;
  }

  /**
   * Adds the condition keys of a recipient, where a request names one. The call's event tells of
   * it.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException where nothing is proven of it
   */
  KeyContext describe(KeyContext context, @Nullable RecipientInfo recipient, Caller caller) {
    if (recipient != null) {
      var proven = proven(recipient, caller.time());
      if (caller instanceof Call call) {
        EventDetails.tellRecipient(call, proven);
      }
      proven
          .registers()
          .forEach(
              (number, value) -> {
                context.put(REGISTER + number, value);
                if (number == 0) {
                  context.put(IMAGE, value);
                }
              });
    }
    return context;
  }

  private AttestationDocument proven(RecipientInfo recipient, Instant now) {
    if (roots.certificates().isEmpty()) {
      throw KmsErrors.recipient();
    }
    if (recipient.keyEncryptionAlgorithm() == null || recipient.attestationDocument() == null) {
      throw KmsErrors.validation(
          "Recipient requires a KeyEncryptionAlgorithm and an AttestationDocument.");
    }
    try {
      return AttestationDocument.verify(recipient.attestationDocument(), roots.certificates(), now);
    } catch (AttestationDocument.InvalidException e) {
      throw KmsErrors.attestation(e);
    }
  }

  /** Encrypts an answer for its recipient, and forgets it. */
  byte[] seal(RecipientInfo recipient, byte[] plaintext, Instant now) {
    try {
      return proven(recipient, now).seal(plaintext);
    } catch (AttestationDocument.InvalidException e) {
      throw KmsErrors.attestation(e);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }
}
