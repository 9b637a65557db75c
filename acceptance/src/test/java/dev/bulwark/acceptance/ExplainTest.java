package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** {@code bulwark explain}, and scenario S13: the policy simulator. */
class ExplainTest {
  private static final String ADA = "arn:aws:iam::123456789012:user/ada";

  @TempDir Path data;
  private RunningServer server;
  private IamClient root;
  private IamClient ada;

  @BeforeEach
  void start() {
    server = RunningServer.start("--data", data.toString());
    root = server.client(IamClient.builder(), RunningServer.ROOT);
    root.createUser(r -> r.userName("ada"));
    var key = root.createAccessKey(r -> r.userName("ada")).accessKey();
    ada =
        server.client(
            IamClient.builder(),
            AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void allow(String statements) {
    root.putUserPolicy(
        r ->
            r.userName("ada")
                .policyName("rules")
                .policyDocument("{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}"));
  }

  private String eventOf(String name) {
    var trail = server.client(CloudTrailClient.builder(), RunningServer.ROOT);
    return trail
        .lookupEvents(
            r ->
                r.lookupAttributes(
                    a -> a.attributeKey(LookupAttributeKey.EVENT_NAME).attributeValue(name)))
        .events()
        .stream()
        .map(Event::eventId)
        .findFirst()
        .orElseThrow();
  }

  private String explain(String... arguments) {
    var all = new String[arguments.length + 3];
    all[0] = "explain";
    all[1] = "--data";
    all[2] = data.toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    var ended = RunningServer.command(all);
    assertThat(ended.status()).as(ended.printed()).isZero();
    return ended.printed();
  }

  @Test
  void tellsWhatWasMissingAndWhatHasChangedSince() {
    allow(
        "{\"Sid\":\"WithMfa\",\"Effect\":\"Allow\",\"Action\":\"iam:ListUsers\",\"Resource\":\"*\","
            + "\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}}}");
    assertThatThrownBy(() -> ada.listUsers()).isInstanceOf(IamException.class);
    var id = eventOf("ListUsers");
    assertThat(explain(id))
        .contains(
            "The call was denied: AccessDenied",
            "denied: the identity-based policies do not allow it",
            "keys that the request lacks: aws:MultiFactorAuthPresent",
            "- Allow iam:ListUsers on arn:aws:iam::123456789012:user/ in an identity-based policy of "
                + ADA
                + ". Nearest is statement 1 (WithMfa) of rules, which wants aws:MultiFactorAuthPresent Bool true,"
                + " and the request had no such key.",
            "The policies of the caller are the same today.");
    allow("{\"Effect\":\"Allow\",\"Action\":\"iam:*\",\"Resource\":\"*\"}");
    assertThat(explain(id))
        .contains(
            "denied: the identity-based policies do not allow it",
            "statement 1 (WithMfa) of rules",
            "Changed since the call: the identity-based policies.",
            "today it would be allowed");
    ada.listUsers();
    assertThat(explain(eventOf("ListUsers"), "--json"))
        .contains(
            "\"verdict\" : \"allowed\"",
            "\"outcome\" : \"ALLOW\"",
            "\"policy\" : \"rules\"",
            "\"changes\" : [ ]");
  }

  @Test
  void namesTheDenyThatHasToGo() {
    allow(
        "{\"Effect\":\"Allow\",\"Action\":\"iam:*\",\"Resource\":\"*\"},"
            + "{\"Sid\":\"Never\",\"Effect\":\"Deny\",\"Action\":\"iam:ListRoles\",\"Resource\":\"*\"}");
    assertThatThrownBy(() -> ada.listRoles()).isInstanceOf(IamException.class);
    assertThat(explain(eventOf("ListRoles")))
        .contains(
            "denied by statement 2 (Never) of rules in the identity-based policies",
            "- Take statement 2 (Never) out of rules, or narrow it");
  }

  @Test
  void answersOnlyWhoMayKnow() throws IOException, InterruptedException {
    assertThatThrownBy(() -> ada.listUsers()).isInstanceOf(IamException.class);
    var id = eventOf("ListUsers");
    var unsigned =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.endpoint().resolve("/_bulwark/explain/" + id))
                    .timeout(Duration.ofSeconds(30))
                    .build(),
                BodyHandlers.ofString());
    assertThat(unsigned.statusCode()).isBetween(400, 403);
    assertThat(unsigned.body()).contains("MissingAuthenticationToken").doesNotContain("ada");

    var unknown = RunningServer.command("explain", "--data", data.toString(), eventOfNobody(id));
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.printed()).contains("The account has no event");
    var malformed = RunningServer.command("explain", "--data", data.toString(), "latest");
    assertThat(malformed.status()).isEqualTo(1);
    assertThat(malformed.printed()).contains("an event id is a UUID, not latest");
  }

  private static String eventOfNobody(String id) {
    return id.substring(0, 24) + "000000000000";
  }

  @Test
  void s13SimulatesWhatARoleMay() {
    var key = "arn:aws:s3:::reports/march.csv";
    root.createRole(
        r ->
            r.roleName("reader")
                .assumeRolePolicyDocument(
                    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\""
                        + ADA
                        + "\"},\"Action\":\"sts:AssumeRole\"}}"));
    var role = "arn:aws:iam::123456789012:role/reader";
    assertThat(simulate(role, key)).isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
    root.putRolePolicy(
        r ->
            r.roleName("reader")
                .policyName("read")
                .policyDocument(
                    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::reports/*\"}}"));
    assertThat(simulate(role, key)).isEqualTo(PolicyEvaluationDecisionType.ALLOWED);
    assertThat(simulate(role, "arn:aws:s3:::secrets/march.csv"))
        .isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
  }

  private PolicyEvaluationDecisionType simulate(String role, String resource) {
    return root.simulatePrincipalPolicy(
            r -> r.policySourceArn(role).actionNames("s3:GetObject").resourceArns(resource))
        .evaluationResults()
        .getFirst()
        .evalDecision();
  }
}
