package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CreateTrailResponse;
import dev.bulwark.api.cloudtrail.Trail;
import dev.bulwark.api.cloudtrail.UpdateTrailResponse;

/** Trails as the API shows them. */
final class TrailViews {
  private TrailViews() {}

  static Trail trail(TrailRecord trail) {
    var settings = trail.settings();
    return Trail.builder()
        .name(trail.name())
        .s3BucketName(settings.bucket())
        .s3KeyPrefix(settings.prefix())
        .snsTopicName(settings.topicName())
        .snsTopicARN(settings.topicArn())
        .includeGlobalServiceEvents(settings.globalEvents())
        .isMultiRegionTrail(settings.multiRegion())
        .homeRegion(trail.homeRegion())
        .trailARN(trail.arn())
        .logFileValidationEnabled(settings.validation())
        .cloudWatchLogsLogGroupArn(settings.logGroupArn())
        .cloudWatchLogsRoleArn(settings.roleArn())
        .kmsKeyId(settings.keyArn())
        .hasCustomEventSelectors(trail.hasSelectors())
        .hasInsightSelectors(!trail.insights().isEmpty())
        .isOrganizationTrail(settings.organizationId() != null)
        .build();
  }

  static CreateTrailResponse created(TrailRecord trail) {
    var settings = trail.settings();
    return CreateTrailResponse.builder()
        .name(trail.name())
        .s3BucketName(settings.bucket())
        .s3KeyPrefix(settings.prefix())
        .snsTopicName(settings.topicName())
        .snsTopicARN(settings.topicArn())
        .includeGlobalServiceEvents(settings.globalEvents())
        .isMultiRegionTrail(settings.multiRegion())
        .trailARN(trail.arn())
        .logFileValidationEnabled(settings.validation())
        .cloudWatchLogsLogGroupArn(settings.logGroupArn())
        .cloudWatchLogsRoleArn(settings.roleArn())
        .kmsKeyId(settings.keyArn())
        .isOrganizationTrail(settings.organizationId() != null)
        .build();
  }

  static UpdateTrailResponse updated(TrailRecord trail) {
    var settings = trail.settings();
    return UpdateTrailResponse.builder()
        .name(trail.name())
        .s3BucketName(settings.bucket())
        .s3KeyPrefix(settings.prefix())
        .snsTopicName(settings.topicName())
        .snsTopicARN(settings.topicArn())
        .includeGlobalServiceEvents(settings.globalEvents())
        .isMultiRegionTrail(settings.multiRegion())
        .trailARN(trail.arn())
        .logFileValidationEnabled(settings.validation())
        .cloudWatchLogsLogGroupArn(settings.logGroupArn())
        .cloudWatchLogsRoleArn(settings.roleArn())
        .kmsKeyId(settings.keyArn())
        .isOrganizationTrail(settings.organizationId() != null)
        .build();
  }
}
