package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.MANAGEMENT;
import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams.Attribute;
import dev.bulwark.events.EventStreams.Query;
import dev.bulwark.identity.iam.Authenticator;
import dev.bulwark.identity.iam.ConsolePasswords.Result;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/** What an account can do with roles and keys of another, and what each learns of that. */
final class ForeignRolesTest {
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Sid":"%s","Effect":"Allow","Action":"sts:AssumeRole",
        "Principal":{"AWS":"%s"},"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}""";

  private final World world = World.withOrganization();
  private final String member = world.account("app");
  private final AwsCredentials bob = world.user("bob", World.ALLOW_ALL);

  @AfterEach
  void close() {
    world.close();
  }

  private IamClient members() {
    return world.iam(world.administrator(member));
  }

  private String role(String sid, String principal) {
    return members()
        .createRole(
            r -> r.roleName("Reader").assumeRolePolicyDocument(TRUST.formatted(sid, principal)))
        .role()
        .arn();
  }

  private Authenticator phone() {
    var device =
        world.iam.createVirtualMFADevice(r -> r.virtualMFADeviceName("bob")).virtualMFADevice();
    var phone = new Authenticator(device.base32StringSeed().asUtf8String());
    var now = world.clock.instant();
    world.iam.enableMFADevice(
        r ->
            r.userName("bob")
                .serialNumber(device.serialNumber())
                .authenticationCode1(phone.code(now.minus(Authenticator.STEP)))
                .authenticationCode2(phone.code(now)));
    world.clock.advance(Authenticator.STEP);
    return phone;
  }

  private AssumeRoleResponse assume(String role, String code) {
    return world
        .client(StsClient.builder(), bob)
        .assumeRole(
            r ->
                r.roleArn(role)
                    .roleSessionName("bob")
                    .serialNumber("arn:aws:iam::" + MANAGEMENT + ":mfa/bob")
                    .tokenCode(code));
  }

  private List<ApiCall> events(String account, String name) {
    world.events.flush();
    var query =
        new Query(account, "us-east-1", Attribute.EVENT_NAME, name, Instant.EPOCH, Instant.MAX);
    return world.events.lookup(query, null, 20).calls();
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  @Test
  void aRoleOfAnotherAccountCanAskForASecondFactor() {
    var phone = phone();
    var role = role("WithMfa", "arn:aws:iam::" + MANAGEMENT + ":root");
    assertThat(error(() -> world.assume(bob, role))).startsWith("AccessDenied");
    var code = phone.code(world.clock.instant());
    var wrong = phone.wrongCode(world.clock.instant());
    assertThat(error(() -> assume(role, wrong))).startsWith("AccessDenied");

    var session = assume(role, code);

    assertThat(session.assumedRoleUser().arn()).startsWith("arn:aws:sts::" + member + ":");
    assertThat(error(() -> assume(role, code))).startsWith("AccessDenied");

    var own =
        events(MANAGEMENT, "AssumeRole").stream()
            .filter(event -> text(event.record()).contains(session.credentials().accessKeyId()))
            .findFirst()
            .orElseThrow();
    var theirs =
        events(member, "AssumeRole").stream()
            .filter(event -> text(event.record()).contains(session.credentials().accessKeyId()))
            .findFirst()
            .orElseThrow();
    for (var event : List.of(own, theirs)) {
      assertThat(text(event.record()))
          .contains("\"resources\":[{\"accountId\":\"" + member + "\"")
          .doesNotContain(code)
          .doesNotContain(session.credentials().sessionToken())
          .doesNotContain(session.credentials().secretAccessKey());
    }
    assertThat(own.decisions()).isNotEmpty();
    assertThat(theirs.decisions()).isEmpty();
    assertThat(events(MANAGEMENT, "EnableMFADevice"))
        .singleElement()
        .satisfies(
            event ->
                assertThat(text(event.record()))
                    .contains("\"serialNumber\":")
                    .doesNotContain("authenticationCode1"));
  }

  @Test
  void whoIsRefusedDoesNotLearnWhomTheRoleTrusts() {
    var role = role("TrustsItsOwn", "arn:aws:iam::" + member + ":root");
    assertThat(error(() -> world.assume(bob, role))).startsWith("AccessDenied");

    var refused =
        events(MANAGEMENT, "AssumeRole").stream()
            .filter(event -> text(event.record()).contains(role))
            .findFirst()
            .orElseThrow();

    assertThat(text(refused.decisions())).contains("IDENTITY_BASED").doesNotContain("TrustsItsOwn");
  }

  @Test
  void aRefusalDoesNotTellWhoseAKeyOfAnotherAccountIs() {
    var inside = members();
    inside.createUser(r -> r.userName("secretive"));
    var key = inside.createAccessKey(r -> r.userName("secretive")).accessKey().accessKeyId();
    var eve = world.iam(world.user("eve", World.document(World.allow("iam:GetUser"))));
    assertThat(error(() -> eve.getAccessKeyLastUsed(r -> r.accessKeyId(key))))
        .startsWith("AccessDenied")
        .doesNotContain("secretive");
    assertThat(error(() -> world.iam(bob).getAccessKeyLastUsed(r -> r.accessKeyId(key))))
        .doesNotContain("secretive");
  }

  @Test
  void nobodyGetsIntoAClosedAccount() {
    var role = "arn:aws:iam::" + member + ":role/OrganizationAccountAccessRole";
    var inside = members();
    inside.createUser(r -> r.userName("ann"));
    inside.createLoginProfile(r -> r.userName("ann").password("Correct-horse1"));
    world.assume(bob, role);
    assertThat(signIn()).isEqualTo(Result.SIGNED_IN);

    world.organizations.closeAccount(r -> r.accountId(member));

    assertThat(error(() -> world.assume(bob, role)))
        .isEqualTo(
            "AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized to perform: sts:AssumeRole on"
                + " resource: "
                + role
                + " because no role trust policy allows the sts:AssumeRole action");
    assertThat(signIn()).isEqualTo(Result.WRONG);
    assertThat(error(inside::listUsers)).startsWith("InvalidClientTokenId");
  }

  private Result signIn() {
    var http =
        new HttpRequest(
            "POST", "/_bulwark/sign-in", "", new HttpHeaders(), Body.empty(), "203.0.113.7", true);
    return world
        .identity
        .signIn(world.events, world.clock)
        .user(http, member, "ann", "Correct-horse1", null, false)
        .result();
  }
}
