package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.Destination;
import dev.bulwark.api.s3.ReplicationConfiguration;
import dev.bulwark.api.s3.ReplicationRule;
import dev.bulwark.api.s3.ReplicationRuleFilter;
import dev.bulwark.base.Arn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What S3 refuses of replication configurations. */
final class ReplicationChecks {
  private static final int MAX_RULES = 1000;
  private static final int MAX_ID = 255;
  private static final int MAX_PREFIX = 1024;
  private static final int MINUTES = 15;

  private ReplicationChecks() {}

  /**
   * Checks a configuration by itself.
   *
   * @throws dev.bulwark.schema.ApiException as S3 refuses it
   */
  static void check(@Nullable ReplicationConfiguration configuration, BucketRecord bucket) {
    var rules = configuration == null ? null : configuration.rules();
    if (configuration == null || rules == null || rules.isEmpty() || rules.size() > MAX_RULES) {
      throw S3Errors.malformedXml();
    }
    checkRole(configuration.role(), bucket);
    var ids = new HashSet<String>();
    var priorities = new HashSet<Integer>();
    for (var rule : rules) {
      if (rule.id() != null && rule.id().length() > MAX_ID) {
        throw ConfigurationErrors.idTooLong();
      }
      if (rule.id() != null && !rule.id().isEmpty() && !ids.add(rule.id())) {
        throw ConfigurationErrors.sameRuleId();
      }
      check(rule);
      if (rule.filter() != null && !priorities.add(rule.priority())) {
        throw ReplicationErrors.samePriority(Objects.requireNonNull(rule.priority()));
      }
    }
    checkFirstVersion(rules.stream().filter(rule -> rule.filter() == null).toList());
  }

  private static void checkRole(@Nullable String role, BucketRecord bucket) {
    var arn = role == null ? null : Arn.tryParse(role).orElse(null);
    if (arn == null
        || !arn.service().equals("iam")
        || !arn.resource().startsWith("role/")
        || !arn.account().equals(bucket.accountId())) {
      throw ReplicationErrors.invalidRole(role);
    }
  }

  private static void check(ReplicationRule rule) {
    if (!isState(rule.status())
        || rule.existingObjectReplication() != null
        || (rule.filter() != null && rule.prefix() != null)
        || ReplicationRules.prefix(rule).length() > MAX_PREFIX) {
      throw S3Errors.malformedXml();
    }
    var markers = rule.deleteMarkerReplication();
    if (markers != null && !isState(markers.status())) {
      throw S3Errors.malformedXml();
    }
    if (rule.filter() == null) {
      if (markers != null) {
        throw ReplicationErrors.notOfSchema("DeleteMarkerReplication cannot be used");
      }
    } else {
      check(rule.filter());
      if (rule.priority() == null) {
        throw ReplicationErrors.notOfSchema("Priority must be specified");
      }
      if (markers == null) {
        throw ReplicationErrors.notOfSchema("DeleteMarkerReplication must be specified");
      }
      if (rule.priority() < 0) {
        throw S3Errors.malformedXml();
      }
      if (markers.status().equals("Enabled") && !ReplicationRules.tags(rule).isEmpty()) {
        throw ReplicationErrors.markersByTags();
      }
    }
    checkSelection(rule);
    check(rule.destination());
  }

  private static boolean isState(@Nullable String status) {
    return "Enabled".equals(status) || "Disabled".equals(status);
  }

  private static void check(ReplicationRuleFilter filter) {
    long members =
        Stream.of(filter.prefix(), filter.tag(), filter.and()).filter(Objects::nonNull).count();
    if (members > 1) {
      throw S3Errors.malformedXml();
    }
    if (filter.tag() != null) {
      TagSets.ofList(List.of(filter.tag()), false);
    }
    var and = filter.and();
    if (and != null) {
      var tags = Objects.requireNonNullElse(and.tags(), List.<dev.bulwark.api.s3.Tag>of());
      if (tags.size() + (and.prefix() == null ? 0 : 1) < 2) {
        throw S3Errors.malformedXml();
      }
      TagSets.ofList(tags, false);
    }
  }

  private static void checkSelection(ReplicationRule rule) {
    var selection = rule.sourceSelectionCriteria();
    var encrypted = selection == null ? null : selection.sseKmsEncryptedObjects();
    var replicas = selection == null ? null : selection.replicaModifications();
    if ((encrypted != null && !isState(encrypted.status()))
        || (replicas != null && !isState(replicas.status()))) {
      throw S3Errors.malformedXml();
    }
    var encryption = rule.destination().encryptionConfiguration();
    if (encryption != null && encrypted == null) {
      throw ReplicationErrors.without("SseKmsEncryptedObjects", "EncryptionConfiguration");
    }
    if (encrypted != null
        && encrypted.status().equals("Enabled")
        && (encryption == null || encryption.replicaKmsKeyID() == null)) {
      throw ReplicationErrors.without("EncryptionConfiguration", "SseKmsEncryptedObjects");
    }
  }

  private static void check(Destination destination) {
    if (ReplicationRules.bucketName(destination.bucket()) == null) {
      throw ReplicationErrors.invalidBucket(destination.bucket());
    }
    ObjectRequests.storageClass(destination.storageClass());
    var translation = destination.accessControlTranslation();
    if (translation != null && !translation.owner().equals("Destination")) {
      throw S3Errors.malformedXml();
    }
    if (translation != null && destination.account() == null) {
      throw ReplicationErrors.without("Account", "AccessControlTranslation");
    }
    var time = destination.replicationTime();
    var metrics = destination.metrics();
    if ((time != null && !isState(time.status()))
        || (metrics != null && !isState(metrics.status()))) {
      throw S3Errors.malformedXml();
    }
    boolean timed = time != null && time.status().equals("Enabled");
    if (timed && (time.time() == null || !Integer.valueOf(MINUTES).equals(time.time().minutes()))) {
      throw ReplicationErrors.minutes("ReplicationTime");
    }
    if (timed && (metrics == null || !metrics.status().equals("Enabled"))) {
      throw ReplicationErrors.without("Metrics", "ReplicationTime");
    }
    if (metrics != null
        && metrics.eventThreshold() != null
        && !Integer.valueOf(MINUTES).equals(metrics.eventThreshold().minutes())) {
      throw ReplicationErrors.minutes("Metrics");
    }
  }

  /** Rules without filters go to one bucket, and are told from each other by their prefixes. */
  private static void checkFirstVersion(List<ReplicationRule> rules) {
    if (rules.stream().map(rule -> rule.destination().bucket()).distinct().count() > 1) {
      throw ReplicationErrors.severalDestinations();
    }
    var prefixes = new ArrayList<>(rules.stream().map(ReplicationRules::prefix).sorted().toList());
    // Whatever begins with a text follows it in order.
    for (int i = 1; i < prefixes.size(); i++) {
      if (prefixes.get(i).startsWith(prefixes.get(i - 1))) {
        throw ReplicationErrors.overlap(prefixes.get(i - 1), prefixes.get(i));
      }
    }
  }
}
