package dev.bulwark.identity.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessDetail;
import software.amazon.awssdk.services.iam.model.GetOrganizationsAccessReportResponse;
import software.amazon.awssdk.services.iam.model.JobStatusType;
import software.amazon.awssdk.services.iam.model.SortKeyType;
import software.amazon.awssdk.services.organizations.model.PolicyType;

/** IAM's reports on what the accounts of an organization use. */
@Timeout(60)
class AccessReportTest {
  private static final String FULL = "p-FullAWSAccess";

  private final World world = World.withOrganization();
  private final String unit = world.unit("Work", world.rootId());
  private final String app = world.account("app");
  private final String lab = world.account("lab");
  private final String root =
      world.organizations.describeOrganization(r -> {}).organization().id() + "/" + world.rootId();

  @BeforeEach
  void moveAppIntoTheUnit() {
    world.organizations.moveAccount(
        r -> r.accountId(app).sourceParentId(world.rootId()).destinationParentId(unit));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String generate(String path, @Nullable String policy) {
    return world
        .iam
        .generateOrganizationsAccessReport(r -> r.entityPath(path).organizationsPolicyId(policy))
        .jobId();
  }

  private GetOrganizationsAccessReportResponse read(String job, @Nullable SortKeyType order) {
    while (true) {
      var answer = world.iam.getOrganizationsAccessReport(r -> r.jobId(job).sortKey(order));
      if (answer.jobStatus() != JobStatusType.IN_PROGRESS) {
        return answer;
      }
      Thread.onSpinWait();
    }
  }

  private GetOrganizationsAccessReportResponse report(String path) {
    return read(generate(path, null), null);
  }

  private GetOrganizationsAccessReportResponse report(String path, String policy) {
    return read(generate(path, policy), null);
  }

  private static List<String> services(GetOrganizationsAccessReportResponse report) {
    return report.accessDetails().stream().map(AccessDetail::serviceNamespace).toList();
  }

  private static AccessDetail service(
      GetOrganizationsAccessReportResponse report, String namespace) {
    return report.accessDetails().stream()
        .filter(one -> one.serviceNamespace().equals(namespace))
        .findFirst()
        .orElseThrow();
  }

  private IamClient administrator(String account) {
    return world.iam(world.administrator(account));
  }

  @Test
  void tellsInWhichAccountAServiceWasUsedLast() {
    administrator(app).listUsers();
    world.clock.advance(Duration.ofMinutes(5));
    administrator(lab).listUsers();
    var all = report(root);
    var used = service(all, "iam");
    assertThat(used.serviceName()).isEqualTo("AWS Identity and Access Management");
    assertThat(used.entityPath()).isEqualTo(root + "/" + lab);
    assertThat(used.region()).isEqualTo("us-east-1");
    assertThat(used.lastAuthenticatedTime()).isAfter(world.clock.instant().minusSeconds(60));
    assertThat(used.totalAuthenticatedEntities()).isEqualTo(2);
    // That the management account used it does not count.
    var unused = service(all, "organizations");
    assertThat(unused.entityPath()).isNull();
    assertThat(unused.totalAuthenticatedEntities()).isZero();
    assertThat(all.numberOfServicesAccessible()).isEqualTo(all.accessDetails().size());
    assertThat(all.numberOfServicesNotAccessed()).isEqualTo(all.accessDetails().size() - 1);
    assertThat(all.jobCompletionDate()).isNotNull();

    assertThat(service(report(root + "/" + unit), "iam").entityPath())
        .isEqualTo(root + "/" + unit + "/" + app);
    assertThat(service(report(root + "/" + lab + "/"), "iam").totalAuthenticatedEntities())
        .isEqualTo(1);
    var management = report(root + "/" + World.MANAGEMENT);
    assertThat(service(management, "organizations").entityPath())
        .isEqualTo(root + "/" + World.MANAGEMENT);

    world.clock.advance(Duration.ofDays(401));
    assertThat(service(report(root), "iam").totalAuthenticatedEntities()).isZero();
  }

  @Test
  void listsWhatThePoliciesOnEveryLevelAllow() {
    world.attach(world.scp("no-kms", World.deny("kms:*")), world.rootId());
    var some =
        world.scp(
            "some",
            String.join(",", World.allow("s3:*"), World.allow("kms:*"), World.allow("sqs:*")));
    world.attach(some, unit);
    world.organizations.detachPolicy(r -> r.policyId(FULL).targetId(unit));
    assertThat(services(report(root))).contains("s3", "sqs", "iam").doesNotContain("kms");
    assertThat(services(report(root + "/" + unit))).containsExactly("s3", "sqs");
    assertThat(services(report(root + "/" + unit + "/" + app))).containsExactly("s3", "sqs");
    assertThat(services(report(root + "/" + World.MANAGEMENT))).contains("kms", "iam");
  }

  @Test
  void reportsOnOnePolicyWhereItIsAttached() {
    var policy = world.scp("use", World.allow("iam:*"));
    administrator(app).listUsers();
    administrator(lab).listUsers();
    var unattached = report(root, policy);
    assertThat(services(unattached)).containsExactly("iam");
    assertThat(unattached.accessDetails().getFirst().totalAuthenticatedEntities()).isZero();
    world.attach(policy, unit);
    var attached = report(root, policy).accessDetails().getFirst();
    assertThat(attached.totalAuthenticatedEntities()).isEqualTo(1);
    assertThat(attached.entityPath()).endsWith(unit + "/" + app);
    assertThat(report(root + "/" + lab, policy).numberOfServicesNotAccessed()).isEqualTo(1);
    // No policy limits the management account.
    assertThat(services(report(root + "/" + World.MANAGEMENT, policy))).contains("iam", "s3");
  }

  @Test
  void sortsAndPages() {
    administrator(app).listUsers();
    var job = generate(root, null);
    var names = services(read(job, null));
    assertThat(names).isSorted().hasSizeGreaterThan(20);
    assertThat(services(read(job, SortKeyType.SERVICE_NAMESPACE_DESCENDING)))
        .isEqualTo(names.reversed());
    assertThat(services(read(job, SortKeyType.LAST_AUTHENTICATED_TIME_DESCENDING)))
        .startsWith("iam");
    assertThat(services(read(job, SortKeyType.LAST_AUTHENTICATED_TIME_ASCENDING))).endsWith("iam");
    var paged = new ArrayList<String>();
    String marker = null;
    do {
      var from = marker;
      var page = world.iam.getOrganizationsAccessReport(r -> r.jobId(job).maxItems(7).marker(from));
      assertThat(page.isTruncated()).isEqualTo(page.marker() != null);
      paged.addAll(services(page));
      marker = page.marker();
    } while (marker != null);
    assertThat(paged).isEqualTo(names);
  }

  @Test
  void failsWhereThereIsNothingToReportOn() {
    assertThat(failure(report(root + "/999999999999"))).startsWith("TargetNotFoundException: ");
    // An account that is elsewhere in the tree.
    assertThat(failure(report(root + "/" + app))).startsWith("TargetNotFoundException: ");
    assertThat(failure(report(root, "p-00000000"))).startsWith("PolicyNotFoundException: ");
    assertThat(failure(report(root, "p-RCPFullAWSAccess"))).startsWith("PolicyNotFoundException: ");
    world.organizations.disablePolicyType(
        r -> r.rootId(world.rootId()).policyType(PolicyType.SERVICE_CONTROL_POLICY));
    assertThat(failure(report(root))).startsWith("PolicyTypeNotEnabledException: ");
  }

  private static String failure(GetOrganizationsAccessReportResponse report) {
    assertThat(report.jobStatus()).isEqualTo(JobStatusType.FAILED);
    assertThat(report.hasAccessDetails()).isFalse();
    return report.errorDetails().code() + ": " + report.errorDetails().message();
  }

  @Test
  void isForTheManagementAccountAndThosePermitted() {
    var job = generate(root, null);
    var member = administrator(app);
    assertThat(World.error(() -> member.generateOrganizationsAccessReport(r -> r.entityPath(root))))
        .startsWith("AccessDenied: ");
    assertThat(World.error(() -> member.getOrganizationsAccessReport(r -> r.jobId(job))))
        .startsWith("AccessDenied: ");
    var resource = "arn:aws:iam::" + World.MANAGEMENT + ":access-report/" + root;
    var ada =
        world.iam(
            world.user(
                "ada",
                World.document(
                    """
                    {"Effect":"Allow","Action":"iam:GenerateOrganizationsAccessReport",
                     "Resource":"%s","Condition":{"Null":{"iam:OrganizationsPolicyId":"true"}}}"""
                        .formatted(resource))));
    ada.generateOrganizationsAccessReport(r -> r.entityPath(root));
    assertThat(
            World.error(
                () ->
                    ada.generateOrganizationsAccessReport(
                        r -> r.entityPath(root).organizationsPolicyId(FULL))))
        .startsWith("AccessDenied: ")
        .contains(resource);
    assertThat(
            World.error(() -> world.iam.getOrganizationsAccessReport(r -> r.jobId("0".repeat(36)))))
        .startsWith("NoSuchEntity: ");
  }

  @Test
  void makesOnlySoManyAtATime() {
    var jobs = new ArrayList<String>();
    // Whoever holds this keeps reports from being made.
    synchronized (world.identity.accessUses()) {
      for (var i = 0; i < 20; i++) {
        jobs.add(generate(root, null));
      }
      assertThat(World.error(() -> generate(root, null)))
          .isEqualTo(
              "ReportGenerationLimitExceeded: The request failed because the maximum number of"
                  + " concurrent requests for this account are already running.");
    }
    assertThat(jobs)
        .allSatisfy(
            job -> assertThat(read(job, null).jobStatus()).isEqualTo(JobStatusType.COMPLETED));
  }
}
