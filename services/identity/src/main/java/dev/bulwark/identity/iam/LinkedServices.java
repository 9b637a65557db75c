package dev.bulwark.identity.iam;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The services that have a role of their own, what it is called, and which of AWS's policies it
 * has.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html">AWS
 *     services that work with IAM</a>
 */
final class LinkedServices {
  /**
   * A service with a role of its own.
   *
   * @param suffix whether there may be several, set apart by a suffix
   */
  record LinkedService(String principal, String roleName, String policyName, boolean suffix) {
    String policyArn() {
      return "arn:aws:iam::aws:policy/aws-service-role/" + policyName;
    }
  }

  private static final String KNOWN =
      """
      access-analyzer AWSServiceRoleForAccessAnalyzer AccessAnalyzerServiceRolePolicy
      acm AWSServiceRoleForCertificateManager CertificateManagerServiceRolePolicy
      agentless.inspector2 AWSServiceRoleForAmazonInspector2Agentless AmazonInspector2AgentlessServiceRolePolicy
      autoscaling AWSServiceRoleForAutoScaling AutoScalingServiceRolePolicy suffix
      backup AWSServiceRoleForBackup AWSBackupServiceLinkedRolePolicyForBackup
      batch AWSServiceRoleForBatch BatchServiceRolePolicy
      cks.kms AWSServiceRoleForKeyManagementServiceCustomKeyStores AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy
      cloudtrail AWSServiceRoleForCloudTrail CloudTrailServiceRolePolicy
      config AWSServiceRoleForConfig AWSConfigServiceRolePolicy
      config-conforms AWSServiceRoleForConfigConforms ConfigConformsServiceRolePolicy
      config-multiaccountsetup AWSServiceRoleForConfigMultiAccountSetup AWSConfigMultiAccountSetupPolicy
      connect AWSServiceRoleForAmazonConnect AmazonConnectServiceLinkedRolePolicy suffix
      detective AWSServiceRoleForDetective AmazonDetectiveServiceLinkedRolePolicy
      dynamodb.application-autoscaling AWSServiceRoleForApplicationAutoScaling_DynamoDBTable AWSApplicationAutoscalingDynamoDBTablePolicy
      ecr AWSServiceRoleForECRTemplate ECRTemplateServiceRolePolicy
      ecs AWSServiceRoleForECS AmazonECSServiceRolePolicy
      ecs.application-autoscaling AWSServiceRoleForApplicationAutoScaling_ECSService AWSApplicationAutoscalingECSServicePolicy
      eks AWSServiceRoleForAmazonEKS AmazonEKSServiceRolePolicy
      eks-fargate AWSServiceRoleForAmazonEKSForFargate AmazonEKSForFargateServiceRolePolicy
      eks-nodegroup AWSServiceRoleForAmazonEKSNodegroup AWSServiceRoleForAmazonEKSNodegroup
      elasticache AWSServiceRoleForElastiCache ElastiCacheServiceRolePolicy
      elasticbeanstalk AWSServiceRoleForElasticBeanstalk AWSElasticBeanstalkServiceRolePolicy
      elasticfilesystem AWSServiceRoleForAmazonElasticFileSystem AmazonElasticFileSystemServiceRolePolicy
      elasticloadbalancing AWSServiceRoleForElasticLoadBalancing AWSElasticLoadBalancingServiceRolePolicy
      email.cognito-idp AWSServiceRoleForAmazonCognitoIdpEmailService AmazonCognitoIdpEmailServiceRolePolicy
      es AWSServiceRoleForAmazonElasticsearchService AmazonElasticsearchServiceRolePolicy
      fms AWSServiceRoleForFMS FMSServiceRolePolicy
      guardduty AWSServiceRoleForAmazonGuardDuty AmazonGuardDutyServiceRolePolicy
      imagebuilder AWSServiceRoleForImageBuilder AWSServiceRoleForImageBuilder
      inspector2 AWSServiceRoleForAmazonInspector2 AmazonInspector2ServiceRolePolicy
      kafka AWSServiceRoleForKafka KafkaServiceRolePolicy
      lakeformation AWSServiceRoleForLakeFormationDataAccess LakeFormationDataAccessServiceRolePolicy
      lex AWSServiceRoleForLexBots AmazonLexBotPolicy
      lexv2 AWSServiceRoleForLexV2Bots AmazonLexV2BotPolicy suffix
      macie AWSServiceRoleForAmazonMacie AmazonMacieServiceRolePolicy
      malware-protection.guardduty AWSServiceRoleForAmazonGuardDutyMalwareProtection AmazonGuardDutyMalwareProtectionServiceRolePolicy
      memorydb AWSServiceRoleForMemoryDB MemoryDBServiceRolePolicy
      mq AWSServiceRoleForAmazonMQ AmazonMQServiceRolePolicy
      mrk.kms AWSServiceRoleForKeyManagementServiceMultiRegionKeys AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy
      opensearchservice AWSServiceRoleForAmazonOpenSearchService AmazonOpenSearchServiceRolePolicy
      ops.apigateway AWSServiceRoleForAPIGateway APIGatewayServiceRolePolicy
      organizations AWSServiceRoleForOrganizations AWSOrganizationsServiceTrustPolicy
      rds AWSServiceRoleForRDS AmazonRDSServiceRolePolicy
      redshift AWSServiceRoleForRedshift AmazonRedshiftServiceLinkedRolePolicy
      replication.dynamodb AWSServiceRoleForDynamoDBReplication DynamoDBReplicationServiceRolePolicy
      replicator.lambda AWSServiceRoleForLambdaReplicator AWSLambdaReplicator
      securityhub AWSServiceRoleForSecurityHub AWSSecurityHubServiceRolePolicy
      securitylake AWSServiceRoleForSecurityLake SecurityLakeServiceLinkedRole
      shield AWSServiceRoleForAWSShield AWSShieldServiceRolePolicy
      spot AWSServiceRoleForEC2Spot AWSEC2SpotServiceRolePolicy
      spotfleet AWSServiceRoleForEC2SpotFleet AWSEC2SpotFleetServiceRolePolicy
      ssm AWSServiceRoleForAmazonSSM AmazonSSMServiceRolePolicy
      sso AWSServiceRoleForSSO AWSSSOServiceRolePolicy
      support AWSServiceRoleForSupport AWSSupportServiceRolePolicy
      transitgateway AWSServiceRoleForVPCTransitGateway AWSVPCTransitGatewayServiceRolePolicy
      trustedadvisor AWSServiceRoleForTrustedAdvisor AWSTrustedAdvisorServiceRolePolicy
      wafv2 AWSServiceRoleForWAFV2Logging WAFV2LoggingServiceRolePolicy
      """;

  private static final Map<String, LinkedService> BY_PRINCIPAL =
      KNOWN
          .lines()
          .map(line -> line.split(" "))
          .map(
              parts ->
                  new LinkedService(
                      parts[0] + ".amazonaws.com", parts[1], parts[2], parts.length > 3))
          .collect(Collectors.toUnmodifiableMap(LinkedService::principal, known -> known));

  private LinkedServices() {}

  /**
   * @param principal for instance {@code ecs.amazonaws.com}
   */
  static Optional<LinkedService> find(String principal) {
    return Optional.ofNullable(BY_PRINCIPAL.get(principal));
  }
}
