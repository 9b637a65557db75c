package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TotpTest {
  private static final byte[] SEED = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  /** RFC 6238, appendix B: the last six of the eight digits there. */
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void codesAreThoseOfTheStandard(long seconds, String code) {
    assertThat(Totp.code(SEED, Totp.step(Instant.ofEpochSecond(seconds)))).isEqualTo(code);
  }

  @Test
  void aPairIsFoundOnlyWhereOneCodeFollowsTheOther() {
    var first = Totp.code(SEED, 100);
    var second = Totp.code(SEED, 101);
    assertThat(Totp.findPair(SEED, first, second, 90, 110)).hasValue(101);
    assertThat(Totp.findPair(SEED, second, first, 90, 110)).isEmpty();
    assertThat(Totp.findPair(SEED, first, first, 90, 110)).isEmpty();
    assertThat(Totp.findPair(SEED, first, second, 101, 110)).isEmpty();
    assertThat(Totp.find(SEED, second, 99, 101)).hasValue(101);
    assertThat(Totp.find(SEED, second, 99, 100)).isEmpty();
  }

  /** RFC 4648, section 10, without the padding. */
  @ParameterizedTest
  @CsvSource({
    "f, MY",
    "fo, MZXQ",
    "foo, MZXW6",
    "foob, MZXW6YQ",
    "fooba, MZXW6YTB",
    "foobar, MZXW6YTBOI"
  })
  void seedsAreWrittenInBase32(String text, String encoded) {
    assertThat(Base32.encode(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(encoded);
  }
}
