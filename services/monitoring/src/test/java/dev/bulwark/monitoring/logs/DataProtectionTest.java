package dev.bulwark.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.monitoring.Lab;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.DataProtectionStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InheritedProperty;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

class DataProtectionTest {
  private static final String EMAIL =
      policy("arn:aws:dataprotection::aws:data-identifier/EmailAddress");

  private final Lab lab = new Lab();
  private final CloudWatchLogsClient logs = lab.client(CloudWatchLogsClient.builder());

  private static String policy(String identifier) {
    return """
    {"Name":"p","Version":"2021-06-01","Statement":[
     {"DataIdentifier":["%1$s"],"Operation":{"Audit":{"FindingsDestination":{}}}},
     {"DataIdentifier":["%1$s"],"Operation":{"Deidentify":{"MaskConfig":{}}}}]}"""
        .formatted(identifier);
  }

  @BeforeEach
  void stream() {
    logs.createLogGroup(r -> r.logGroupName("app"));
    logs.createLogStream(r -> r.logGroupName("app").logStreamName("s"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void put(String message) {
    lab.clock.advance(Duration.ofMillis(10));
    logs.putLogEvents(
        r ->
            r.logGroupName("app")
                .logStreamName("s")
                .logEvents(e -> e.timestamp(lab.clock.millis()).message(message)));
  }

  private CloudWatchLogsClient client(String user, String... actions) {
    return lab.client(CloudWatchLogsClient.builder(), lab.user(user, actions));
  }

  private List<String> got(CloudWatchLogsClient client, boolean unmask) {
    return client
        .getLogEvents(
            r -> r.logGroupName("app").logStreamName("s").startFromHead(true).unmask(unmask))
        .events()
        .stream()
        .map(OutputLogEvent::message)
        .toList();
  }

  private List<String> filtered(String pattern, boolean unmask) {
    return logs
        .filterLogEvents(r -> r.logGroupName("app").filterPattern(pattern).unmask(unmask))
        .events()
        .stream()
        .map(FilteredLogEvent::message)
        .toList();
  }

  @Test
  void whatComesAfterThePolicyIsMaskedWhereverItIsRead() {
    put("early ann@example.com");
    lab.clock.advance(Duration.ofMillis(10));
    var put = logs.putDataProtectionPolicy(r -> r.logGroupIdentifier("app").policyDocument(EMAIL));
    assertThat(put.lastUpdatedTime()).isPositive();
    put("late ann@example.com");

    assertThat(got(logs, false)).containsExactly("early ann@example.com", "late ***************");
    assertThat(got(logs, true)).containsExactly("early ann@example.com", "late ann@example.com");
    assertThat(filtered("late", false)).containsExactly("late ***************");
    assertThat(filtered("ann", false)).containsExactly("early ann@example.com");
    assertThat(filtered("late", true)).containsExactly("late ann@example.com");

    logs.putDataProtectionPolicy(r -> r.logGroupIdentifier("app").policyDocument(EMAIL));
    assertThat(got(logs, false)).containsExactly("early ann@example.com", "late ***************");

    var described = logs.describeLogGroups(r -> r.logGroupNamePrefix("app")).logGroups().getFirst();
    assertThat(described.dataProtectionStatus()).isEqualTo(DataProtectionStatus.ACTIVATED);
    assertThat(logs.getDataProtectionPolicy(r -> r.logGroupIdentifier("app")).policyDocument())
        .isEqualTo(EMAIL);
    logs.deleteDataProtectionPolicy(r -> r.logGroupIdentifier("app"));
    assertThat(logs.getDataProtectionPolicy(r -> r.logGroupIdentifier("app")).policyDocument())
        .isNull();
    assertThatThrownBy(() -> logs.deleteDataProtectionPolicy(r -> r.logGroupIdentifier("app")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void theSightOfAllIsAPermission() {
    logs.putDataProtectionPolicy(r -> r.logGroupIdentifier("app").policyDocument(EMAIL));
    put("ann@example.com");
    var reader = client("reader", "logs:GetLogEvents");
    assertThat(got(reader, false)).containsExactly("***************");
    assertThatThrownBy(() -> got(reader, true))
        .isInstanceOfSatisfying(
            CloudWatchLogsException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException"));
    var auditor = client("auditor", "logs:GetLogEvents", "logs:Unmask");
    assertThat(got(auditor, true)).containsExactly("ann@example.com");
  }

  @Test
  void anAccountsPolicyIsForAllItsGroups() {
    logs.putDataProtectionPolicy(
        r ->
            r.logGroupIdentifier("app")
                .policyDocument(policy("arn:aws:dataprotection::aws:data-identifier/IpAddress")));
    var policy =
        logs.putAccountPolicy(
                r ->
                    r.policyName("all")
                        .policyType(PolicyType.DATA_PROTECTION_POLICY)
                        .policyDocument(EMAIL))
            .accountPolicy();
    assertThat(policy.accountId()).isEqualTo(Lab.ACCOUNT);
    put("ann@example.com of 203.0.113.7");
    assertThat(got(logs, false)).containsExactly("*************** of ***********");
    var described = logs.describeLogGroups(r -> r.logGroupNamePrefix("app")).logGroups().getFirst();
    assertThat(described.inheritedProperties())
        .containsExactly(InheritedProperty.ACCOUNT_DATA_PROTECTION);
    assertThat(
            logs.describeAccountPolicies(r -> r.policyType(PolicyType.DATA_PROTECTION_POLICY))
                .accountPolicies())
        .extracting("policyName")
        .containsExactly("all");
    assertThatThrownBy(
            () ->
                logs.putAccountPolicy(
                    r ->
                        r.policyName("second")
                            .policyType(PolicyType.DATA_PROTECTION_POLICY)
                            .policyDocument(EMAIL)))
        .isInstanceOf(LimitExceededException.class);
    logs.deleteAccountPolicy(
        r -> r.policyName("all").policyType(PolicyType.DATA_PROTECTION_POLICY));
    assertThatThrownBy(
            () ->
                logs.deleteAccountPolicy(
                    r -> r.policyName("all").policyType(PolicyType.DATA_PROTECTION_POLICY)))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(
            () ->
                logs.putAccountPolicy(
                    r ->
                        r.policyName("s")
                            .policyType(PolicyType.SUBSCRIPTION_FILTER_POLICY)
                            .policyDocument("{}")))
        .isInstanceOfSatisfying(
            CloudWatchLogsException.class, e -> assertThat(e.statusCode()).isEqualTo(501));
  }

  @Test
  void policiesThatSayNothingAreRefused() {
    assertThatThrownBy(
            () ->
                logs.putDataProtectionPolicy(
                    r -> r.logGroupIdentifier("app").policyDocument(policy("Unknown"))))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () ->
                logs.putDataProtectionPolicy(
                    r -> r.logGroupIdentifier("missing").policyDocument(EMAIL)))
        .isInstanceOf(ResourceNotFoundException.class);
  }
}
