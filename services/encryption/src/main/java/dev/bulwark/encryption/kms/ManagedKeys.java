package dev.bulwark.encryption.kms;

import dev.bulwark.base.Ids;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.service.Caller;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that AWS's services make for an account when they first need one, under aliases that
 * begin with {@code alias/aws/}. Their policy lets everybody of the account use them through the
 * service, and nobody otherwise.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key">AWS
 *     managed keys</a>
 */
final class ManagedKeys {
  static final String PREFIX = "alias/aws/";

  private static final Duration YEAR = Duration.ofDays(365);

  /** What the services call what they protect. */
  private static final Map<String, String> PROTECTED =
      Map.ofEntries(
          Map.entry("acm", "ACM private keys"),
          Map.entry("backup", "Backup data"),
          Map.entry("cloudtrail", "CloudTrail logs"),
          Map.entry("codecommit", "CodeCommit repositories"),
          Map.entry("dynamodb", "DynamoDB tables"),
          Map.entry("ebs", "EBS volumes"),
          Map.entry("elasticfilesystem", "EFS filesystems"),
          Map.entry("es", "Elasticsearch domains"),
          Map.entry("glue", "Glue data"),
          Map.entry("kinesis", "Kinesis streams"),
          Map.entry("lambda", "Lambda environment variables"),
          Map.entry("rds", "RDS database volumes"),
          Map.entry("redshift", "Redshift clusters"),
          Map.entry("s3", "S3 objects"),
          Map.entry("secretsmanager", "Secrets Manager data"),
          Map.entry("sns", "SNS data"),
          Map.entry("sqs", "SQS messages"),
          Map.entry("ssm", "SSM parameters"));

  /** Services whose requests come through another endpoint than their alias says. */
  private static final Map<String, String> VIA = Map.of("ebs", "ec2");

  private final KmsTables tables;
  private final Materials materials;

  ManagedKeys(KmsTables tables, Materials materials) {
    this.tables = tables;
    this.materials = materials;
  }

  /** The ARN of a service's alias whose key does not exist yet; null where the name is none. */
  @Nullable String missing(String name, Caller caller) {
    var service = service(name, caller);
    return service == null || exists(service, caller)
        ? null
        : AliasRecord.arn(caller.principal().accountId(), caller.region(), PREFIX + service);
  }

  private static @Nullable String service(String name, Caller caller) {
    int alias = name.indexOf(PREFIX);
    if (alias < 0) {
      return null;
    }
    var service = name.substring(alias + PREFIX.length());
    boolean own =
        alias == 0
            || name.equals(
                AliasRecord.arn(caller.principal().accountId(), caller.region(), PREFIX + service));
    return own && PROTECTED.containsKey(service) ? service : null;
  }

  private boolean exists(String service, Caller caller) {
    return tables.findAlias(caller.principal().accountId(), caller.region(), PREFIX + service)
        != null;
  }

  /** Makes the key of a service's alias where that is what the name is and there is none yet. */
  void makeForAlias(String name, Caller caller) {
    var service = service(name, caller);
    if (service != null && !exists(service, caller)) {
      make(service, caller);
    }
  }

  private void make(String service, Caller caller) {
    var account = caller.principal().accountId();
    var region = caller.region();
    var now = caller.time().truncatedTo(ChronoUnit.MILLIS);
    var identity =
        new KeyIdentity(
            account,
            region,
            Ids.uuid(),
            now,
            KeySpec.SYMMETRIC_DEFAULT,
            KeyUsage.ENCRYPT_DECRYPT,
            KeyOrigin.AWS_KMS,
            true,
            null,
            null);
    try (var material = materials.make(identity.spec())) {
      var id = materials.identify(identity, material);
      var key =
          new KeyRecord(
              identity,
              "Default key that protects my "
                  + PROTECTED.get(service)
                  + " when no other key is defined",
              true,
              null,
              policy(service, account, region),
              Map.of(),
              List.of(MaterialRecord.first(id, null)),
              new KeyRecord.Rotation((int) YEAR.toDays(), now.plus(YEAR), 0),
              null);
      materials.keep(
          identity,
          id,
          material,
          () -> {
            tables.store().run(tx -> insert(tx, service, key));
            return key;
          });
    }
  }

  private void insert(WriteTx tx, String service, KeyRecord key) {
    var alias =
        new AliasRecord(
            key.accountId(),
            key.region(),
            PREFIX + service,
            key.keyId(),
            key.identity().created(),
            key.identity().created());
    // Where two asked at once, the first one's key counts, and the other's material goes again.
    if (tables.aliases.contains(tx, KmsTables.key(alias))) {
      materials.giveUp(tx, key.identity(), key.materials().getFirst().id());
      return;
    }
    materials.note(tx);
    tables.keys.insert(tx, KmsTables.key(key.identity()), key);
    tables.aliases.insert(tx, KmsTables.key(alias), alias);
  }

  private static String policy(String service, String account, String region) {
    return """
    {
      "Version" : "2012-10-17",
      "Id" : "auto-%1$s-1",
      "Statement" : [ {
        "Sid" : "Allow access through %1$s for all principals in the account that are authorized to use %1$s",
        "Effect" : "Allow",
        "Principal" : {
          "AWS" : "*"
        },
        "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
        "Resource" : "*",
        "Condition" : {
          "StringEquals" : {
            "kms:CallerAccount" : "%2$s",
            "kms:ViaService" : "%4$s.%3$s.amazonaws.com"
          }
        }
      }, {
        "Sid" : "Allow direct access to key metadata to the account",
        "Effect" : "Allow",
        "Principal" : {
          "AWS" : "arn:aws:iam::%2$s:root"
        },
        "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
        "Resource" : "*"
      } ]
    }\
    """
        .formatted(service, account, region, VIA.getOrDefault(service, service));
  }
}
