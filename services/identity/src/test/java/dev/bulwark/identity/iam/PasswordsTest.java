package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PasswordsTest {
  /**
   * Made by Python: hashlib.pbkdf2_hmac('sha512', b'Correct-horse1', b'0123456789abcdef', 1000,
   * 32).
   */
  static final String PBKDF2_OF_CORRECT_HORSE =
      "pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg==$bA3WY/LzrN0QvejMEMHMFCCqXO6+KleQFDlaxPJygsc=";

  /** By the reference implementation: argon2 with -id -t 2 -k 65536 -p 1 -l 32, salt somesalt. */
  @Test
  void hashesAreThoseOfTheStandard() {
    var hash =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(Passwords.matches("password", hash)).isTrue();
    assertThat(Passwords.matches("Password", hash)).isFalse();
  }

  @Test
  void aHashFitsItsPasswordAlone() {
    var passwords = new Passwords(1_000);
    var hash = passwords.hash("Correct-horse1");
    assertThat(hash).startsWith("$argon2id$v=19$m=1000,t=2,p=1$");
    assertThat(Passwords.matches("Correct-horse1", hash)).isTrue();
    assertThat(Passwords.matches("Correct-horse2", hash)).isFalse();
    assertThat(passwords.hash("Correct-horse1")).isNotEqualTo(hash);
    assertThat(passwords.isOutdated(hash)).isFalse();
    assertThat(new Passwords().isOutdated(hash)).isTrue();
  }

  /**
   * Made by Python: hashlib.pbkdf2_hmac('sha512', b'Correct-horse1', b'0123456789abcdef', 1000,
   * 32).
   */
  @Test
  void hashesOfEarlierVersionsAreUnderstood() {
    var hash = PBKDF2_OF_CORRECT_HORSE;
    assertThat(Passwords.matches("Correct-horse1", hash)).isTrue();
    assertThat(Passwords.matches("correct-horse1", hash)).isFalse();
    assertThat(new Passwords(1_000).isOutdated(hash)).isTrue();
  }
}
