package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.base.BulwarkClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessAdvisorUsageGranularityType;
import software.amazon.awssdk.services.iam.model.GetServiceLastAccessedDetailsResponse;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.JobStatusType;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.ServiceLastAccessed;
import software.amazon.awssdk.services.iam.model.TrackedActionLastAccessed;

/** The access advisor. */
@Timeout(60)
class AccessAdvisorTest {
  private static final String ADA = Lab.ARN + "user/ada";

  private final BulwarkClock clock = BulwarkClock.system();
  private final Lab lab = new Lab(IamQuotas.AWS, clock);
  private final IamClient iam = lab.root();
  private final IamClient ada = lab.user("ada");

  @AfterEach
  void close() {
    lab.close();
  }

  private String generate(String arn, AccessAdvisorUsageGranularityType granularity) {
    return iam.generateServiceLastAccessedDetails(r -> r.arn(arn).granularity(granularity)).jobId();
  }

  private GetServiceLastAccessedDetailsResponse report(String jobId) {
    while (true) {
      var answer = iam.getServiceLastAccessedDetails(r -> r.jobId(jobId));
      if (answer.jobStatus() == JobStatusType.COMPLETED) {
        return answer;
      }
      Thread.onSpinWait();
    }
  }

  private static ServiceLastAccessed service(
      GetServiceLastAccessedDetailsResponse report, String namespace) {
    return report.servicesLastAccessed().stream()
        .filter(one -> one.serviceNamespace().equals(namespace))
        .findFirst()
        .orElseThrow();
  }

  private void allow(String actions) {
    iam.putUserPolicy(
        r ->
            r.userName("ada")
                .policyName("p")
                .policyDocument(
                    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                        + actions
                        + ",\"Resource\":\"*\"}]}"));
  }

  @Test
  void anAccountKeepsTheLatestTwoHundredReports() {
    var first = generate(ADA, AccessAdvisorUsageGranularityType.SERVICE_LEVEL);
    report(first);
    clock.advance(Duration.ofMinutes(1));
    var second = generate(ADA, AccessAdvisorUsageGranularityType.SERVICE_LEVEL);
    for (int i = 0; i < 199; i++) {
      clock.advance(Duration.ofSeconds(1));
      generate(ADA, AccessAdvisorUsageGranularityType.SERVICE_LEVEL);
    }
    assertThat(report(second).servicesLastAccessed()).isEmpty();
    assertThatThrownBy(() -> iam.getServiceLastAccessedDetails(r -> r.jobId(first)))
        .isInstanceOf(NoSuchEntityException.class);
  }

  @Test
  void listsTheServicesThatPoliciesAllowAndWhenTheyWereUsed() {
    allow("[\"iam:List*\", \"s3:GetObject\"]");
    ada.listUsers();
    // Refused attempts count as well.
    assertThatThrownBy(() -> ada.createUser(r -> r.userName("eve")))
        .isInstanceOf(IamException.class);
    var report = report(generate(ADA, AccessAdvisorUsageGranularityType.SERVICE_LEVEL));
    assertThat(report.jobTypeAsString()).isEqualTo("SERVICE_LEVEL");
    assertThat(report.jobCompletionDate()).isNotNull();
    assertThat(report.servicesLastAccessed())
        .extracting(ServiceLastAccessed::serviceNamespace)
        .containsExactly("iam", "s3");
    var used = service(report, "iam");
    assertThat(used.serviceName()).isEqualTo("AWS Identity and Access Management");
    assertThat(used.lastAuthenticatedEntity()).isEqualTo(ADA);
    assertThat(used.lastAuthenticatedRegion()).isEqualTo("us-east-1");
    assertThat(used.lastAuthenticated())
        .isBetween(clock.instant().minusSeconds(60), clock.instant());
    assertThat(used.totalAuthenticatedEntities()).isEqualTo(1);
    assertThat(used.hasTrackedActionsLastAccessed()).isFalse();
    var unused = service(report, "s3");
    assertThat(unused.lastAuthenticated()).isNull();
    assertThat(unused.totalAuthenticatedEntities()).isZero();
  }

  @Test
  void tellsOfActions() {
    allow("[\"iam:ListUsers\", \"iam:ListRoles\"]");
    ada.listUsers();
    var report = report(generate(ADA, AccessAdvisorUsageGranularityType.ACTION_LEVEL));
    assertThat(service(report, "iam").trackedActionsLastAccessed())
        .extracting(TrackedActionLastAccessed::actionName)
        .containsExactly("ListRoles", "ListUsers");
    assertThat(service(report, "iam").trackedActionsLastAccessed())
        .extracting(TrackedActionLastAccessed::lastAccessedEntity)
        .containsExactly(null, ADA);
  }

