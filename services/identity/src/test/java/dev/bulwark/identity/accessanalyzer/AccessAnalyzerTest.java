package dev.bulwark.identity.accessanalyzer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.accessanalyzer.AccessAnalyzerClient;
import software.amazon.awssdk.services.accessanalyzer.model.AccessAnalyzerException;
import software.amazon.awssdk.services.accessanalyzer.model.AccessCheckPolicyType;
import software.amazon.awssdk.services.accessanalyzer.model.AccessCheckResourceType;
import software.amazon.awssdk.services.accessanalyzer.model.CheckNoNewAccessResult;
import software.amazon.awssdk.services.accessanalyzer.model.CheckNoPublicAccessResult;
import software.amazon.awssdk.services.accessanalyzer.model.Configuration;
import software.amazon.awssdk.services.accessanalyzer.model.ConflictException;
import software.amazon.awssdk.services.accessanalyzer.model.Criterion;
import software.amazon.awssdk.services.accessanalyzer.model.FindingChangeType;
import software.amazon.awssdk.services.accessanalyzer.model.FindingStatus;
import software.amazon.awssdk.services.accessanalyzer.model.FindingStatusUpdate;
import software.amazon.awssdk.services.accessanalyzer.model.FindingSummary;
import software.amazon.awssdk.services.accessanalyzer.model.FindingSummaryV2;
import software.amazon.awssdk.services.accessanalyzer.model.FindingType;
import software.amazon.awssdk.services.accessanalyzer.model.GetGeneratedPolicyResponse;
import software.amazon.awssdk.services.accessanalyzer.model.InvalidParameterException;
import software.amazon.awssdk.services.accessanalyzer.model.JobStatus;
import software.amazon.awssdk.services.accessanalyzer.model.PolicyType;
import software.amazon.awssdk.services.accessanalyzer.model.ResourceNotFoundException;
import software.amazon.awssdk.services.accessanalyzer.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.accessanalyzer.model.Type;
import software.amazon.awssdk.services.accessanalyzer.model.ValidationException;

