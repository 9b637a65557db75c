package dev.bulwark.access;

import java.util.List;
import java.util.Set;

/**
 * Names that AWS's page on global condition keys lists.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html">Global
 *     condition keys</a>
 */
final class GlobalKeys {
  /** The global keys without those of tags, as AWS writes them. */
  static final List<String> NAMES =
      List.of(
          "aws:AssumedRoot",
          "aws:CalledVia",
          "aws:CalledViaFirst",
          "aws:CalledViaLast",
          "aws:CurrentTime",
          "aws:EpochTime",
          "aws:FederatedProvider",
          "aws:MultiFactorAuthAge",
          "aws:MultiFactorAuthPresent",
          "aws:PrincipalAccount",
          "aws:PrincipalArn",
          "aws:PrincipalIsAWSService",
          "aws:PrincipalOrgID",
          "aws:PrincipalOrgPaths",
          "aws:PrincipalServiceName",
          "aws:PrincipalServiceNamesList",
          "aws:PrincipalType",
          "aws:RequestedRegion",
          "aws:ResourceAccount",
          "aws:ResourceOrgID",
          "aws:ResourceOrgPaths",
          "aws:SecureTransport",
          "aws:SourceAccount",
          "aws:SourceArn",
          "aws:SourceIdentity",
          "aws:SourceIp",
          "aws:SourceOrgID",
          "aws:SourceOrgPaths",
          "aws:TokenIssueTime",
          "aws:UserAgent",
          "aws:ViaAWSService",
          "aws:referer",
          "aws:userid",
          "aws:username");

  /** The services that AWS's page on aws:CalledVia lists; others show in aws:ViaAWSService only. */
  static final Set<String> CALLED_VIA =
      Set.of(
          "aoss.amazonaws.com",
          "athena.amazonaws.com",
          "backup.amazonaws.com",
          "cloud9.amazonaws.com",
          "cloudformation.amazonaws.com",
          "databrew.amazonaws.com",
          "dataexchange.amazonaws.com",
          "dynamodb.amazonaws.com",
          "imagebuilder.amazonaws.com",
          "kms.amazonaws.com",
          "mgn.amazonaws.com",
          "nimble.amazonaws.com",
          "omics.amazonaws.com",
          "ram.amazonaws.com",
          "robomaker.amazonaws.com",
          "servicecatalog-appregistry.amazonaws.com",
          "sqlworkbench.amazonaws.com",
          "ssm-guiconnect.amazonaws.com");

  private GlobalKeys() {}
}
