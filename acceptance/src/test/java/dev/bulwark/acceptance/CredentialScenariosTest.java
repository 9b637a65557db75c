package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.PasswordPolicyViolationException;
import software.amazon.awssdk.services.iam.model.ReportStateType;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Passwords, second factors and the report about both: scenarios S16 and S17. */
@Timeout(120)
class CredentialScenariosTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String WITH_MFA =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*",
       "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}""";

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir Path folder;
  private RunningServer server;
  private IamClient iam;
  private Instant now = Instant.now();

  @BeforeEach
  void start() {
    server = RunningServer.start("--data", folder.toString(), "--lab");
    iam = server.client(IamClient.builder(), RunningServer.ROOT);
  }

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  private HttpResponse<String> post(String route, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(server.endpoint().resolve("/_bulwark/" + route))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void advance(Duration by) throws IOException, InterruptedException {
    var answer = post("clock", "{\"advance\":\"%s\"}".formatted(by));
    now = Instant.parse(JSON.readTree(answer.body()).get("now").stringValue());
  }

  private AwsBasicCredentials user(String name) {
    iam.createUser(r -> r.userName(name));
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  private IamClient iam(AwsCredentials credentials) {
    return server.client(IamClient.builder(), credentials);
  }

  /** The status of a sign-in and, where there is one, its error. */
  private String signIn(String fields) throws IOException, InterruptedException {
    var answer =
        post("sign-in", "{\"account\":\"%s\",%s}".formatted(RunningServer.ACCOUNT, fields));
    var error = JSON.readTree(answer.body()).get("error");
    return answer.statusCode() + (error == null ? "" : " " + error.stringValue());
  }

  private AwsSessionCredentials signedIn(String body) throws IOException, InterruptedException {
    var answer = post("sign-in", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var json = JSON.readTree(answer.body());
    return AwsSessionCredentials.create(
        json.get("AccessKeyId").stringValue(),
        json.get("SecretAccessKey").stringValue(),
        json.get("SessionToken").stringValue());
  }

  @Test
  void s16ThePasswordPolicyHoldsWhereverAPasswordIsSet() throws Exception {
    iam.updateAccountPasswordPolicy(
        r ->
            r.minimumPasswordLength(14)
                .requireSymbols(true)
                .requireNumbers(true)
                .requireUppercaseCharacters(true)
                .requireLowercaseCharacters(true)
                .maxPasswordAge(90)
                .passwordReusePrevention(24)
                .allowUsersToChangePassword(true));
    user("ann");
    assertThatThrownBy(() -> iam.createLoginProfile(r -> r.userName("ann").password("Too-short-1")))
        .isInstanceOf(PasswordPolicyViolationException.class);
    iam.createLoginProfile(
        r -> r.userName("ann").password("Given-by-admin-1").passwordResetRequired(true));
    var given = "\"user\":\"ann\",\"password\":\"Given-by-admin-1\"";
    assertThat(signIn(given)).isEqualTo("403 PasswordChangeRequired");
    assertThat(signIn(given + ",\"newPassword\":\"short\""))
        .isEqualTo("403 PasswordPolicyViolation");
    assertThat(signIn(given + ",\"newPassword\":\"Given-by-admin-1\""))
        .isEqualTo("403 PasswordPolicyViolation");
    assertThat(signIn(given + ",\"newPassword\":\"Chosen-by-ann-2\"")).isEqualTo("200");
    assertThat(signIn(given)).isEqualTo("403 AuthenticationFailed");
    var chosen = "\"user\":\"ann\",\"password\":\"Chosen-by-ann-2\"";
    assertThat(signIn(chosen)).isEqualTo("200");
    advance(Duration.ofDays(91));
    assertThat(signIn(chosen)).isEqualTo("403 PasswordChangeRequired");
    iam.updateAccountPasswordPolicy(r -> r.maxPasswordAge(90).hardExpiry(true));
    assertThat(signIn(chosen)).isEqualTo("403 PasswordExpired");
  }

  @Test
  void s16APolicyThatAsksForASecondFactorDeniesWithoutAndAllowsWithOne() throws Exception {
    var key = user("bob");
    iam.putUserPolicy(r -> r.userName("bob").policyName("mfa").policyDocument(WITH_MFA));
    iam.createLoginProfile(r -> r.userName("bob").password("Correct-horse1"));
    var device = iam.createVirtualMFADevice(r -> r.virtualMFADeviceName("bob")).virtualMFADevice();
    var phone = new Phone(device.base32StringSeed().asUtf8String());
    advance(Duration.ZERO);
    iam.enableMFADevice(
        r ->
            r.userName("bob")
                .serialNumber(device.serialNumber())
                .authenticationCode1(phone.code(now.minusSeconds(30)))
                .authenticationCode2(phone.code(now)));
    assertThatThrownBy(() -> iam(key).listUsers())
        .isInstanceOfSatisfying(
            IamException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"));
    var sts = server.client(StsClient.builder(), key);
    assertThatThrownBy(
            () ->
                sts.getSessionToken(
                    r ->
                        r.serialNumber(device.serialNumber())
                            .tokenCode(phone.code(now.minusSeconds(30)))))
        .isInstanceOfSatisfying(
            StsException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"));
    advance(Duration.ofSeconds(60));
    var session =
        sts.getSessionToken(r -> r.serialNumber(device.serialNumber()).tokenCode(phone.code(now)))
            .credentials();
    var withMfa =
        AwsSessionCredentials.create(
            session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
    assertThat(iam(withMfa).listUsers().users()).isNotEmpty();

    assertThat(signIn("\"user\":\"bob\",\"password\":\"Correct-horse1\""))
        .isEqualTo("401 MfaCodeRequired");
    advance(Duration.ofSeconds(60));
    var console =
        signedIn(
            "{\"account\":\"%s\",\"user\":\"bob\",\"password\":\"Correct-horse1\",\"mfaCode\":\"%s\"}"
                .formatted(RunningServer.ACCOUNT, phone.code(now)));
    assertThat(iam(console).listUsers().users()).isNotEmpty();
    assertThat(
            server
                .client(CloudTrailClient.builder(), RunningServer.ROOT)
                .lookupEvents(
                    r ->
                        r.lookupAttributes(
                            a ->
                                a.attributeKey(LookupAttributeKey.ACCESS_KEY_ID)
                                    .attributeValue(console.accessKeyId())))
                .events()
                .getFirst()
                .cloudTrailEvent())
        .contains("\"sessionCredentialFromConsole\":\"true\"");
  }

  @Test
  void s17TheCredentialReportIsTrue() throws Exception {
    var key = user("bob");
    iam.createLoginProfile(r -> r.userName("bob").password("Correct-horse1"));
    server.client(StsClient.builder(), key).getCallerIdentity();
    user("idle");
    assertThat(signIn("\"user\":\"bob\",\"password\":\"wrong\""))
        .isEqualTo("403 AuthenticationFailed");
    var before = report();
    assertThat(before.get("bob"))
        .containsEntry("password_enabled", "true")
        .containsEntry("password_last_used", "no_information")
        .containsEntry("mfa_active", "false")
        .containsEntry("access_key_1_active", "true")
        .containsEntry("access_key_1_last_used_service", "sts")
        .containsEntry("access_key_2_active", "false");
    assertThat(before.get("idle"))
        .containsEntry("password_enabled", "false")
        .containsEntry("access_key_1_last_used_date", "N/A");
    assertThat(before.get("<root_account>")).containsEntry("access_key_1_last_used_service", "iam");
    advance(Duration.ofHours(5));
    assertThat(signIn("\"user\":\"bob\",\"password\":\"Correct-horse1\"")).isEqualTo("200");
    var after = report().get("bob");
    assertThat(after.get("password_last_used")).isEqualTo(passwordLastUsed("bob").toString());
  }

  private Instant passwordLastUsed(String user) {
    return iam.getUser(r -> r.userName(user)).user().passwordLastUsed();
  }

  private Map<String, Map<String, String>> report() {
    while (iam.generateCredentialReport().state() != ReportStateType.COMPLETE) {
      Thread.onSpinWait();
    }
    var lines = iam.getCredentialReport().content().asUtf8String().split("\n");
    var columns = lines[0].split(",");
    var report = new HashMap<String, Map<String, String>>();
    for (var line : Arrays.asList(lines).subList(1, lines.length)) {
      var cells = line.split(",");
      var row = new HashMap<String, String>();
      for (int i = 0; i < cells.length; i++) {
        row.put(columns[i], cells[i]);
      }
      report.put(cells[0], row);
    }
    return report;
  }

  @Test
  void theRootUserSignsInWithTheOwnPasswordAndThatIsRecorded() throws Exception {
    assertThat(
            post("root-password", "{\"email\":\"r@example.com\",\"password\":\"x\"}").statusCode())
        .isEqualTo(403);
    for (var bad : new String[] {"", "{", "[]", "{\"email\":7}", "x".repeat(5000)}) {
      assertThat(post("sign-in", bad).statusCode()).as(bad).isEqualTo(400);
      assertThat(post("root-password", bad).statusCode()).as(bad).isEqualTo(403);
    }
    var set =
        RunningServer.commandReading(
            "Correct-horse1\n",
            "root-password",
            "--email",
            "root@example.com",
            "--data",
            folder.toString());
    assertThat(set.printed()).contains("The root user signs in as root@example.com now.");
    var wrong = post("sign-in", "{\"email\":\"root@example.com\",\"password\":\"wrong\"}");
    assertThat(wrong.statusCode()).isEqualTo(403);
    assertThat(wrong.body()).contains("Your authentication information is incorrect");
    var root = signedIn("{\"email\":\"root@example.com\",\"password\":\"Correct-horse1\"}");
    assertThat(server.client(StsClient.builder(), root).getCallerIdentity().arn())
        .isEqualTo("arn:aws:iam::%s:root".formatted(RunningServer.ACCOUNT));
    assertThat(iam(root).listUsers().users()).isEmpty();

    var trail = server.client(CloudTrailClient.builder(), RunningServer.ROOT);
    var logins = new HashMap<String, JsonNode>();
    while (logins.size() < 2) {
      trail
          .lookupEvents(
              r ->
                  r.lookupAttributes(
                      a ->
                          a.attributeKey(LookupAttributeKey.EVENT_NAME)
                              .attributeValue("ConsoleLogin")))
          .events()
          .forEach(
              e -> {
                var record = JSON.readTree(e.cloudTrailEvent());
                logins.put(
                    record.get("responseElements").get("ConsoleLogin").stringValue(), record);
              });
    }
    var login = logins.get("Success");
    assertThat(login.get("userIdentity").get("type").stringValue()).isEqualTo("Root");
    assertThat(login.get("eventType").stringValue()).isEqualTo("AwsConsoleSignIn");
    assertThat(login.get("eventSource").stringValue()).isEqualTo("signin.amazonaws.com");
    assertThat(login.get("additionalEventData").get("MFAUsed").stringValue()).isEqualTo("No");
    assertThat(logins.get("Failure").get("errorMessage").stringValue())
        .isEqualTo("Failed authentication");
  }

  @Test
  void aRootSessionLetsTheMailOfAMemberAccountChooseTheRootUsersPassword() throws Exception {
    var organizations = server.client(OrganizationsClient.builder(), RunningServer.ROOT);
    organizations.createOrganization(r -> {});
    var request = organizations.createAccount(r -> r.accountName("app").email("app@example.com"));
    var member =
        organizations
            .describeCreateAccountStatus(
                r -> r.createAccountRequestId(request.createAccountStatus().id()))
            .createAccountStatus()
            .accountId();
    organizations.enableAWSServiceAccess(r -> r.servicePrincipal("iam.amazonaws.com"));
    iam.enableOrganizationsRootSessions(r -> {});
    var admin = user("admin");
    iam.attachUserPolicy(
        r -> r.userName("admin").policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
    recover("{\"email\":\"app@example.com\"}", 200);
    var session =
        server
            .client(StsClient.builder(), admin)
            .assumeRoot(
                r ->
                    r.targetPrincipal(member)
                        .taskPolicyArn(
                            t ->
                                t.arn(
                                    "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword")))
            .credentials();
    iam(AwsSessionCredentials.create(
            session.accessKeyId(), session.secretAccessKey(), session.sessionToken()))
        .createLoginProfile(r -> {});
    assertThat(folder.resolve("outbox")).doesNotExist();

    recover("{\"email\":\"app@example.com\"}", 200);
    recover("{\"email\":\"nobody@example.com\"}", 200);
    var code = code();

    var reset = "{\"email\":\"app@example.com\",\"code\":\"%s\",\"password\":\"%s\"}";
    recover(reset.formatted("wrong", "Correct-horse1"), 403);
    recover(reset.formatted(code, "short"), 400);
    recover(reset.formatted(code, "Correct-horse1"), 200);
    recover(reset.formatted(code, "Correct-horse2"), 403);
    var root = signedIn("{\"email\":\"app@example.com\",\"password\":\"Correct-horse1\"}");
    assertThat(server.client(StsClient.builder(), root).getCallerIdentity().arn())
        .isEqualTo("arn:aws:iam::%s:root".formatted(member));
  }

  private void recover(String body, int status) throws IOException, InterruptedException {
    var answer = post("root-recovery", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  /** What the only mail says, once it is there. */
  private String code() throws IOException {
    while (true) {
      var outbox = folder.resolve("outbox");
      if (Files.isDirectory(outbox)) {
        try (var mails = Files.list(outbox)) {
          var mail = mails.findFirst();
          var found =
              mail.isEmpty()
                  ? null
                  : Pattern.compile("is ([0-9a-z]{24})\\.").matcher(Files.readString(mail.get()));
          if (found != null && found.find()) {
            return found.group(1);
          }
        }
      }
      Thread.onSpinWait();
    }
  }
}
