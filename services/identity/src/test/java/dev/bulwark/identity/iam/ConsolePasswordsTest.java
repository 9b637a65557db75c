package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.Principal;
import dev.bulwark.identity.iam.ConsolePasswords.Outcome;
import dev.bulwark.identity.iam.ConsolePasswords.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;

final class ConsolePasswordsTest {
  private static final String RIGHT = "Correct-horse1";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();
  private final ConsolePasswords passwords = lab.iam.consolePasswords();

  @BeforeEach
  void makeBob() {
    iam.createUser(r -> r.userName("Bob"));
    iam.createLoginProfile(r -> r.userName("Bob").password(RIGHT));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private Outcome signIn(String account, String user, String password, @Nullable String code) {
    return passwords.user(account, user, password, code, false, "203.0.113.7", lab.clock.instant());
  }

  private Result result(String password) {
    return signIn(Lab.ACCOUNT, "bob", password, null).result();
  }

  @Test
  void accountNameAndPasswordHaveToBeRight() {
    var outcome = signIn(Lab.ACCOUNT, "bob", RIGHT, null);
    assertThat(outcome.result()).isEqualTo(Result.SIGNED_IN);
    assertThat(outcome.principal()).isInstanceOf(Principal.IamUser.class);
    assertThat(outcome.withCode()).isFalse();
    assertThat(result("correct-horse1")).isEqualTo(Result.WRONG);
    assertThat(signIn(Lab.ACCOUNT, "Ann", RIGHT, null))
        .isEqualTo(new Outcome(Result.WRONG, Lab.ACCOUNT, null, false));
    assertThat(signIn("nobody", "Bob", RIGHT, null))
        .isEqualTo(new Outcome(Result.WRONG, null, null, false));
    assertThat(signIn("acme", "Bob", RIGHT, null).result()).isEqualTo(Result.WRONG);
    iam.createAccountAlias(r -> r.accountAlias("acme"));
    assertThat(signIn("acme", "Bob", RIGHT, null).result()).isEqualTo(Result.SIGNED_IN);
    iam.deleteLoginProfile(r -> r.userName("Bob"));
    assertThat(result(RIGHT)).isEqualTo(Result.WRONG);
  }

  @Test
  void aPasswordExpires() {
    iam.updateAccountPasswordPolicy(r -> r.maxPasswordAge(90));
    lab.clock.advance(Duration.ofDays(89));
    assertThat(result(RIGHT)).isEqualTo(Result.SIGNED_IN);
    lab.clock.advance(Duration.ofDays(2));
    assertThat(result(RIGHT)).isEqualTo(Result.MUST_CHANGE);
    assertThat(
            passwords
                .user(Lab.ACCOUNT, "Bob", RIGHT, null, true, "203.0.113.7", lab.clock.instant())
                .result())
        .isEqualTo(Result.MAY_CHANGE);
    assertThat(result("wrong")).isEqualTo(Result.WRONG);
    iam.updateAccountPasswordPolicy(r -> r.maxPasswordAge(90).hardExpiry(true));
    assertThat(result(RIGHT)).isEqualTo(Result.EXPIRED);
    iam.updateLoginProfile(r -> r.userName("Bob").password("Battery-staple2"));
    assertThat(result("Battery-staple2")).isEqualTo(Result.SIGNED_IN);
  }

  @Test
  void aPasswordThatWasGivenHasToBeChanged() {
    iam.updateLoginProfile(r -> r.userName("Bob").passwordResetRequired(true));
    assertThat(result(RIGHT)).isEqualTo(Result.MUST_CHANGE);
  }

  @Test
  void whoHasASecondFactorNeedsIt() {
    var device = iam.createVirtualMFADevice(r -> r.virtualMFADeviceName("bob")).virtualMFADevice();
    var phone = new Authenticator(device.base32StringSeed().asUtf8String());
    var now = lab.clock.instant();
    iam.enableMFADevice(
        r ->
            r.userName("Bob")
                .serialNumber(device.serialNumber())
                .authenticationCode1(phone.code(now.minus(Authenticator.STEP)))
                .authenticationCode2(phone.code(now)));
    assertThat(result(RIGHT)).isEqualTo(Result.NEEDS_CODE);
    assertThat(result("wrong")).isEqualTo(Result.WRONG);
    lab.clock.advance(Authenticator.STEP);
    var code = phone.code(lab.clock.instant());
    assertThat(signIn(Lab.ACCOUNT, "Bob", "wrong", code).result()).isEqualTo(Result.WRONG);
    var outcome = signIn(Lab.ACCOUNT, "Bob", RIGHT, code);
    assertThat(outcome.result()).isEqualTo(Result.SIGNED_IN);
    assertThat(outcome.withCode()).isTrue();
    assertThat(signIn(Lab.ACCOUNT, "Bob", RIGHT, code).result()).isEqualTo(Result.WRONG);
  }

  @Test
  void guessingIsSlowedDown() {
    for (int i = 0; i < 6; i++) {
      assertThat(result("guess" + i)).isEqualTo(Result.WRONG);
    }
    assertThat(result(RIGHT)).isEqualTo(Result.TOO_MANY_ATTEMPTS);
    lab.clock.advance(Duration.ofSeconds(6));
    assertThat(result(RIGHT)).isEqualTo(Result.SIGNED_IN);
    for (int i = 0; i < 51; i++) {
      signIn(Lab.ACCOUNT, "nobody" + i, "guess", null);
    }
    assertThat(result(RIGHT)).isEqualTo(Result.TOO_MANY_ATTEMPTS);
  }

  @Test
  void theRightPasswordOfOneDoesNotMakeUpForGuessesAtOthers() {
    for (int i = 0; i < 51; i++) {
      if (i % 10 == 0) {
        assertThat(result(RIGHT)).isEqualTo(Result.SIGNED_IN);
      }
      assertThat(signIn(Lab.ACCOUNT, "nobody" + i, "guess", null).result()).isEqualTo(Result.WRONG);
    }
    assertThat(result(RIGHT)).isEqualTo(Result.TOO_MANY_ATTEMPTS);
    assertThat(signIn(Lab.ACCOUNT, "nobody", "guess", null).result())
        .isEqualTo(Result.TOO_MANY_ATTEMPTS);
    lab.clock.advance(Duration.ofSeconds(6));
    assertThat(result(RIGHT)).isEqualTo(Result.SIGNED_IN);
    assertThat(signIn(Lab.ACCOUNT, "nobody", "guess", null).result()).isEqualTo(Result.WRONG);
    lab.clock.advance(Duration.ofSeconds(6));
    assertThat(result(RIGHT)).isEqualTo(Result.TOO_MANY_ATTEMPTS);
    lab.clock.advance(Duration.ofDays(2));
    assertThat(signIn(Lab.ACCOUNT, "nobody", "guess", null).result()).isEqualTo(Result.WRONG);
    assertThat(result(RIGHT)).isEqualTo(Result.SIGNED_IN);
  }

  @Test
  void aHashOfAnEarlierVersionIsRenewed() {
    var id = iam.getUser(r -> r.userName("Bob")).user().userId();
    var old =
        new LoginProfileRecord(
            Lab.ACCOUNT,
            id,
            Instant.EPOCH,
            false,
            PasswordsTest.PBKDF2_OF_CORRECT_HORSE,
            List.of(),
            lab.clock.instant());
    lab.store.run(tx -> lab.tables.loginProfiles().put(tx, id, old));
    assertThat(result("wrong")).isEqualTo(Result.WRONG);
    assertThat(lab.tables.loginProfiles().get(id)).isEqualTo(old);
    assertThat(result(RIGHT)).isEqualTo(Result.SIGNED_IN);
    assertThat(lab.tables.loginProfiles().get(id).password()).startsWith("$argon2id$");
    assertThat(result(RIGHT)).isEqualTo(Result.SIGNED_IN);
  }

  @Test
  void theRootUserHasNoPasswordUntilOneIsSet() {
    var now = lab.clock.instant();
    assertThat(passwords.root("root@example.com", "", null, "203.0.113.7", now).result())
        .isEqualTo(Result.WRONG);
    assertThatThrownBy(() -> passwords.setRoot(Lab.ACCOUNT, "root@example.com", "short", now))
        .hasMessage("Password should have a minimum length of 8");
    assertThatThrownBy(() -> passwords.setRoot(Lab.ACCOUNT, "root", RIGHT, now))
        .hasMessageContaining("e-mail");
    passwords.setRoot(Lab.ACCOUNT, "Root@example.com", RIGHT, now);
    assertThat(passwords.root("root@EXAMPLE.com", RIGHT, null, "203.0.113.7", now))
        .isEqualTo(
            new Outcome(
                Result.SIGNED_IN, Lab.ACCOUNT, new Principal.AccountRoot(Lab.ACCOUNT), false));
    assertThat(passwords.root("root@example.com", "wrong", null, "203.0.113.7", now).result())
        .isEqualTo(Result.WRONG);
    assertThatThrownBy(() -> passwords.setRoot("111122223333", "root@example.com", RIGHT, now))
        .hasMessageContaining("another account");
  }
}
