package dev.bulwark.audit.cloudtrail;

import java.util.List;

/**
 * A sample query.
 *
 * @param sql in which {@code $EDS_ID} stands for the id of an event data store
 */
record SampleQuery(String name, String description, String sql) {
  /** All that there are; each of them runs. */
  static final List<SampleQuery> ALL =
      List.of(
          new SampleQuery(
              "Most frequent API calls",
              "Counts calls by service and operation, the most frequent first.",
              """
              SELECT eventSource, eventName, count(*) AS calls FROM $EDS_ID
              GROUP BY eventSource, eventName ORDER BY calls DESC LIMIT 50"""),
          new SampleQuery(
              "Most frequent errors",
              "Counts failed calls by service, operation and error code, the most frequent first.",
              """
              SELECT eventSource, eventName, errorCode, count(*) AS calls FROM $EDS_ID
              WHERE errorCode IS NOT NULL
              GROUP BY eventSource, eventName, errorCode ORDER BY calls DESC LIMIT 50"""),
          new SampleQuery(
              "Denied access by principal",
              "Users and roles whose calls were denied, unauthorized or forbidden, and how often: access denied errors.",
              """
              SELECT userIdentity.arn, eventSource, eventName, count(*) AS denied FROM $EDS_ID
              WHERE errorCode LIKE '%AccessDenied%' OR errorCode LIKE '%Unauthorized%'
              GROUP BY userIdentity.arn, eventSource, eventName ORDER BY denied DESC LIMIT 100"""),
          new SampleQuery(
              "Activity of the root user",
              "Calls of an account's root user with time, source address and error, the latest first.",
              """
              SELECT eventTime, eventSource, eventName, sourceIPAddress, errorCode FROM $EDS_ID
              WHERE userIdentity.type = 'Root' ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Activity of users",
              "Counts calls by user, role or other principal, with the first and the latest time of activity.",
              """
              SELECT userIdentity.arn, count(*) AS calls, min(eventTime) AS earliest,
                max(eventTime) AS latest FROM $EDS_ID
              GROUP BY userIdentity.arn ORDER BY calls DESC LIMIT 100"""),
          new SampleQuery(
              "Console sign-ins",
              "Sign-ins (logins) to the console, whether they succeeded or failed, and whether with MFA.",
              """
              SELECT eventTime, userIdentity.arn, sourceIPAddress,
                element_at(responseElements, 'ConsoleLogin') AS outcome,
                element_at(additionalEventData, 'MFAUsed') AS mfa FROM $EDS_ID
              WHERE eventName = 'ConsoleLogin' ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Console sign-ins without MFA",
              "Sign-ins (logins) to the console that succeeded without multi-factor authentication.",
              """
              SELECT eventTime, userIdentity.arn, sourceIPAddress FROM $EDS_ID
              WHERE eventName = 'ConsoleLogin'
                AND element_at(responseElements, 'ConsoleLogin') = 'Success'
                AND element_at(additionalEventData, 'MFAUsed') = 'No'
              ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Changes of IAM",
              "Changes of IAM users, groups, roles and policies, and who made them.",
              """
              SELECT eventTime, userIdentity.arn, eventName, eventJson FROM $EDS_ID
              WHERE eventSource = 'iam.amazonaws.com' AND readOnly = false
              ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "New access keys",
              "Access keys (credentials) that were created for IAM users, and by whom.",
              """
              SELECT eventTime, userIdentity.arn,
                element_at(requestParameters, 'userName') AS forUser, sourceIPAddress FROM $EDS_ID
              WHERE eventName = 'CreateAccessKey' AND errorCode IS NULL
              ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Roles that were assumed",
              "Counts which roles were assumed with STS by whom, the most frequent first.",
              """
              SELECT element_at(requestParameters, 'roleArn') AS role, userIdentity.arn,
                count(*) AS calls FROM $EDS_ID
              WHERE eventSource = 'sts.amazonaws.com' AND eventName LIKE 'AssumeRole%'
              GROUP BY element_at(requestParameters, 'roleArn'), userIdentity.arn
              ORDER BY calls DESC LIMIT 100"""),
          new SampleQuery(
              "Changes of access to S3 buckets",
              "Changes of policies, ACLs and the block of public access of S3 buckets.",
              """
              SELECT eventTime, userIdentity.arn, eventName,
                element_at(requestParameters, 'bucketName') AS bucket FROM $EDS_ID
              WHERE eventName IN ('PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl',
                'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock')
              ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Use of KMS keys",
              "Counts encryption and decryption with KMS keys by principal.",
              """
              SELECT userIdentity.arn, eventName, count(*) AS calls FROM $EDS_ID
              WHERE eventSource = 'kms.amazonaws.com' AND eventName IN ('Encrypt', 'Decrypt',
                'ReEncrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'Sign', 'Verify')
              GROUP BY userIdentity.arn, eventName ORDER BY calls DESC LIMIT 100"""),
          new SampleQuery(
              "KMS keys disabled or to be deleted",
              "Who disabled KMS keys, or scheduled their deletion.",
              """
              SELECT eventTime, userIdentity.arn, eventName,
                element_at(requestParameters, 'keyId') AS kmsKey FROM $EDS_ID
              WHERE eventSource = 'kms.amazonaws.com'
                AND eventName IN ('DisableKey', 'ScheduleKeyDeletion')
              ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Changes of CloudTrail",
              "Trails and event data stores whose logging was stopped, changed or deleted.",
              """
              SELECT eventTime, userIdentity.arn, eventName, errorCode FROM $EDS_ID
              WHERE eventSource = 'cloudtrail.amazonaws.com' AND readOnly = false
              ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Deleted resources",
              "Successful calls that deleted resources, and who made them.",
              """
              SELECT eventTime, userIdentity.arn, eventSource, eventName FROM $EDS_ID
              WHERE eventName LIKE 'Delete%' AND errorCode IS NULL
              ORDER BY eventTime DESC LIMIT 1000"""),
          new SampleQuery(
              "Source addresses",
              "Counts calls by source IP address and user agent.",
              """
              SELECT sourceIPAddress, userAgent, count(*) AS calls FROM $EDS_ID
              GROUP BY sourceIPAddress, userAgent ORDER BY calls DESC LIMIT 100"""));
}
