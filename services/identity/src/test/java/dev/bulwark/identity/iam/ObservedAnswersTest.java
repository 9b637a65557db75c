package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.ListPoliciesRequest;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.Policy;
import software.amazon.awssdk.services.iam.model.PolicyUsageType;
import software.amazon.awssdk.services.iam.model.Tag;

/** Answers that were observed at AWS's IAM where its documentation says less, or something else. */
final class ObservedAnswersTest {
  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NumericEquals | 01                        | true
          NumericEquals | NaN                       | false
          Bool          | yes                       | true
          Null          | yes                       | true
          DateEquals    | not-a-date                | false
          ArnLike       | not-an-arn                | false
          ArnLike       | arn:aws:iam::*            | true
          ArnLike       | ${aws:PrincipalArn}       | true
          BinaryEquals  | no-binary                 | false
          IpAddress     | not-an-ip                 | false
          IpAddress     | 192.0.2.5/24              | true
          IpAddress     | 192.000.002.0/+24         | true
          IpAddress     | 192.0.2.0/33              | false
          IpAddress     | ::/0                      | true
          IpAddress     | 2001:DB8::/064            | true
          IpAddress     | 2001:db8::1               | true
          IpAddress     | 2001:db8::4/127           | true
          IpAddress     | 2001:db8::5/127           | false
          IpAddress     | 2001:db8::5/64            | false
          IpAddress     | 2001:db8::1/0             | false
          IpAddress     | ::ffff:c000:200/120       | true
          IpAddress     | ::ffff:192.0.2.0/120      | false
          IpAddress     | ::ffff:192.0.2.1          | false
          IpAddress     | 2001:db8::192.0.2.0/120   | false
          NotIpAddress  | 2001:db8::/129            | false
          """)
  void storesThePoliciesWhoseConditionsCanBeUsed(String operator, String value, boolean stored) {
    iam.createUser(r -> r.userName("ada"));
    var document =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iam:TagUser\","
            + "\"Resource\":\"*\",\"Condition\":{\""
            + operator
            + "\":{\"aws:RequestTag/value\":\""
            + value
            + "\"}}}}";
    if (stored) {
      iam.putUserPolicy(r -> r.userName("ada").policyName("p").policyDocument(document));
    } else {
      assertThatThrownBy(
              () ->
                  iam.putUserPolicy(
                      r -> r.userName("ada").policyName("p").policyDocument(document)))
          .isInstanceOf(MalformedPolicyDocumentException.class);
      assertThat(iam.listUserPolicies(r -> r.userName("ada")).policyNames()).isEmpty();
    }
  }

  @Test
  void keysWithSeveralValuesNeedASetOperator() {
    var ada = lab.user("ada");
    iam.createUser(r -> r.userName("bob"));
    allowTagging("StringEquals");
    assertThatThrownBy(() -> ada.tagUser(r -> r.userName("bob").tags(tag("team", "x"))))
        .isInstanceOfSatisfying(
            IamException.class, e -> assertThat(code(e)).isEqualTo("AccessDenied"));
    allowTagging("StringNotEquals");
    assertThatThrownBy(() -> ada.tagUser(r -> r.userName("bob").tags(tag("env", "x"))))
        .isInstanceOfSatisfying(
            IamException.class, e -> assertThat(code(e)).isEqualTo("AccessDenied"));
    allowTagging("ForAllValues:StringEquals");
    ada.tagUser(r -> r.userName("bob").tags(tag("team", "x")));
  }

  private void allowTagging(String operator) {
    iam.putUserPolicy(
        r ->
            r.userName("ada")
                .policyName("p")
                .policyDocument(
                    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iam:TagUser\","
                        + "\"Resource\":\"*\",\"Condition\":{\""
                        + operator
                        + "\":{\"aws:TagKeys\":\"team\"}}}}"));
  }

  private static String code(IamException e) {
    return e.awsErrorDetails().errorCode();
  }

  @Test
  void usageCountsWhereAttachedPoliciesAreAskedFor() {
    var attached = policy("attached");
    var both = policy("both");
    var boundary = policy("boundary");
    policy("unused");
    iam.createGroup(r -> r.groupName("g"));
    iam.createUser(r -> r.userName("ada").permissionsBoundary(boundary));
    iam.createRole(
        r -> r.roleName("r").assumeRolePolicyDocument(Lab.trust("*")).permissionsBoundary(both));
    iam.attachGroupPolicy(r -> r.groupName("g").policyArn(attached));
    iam.attachGroupPolicy(r -> r.groupName("g").policyArn(both));
    for (var usage : PolicyUsageType.knownValues()) {
      assertThat(listed(r -> r.policyUsageFilter(usage)))
          .containsExactly("attached", "both", "boundary", "unused");
    }
    assertThat(listed(r -> r.onlyAttached(true))).containsExactly("attached", "both", "boundary");
    assertThat(
            listed(r -> r.onlyAttached(true).policyUsageFilter(PolicyUsageType.PERMISSIONS_POLICY)))
        .containsExactly("attached", "both");
    assertThat(
            listed(
                r -> r.onlyAttached(true).policyUsageFilter(PolicyUsageType.PERMISSIONS_BOUNDARY)))
        .containsExactly("both", "boundary");
  }

  private String policy(String name) {
    return iam.createPolicy(
            r -> r.policyName(name).path("/observed/").policyDocument(Lab.ALLOW_ALL))
        .policy()
        .arn();
  }

  private List<String> listed(Consumer<ListPoliciesRequest.Builder> filter) {
    return iam
        .listPolicies(
            r -> {
              r.pathPrefix("/observed/");
              filter.accept(r);
            })
        .policies()
        .stream()
        .map(Policy::policyName)
        .toList();
  }

  @Test
  void inlinePoliciesKeepTheirFirstNameAndAnswerToAny() {
    iam.createUser(r -> r.userName("ada"));
    iam.putUserPolicy(
        r -> r.userName("ada").policyName("MixedName").policyDocument(Lab.allow("s3:*", "*")));
    var second = Lab.allow("sqs:*", "*");
    iam.putUserPolicy(r -> r.userName("ada").policyName("MIXEDNAME").policyDocument(second));
    assertThat(iam.listUserPolicies(r -> r.userName("ada")).policyNames())
        .containsExactly("MixedName");
    var found = iam.getUserPolicy(r -> r.userName("ada").policyName("MIXEDNAME"));
    assertThat(found.policyName()).isEqualTo("MIXEDNAME");
    assertThat(Lab.decoded(found.policyDocument())).isEqualTo(second);
    iam.deleteUserPolicy(r -> r.userName("ada").policyName("mixedname"));
    assertThat(iam.listUserPolicies(r -> r.userName("ada")).policyNames()).isEmpty();
  }

  @Test
  void aBoundaryCanBeTakenAwayOnce() {
    var boundary = policy("boundary");
    iam.createUser(r -> r.userName("ada").permissionsBoundary(boundary));
    iam.createRole(r -> r.roleName("r").assumeRolePolicyDocument(Lab.trust("*")));
    iam.deleteUserPermissionsBoundary(r -> r.userName("ada"));
    assertThatThrownBy(() -> iam.deleteUserPermissionsBoundary(r -> r.userName("ada")))
        .isInstanceOf(NoSuchEntityException.class);
    assertThatThrownBy(() -> iam.deleteRolePermissionsBoundary(r -> r.roleName("r")))
        .isInstanceOf(NoSuchEntityException.class);
  }

  @Test
  void tagKeysOfProvidersDifferByCase() {
    var arn =
        iam.createOpenIDConnectProvider(
                r -> r.url("https://idp.example.com").thumbprintList("a".repeat(40)))
            .openIDConnectProviderArn();
    iam.tagOpenIDConnectProvider(
        r -> r.openIDConnectProviderArn(arn).tags(tag("Team", "first"), tag("team", "second")));
    iam.untagOpenIDConnectProvider(r -> r.openIDConnectProviderArn(arn).tagKeys("TEAM"));
    iam.tagOpenIDConnectProvider(r -> r.openIDConnectProviderArn(arn).tags(tag("team", "updated")));
    assertThat(tagsOf(arn)).containsExactly(tag("Team", "first"), tag("team", "updated"));
    iam.untagOpenIDConnectProvider(r -> r.openIDConnectProviderArn(arn).tagKeys("Team"));
    assertThat(tagsOf(arn)).containsExactly(tag("team", "updated"));
    assertThatThrownBy(
            () ->
                iam.tagOpenIDConnectProvider(r -> r.openIDConnectProviderArn(arn).tags(List.of())))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () ->
                iam.untagOpenIDConnectProvider(
                    r -> r.openIDConnectProviderArn(arn).tagKeys(List.of())))
        .isInstanceOf(InvalidInputException.class);
    assertThat(tagsOf(arn)).containsExactly(tag("team", "updated"));
  }

  private List<Tag> tagsOf(String providerArn) {
    return iam.listOpenIDConnectProviderTags(r -> r.openIDConnectProviderArn(providerArn)).tags();
  }

  @Test
  void nothingIsNoTag() {
    iam.createUser(r -> r.userName("ada"));
    assertThat(
            catchThrowableOfType(
                    IamException.class, () -> iam.tagUser(r -> r.userName("ada").tags(List.of())))
                .awsErrorDetails()
                .errorCode())
        .isEqualTo("InvalidInput");
  }
}
