package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CreateTrailRequest;
import dev.bulwark.api.cloudtrail.UpdateTrailRequest;
import dev.bulwark.base.Arn;
import dev.bulwark.service.Call;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns requests about trails into settings, and makes sure that a trail with them can work. */
final class TrailRequests {
  private static final int LONGEST_PREFIX = 200;
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("[\\p{Alnum}!_.*'()/+:=@,&$?;-]*");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]{1,256}(\\.fifo)?");

  private final TrailOrganizations organizations;
  private final Destinations destinations;
  private final LogGroups logGroups;

  TrailRequests(TrailOrganizations organizations, Destinations destinations, LogGroups logGroups) {
    this.organizations = organizations;
    this.destinations = destinations;
    this.logGroups = logGroups;
  }

  TrailSettings settings(CreateTrailRequest in, Call call) {
    return checked(
        new TrailSettings(
            in.s3BucketName(),
            emptyToNull(in.s3KeyPrefix()),
            topic(in.snsTopicName(), call),
            in.includeGlobalServiceEvents() == null || in.includeGlobalServiceEvents(),
            isTrue(in.isMultiRegionTrail(), false),
            isTrue(in.enableLogFileValidation(), false),
            emptyToNull(in.cloudWatchLogsLogGroupArn()),
            emptyToNull(in.cloudWatchLogsRoleArn()),
            emptyToNull(in.kmsKeyId()),
            isTrue(in.isOrganizationTrail(), false) ? organization(call) : null));
  }

  /** What the request does not name stays; an empty text takes a setting away. */
  TrailSettings settings(UpdateTrailRequest in, TrailRecord trail, Call call) {
    var before = trail.settings();
    boolean organization = isTrue(in.isOrganizationTrail(), before.organizationId() != null);
    return checked(
        new TrailSettings(
            in.s3BucketName() == null ? before.bucket() : in.s3BucketName(),
            changed(in.s3KeyPrefix(), before.prefix()),
            in.snsTopicName() == null ? before.topicArn() : topic(in.snsTopicName(), call),
            isTrue(in.includeGlobalServiceEvents(), before.globalEvents()),
            isTrue(in.isMultiRegionTrail(), before.multiRegion()),
            isTrue(in.enableLogFileValidation(), before.validation()),
            changed(in.cloudWatchLogsLogGroupArn(), before.logGroupArn()),
            changed(in.cloudWatchLogsRoleArn(), before.roleArn()),
            changed(in.kmsKeyId(), before.keyArn()),
            organization ? organization(call) : null));
  }

  private static boolean isTrue(@Nullable Boolean given, boolean otherwise) {
    return given == null ? otherwise : given;
  }

  private static @Nullable String changed(@Nullable String given, @Nullable String before) {
    return given == null ? before : emptyToNull(given);
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static @Nullable String topic(@Nullable String nameOrArn, Call call) {
    if (nameOrArn == null || nameOrArn.isEmpty()) {
      return null;
    }
    if (nameOrArn.startsWith("arn:")) {
      var arn =
          Arn.tryParse(nameOrArn)
              .filter(found -> found.service().equals("sns"))
              .orElseThrow(CloudTrailErrors::invalidTopic);
      if (!TOPIC.matcher(arn.resource()).matches()) {
        throw CloudTrailErrors.invalidTopic();
      }
      return nameOrArn;
    }
    if (!TOPIC.matcher(nameOrArn).matches()) {
      throw CloudTrailErrors.invalidTopic();
    }
    return "arn:aws:sns:" + call.region() + ":" + call.accountId() + ":" + nameOrArn;
  }

  private String organization(Call call) {
    return organization(organizations, call);
  }

  /**
   * The caller's organization, for what is to follow all of its accounts.
   *
   * @throws dev.bulwark.schema.ApiException where the caller may not have that
   */
  static String organization(TrailOrganizations organizations, Call call) {
    var organization =
        organizations.of(call.accountId()).orElseThrow(CloudTrailErrors::noOrganization);
    if (!organization.managementAccountId().equals(call.accountId())) {
      throw CloudTrailErrors.notManagementAccount();
    }
    if (!organization.allFeatures()) {
      throw CloudTrailErrors.notAllFeatures();
    }
    if (!organization.trusted()) {
      throw CloudTrailErrors.notTrusted();
    }
    return organization.id();
  }

  private static TrailSettings checked(TrailSettings settings) {
    if (!BUCKET.matcher(settings.bucket()).matches()) {
      throw CloudTrailErrors.invalidBucketName(settings.bucket());
    }
    var prefix = settings.prefix();
    if (prefix != null && prefix.length() > LONGEST_PREFIX) {
      throw CloudTrailErrors.prefixTooLong();
    }
    if (prefix != null && (!PREFIX.matcher(prefix).matches() || prefix.startsWith("/"))) {
      throw CloudTrailErrors.invalidPrefix();
    }
    if (settings.multiRegion() && !settings.globalEvents()) {
      throw CloudTrailErrors.multiRegionWithoutGlobal();
    }
    if ((settings.logGroupArn() == null) != (settings.roleArn() == null)) {
      throw CloudTrailErrors.logGroupWithoutRole();
    }
    return settings;
  }

  /**
   * The trail as it is to be stored, its key by its ARN, once its destinations have let it in.
   *
   * @param before the settings that were verified earlier, null for a new trail
   */
  TrailRecord verified(TrailRecord given, @Nullable TrailSettings before) {
    var trail = given;
    var key = given.settings().keyArn();
    if (key != null && (before == null || !key.equals(before.keyArn()))) {
      trail = given.withSettings(withKey(given.settings(), destinations.checkKey(given, key)));
    }
    var settings = trail.settings();
    if (before == null || !sameFiles(settings, before)) {
      destinations.checkBucket(trail);
    }
    var topic = settings.topicArn();
    if (topic != null && (before == null || !topic.equals(before.topicArn()))) {
      destinations.checkTopic(trail, topic);
    }
    if (settings.logGroupArn() != null
        && (before == null
            || !settings.logGroupArn().equals(before.logGroupArn())
            || !Objects.equals(settings.roleArn(), before.roleArn()))) {
      logGroups.check(trail);
    }
    return trail;
  }

  private static boolean sameFiles(TrailSettings settings, TrailSettings before) {
    return settings.bucket().equals(before.bucket())
        && Objects.equals(settings.prefix(), before.prefix())
        && Objects.equals(settings.organizationId(), before.organizationId())
        && settings.validation() == before.validation();
  }

  private static TrailSettings withKey(TrailSettings settings, String arn) {
    return new TrailSettings(
        settings.bucket(),
        settings.prefix(),
        settings.topicArn(),
        settings.globalEvents(),
        settings.multiRegion(),
        settings.validation(),
        settings.logGroupArn(),
        settings.roleArn(),
        arn,
        settings.organizationId());
  }
}
