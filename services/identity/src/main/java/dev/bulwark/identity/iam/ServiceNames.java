package dev.bulwark.identity.iam;

import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The services that this installation knows, by the prefix of their actions, and AWS's names. */
final class ServiceNames {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("access-analyzer", "AWS IAM Access Analyzer"),
          Map.entry("artifact", "AWS Artifact"),
          Map.entry("autoscaling", "Amazon EC2 Auto Scaling"),
          Map.entry("cloudfront", "Amazon CloudFront"),
          Map.entry("cloudhsm", "AWS CloudHSM"),
          Map.entry("cloudtrail", "AWS CloudTrail"),
          Map.entry("cloudtrail-data", "AWS CloudTrail Data"),
          Map.entry("cloudwatch", "Amazon CloudWatch"),
          Map.entry("codecommit", "AWS CodeCommit"),
          Map.entry("cognito-identity", "Amazon Cognito Identity"),
          Map.entry("cognito-idp", "Amazon Cognito User Pools"),
          Map.entry("config", "AWS Config"),
          Map.entry("dynamodb", "Amazon DynamoDB"),
          Map.entry("ec2", "Amazon EC2"),
          Map.entry("elasticloadbalancing", "AWS Elastic Load Balancing V2"),
          Map.entry("events", "Amazon EventBridge"),
          Map.entry("globalaccelerator", "AWS Global Accelerator"),
          Map.entry("guardduty", "Amazon GuardDuty"),
          Map.entry("iam", "AWS Identity and Access Management"),
          Map.entry("inspector2", "Amazon Inspector2"),
          Map.entry("kms", "AWS Key Management Service"),
          Map.entry("lambda", "AWS Lambda"),
          Map.entry("logs", "Amazon CloudWatch Logs"),
          Map.entry("macie2", "Amazon Macie"),
          Map.entry("organizations", "AWS Organizations"),
          Map.entry("rds", "Amazon RDS"),
          Map.entry("route53", "Amazon Route 53"),
          Map.entry("s3", "Amazon S3"),
          Map.entry("secretsmanager", "AWS Secrets Manager"),
          Map.entry("securityhub", "AWS Security Hub"),
          Map.entry("shield", "AWS Shield"),
          Map.entry("sns", "Amazon SNS"),
          Map.entry("sqs", "Amazon SQS"),
          Map.entry("ssm", "AWS Systems Manager"),
          Map.entry("sts", "AWS Security Token Service"),
          Map.entry("tag", "Amazon Resource Group Tagging API"),
          Map.entry("wafv2", "AWS WAF V2"),
          Map.entry("wellarchitected", "AWS Well-Architected Tool"));

  private static final Set<String> KNOWN =
      ServiceCatalog.services().stream()
          .map(ServiceInfo::actionPrefix)
          .collect(Collectors.toUnmodifiableSet());

  private ServiceNames() {}

  /** The prefixes that an action with a star for its service stands for. */
  static Set<String> known() {
    return KNOWN;
  }

  /** The name of a service; of one that is not known its prefix. */
  static String of(String prefix) {
    return NAMES.getOrDefault(prefix, prefix);
  }
}
