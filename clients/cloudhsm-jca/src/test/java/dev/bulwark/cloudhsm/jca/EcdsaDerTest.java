package dev.bulwark.cloudhsm.jca;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EcdsaDerTest {
  @Test
  void numbersAreShortAndPositive() {
    assertThat(HexFormat.of().formatHex(EcdsaDer.encode(new byte[] {0, 1, (byte) 0x80, 0})))
        .isEqualTo("3008020101020300" + "8000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void theJdkTakesIt(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    var pair = generator.generateKeyPair();
    for (int i = 0; i < 20; i++) {
      var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(pair.getPrivate());
      signer.update((byte) i);
      var verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(pair.getPublic());
      verifier.update((byte) i);
      assertThat(verifier.verify(EcdsaDer.encode(signer.sign()))).isTrue();
    }
  }
}