class AccessAnalyzerTest {
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"sts:AssumeRole"}]}""";
  private static final String ALLOW =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"*"}]}""";

  private final Lab lab = new Lab();
  private final AccessAnalyzerClient client = lab.analyzer();

  @AfterEach
  void close() {
    lab.close();
  }

  private String analyzer(Type type) {
    return client.createAnalyzer(r -> r.analyzerName("a").type(type)).arn();
  }

  private void role(String name, String principal) {
    lab.iam()
        .createRole(r -> r.roleName(name).assumeRolePolicyDocument(TRUST.formatted(principal)));
  }

  private void trust(String name, String principal) {
    lab.iam()
        .updateAssumeRolePolicy(r -> r.roleName(name).policyDocument(TRUST.formatted(principal)));
  }

  private List<FindingSummary> findings(String arn) {
    return client.listFindings(r -> r.analyzerArn(arn)).findings();
  }

  @Test
  void aFindingFollowsTheTrustPolicyThatMakesIt() {
    role("before", Lab.OTHER);
    var arn = analyzer(Type.ACCOUNT);
    assertThat(findings(arn))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.principal()).isEqualTo(Map.of("AWS", Lab.OTHER));
              assertThat(finding.action()).containsExactly("sts:AssumeRole");
              assertThat(finding.status()).isEqualTo(FindingStatus.ACTIVE);
              assertThat(finding.isPublic()).isFalse();
              assertThat(finding.resource()).endsWith(":role/before");
            });
    var id = findings(arn).getFirst().id();
    trust("before", Lab.ACCOUNT);
    assertThat(client.getFinding(r -> r.analyzerArn(arn).id(id)).finding().status())
        .isEqualTo(FindingStatus.RESOLVED);
    trust("before", Lab.OTHER);
    assertThat(client.getFinding(r -> r.analyzerArn(arn).id(id)).finding().status())
        .isEqualTo(FindingStatus.ACTIVE);
    role("public", "*");
    assertThat(findings(arn)).filteredOn(FindingSummary::isPublic).hasSize(1);
    assertThat(
            client
                .listFindings(r -> r.analyzerArn(arn).filter(Map.of("isPublic", is("true"))))
                .findings())
        .hasSize(1);
    var statistics =
        client.getFindingsStatistics(r -> r.analyzerArn(arn)).findingsStatistics().getFirst();
    assertThat(statistics.externalAccessFindingsStatistics().totalActiveFindings()).isEqualTo(2);
    lab.iam().deleteRole(r -> r.roleName("public"));
    assertThat(findings(arn))
        .filteredOn(finding -> finding.status() == FindingStatus.ACTIVE)
        .hasSize(1);
  }

  private static Criterion is(String value) {
    return Criterion.builder().eq(value).build();
  }

  @Test
  void archiveRulesAndPeopleArchiveFindings() {
    var arn = analyzer(Type.ACCOUNT);
    client.createArchiveRule(
        r ->
            r.analyzerName("a").ruleName("partner").filter(Map.of("principal.AWS", is(Lab.OTHER))));
    role("partner", Lab.OTHER);
    role("stranger", "777788889999");
    assertThat(findings(arn))
        .extracting(FindingSummary::status)
        .containsExactlyInAnyOrder(FindingStatus.ARCHIVED, FindingStatus.ACTIVE);
    var active =
        findings(arn).stream()
            .filter(f -> f.status() == FindingStatus.ACTIVE)
            .findFirst()
            .orElseThrow();
    client.updateFindings(
        r -> r.analyzerArn(arn).ids(active.id()).status(FindingStatusUpdate.ARCHIVED));
    assertThat(findings(arn))
        .allSatisfy(f -> assertThat(f.status()).isEqualTo(FindingStatus.ARCHIVED));
    assertThatThrownBy(
            () ->
                client.createArchiveRule(
                    r -> r.analyzerName("a").ruleName("x").filter(Map.of("colour", is("red")))))
        .isInstanceOf(ValidationException.class);
    assertThatThrownBy(() -> client.getArchiveRule(r -> r.analyzerName("a").ruleName("none")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void analyzersAreNamedOnceAndSeenByThoseWhoMay() {
    analyzer(Type.ACCOUNT);
    assertThatThrownBy(() -> analyzer(Type.ACCOUNT)).isInstanceOf(ConflictException.class);
    assertThatThrownBy(
            () -> client.createAnalyzer(r -> r.analyzerName("o").type(Type.ORGANIZATION)))
        .isInstanceOf(ValidationException.class);
    lab.iam().createUser(r -> r.userName("u"));
    var key = lab.iam().createAccessKey(r -> r.userName("u")).accessKey();
    assertThatThrownBy(() -> lab.analyzer(key).getAnalyzer(r -> r.analyzerName("a")))
        .isInstanceOf(AccessAnalyzerException.class)
        .hasMessageContaining("access-analyzer:GetAnalyzer");
    client.deleteAnalyzer(r -> r.analyzerName("a"));
    assertThatThrownBy(() -> client.getAnalyzer(r -> r.analyzerName("a")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void whatIsNotUsedIsFoundWhenTimeGoesBy() {
    var arn =
        client
            .createAnalyzer(
                r ->
                    r.analyzerName("a")
                        .type(Type.ACCOUNT_UNUSED_ACCESS)
                        .configuration(c -> c.unusedAccess(u -> u.unusedAccessAge(30))))
            .arn();
    role("idle", Lab.ACCOUNT);
    lab.iam().createUser(r -> r.userName("u"));
    lab.iam()
        .putUserPolicy(
            r ->
                r.userName("u")
                    .policyName("p")
                    .policyDocument(
                        ALLOW
                            .formatted("iam:ListUsers\",\"iam:ListRoles\",\"sqs:*")
                            .replace("\"Action\":", "\"Action\":[")
                            .replace(",\"Resource\"", "],\"Resource\"")));
    var key = lab.iam().createAccessKey(r -> r.userName("u")).accessKey();
    assertThat(unused(arn)).isEmpty();
    lab.advance(Duration.ofDays(40));
    lab.iam(key).listUsers();
    assertThat(unused(arn))
        .extracting(FindingSummaryV2::findingType)
        .containsExactlyInAnyOrder(FindingType.UNUSED_IAM_ROLE, FindingType.UNUSED_PERMISSION);
    var permission =
        unused(arn).stream()
            .filter(f -> f.findingType() == FindingType.UNUSED_PERMISSION)
            .findFirst()
            .orElseThrow();
    var details = client.getFindingV2(r -> r.analyzerArn(arn).id(permission.id())).findingDetails();
    assertThat(details)
        .extracting(d -> d.unusedPermissionDetails().serviceNamespace())
        .containsExactly("iam", "sqs");
    assertThat(details.getFirst().unusedPermissionDetails().actions())
        .extracting(a -> a.action())
        .containsExactly("ListRoles");
    assertThatThrownBy(() -> findings(arn)).isInstanceOf(ValidationException.class);
  }

  @Test
  void aRecommendationDetachesWhatIsUnusedAndReducesTheRest() {
    var arn =
        client
            .createAnalyzer(
                r ->
                    r.analyzerName("a")
                        .type(Type.ACCOUNT_UNUSED_ACCESS)
                        .configuration(c -> c.unusedAccess(u -> u.unusedAccessAge(30))))
            .arn();
    lab.iam().createUser(r -> r.userName("u"));
    lab.iam()
        .putUserPolicy(
            r -> r.userName("u").policyName("p").policyDocument(ALLOW.formatted("iam:List*")));
    var queues =
        lab.iam()
            .createPolicy(r -> r.policyName("queues").policyDocument(ALLOW.formatted("sqs:*")))
            .policy()
            .arn();
    lab.iam().attachUserPolicy(r -> r.userName("u").policyArn(queues));
    var key = lab.iam().createAccessKey(r -> r.userName("u")).accessKey();
    lab.advance(Duration.ofDays(40));
    lab.iam(key).listUsers();
    var finding = unused(arn).getFirst();
    assertThat(finding.findingType()).isEqualTo(FindingType.UNUSED_PERMISSION);
    assertThatThrownBy(
            () -> client.getFindingRecommendation(r -> r.analyzerArn(arn).id(finding.id())))
        .isInstanceOf(ResourceNotFoundException.class);
    client.generateFindingRecommendation(r -> r.analyzerArn(arn).id(finding.id()));
    var steps =
        client
            .getFindingRecommendation(r -> r.analyzerArn(arn).id(finding.id()))
            .recommendedSteps()
            .stream()
            .map(step -> step.unusedPermissionsRecommendedStep())
            .toList();
    assertThat(steps)
        .extracting(s -> s.recommendedActionAsString() + " " + s.existingPolicyId())
        .containsExactly("CREATE_POLICY p", "DETACH_POLICY " + queues);
    assertThat(steps.getFirst().recommendedPolicy())
        .isEqualTo(
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"iam:ListUsers\"],\"Resource\":\"*\"}]}");
    assertThat(steps.getLast().policyUpdatedAt()).isNotNull();
  }

  private List<FindingSummaryV2> unused(String arn) {
    return client.listFindingsV2(r -> r.analyzerArn(arn)).findings();
  }

  @Test
  void aGeneratedPolicyAllowsWhatWasDone() {
    lab.iam().createUser(r -> r.userName("u"));
    lab.iam()
        .putUserPolicy(
            r -> r.userName("u").policyName("p").policyDocument(ALLOW.formatted("iam:*")));
    var key = lab.iam().createAccessKey(r -> r.userName("u")).accessKey();
    lab.iam(key).listUsers();
    lab.iam(key).getUser(r -> r.userName("u"));
    var job =
        client
            .startPolicyGeneration(
                r ->
                    r.policyGenerationDetails(
                        d -> d.principalArn("arn:aws:iam::" + Lab.ACCOUNT + ":user/u")))
            .jobId();
    var done = await(job);
    assertThat(done.jobDetails().status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(done.generatedPolicyResult().generatedPolicies())
        .singleElement()
        .satisfies(
            policy ->
                assertThat(policy.policy())
                    .isEqualTo(
                        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"SupportedServiceSid0\",\"Effect\":\"Allow\",\"Action\":[\"iam:GetUser\",\"iam:ListUsers\"],\"Resource\":\"*\"}]}"));
    var nobody =
        client
            .startPolicyGeneration(
                r ->
                    r.policyGenerationDetails(
                        d -> d.principalArn("arn:aws:iam::" + Lab.ACCOUNT + ":user/nobody")))
            .jobId();
    assertThat(await(nobody).jobDetails().status()).isEqualTo(JobStatus.FAILED);
    assertThat(client.listPolicyGenerations(r -> {}).policyGenerations()).hasSize(2);
  }

  @Test
  void policyGenerationsAreKeptForAWeekAndMadeOncePerToken() {
    var arn = "arn:aws:iam::" + Lab.ACCOUNT + ":user/u";
    lab.iam().createUser(r -> r.userName("u"));
    var first = generate(arn, "t");
    assertThat(generate(arn, "t")).isEqualTo(first);
    for (int i = 1; i < 50; i++) {
      generate(arn, "t" + i);
    }
    assertThatThrownBy(() -> generate(arn, "t50"))
        .isInstanceOf(ServiceQuotaExceededException.class);
    assertThat(generate(arn, "t")).isEqualTo(first);
    lab.advance(Duration.ofDays(8));
    assertThat(client.listPolicyGenerations(r -> {}).policyGenerations()).isEmpty();
    assertThatThrownBy(() -> client.getGeneratedPolicy(r -> r.jobId(first)))
        .isInstanceOf(ValidationException.class);
    assertThat(generate(arn, "t")).isNotEqualTo(first);
    assertThat(client.listPolicyGenerations(r -> {}).policyGenerations()).hasSize(1);
  }

  private String generate(String arn, String token) {
    return client
        .startPolicyGeneration(
            r -> r.policyGenerationDetails(d -> d.principalArn(arn)).clientToken(token))
        .jobId();
  }

  @Test
  void whoManagesAnOrganizationNoMoreSeesNoFindingsOfIt() {
    var organizations = lab.organizations();
    organizations.createOrganization(r -> {});
    var request = organizations.createAccount(r -> r.accountName("app").email("app@example.com"));
    var member =
        organizations
            .describeCreateAccountStatus(
                r -> r.createAccountRequestId(request.createAccountStatus().id()))
            .createAccountStatus()
            .accountId();
    lab.iamOf(member)
        .createRole(
            r ->
                r.roleName("shared")
                    .assumeRolePolicyDocument(TRUST.formatted("arn:aws:iam::444455556666:root")));
    var arn = client.createAnalyzer(r -> r.analyzerName("all").type(Type.ORGANIZATION)).arn();
    var finding = client.listFindings(r -> r.analyzerArn(arn)).findings().getFirst();
    assertThat(finding.resourceOwnerAccount()).isEqualTo(member);
    assertThat(client.getAnalyzer(r -> r.analyzerName("all")).analyzer().statusAsString())
        .isEqualTo("ACTIVE");
    organizations.removeAccountFromOrganization(r -> r.accountId(member));
    organizations.deleteOrganization(r -> {});
    assertThat(client.listFindings(r -> r.analyzerArn(arn)).findings()).isEmpty();
    assertThatThrownBy(() -> client.getFinding(r -> r.analyzerArn(arn).id(finding.id())))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThat(client.getAnalyzer(r -> r.analyzerName("all")).analyzer().statusAsString())
        .isEqualTo("DISABLED");
  }

  @Test
  void whoNamesARoleThatReadsTrailsHasToPassIt() {
    lab.iam().createUser(r -> r.userName("u"));
    lab.iam()
        .putUserPolicy(
            r ->
                r.userName("u")
                    .policyName("p")
                    .policyDocument(ALLOW.formatted("access-analyzer:*")));
    var user = lab.analyzer(lab.iam().createAccessKey(r -> r.userName("u")).accessKey());
    var role = "arn:aws:iam::" + Lab.ACCOUNT + ":role/Trails";
    assertThatThrownBy(
            () ->
                user.startPolicyGeneration(
                    r ->
                        r.policyGenerationDetails(
                                d -> d.principalArn("arn:aws:iam::" + Lab.ACCOUNT + ":user/u"))
                            .cloudTrailDetails(
                                c ->
                                    c.accessRole(role)
                                        .startTime(lab.clock.instant().minus(Duration.ofDays(1)))
                                        .trails(
                                            t ->
                                                t.cloudTrailArn(
                                                    "arn:aws:cloudtrail:us-east-1:"
                                                        + Lab.ACCOUNT
                                                        + ":trail/t")))))
        .hasMessageContaining("iam:PassRole on resource: " + role);
  }

  private GetGeneratedPolicyResponse await(String job) {
    while (true) {
      var answer = client.getGeneratedPolicy(r -> r.jobId(job));
      if (answer.jobDetails().status() != JobStatus.IN_PROGRESS) {
        return answer;
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void previewsTellWhatAConfigurationWouldChange() {
    role("r", Lab.OTHER);
    var arn = analyzer(Type.ACCOUNT);
    var resource = "arn:aws:iam::" + Lab.ACCOUNT + ":role/r";
    assertThat(preview(arn, resource, TRUST.formatted(Lab.OTHER)))
        .containsExactly(FindingChangeType.UNCHANGED);
    assertThat(preview(arn, resource, TRUST.formatted("777788889999")))
        .containsExactlyInAnyOrder(FindingChangeType.NEW, FindingChangeType.CHANGED);
    var broken =
        client
            .createAccessPreview(
                r ->
                    r.analyzerArn(arn)
                        .configurations(
                            Map.of(resource, Configuration.fromIamRole(c -> c.trustPolicy("{}")))))
            .id();
    assertThat(
            client
                .getAccessPreview(r -> r.analyzerArn(arn).accessPreviewId(broken))
                .accessPreview()
                .statusAsString())
        .isEqualTo("FAILED");
  }

  private List<FindingChangeType> preview(String arn, String resource, String policy) {
    var id =
        client
            .createAccessPreview(
                r ->
                    r.analyzerArn(arn)
                        .configurations(
                            Map.of(
                                resource, Configuration.fromIamRole(c -> c.trustPolicy(policy)))))
            .id();
    return client
        .listAccessPreviewFindings(r -> r.analyzerArn(arn).accessPreviewId(id))
        .findings()
        .stream()
        .map(f -> f.changeType())
        .toList();
  }

  @Test
  void policiesAreValidatedAndCompared() {
    assertThat(
            client
                .validatePolicy(
                    r ->
                        r.policyDocument(ALLOW.formatted("s3:GetObjet"))
                            .policyType(PolicyType.IDENTITY_POLICY))
                .findings())
        .extracting(f -> f.issueCode())
        .containsExactly("INVALID_ACTION");
    assertThat(
            client
                .validatePolicy(
                    r ->
                        r.policyDocument("{\"Version\":\"2012-10-17\",\"Statement\":[]}")
                            .policyType("RESOURCE_CONTROL_POLICY"))
                .findings())
        .extracting(f -> f.issueCode())
        .containsExactly("MISSING_STATEMENT");
    var same =
        client.checkNoNewAccess(
            r ->
                r.existingPolicyDocument(ALLOW.formatted("s3:*"))
                    .newPolicyDocument(ALLOW.formatted("s3:Get*"))
                    .policyType(AccessCheckPolicyType.IDENTITY_POLICY));
    assertThat(same.result()).isEqualTo(CheckNoNewAccessResult.PASS);
    assertThat(same.reasons()).isEmpty();
    assertThatThrownBy(
            () ->
                client.checkNoNewAccess(
                    r ->
                        r.existingPolicyDocument("{}")
                            .newPolicyDocument(ALLOW.formatted("s3:Get*"))
                            .policyType(AccessCheckPolicyType.IDENTITY_POLICY)))
        .isInstanceOf(InvalidParameterException.class);
    assertThat(
            client
                .checkNoPublicAccess(
                    r ->
                        r.resourceType(AccessCheckResourceType.AWS_S3_BUCKET)
                            .policyDocument(
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"},
                                {"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}}]}"""))
                .result())
        .isEqualTo(CheckNoPublicAccessResult.PASS);
  }
}
