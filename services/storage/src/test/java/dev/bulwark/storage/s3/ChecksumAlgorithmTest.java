package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ChecksumAlgorithmTest {
  /** The check values of the catalogues of CRCs, and of FIPS 180-4. */
  @ParameterizedTest
  @CsvSource({
    "CRC32, 123456789, cbf43926",
    "CRC32C, 123456789, e3069283",
    "CRC64NVME, 123456789, ae8b14860a799888",
    "SHA1, abc, a9993e364706816aba3e25717850c26c9cd0d89d",
    "SHA256, abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  })
  void givesPublishedValues(ChecksumAlgorithm algorithm, String text, String expected) {
    assertThat(HexFormat.of().formatHex(algorithm.of(text.getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = ChecksumAlgorithm.class,
      names = {"CRC32", "CRC32C", "CRC64NVME"})
  void combines(ChecksumAlgorithm algorithm) {
    var random = new Random(3);
    for (int i = 0; i < 200; i++) {
      var whole = new byte[1 + random.nextInt(20_000)];
      random.nextBytes(whole);
      int cut = random.nextInt(whole.length + 1);
      var first = algorithm.of(Arrays.copyOf(whole, cut));
      var second = algorithm.of(Arrays.copyOfRange(whole, cut, whole.length));
      assertThat(algorithm.combine(first, second, whole.length - cut))
          .isEqualTo(algorithm.of(whole));
    }
  }

  @Test
  void readsOnlyChecksumsOfItsLength() {
    assertThat(ChecksumAlgorithm.CRC32.parse("AAAAAA==")).hasSize(4);
    assertThat(ChecksumAlgorithm.CRC32.parse("AAAA")).isNull();
    assertThat(ChecksumAlgorithm.CRC32.parse("not base64")).isNull();
  }
}
