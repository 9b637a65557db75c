package dev.bulwark.identity.sts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.identity.iam.Authenticator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MfaSessionTest {
  private static final String INVALID =
      "403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. ";
  private static final String WITH_MFA =
      """
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"},
          "NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}}]}""";

  private final Installation bulwark = new Installation();

  @AfterEach
  void close() {
    bulwark.close();
  }

  /** A device that is somebody's, and the phone to it. */
  private record Device(String serialNumber, Authenticator phone) {}

  private Device device(String user) {
    var made = bulwark.root().iam("CreateVirtualMFADevice", "VirtualMFADeviceName", user).ok();
    var seed =
        new String(
            Base64.getDecoder().decode(made.text("Base32StringSeed")), StandardCharsets.US_ASCII);
    var device = new Device(made.text("SerialNumber"), new Authenticator(seed));
    var now = bulwark.clock.instant();
    bulwark
        .root()
        .iam(
            "EnableMFADevice",
            "UserName",
            user,
            "SerialNumber",
            device.serialNumber(),
            "AuthenticationCode1",
            device.phone().code(now.minus(Authenticator.STEP)),
            "AuthenticationCode2",
            device.phone().code(now))
        .ok();
    bulwark.clock.advance(Authenticator.STEP);
    return device;
  }

  private String code(Device device) {
    return device.phone().code(bulwark.clock.instant());
  }

  private Installation.Answer sessionToken(Installation.Client client, Device device, String code) {
    return client.sts("GetSessionToken", "SerialNumber", device.serialNumber(), "TokenCode", code);
  }

  @Test
  void aPolicyThatAsksForASecondFactorHoldsForSessionsWithOne() {
    var bob = bulwark.user("Bob");
    bulwark.allowUser("Bob", "mfa", WITH_MFA);
    var device = device("Bob");
    assertThat(bob.iam("ListUsers").error()).startsWith("403 AccessDenied");
    assertThat(bob.sts("GetSessionToken").client().iam("ListUsers").error())
        .startsWith("403 InvalidClientTokenId");
    var session = sessionToken(bob, device, code(device)).client();
    assertThat(session.iam("ListUsers").status).isEqualTo(200);
    bulwark.clock.advance(Duration.ofMinutes(6));
    assertThat(session.iam("ListUsers").error()).startsWith("403 AccessDenied");
  }

  @Test
  void aCodeIsGoodOnceAndForAWhile() {
    var bob = bulwark.user("Bob");
    var device = device("Bob");
    var code = code(device);
    assertThat(sessionToken(bob, device, code).status).isEqualTo(200);
    assertThat(sessionToken(bob, device, code).error()).isEqualTo(INVALID);
    bulwark.clock.advance(Duration.ofMinutes(10));
    var late = device.phone().code(bulwark.clock.instant().minus(Duration.ofMinutes(2)));
    assertThat(sessionToken(bob, device, late).error()).isEqualTo(INVALID);
    var early = device.phone().code(bulwark.clock.instant().minus(Authenticator.STEP));
    assertThat(sessionToken(bob, device, early).status).isEqualTo(200);
  }

  @Test
  void whatIsNotTheCallersIsRefused() {
    var bob = bulwark.user("Bob");
    var ann = bulwark.user("Ann");
    var device = device("Bob");
    assertThat(sessionToken(ann, device, code(device)).error())
        .isEqualTo(
            "403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify"
                + " your MFA serial number is valid and associated with this user.");
    assertThat(bob.sts("GetSessionToken", "SerialNumber", device.serialNumber()).error())
        .isEqualTo(
            "403 AccessDenied: MultiFactorAuthentication failed, must provide both MFA serial number and"
                + " one time pass code.");
    var wrong = device.phone().wrongCode(bulwark.clock.instant());
    assertThat(sessionToken(bob, device, wrong).error()).isEqualTo(INVALID);
    assertThat(sessionToken(bob, device, code(device)).status).isEqualTo(200);
  }

  @Test
  void aTrustPolicyCanAskForASecondFactor() {
    var bob = bulwark.user("Bob");
    var device = device("Bob");
    var role =
        bulwark.role(
            "Admin",
            Installation.trust(
                Installation.userArn("Bob"),
                "\"sts:AssumeRole\"",
                "{\"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}}"));
    bulwark
        .root()
        .iam("PutRolePolicy", "RoleName", "Admin", "PolicyName", "mfa", "PolicyDocument", WITH_MFA)
        .ok();
    assertThat(bob.assume(role).error()).startsWith("403 AccessDenied");
    var session =
        bob.assume(role, "SerialNumber", device.serialNumber(), "TokenCode", code(device)).client();
    assertThat(session.iam("ListUsers").status).isEqualTo(200);
  }

  @Test
  void guessingCodesIsSlowedDown() {
    var bob = bulwark.user("Bob");
    var device = device("Bob");
    var wrong = device.phone().wrongCode(bulwark.clock.instant());
    for (int i = 0; i < 11; i++) {
      assertThat(sessionToken(bob, device, wrong).error()).isEqualTo(INVALID);
    }
    assertThat(sessionToken(bob, device, code(device)).error()).isEqualTo(INVALID);
    bulwark.clock.advance(Duration.ofMinutes(1));
    assertThat(sessionToken(bob, device, code(device)).status).isEqualTo(200);
  }
}
