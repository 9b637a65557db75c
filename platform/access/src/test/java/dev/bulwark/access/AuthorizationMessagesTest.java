package dev.bulwark.access;

import static dev.bulwark.access.Authorizations.EC2;
import static dev.bulwark.access.Authorizations.IAM;
import static dev.bulwark.access.Authorizations.as;
import static dev.bulwark.access.Fixture.ACCOUNT;
import static dev.bulwark.access.Fixture.ALICE;
import static dev.bulwark.access.Fixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.Context;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.state.Sealer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What EC2's denials carry, and who can read it. */
class AuthorizationMessagesTest {
  private static final String MARK = ". Encoded authorization failure message: ";
  private static final String INSTANCE = "arn:aws:ec2:us-west-2:123456789012:instance/*";

  private final AuthorizationMessages messages = new AuthorizationMessages(Sealer.ephemeral());

  private String refusal(
      Authorizations policies, Principal principal, ServiceInfo service, Context keys) {
    var target =
        new AuthorizationTarget("ec2:RunInstances", INSTANCE, ACCOUNT, null, false, Map.of(), keys);
    try {
      policies.authorizer(messages).authorize(as(principal), service, target);
      throw new AssertionError("allowed");
    } catch (ApiException e) {
      return e.getMessage();
    }
  }

  private String encoded(Authorizations policies, Principal principal, Context keys) {
    var refusal = refusal(policies, principal, EC2, keys);
    assertThat(refusal).contains(MARK);
    return refusal.substring(refusal.indexOf(MARK) + MARK.length());
  }

  private JsonNode decoded(Authorizations policies, Principal principal, Context keys) {
    return JsonMapper.shared()
        .readTree(messages.decode(encoded(policies, principal, keys), ACCOUNT).orElseThrow());
  }

  @Test
  void onlyEc2sDenialsCarryThem() {
    assertThat(refusal(new Authorizations(), ALICE, EC2, Context.EMPTY))
        .startsWith(
            "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/alice is not"
                + " authorized to perform: ec2:RunInstances on resource: "
                + INSTANCE
                + " because no identity-based policy allows the ec2:RunInstances action"
                + MARK);
    assertThat(refusal(new Authorizations(), ALICE, IAM, Context.EMPTY)).doesNotContain("Encoded");
  }

  @Test
  void tellWhoAskedForWhatUnderWhichConditions() {
    var keys = Context.builder().put("ec2:InstanceType", "t3.micro").build();
    var message = decoded(new Authorizations(), ALICE, keys);
    assertThat(message.get("allowed").asBoolean()).isFalse();
    assertThat(message.get("explicitDeny").asBoolean()).isFalse();
    assertThat(message.at("/matchedStatements/items")).isEmpty();
    assertThat(message.at("/failures/items")).isEmpty();
    var context = message.get("context");
    assertThat(context.get("principal").toString())
        .isEqualTo(
            "{\"id\":\"AIDACKCEVSQ6C2EXAMPLE\",\"name\":\"alice\",\"arn\":\"arn:aws:iam::123456789012:user/alice\"}");
    assertThat(context.get("action").asString()).isEqualTo("ec2:RunInstances");
    assertThat(context.get("resource").asString()).isEqualTo(INSTANCE);
    assertThat(context.at("/conditions/items").valueStream().map(JsonNode::toString))
        .contains(
            "{\"key\":\"ec2:instancetype\",\"values\":{\"items\":[{\"value\":\"t3.micro\"}]}}",
            "{\"key\":\"aws:SourceIp\",\"values\":{\"items\":[{\"value\":\"203.0.113.7\"}]}}");
  }

  @Test
  void tellTheStatementThatDenied() {
    var role =
        Principal.AssumedRole.of(
            ACCOUNT, "dev", "/", "AROAEXAMPLE", "ana", SessionContext.of(NOW.minusSeconds(9)));
    var policies =
        new Authorizations()
            .allow(
                "{'Sid':'NoBig','Effect':'Deny','Action':['ec2:RunInstances','ec2:StartInstances'],'Resource':'*',"
                    + "'Condition':{'StringNotEquals':{'ec2:InstanceType':['t3.micro','t3.small']}}}");
    var message = decoded(policies, role, Context.EMPTY);
    assertThat(message.get("explicitDeny").asBoolean()).isTrue();
    assertThat(message.at("/matchedStatements/items").toString())
        .isEqualTo(
            "[{\"statementId\":\"NoBig\",\"effect\":\"DENY\",\"principals\":{\"items\":[{\"value\":\"AROAEXAMPLE\"}]},"
                + "\"principalGroups\":{\"items\":[]},\"actions\":{\"items\":[{\"value\":\"ec2:RunInstances\"},"
                + "{\"value\":\"ec2:StartInstances\"}]},\"resources\":{\"items\":[{\"value\":\"*\"}]},\"conditions\":"
                + "{\"items\":[{\"key\":\"ec2:InstanceType\",\"values\":{\"items\":[{\"value\":\"t3.micro\"},"
                + "{\"value\":\"t3.small\"}]}}]}}]");
    assertThat(message.at("/context/principal").toString())
        .isEqualTo(
            "{\"id\":\"AROAEXAMPLE:ana\",\"arn\":\"arn:aws:sts::123456789012:assumed-role/dev/ana\"}");
  }

  @Test
  void canBeReadInTheCallersAccountOnlyAndNotBeChanged() {
    var encoded = encoded(new Authorizations(), ALICE, Context.EMPTY);
    assertThat(encoded).matches("[A-Za-z0-9_-]+");
    assertThat(messages.decode(encoded, ACCOUNT)).isPresent();
    assertThat(messages.decode(encoded, "210987654321")).isEmpty();
    assertThat(new AuthorizationMessages(Sealer.ephemeral()).decode(encoded, ACCOUNT)).isEmpty();
    var bytes = Base64.getUrlDecoder().decode(encoded);
    for (int at : new int[] {0, 1, 2, 20, bytes.length - 1}) {
      var changed = bytes.clone();
      changed[at] ^= 1;
      assertThat(messages.decode(Base64.getUrlEncoder().encodeToString(changed), ACCOUNT))
          .isEmpty();
    }
    for (var garbage : List.of("", "x", "%%%", "\u00e9", encoded.substring(5), encoded + "AAAA")) {
      assertThat(messages.decode(garbage, ACCOUNT)).as(garbage).isEmpty();
    }
  }

  @Test
  void stayBelowWhatDecodeAuthorizationMessageTakes() {
    var keys = Context.builder();
    IntStream.range(0, 2_000).forEach(i -> keys.put("ec2:Key" + i * 7919L, "v" + i * 104_729L));
    var encoded = encoded(new Authorizations(), ALICE, keys.build());
    assertThat(encoded).hasSizeLessThanOrEqualTo(10_240);
    var message = messages.decode(encoded, ACCOUNT).orElseThrow();
    assertThat(message).contains("\"conditions\":{\"items\":[]}", "\"ec2:RunInstances\"");
  }
}