  @Test
  void listsTheEntitiesOfGroupsAndPolicies() {
    var policy = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    iam.createGroup(r -> r.groupName("readers"));
    iam.attachGroupPolicy(r -> r.groupName("readers").policyArn(policy));
    iam.addUserToGroup(r -> r.groupName("readers").userName("ada"));
    lab.user("bob");
    iam.addUserToGroup(r -> r.groupName("readers").userName("bob"));
    ada.listUsers();
    for (var arn : new String[] {policy, Lab.ARN + "group/readers"}) {
      var job = generate(arn, AccessAdvisorUsageGranularityType.SERVICE_LEVEL);
      assertThat(service(report(job), "iam").lastAuthenticatedEntity()).isEqualTo(ADA);
      var entities =
          iam.getServiceLastAccessedDetailsWithEntities(r -> r.jobId(job).serviceNamespace("iam"))
              .entityDetailsList();
      assertThat(entities).extracting(e -> e.entityInfo().name()).containsExactly("ada", "bob");
      assertThat(entities.getFirst().entityInfo().typeAsString()).isEqualTo("USER");
      assertThat(entities.getFirst().lastAuthenticated()).isNotNull();
      assertThat(entities.getLast().lastAuthenticated()).isNull();
      assertThatThrownBy(
              () ->
                  iam.getServiceLastAccessedDetailsWithEntities(
                      r -> r.jobId(job).serviceNamespace("s3")))
          .isInstanceOf(NoSuchEntityException.class);
    }
  }

  @Test
  void forgetsUsesAfter400DaysAndReportsAfterOne() {
    allow("\"iam:*\"");
    ada.listUsers();
    var job = generate(ADA, AccessAdvisorUsageGranularityType.SERVICE_LEVEL);
    assertThat(service(report(job), "iam").lastAuthenticated()).isNotNull();
    clock.advance(Duration.ofHours(25));
    assertThatThrownBy(() -> iam.getServiceLastAccessedDetails(r -> r.jobId(job)))
        .isInstanceOf(NoSuchEntityException.class);
    clock.advance(Duration.ofDays(400));
    var later = report(generate(ADA, AccessAdvisorUsageGranularityType.SERVICE_LEVEL));
    assertThat(service(later, "iam").lastAuthenticated()).isNull();
  }

  @Test
  void showsAReportOnlyToWhoAskedForIt() {
    allow("\"iam:*\"");
    var job = generate(ADA, AccessAdvisorUsageGranularityType.SERVICE_LEVEL);
    assertThatThrownBy(() -> ada.getServiceLastAccessedDetails(r -> r.jobId(job)))
        .isInstanceOf(NoSuchEntityException.class);
    assertThatThrownBy(
            () ->
                generate(Lab.ARN + "user/nobody", AccessAdvisorUsageGranularityType.SERVICE_LEVEL))
        .isInstanceOf(NoSuchEntityException.class);
  }

  @Test
  void goesOnWhereItWasAndTakesEachCallOnce() {
    assertThatThrownBy(() -> ada.getUser(r -> {})).isInstanceOf(IamException.class);
    var id = iam.getUser(r -> r.userName("ada")).user().userId();
    lab.insight.uses().catchUp();
    var before = lab.insight.uses().of(Lab.ACCOUNT, id);
    assertThat(before)
        .extracting(AccessUses.Used::action)
        .containsExactlyInAnyOrder("", "iam:GetUser");
    var restarted =
        new AccessInsight(lab.policies, lab.store, lab.events, java.util.List::of, clock).uses();
    restarted.catchUp();
    assertThat(restarted.of(Lab.ACCOUNT, id)).isEqualTo(before);
    clock.advance(Duration.ofDays(1));
    assertThatThrownBy(() -> ada.listRoles()).isInstanceOf(IamException.class);
    restarted.catchUp();
    assertThat(restarted.of(Lab.ACCOUNT, id))
        .filteredOn(used -> used.action().isEmpty())
        .extracting(AccessUses.Used::last)
        .allMatch(last -> last.isAfter(Instant.now().plus(Duration.ofHours(23))));
  }

  @Test
  void listsPoliciesThatGrantAService() {
    allow("[\"s3:*\"]");
    iam.createGroup(r -> r.groupName("readers"));
    iam.attachGroupPolicy(
        r -> r.groupName("readers").policyArn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"));
    iam.addUserToGroup(r -> r.groupName("readers").userName("ada"));
    var entries =
        iam.listPoliciesGrantingServiceAccess(r -> r.arn(ADA).serviceNamespaces("s3", "kms"))
            .policiesGrantingServiceAccess();
    assertThat(entries.getFirst().policies())
        .extracting(p -> p.policyName() + " " + p.policyTypeAsString() + " " + p.entityName())
        .containsExactly("AmazonS3ReadOnlyAccess MANAGED null", "p INLINE ada");
    assertThat(entries.getLast().serviceNamespace()).isEqualTo("kms");
    assertThat(entries.getLast().policies()).isEmpty();
  }
}
