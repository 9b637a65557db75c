package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

/**
 * Makes, rotates, imports and deletes keys one after the other, and remembers what was
 * acknowledged, until the server dies.
 */
final class CrashKeys {
  private static final SdkBytes PLAINTEXT = SdkBytes.fromUtf8String("attack at dawn");

  private final Random random;
  private final List<Key> keys = new ArrayList<>();
  private int acknowledged;

  /** What is known of a key; {@code unsure} while a change of it is not acknowledged. */
  private static final class Key {
    final String arn;
    final byte[] material;
    final List<SdkBytes> ciphertexts = new ArrayList<>();
    boolean usable = true;
    boolean leaving;
    boolean unsure;
    int rotations;

    Key(String arn, byte[] material) {
      this.arn = arn;
      this.material = material;
    }

    boolean imported() {
      return material.length > 0;
    }
  }

  CrashKeys(long seed) {
    random = new Random(seed);
  }

  int acknowledged() {
    return acknowledged;
  }

  void workUntilItDies(KmsClient kms, CountDownLatch acknowledgements) {
    try {
      while (true) {
        step(kms);
        acknowledged++;
        acknowledgements.countDown();
      }
    } catch (SdkClientException e) {
      // It is dead, as it should be.
    } catch (KmsException e) {
      if (e.statusCode() < 500) {
        throw e;
      }
    }
  }

  private void step(KmsClient kms) throws SdkClientException {
    var known = keys.stream().filter(key -> key.usable && !key.leaving && !key.unsure).toList();
    if (known.size() < 2) {
      make(kms, random.nextInt(3) == 0);
      return;
    }
    var key = known.get(random.nextInt(known.size()));
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> make(kms, random.nextInt(3) == 0);
      case 3, 4 -> rotate(kms, key);
      case 5 -> lose(kms, key);
      case 6 -> leave(kms, key);
      default -> encrypt(kms, key);
    }
  }

  private void encrypt(KmsClient kms, Key key) {
    key.ciphertexts.add(kms.encrypt(r -> r.keyId(key.arn).plaintext(PLAINTEXT)).ciphertextBlob());
  }

  private void make(KmsClient kms, boolean imported) {
    var material = new byte[imported ? 32 : 0];
    random.nextBytes(material);
    var arn = kms.createKey(r -> r.origin(imported ? "EXTERNAL" : "AWS_KMS")).keyMetadata().arn();
    var key = new Key(arn, material);
    if (imported) {
      importMaterial(kms, key);
    }
    encrypt(kms, key);
    keys.add(key);
  }

  private static void importMaterial(KmsClient kms, Key key) {
    var parameters =
        kms.getParametersForImport(
            r ->
                r.keyId(key.arn)
                    .wrappingAlgorithm("RSAES_OAEP_SHA_256")
                    .wrappingKeySpec("RSA_2048"));
    var sealed = wrapped(parameters.publicKey().asByteArray(), key.material);
    kms.importKeyMaterial(
        r ->
            r.keyId(key.arn)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(sealed)
                .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE"));
  }

  private static SdkBytes wrapped(byte[] publicKey, byte[] material) {
    try {
      var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(publicKey)),
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      return SdkBytes.fromByteArray(cipher.doFinal(material));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void rotate(KmsClient kms, Key key) {
    if (key.imported() || key.rotations == 20) {
      encrypt(kms, key);
      return;
    }
    key.rotations++;
    kms.rotateKeyOnDemand(r -> r.keyId(key.arn));
    encrypt(kms, key);
  }

  private void lose(KmsClient kms, Key key) {
    if (!key.imported()) {
      encrypt(kms, key);
      return;
    }
    key.unsure = true;
    kms.deleteImportedKeyMaterial(r -> r.keyId(key.arn));
    key.usable = false;
    key.unsure = false;
  }

  private void leave(KmsClient kms, Key key) {
    key.unsure = true;
    kms.scheduleKeyDeletion(r -> r.keyId(key.arn).pendingWindowInDays(7));
    key.leaving = true;
    key.unsure = false;
  }

  /** What was acknowledged is so; what was not is one way or the other. */
  void verify(KmsClient kms) {
    for (var key : keys) {
      var state = kms.describeKey(r -> r.keyId(key.arn)).keyMetadata().keyStateAsString();
      if (key.unsure) {
        key.leaving = state.equals("PendingDeletion");
        key.usable = !state.equals("PendingImport");
        key.unsure = false;
      }
      assertThat(state)
          .as(key.arn)
          .isEqualTo(key.leaving ? "PendingDeletion" : key.usable ? "Enabled" : "PendingImport");
      if (key.leaving) {
        continue;
      }
      if (!key.usable) {
        importMaterial(kms, key);
        key.usable = true;
      }
      for (var ciphertext : key.ciphertexts) {
        assertThat(kms.decrypt(r -> r.ciphertextBlob(ciphertext)).plaintext()).isEqualTo(PLAINTEXT);
      }
    }
  }
}
